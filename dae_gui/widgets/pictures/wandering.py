"""What mouse and keys mean where the user wanders about in a picture: zoom, pan, or a click; and how far."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

_KEY_FACTOR = 1.5
_NOTCH = 120.0  # of a wheel, in eighths of a degree
_NOTCHES_TO_DOUBLE = 2.0
_PIXELS_TO_DOUBLE = 160.0  # of a touchpad that tells no angle
ZOOM_KEYS = {
    Qt.Key.Key_Plus: _KEY_FACTOR,
    Qt.Key.Key_Equal: _KEY_FACTOR,
    Qt.Key.Key_Minus: 1 / _KEY_FACTOR,
    Qt.Key.Key_Underscore: 1 / _KEY_FACTOR,
}
"""By how much a key zooms."""


def wheel_factor(event: QWheelEvent) -> float:
    """Return by how much a turn of the wheel zooms; 1 where it does not, as with Ctrl, which zooms the window."""
    if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return 1.0
    turned, moved = event.angleDelta().y(), event.pixelDelta().y()
    doublings = turned / _NOTCH / _NOTCHES_TO_DOUBLE if turned else moved / _PIXELS_TO_DOUBLE
    return float(2.0**doublings)


def pinch_factor(event: QEvent) -> float | None:
    """Return by how much a pinch zooms; None for all other events."""
    if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
        return max(1.0 + event.value(), 0.1)
    return None


class Drag:
    """The left button from its press to its release: a drag, which pans, or else a click.

    Parameters
    ----------
    widget
        Whose button it is; it shows a closed hand during a drag.
    """

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._pressed: QPointF | None = None
        self._from: QPointF | None = None

    def press(self, event: QMouseEvent) -> None:
        """Begin."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._from = event.position(), None

    def is_down(self, event: QMouseEvent) -> bool:
        """Whether the button was pressed on the widget, and still is."""
        return self._pressed is not None and bool(event.buttons() & Qt.MouseButton.LeftButton)

    def panned(self, event: QMouseEvent, *, can_pan: bool) -> QPointF | None:
        """Return how far to pan after a move; None where this is no drag, or not one yet."""
        if self._pressed is None or not self.is_down(event):
            return None
        far = (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if self._from is None and far and can_pan:
            self._from = self._pressed
            self._widget.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._from is None:
            return None
        before, self._from = self._from, event.position()
        return event.position() - before

    def release(self, event: QMouseEvent) -> QPointF | None:
        """End; return where the button was pressed if it was a click, and None after a drag."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return None
        pressed, self._pressed = self._pressed, None
        if self._from is None:
            return pressed
        self._from = None
        self._widget.unsetCursor()
        return None
