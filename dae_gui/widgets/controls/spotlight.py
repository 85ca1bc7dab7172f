"""A bright ring around the pointer, for those who watch from afar."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QCursor, QGuiApplication, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget

from dae_gui.support.scale import scaled
from dae_gui.support.theme import SPOTLIGHT_COLORS

_RADIUS, _THICKNESS, _EDGE = 30, 7, 2  # pixels at 100 %
_INTERVAL_MS = 16
_AS_WINDOW = (
    Qt.WindowType.ToolTip
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.NoDropShadowWindowHint
    | Qt.WindowType.WindowTransparentForInput
    | Qt.WindowType.WindowDoesNotAcceptFocus
)


class Spotlight(QWidget):
    """Follows the pointer while it is over a window, and lets all that the mouse does through.

    It is a window of its own, of the shape of the ring: moving it paints nothing of what is below. Where programs
    cannot place their windows (Wayland), it is a part of the window, which repaints what the ring has left.

    Parameters
    ----------
    window
        Over which.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("spotlight")
        if not QGuiApplication.platformName().startswith("wayland"):
            self.setWindowFlags(_AS_WINDOW)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._window = window
        # The pointer is asked for: a filter of all its events would wait for the interpreter lock at each.
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self._follow)
        self.hide()

    def is_on(self) -> bool:
        """Whether it follows the pointer."""
        return self._timer.isActive()

    @Slot(bool)
    def set_on(self, on: bool) -> None:
        """Follow the pointer, or not."""
        if on:
            self._timer.start()
            self._follow()
        else:
            self._timer.stop()
            self.hide()

    @Slot()
    def _follow(self) -> None:
        window, at = self._window, QCursor.pos()
        if not (window.isVisible() and window.rect().contains(window.mapFromGlobal(at))):
            self.hide()
            return
        side = 2 * scaled(_RADIUS)
        if self.width() != side:
            self.resize(QSize(side, side))
            inside = QRect(QPoint(), self.size()).adjusted(*_inwards(scaled(_THICKNESS)))
            self.setMask(QRegion(self.rect(), QRegion.RegionType.Ellipse) - QRegion(inside, QRegion.RegionType.Ellipse))
        place = at - QPoint(side // 2, side // 2)
        self.move(place if self.isWindow() else window.mapFromGlobal(place))
        if not self.isVisible():
            self.show()
            self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ring, with edges that show on every ground."""
        bright, edge = map(QColor, SPOTLIGHT_COLORS)
        painter = QPainter(self)
        painter.fillRect(self.rect(), bright)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(edge, 2 * scaled(_EDGE)))
        painter.drawEllipse(self.rect())
        painter.drawEllipse(self.rect().adjusted(*_inwards(scaled(_THICKNESS))))


def _inwards(distance: int) -> tuple[int, int, int, int]:
    return distance, distance, -distance, -distance
