"""A map of points that the user wanders about in, with wheel, drags, pinches and keys, and points at things on."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from dae_gui.widgets.pictures.mosaic_zoom import WHOLE, Zoom
from dae_gui.widgets.plots.point_map import PointMap

_KEY_FACTOR = 1.5
_NOTCH = 120.0  # of a wheel, in eighths of a degree
_NOTCHES_TO_DOUBLE = 2.0
_PIXELS_TO_DOUBLE = 160.0  # of a touchpad that tells no angle
_PAN = 0.2  # of the room, by a key
_AIR = 24.0  # pixels between a point that a key has come to and the edge
_KEYS = Qt.Key
_ZOOM_KEYS = {
    _KEYS.Key_Plus: _KEY_FACTOR,
    _KEYS.Key_Equal: _KEY_FACTOR,
    _KEYS.Key_Minus: 1 / _KEY_FACTOR,
    _KEYS.Key_Underscore: 1 / _KEY_FACTOR,
}
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
        self._pressed: QPointF | None = None
        self._panned_from: QPointF | None = None
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
        turned, moved = event.angleDelta().y(), event.pixelDelta().y()
        doublings = turned / _NOTCH / _NOTCHES_TO_DOUBLE if turned else moved / _PIXELS_TO_DOUBLE
        is_here = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        event.setAccepted(is_here and bool(doublings) and self._zoom_at(event.position(), 2.0**doublings))

    def event(self, event: QEvent) -> bool:
        """Zoom by a pinch, and forget the mouse when it leaves."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self._zoom_at(event.position(), max(1.0 + event.value(), 0.1))
            return True
        if event.type() in (QEvent.Type.Leave, QEvent.Type.Hide):
            self._hover(-1)
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._panned_from = event.position(), None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while the button is down, else say which point is under the mouse."""
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._hover(self.point_at(event.position()))
            return
        is_drag = (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if self._panned_from is None and is_drag and not self._zoom.is_whole:
            self._panned_from = self._pressed
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._panned_from is not None:
            self._set_zoom(self.camera().panned(self._zoom, event.position() - self._panned_from))
            self._panned_from = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select the point that was clicked, beside the points none."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        pressed, self._pressed = self._pressed, None
        if self._panned_from is not None:
            self._panned_from = None
            self.unsetCursor()
        elif (event.position() - pressed).manhattanLength() < QApplication.startDragDistance():
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
        elif key in _ZOOM_KEYS:
            self._zoom_at(self._focus_place(), _ZOOM_KEYS[key])
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
