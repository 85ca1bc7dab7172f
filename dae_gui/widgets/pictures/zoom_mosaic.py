"""A mosaic of any number of tiles, zoomed and panned: only what is seen is laid out, and no finer than it is seen."""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import ceil
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QNativeGestureEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from dae_gui.widgets.pictures.color_maps import Levels
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.widgets.pictures.mosaic_zoom import WHOLE, MosaicCamera, Zoom
from dae_gui.widgets.pictures.picture_widget import scale_picture
from dae_gui.widgets.pictures.tile_grid import TileGrid, draw_hovered

Cut = Callable[[range, range, int], NDArray[Any]]

_KEY_FACTOR = 1.5
_NOTCH = 120.0  # of a wheel, in eighths of a degree
_NOTCHES_TO_DOUBLE = 2.0
_PIXELS_TO_DOUBLE = 160.0  # of a touchpad that tells no angle
_OVERSAMPLING = 2.0  # numbers in a device pixel, along each side, that tiles are thinned to
_KEYS = Qt.Key
_PAGE_KEYS = {_KEYS.Key_PageUp: 1.0, _KEYS.Key_PageDown: -1.0}
_ZOOM_KEYS = {
    _KEYS.Key_Plus: _KEY_FACTOR,
    _KEYS.Key_Equal: _KEY_FACTOR,
    _KEYS.Key_Minus: 1 / _KEY_FACTOR,
    _KEYS.Key_Underscore: 1 / _KEY_FACTOR,
}


class ZoomMosaic(MosaicView):
    """Tiles that are cut out of what there is when they are painted.

    The wheel and a pinch zoom at the pointer, a drag pans, a click selects; + and - zoom at the selected tile, Page Up
    and Page Down go through the rows, a double click or 0 shows what was seen at first. The arrow keys bring the
    selected tile into view. Copied and saved are all tiles, whichever are seen.

    Signals
    -------
    zoomChanged(object)
        The user sees another part: a `Zoom`, or None for what is seen at first.
    numberTyped(str)
        The user has begun to type a number.
    """

    zoomChanged = Signal(object)
    numberTyped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleDescription(
            "Arrow keys, Home and End select a tile, + and - zoom, 0 shows all, Page Up and Page Down go through the "
            "rows, a number goes to a tile."
        )
        self._cut: Cut | None = None
        self._grid = (1, 1)
        self._zoom: Zoom | None = None
        self._has_tips = True
        self._pointed = -1
        self._pressed: QPointF | None = None
        self._panned_from: QPointF | None = None
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

    @Slot()
    def reset_zoom(self) -> None:
        """Show what was seen at first, and tell."""
        self._change_zoom(None)

    def height_for_whole(self, width: int) -> int:
        """Return the height that all tiles take at a width of this widget."""
        room = self._room()
        others = self.width() - room.width(), self.height() - room.height()
        tall = QRectF(0.0, 0.0, width - others[0], 1e6)
        grid = TileGrid.fitted(tall, self._grid, self._tile_shape, self.count(), self.devicePixelRatioF())
        return ceil(grid.area().height() + others[1])

    def reveal(self, index: int) -> None:
        """Bring a tile into view."""
        camera = self.camera()
        if camera is not None and 0 <= index < self.count():
            self._change_zoom(camera.revealing(self.zoom(), index))

    def seen(self) -> tuple[range, range]:
        """Return the rows and the columns of tiles of which something is seen."""
        camera = self.camera()
        return (range(0), range(0)) if camera is None else camera.visible(self.zoom())

    def set_pointed(self, index: int) -> None:
        """Outline a tile as if the mouse was on it; -1: none."""
        if index != self._pointed:
            self._pointed = index
            self.update()

    def set_tips(self, has_tips: bool) -> None:
        """Say whether a tip comes up where the mouse rests; not where something else tells the same."""
        self._has_tips = has_tips

    def tile_at(self, position: QPointF) -> int:
        """Index of the tile at a position in this widget, or -1; a tile that is not seen is nowhere."""
        return super().tile_at(position) if self._room().contains(position) else -1

    def _change_zoom(self, zoom: Zoom | None) -> bool:
        """Show a part and tell; return whether it is another one."""
        if zoom == self._zoom or (zoom is not None and zoom == self.zoom()):
            return False
        self.set_zoom(zoom)
        self.zoomChanged.emit(zoom)
        return True

    def _zoom_at(self, place: QPointF, factor: float) -> bool:
        camera = self.camera()
        return camera is not None and self._change_zoom(camera.about(self.zoom(), place, factor))

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

    # -- events --------------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; a notch that is beside the picture or changes nothing goes to what scrolls around."""
        turned, moved = event.angleDelta().y(), event.pixelDelta().y()
        doublings = turned / _NOTCH / _NOTCHES_TO_DOUBLE if turned else moved / _PIXELS_TO_DOUBLE
        is_here = self.tile_at(event.position()) >= 0
        event.setAccepted(is_here and bool(doublings) and self._zoom_at(event.position(), 2.0**doublings))

    def event(self, event: QEvent) -> bool:
        """Zoom by a pinch."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self._zoom_at(event.position(), max(1.0 + event.value(), 0.1))
            return True
        if event.type() == QEvent.Type.ToolTip and not self._has_tips:
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Point at nothing any more, unless the mouse does."""
        super().focusOutEvent(event)
        if self._hovered < 0:
            self.tileHovered.emit(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._panned_from = event.position(), None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while the button is down, else announce which tile is under the mouse."""
        camera = self.camera()
        if self._pressed is not None and camera is not None and event.buttons() & Qt.MouseButton.LeftButton:
            is_drag = (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
            if self._panned_from is None and is_drag and not self.zoom().is_whole:
                self._panned_from = self._pressed
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
            if self._panned_from is not None:
                self._change_zoom(camera.panned(self.zoom(), event.position() - self._panned_from))
                self._panned_from = event.position()
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select the tile that was clicked."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        pressed, self._pressed = self._pressed, None
        if self._panned_from is not None:
            self._panned_from = None
            self.unsetCursor()
        else:
            index = self.tile_at(event.position())
            if index >= 0 and index == self.tile_at(pressed):
                self._choose(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show again what was seen at first."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset_zoom()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom and go through the rows; digits begin a number."""
        key, camera = event.key(), self.camera()
        modifiers = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        if camera is None or modifiers:
            super().keyPressEvent(event)
        elif key in _ZOOM_KEYS:
            self._zoom_at(self._focus_place(camera), _ZOOM_KEYS[_KEYS(key)])
        elif key in _PAGE_KEYS:
            self._change_zoom(camera.panned(self.zoom(), QPointF(0.0, _PAGE_KEYS[_KEYS(key)] * camera.room.height())))
        elif key == _KEYS.Key_0:
            self.reset_zoom()
        elif key == _KEYS.Key_Escape:
            self.tileHovered.emit(-1)
        elif _KEYS.Key_1 <= key <= _KEYS.Key_9:
            self.numberTyped.emit(event.text())
        else:
            super().keyPressEvent(event)

    def _focus_place(self, camera: MosaicCamera) -> QPointF:
        """Return the middle of the selected tile where it is seen, else of the room."""
        selected, grid = self.selected(), self.grid()
        place = camera.room.center() if selected is None or grid is None else grid.tile(selected).center()
        return place if camera.room.contains(place) else camera.room.center()

    def _choose(self, index: int) -> None:
        self.reveal(index)
        super()._choose(index)
