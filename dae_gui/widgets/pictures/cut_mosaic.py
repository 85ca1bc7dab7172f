"""A mosaic of any number of tiles of which a part is seen: only that is laid out, and no finer than it is seen."""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import ceil
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from dae_gui.widgets.pictures.color_maps import Levels
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.widgets.pictures.mosaic_zoom import WHOLE, MosaicCamera, Zoom
from dae_gui.widgets.pictures.picture import Picture, picture_of_image
from dae_gui.widgets.pictures.picture_widget import EXPORT_SIDE, scale_picture
from dae_gui.widgets.pictures.tile_grid import TileGrid, draw_gaps, draw_hovered

Cut = Callable[[range, range, int], NDArray[Any]]

_OVERSAMPLING = 2.0  # numbers in a device pixel, along each side, that tiles are thinned to


class CutMosaic(MosaicView):
    """Tiles that are cut out of what there is when they are painted; which part of them is seen is a `Zoom`.

    Copied and saved are all tiles, whichever are seen.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cut: Cut | None = None
        self._grid = (1, 1)
        self._zoom: Zoom | None = None
        self._pointed = -1
        self._part: QImage | None = None
        self._part_key: tuple[object, ...] = ()

    # -- tiles ---------------------------------------------------------------------------------------------------

    def set_source(
        self, cut: Cut, grid: tuple[int, int], tile_shape: tuple[int, int], count: int, levels: Levels
    ) -> None:
        """Show tiles; meant to be called several times a second.

        Parameters
        ----------
        cut
            Returns the tiles in some rows and columns as one picture, of every so many numbers one. What it reads
            must not change.
        grid
            Rows and columns of all tiles.
        tile_shape
            Rows and columns (h, w) of numbers in one tile.
        count
            How many tiles there are; what is left of the last row is not shown.
        levels
            The values that get the lowest and the highest colour.
        """
        self._show_array(None, levels)
        self._cut, self._grid = cut, grid
        self._set_shape(tile_shape, count)

    def clear(self) -> None:
        """Show the empty state."""
        self._cut = None
        super().clear()

    def is_empty(self) -> bool:
        """Whether there is no tile."""
        return self.count() == 0

    def array(self) -> NDArray[Any] | None:
        """Return all tiles in their order as one picture, or None without tiles; do not change it."""
        if self._array is None and self._cut is not None and self.count():
            self._array = self._cut(range(self._grid[0]), range(self._grid[1]), 1)
        return self._array

    def to_qimage(self, scale: int = 1) -> QImage:
        """Return all tiles in their order, each number a square of `scale` x `scale` pixels."""
        self.array()
        return super().to_qimage(scale)

    def export_image(self) -> QImage:
        """Return all tiles in their order, as they are copied and saved."""
        self.array()
        return super().export_image()

    def part_picture(self) -> Picture | None:
        """Return the tiles that are seen, whole ones, as they are copied and saved; None without tiles."""
        if self._cut is None or not self.count():
            return None
        rows, columns = self.seen()
        image = self.colored(self._cut(rows, columns, 1), self._levels)
        scale = ceil(EXPORT_SIDE / max(image.width(), image.height()))
        image = image.scaled(image.size() * scale)
        height, width = scale * self._tile_shape[0], scale * self._tile_shape[1]
        grid = TileGrid(0.0, 0.0, width, height, len(rows), len(columns), len(rows) * len(columns))
        painter = QPainter(image)
        draw_gaps(painter, grid, self._window_color(), self._gap_color() if scale > 1 else None)
        last = rows.stop * self._grid[1] - self._grid[1] + columns.stop
        for index in range(max(self.count(), last - len(columns)), last):  # only in the last row are places empty
            painter.fillRect(grid.tile(grid.count - (last - index)), self._window_color())
        painter.end()
        return picture_of_image(f"{self._picture_name}-part", image)

    # -- which part is seen --------------------------------------------------------------------------------------

    def camera(self) -> MosaicCamera | None:
        """Return how the tiles are seen, or None without tiles."""
        if not self.count():
            return None
        return MosaicCamera(self._fitted(*self._grid), self._room(), self.devicePixelRatioF())

    def grid(self) -> TileGrid | None:
        """Return where the tiles are in this widget, many of them perhaps outside of it; None without tiles."""
        camera = self.camera()
        return None if camera is None else camera.grid(self.zoom())

    def zoom(self) -> Zoom:
        """Return which part is seen."""
        camera = self.camera()
        if camera is None:
            return WHOLE
        return camera.home if self._zoom is None else camera.bounded(self._zoom)

    def set_zoom(self, zoom: Zoom | None) -> None:
        """Show a part, or with None what is seen at first, without telling it."""
        if zoom != self._zoom:
            self._zoom = zoom
            self._update_hovered()
            self.update()

    def height_for_whole(self, width: int) -> int:
        """Return the height that all tiles take at a width of this widget."""
        room = self._room()
        others = self.width() - room.width(), self.height() - room.height()
        tall = QRectF(0.0, 0.0, width - others[0], 1e6)
        grid = TileGrid.fitted(tall, self._grid, self._tile_shape, self.count(), self.devicePixelRatioF())
        return ceil(grid.area().height() + others[1])

    def seen(self) -> tuple[range, range]:
        """Return the rows and the columns of tiles of which something is seen."""
        camera = self.camera()
        return (range(0), range(0)) if camera is None else camera.visible(self.zoom())

    def set_pointed(self, index: int) -> None:
        """Outline a tile as if the mouse was on it; -1: none."""
        if index != self._pointed:
            self._pointed = index
            self.update()

    def tile_at(self, position: QPointF) -> int:
        """Index of the tile at a position in this widget, or -1; a tile that is not seen is nowhere."""
        return super().tile_at(position) if self._room().contains(position) else -1

    # -- painting ------------------------------------------------------------------------------------------------

    def _forget_pictures(self) -> None:
        super()._forget_pictures()
        self._part = None

    def _draw_tiles(self, painter: QPainter, grid: TileGrid) -> None:
        painter.setClipRect(self._room())
        rows, columns = self.seen()
        ratio = self.devicePixelRatioF()
        size = QSize(round(len(columns) * grid.width * ratio) or 1, round(len(rows) * grid.height * ratio) or 1)
        key = (rows, columns, size, ratio)
        if self._cut is not None and (self._part is None or self._part_key != key):
            finest = min(self._tile_shape[0] / grid.height, self._tile_shape[1] / grid.width) / ratio
            step = max(int(finest / _OVERSAMPLING), 1)
            self._part = scale_picture(self.colored(self._cut(rows, columns, step), self._levels), size).copy()
            self._part.setDevicePixelRatio(ratio)
            self._part_key = key
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        corner = QPointF(grid.left + columns.start * grid.width, grid.top + rows.start * grid.height)
        if self._part is not None:
            painter.drawImage(self._on_device_pixels(QRectF(corner, size)).topLeft(), self._part)
        painter.setOpacity(1.0)

    def _marks_seen(self) -> Collection[int]:
        rows, columns = self.seen()
        across = self._grid[1]
        marked = self.marked()
        return [
            index
            for row in rows
            for index in range(row * across + columns.start, row * across + columns.stop)
            if index in marked
        ]

    def _draw_pointed(self, painter: QPainter, grid: TileGrid) -> None:
        super()._draw_pointed(painter, grid)
        if 0 <= self._pointed < self.count() and self._pointed not in (self._hovered, self.selected()):
            draw_hovered(painter, grid, self.palette(), self._pointed)
