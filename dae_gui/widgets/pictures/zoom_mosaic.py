"""A mosaic that is zoomed and panned with wheel, drags, pinches and keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from dae_gui.widgets.pictures.cut_mosaic import CutMosaic
from dae_gui.widgets.pictures.mosaic_zoom import MosaicCamera, Zoom
from dae_gui.widgets.pictures.picture_commands import PictureCommands
from dae_gui.widgets.pictures.wandering import ZOOM_KEYS, Drag, pinch_factor, wheel_factor

_KEYS = Qt.Key
_PAGE_KEYS = {_KEYS.Key_PageUp: 1.0, _KEYS.Key_PageDown: -1.0}


class ZoomMosaic(CutMosaic):
    """A `CutMosaic` whose part that is seen the user chooses.

    The wheel and a pinch zoom at the pointer, a drag pans, a click selects; + and - zoom at the selected tile, Page Up
    and Page Down go through the rows, a double click or 0 shows what was seen at first. The arrow keys bring the
    selected tile into view.

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
        self._part_pictures = PictureCommands(self, self.part_picture)
        self._has_tips = True
        self._drag = Drag(self)

    @Slot()
    def reset_zoom(self) -> None:
        """Show what was seen at first, and tell."""
        self._change_zoom(None)

    def reveal(self, index: int) -> None:
        """Bring a tile into view."""
        camera = self.camera()
        if camera is not None and 0 <= index < self.count():
            self._change_zoom(camera.revealing(self.zoom(), index))

    def set_tips(self, has_tips: bool) -> None:
        """Say whether a tip comes up where the mouse rests; not where something else tells the same."""
        self._has_tips = has_tips

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

    # -- events --------------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; a notch beside the picture, with Ctrl, or to no effect goes to what is around."""
        factor = wheel_factor(event)
        is_here = self.tile_at(event.position()) >= 0
        event.setAccepted(is_here and factor != 1 and self._zoom_at(event.position(), factor))

    def event(self, event: QEvent) -> bool:
        """Zoom by a pinch."""
        factor = pinch_factor(event)
        if factor is not None and isinstance(event, QNativeGestureEvent):
            self._zoom_at(event.position(), factor)
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
        self._drag.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while the button is down, else announce which tile is under the mouse."""
        camera = self.camera()
        if camera is not None:
            way = self._drag.panned(event, can_pan=not self.zoom().is_whole)
            if way is not None:
                self._change_zoom(camera.panned(self.zoom(), way))
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select the tile that was clicked."""
        pressed = self._drag.release(event)
        if pressed is not None:
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
        elif key in ZOOM_KEYS:
            self._zoom_at(self._focus_place(camera), ZOOM_KEYS[_KEYS(key)])
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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy and save all tiles, and where not all are seen, those that are."""
        if self.zoom().is_whole or self.is_empty():
            super().contextMenuEvent(event)
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.pictures.actions(menu))
        menu.addSeparator()
        part = self._part_pictures.actions(menu)
        for action, name, text in zip(
            part, ("copyPart", "savePart"), ("Copy part s&een", "Save p&art seen…"), strict=True
        ):
            action.setObjectName(f"{name}Action")
            action.setText(text)
            action.setShortcut(QKeySequence())
        menu.addActions(part)
        menu.popup(event.globalPos())

    def _choose(self, index: int) -> None:
        self.reveal(index)
        super()._choose(index)
