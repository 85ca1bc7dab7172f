"""A map of points that the user wanders about in, with wheel, drags, pinches and keys, and points at things on."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from dae_gui.widgets.pictures.mosaic_zoom import WHOLE, Zoom
from dae_gui.widgets.pictures.wandering import ZOOM_KEYS, Drag, pinch_factor, wheel_factor
from dae_gui.widgets.plots.point_map import PointMap

_PAN = 0.2  # of the room, by a key
_AIR = 24.0  # pixels between a point that a key has come to and the edge
_KEYS = Qt.Key
_ARROWS = {
    _KEYS.Key_Left: (-1.0, 0.0),
    _KEYS.Key_Right: (1.0, 0.0),
    _KEYS.Key_Up: (0.0, -1.0),
    _KEYS.Key_Down: (0.0, 1.0),
}


class WanderingMap(PointMap):
    """A `PointMap` whose part that is seen the user chooses.

    The wheel and a pinch zoom at the pointer, a drag pans, a click selects; + and - zoom at the selected point, the
    arrow keys go to the next point in their direction, with Shift they pan; a double click or 0 shows all.

    Signals
    -------
    pointChosen(int)
        The user has chosen this point, by mouse or keyboard; -1: none any more.
    pointHovered(int)
        The mouse has come onto this point; -1: it is on none.
    """

    pointChosen = Signal(int)
    pointHovered = Signal(int)

    def __init__(self, name: str, accessible_name: str, picture_name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, accessible_name, picture_name, parent)
        self._drag = Drag(self)
        self.setMouseTracking(True)
        self.setAccessibleDescription(
            "Arrow keys go to the next point, with Shift they pan; + and - zoom, 0 shows all, Escape selects none."
        )

    @Slot()
    def show_all(self) -> None:
        """Show all points."""
        self._set_zoom(WHOLE)

    def _set_zoom(self, zoom: Zoom) -> bool:
        if zoom == self._zoom or self.is_empty():
            return False
        self._zoom = zoom
        self.update()
        return True

    def _zoom_at(self, place: QPointF, factor: float) -> bool:
        return self._set_zoom(self.camera().about(self._zoom, place, factor))

    def _choose(self, index: int) -> None:
        self.select(index)
        self.pointChosen.emit(index)

    # -- mouse ---------------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; a notch with Ctrl, or to no effect, goes to what is around."""
        factor = wheel_factor(event)
        event.setAccepted(factor != 1 and self._zoom_at(event.position(), factor))

    def event(self, event: QEvent) -> bool:
        """Zoom by a pinch, and forget the mouse when it leaves."""
        factor = pinch_factor(event)
        if factor is not None and isinstance(event, QNativeGestureEvent):
            self._zoom_at(event.position(), factor)
            return True
        if event.type() in (QEvent.Type.Leave, QEvent.Type.Hide):
            self._hover(-1)
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        self._drag.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while the button is down, else say which point is under the mouse."""
        if not self._drag.is_down(event):
            self._hover(self.point_at(event.position()))
            return
        way = self._drag.panned(event, can_pan=not self._zoom.is_whole)
        if way is not None:
            self._set_zoom(self.camera().panned(self._zoom, way))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select the point that was clicked, beside the points none."""
        pressed = self._drag.release(event)
        if pressed is None:
            return
        if (event.position() - pressed).manhattanLength() < QApplication.startDragDistance():
            self._choose(self.point_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.show_all()

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.setCursor(Qt.CursorShape.PointingHandCursor) if index >= 0 else self.unsetCursor()
            self.update()
            self.pointHovered.emit(index)

    # -- keys ----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, pan, and go from point to point."""
        key, shifted = _KEYS(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        others = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        if self.is_empty() or others:
            super().keyPressEvent(event)
        elif key in ZOOM_KEYS:
            self._zoom_at(self._focus_place(), ZOOM_KEYS[key])
        elif key in _ARROWS and shifted:
            x, y = _ARROWS[key]
            room = self.camera().room
            self._set_zoom(
                self.camera().panned(self._zoom, QPointF(-_PAN * x * room.width(), -_PAN * y * room.height()))
            )
        elif key in _ARROWS:
            self._go(*_ARROWS[key])
        elif key == _KEYS.Key_0:
            self.show_all()
        elif key == _KEYS.Key_Escape and self._selected >= 0:
            self._choose(-1)
        else:
            super().keyPressEvent(event)

    def _focus_place(self) -> QPointF:
        """Return the place of the selected point where it is seen, else the middle of the room."""
        room = self.camera().room
        place = self.place_of(self._selected) if self._selected >= 0 else room.center()
        return place if room.contains(place) else room.center()

    def _go(self, x: float, y: float) -> None:
        """Select the nearest point in a direction, within 45° of it; without a selection the one in the middle."""
        here = self._focus_place() if self._selected < 0 else self.place_of(self._selected)
        off = self.camera().project(self._zoom, self._points.places) - [here.x(), here.y()]
        along, across = off @ [x, y], np.abs(off @ [y, x])
        distance = along + 2 * across if self._selected >= 0 else np.hypot(off[:, 0], off[:, 1])
        with np.errstate(invalid="ignore"):
            is_ahead = np.isfinite(distance) if self._selected < 0 else (along > 0.5) & (along >= across)
        if is_ahead.any():
            index = int(np.argmin(np.where(is_ahead, distance, np.inf)))
            self._set_zoom(self.camera().revealing(self._zoom, self.place_of(index), _AIR))
            self._choose(index)
