"""Which part of a mosaic is seen, and how it changes by zooming and panning: geometry without a window."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF

from dae_gui.widgets.pictures.tile_grid import TileGrid

READABLE_TILE = 8.0
"""Tiles smaller than this, in pixels of the screen, tell nothing."""
_HOME_TILE = 20.0  # so large are tiles at first where all together they would be too small to be read


@dataclass(frozen=True)
class Zoom:
    """A part of a mosaic, the same for widgets of other sizes.

    Attributes
    ----------
    scale
        How much larger than fitted into the room tiles are; 1 shows all.
    x, y
        The place in the middle of the room, as shares of the mosaic's width and height.
    """

    scale: float = 1.0
    x: float = 0.5
    y: float = 0.5

    @property
    def is_whole(self) -> bool:
        """Whether all tiles are seen."""
        return self.scale <= 1.0


WHOLE = Zoom()


@dataclass(frozen=True)
class MosaicCamera:
    """How a mosaic is seen in a room, by the grid that fits into it.

    Attributes
    ----------
    fitted
        The grid at scale 1.
    room
        Where it is drawn, in the units of the painter.
    pixel_ratio
        Device pixels in a unit of the painter.
    """

    fitted: TileGrid
    room: QRectF
    pixel_ratio: float = 1.0

    @property
    def home(self) -> Zoom:
        """What is seen at first: all tiles, or the first ones where they would be too small to be read."""
        side = min(self.fitted.width, self.fitted.height)
        return WHOLE if side >= READABLE_TILE else self.bounded(Zoom(_HOME_TILE / side, 0.0, 0.0))

    @property
    def largest_scale(self) -> float:
        """The scale at which one tile fills the room."""
        side = min(self.room.width() / self.fitted.width, self.room.height() / self.fitted.height)
        return max(side, 1.0)

    def bounded(self, zoom: Zoom) -> Zoom:
        """Return the nearest zoom that wastes no room: no less than all, no more than one tile, nothing beyond."""
        scale = min(max(zoom.scale, 1.0), self.largest_scale)
        area = self.fitted.area()
        x = _bounded(zoom.x, self.room.width() / (scale * area.width()))
        y = _bounded(zoom.y, self.room.height() / (scale * area.height()))
        return Zoom(scale, x, y)

    def grid(self, zoom: Zoom) -> TileGrid:
        """Return where the tiles are; its corner lies on a device pixel."""
        if zoom.is_whole:
            return self.fitted
        width, height = zoom.scale * self.fitted.width, zoom.scale * self.fitted.height
        left = self.room.center().x() - zoom.x * width * self.fitted.columns
        top = self.room.center().y() - zoom.y * height * self.fitted.rows
        ratio = self.pixel_ratio
        left, top = round(left * ratio) / ratio, round(top * ratio) / ratio
        return replace(self.fitted, left=left, top=top, width=width, height=height)

    def about(self, zoom: Zoom, place: QPointF, factor: float) -> Zoom:
        """Return the zoom after enlarging by a factor, with the same place of the mosaic at ``place``."""
        area = self.grid(zoom).area()
        scale = min(max(zoom.scale * factor, 1.0), self.largest_scale)
        # The share of the mosaic at the place is kept there.
        share_x = (place.x() - area.left()) / area.width()
        share_y = (place.y() - area.top()) / area.height()
        whole = self.fitted.area()
        x = share_x + (self.room.center().x() - place.x()) / (scale * whole.width())
        y = share_y + (self.room.center().y() - place.y()) / (scale * whole.height())
        return self.bounded(Zoom(scale, x, y))

    def panned(self, zoom: Zoom, by: QPointF) -> Zoom:
        """Return the zoom after moving the mosaic by a distance in units of the painter."""
        area = self.grid(zoom).area()
        return self.bounded(Zoom(zoom.scale, zoom.x - by.x() / area.width(), zoom.y - by.y() / area.height()))

    def revealing(self, zoom: Zoom, index: int) -> Zoom:
        """Return the zoom after moving as little as needed for all of a tile to be seen."""
        if zoom.is_whole:
            return zoom
        tile = self.grid(zoom).tile(index)
        right = max(self.room.left() - tile.left(), 0.0) or min(self.room.right() - tile.right(), 0.0)
        down = max(self.room.top() - tile.top(), 0.0) or min(self.room.bottom() - tile.bottom(), 0.0)
        return self.panned(zoom, QPointF(right, down))

    def visible(self, zoom: Zoom) -> tuple[range, range]:
        """Return the rows and the columns of which something is seen."""
        grid = self.grid(zoom)
        rows = _seen(grid.top, grid.height, grid.rows, self.room.top(), self.room.bottom())
        return rows, _seen(grid.left, grid.width, grid.columns, self.room.left(), self.room.right())


def _bounded(middle: float, seen: float) -> float:
    """Return the middle of a part of this size, all of 0 to 1 or within it."""
    return 0.5 if seen >= 1.0 else min(max(middle, seen / 2), 1.0 - seen / 2)


def _seen(start: float, size: float, count: int, low: float, high: float) -> range:
    first = min(max(int((low - start) // size), 0), count - 1)
    last = min(max(int(-((start - high) // size)), first + 1), count)
    return range(first, last)
