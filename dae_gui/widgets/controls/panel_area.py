"""What a panel stands in, so that it is usable in any room: it scrolls what is too small to show it whole."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from dae_gui.support import scale
from dae_gui.support.accessible import attach
from dae_gui.support.restyling import is_restyling

_LEAST_CHARACTERS, _LEAST_LINES = 20, 5
_LARGEST_GRANTED = 1.5
_LARGEST_SIZE = 1.25  # of letters, up to which so many have room in the smallest area

_BARS = (False, False), (True, False), (False, True), (True, True)  # which there are: one for height, one for width


class PanelArea(QScrollArea):
    """Shows a panel in all of its room, or a part of it with scroll bars where the panel needs more.

    So a window has no smallest size that a screen, or larger letters, could not grant, whatever stands in it.

    It also parks the focus. When a field that has it is disabled, as those are that define a run when one is started,
    Qt gives it to the next field with the text selected, and what the user types then changes that field. Here the
    panel as a whole gets it: there no key does harm, and Tab goes on from there.

    Parameters
    ----------
    panel
        What is shown; the area takes it over, and is known by its name.
    parent
        What it will stand in: whatever moves from one widget to another is styled anew, with all that is in it.
    least
        What it has in any case (pixels); with letters more than 1.5 times as large as usual
        somewhat less, for those of the other areas to have room.
    """

    def __init__(self, panel: QWidget, parent: QWidget, least: QSize | None = None) -> None:
        super().__init__(parent)
        self._least = QSize() if least is None else least
        self._panel = panel
        self._told = QSize()
        self.setObjectName(f"{panel.objectName()}Area")
        self.setFrameShape(QFrame.Shape.StyledPanel)  # the edge of a card, as the style sheet draws it
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(attach(panel))
        self.setFocusProxy(panel)
        panel.setAutoFillBackground(False)  # setting it has switched this on

    def minimumSizeHint(self) -> QSize:
        """Return a little room, or the panel's own smallest height if that is less; no width that texts change."""
        letters, share = self.fontMetrics(), min(_LARGEST_SIZE / scale.current().size, 1.0)
        width, height = letters.averageCharWidth() * _LEAST_CHARACTERS, letters.height() * _LEAST_LINES
        least = QSize(round(width * share), round(height * share**2))  # titles, too, are higher then
        granted = self._least * min(_LARGEST_GRANTED / scale.current().size, 1.0)
        least.setHeight(min(self._panel.minimumSizeHint().height(), least.height()))
        return least.expandedTo(granted) + self._frame()

    def sizeHint(self) -> QSize:
        """Return what the panel asks for."""
        return self._panel.sizeHint() + self._frame()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the panel the room that there is now."""
        super().resizeEvent(event)
        self._give_room()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl held, leave it to the window, which zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().wheelEvent(event)

    def event(self, event: QEvent) -> bool:
        """Give the panel another size when it needs more or less than before."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._give_room()
            least = self.minimumSizeHint()
            if least != self._told:  # what is around it remembers the smallest size that it was told
                self._told = least
                self.updateGeometry()
        return super().event(event)

    def _frame(self) -> QSize:
        return QSize(2 * self.frameWidth(), 2 * self.frameWidth())

    def _give_room(self) -> None:
        """Make the panel as large as the room, and no smaller than it can be.

        ``setWidgetResizable`` would ask for the height that its texts prefer, and scroll panels that only need to be
        drawn a little smaller.
        """
        if is_restyling():  # a panel that is arranged anew may delete parts of itself
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.LayoutRequest))
            return
        whole, width = self.maximumViewportSize(), self._panel.minimumSizeHint().width()
        bars = QSize(self.verticalScrollBar().sizeHint().width(), self.horizontalScrollBar().sizeHint().height())
        for is_high, is_wide in _BARS:
            room = whole - QSize(is_high * bars.width(), is_wide * bars.height())
            least = QSize(width, self._least_height(max(room.width(), width)))
            if (is_wide or least.width() <= room.width()) and (is_high or least.height() <= room.height()):
                break
        self._panel.resize(room.expandedTo(least))

    def _least_height(self, width: int) -> int:
        """Return the panel's own smallest height; those with lines that break need more where they are narrow."""
        height, layout = self._panel.minimumSizeHint().height(), self._panel.layout()
        if layout is not None and layout.hasHeightForWidth():
            height = max(height, layout.totalMinimumHeightForWidth(width))
        return height

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Go to the next field; if the present one was just disabled, to the panel."""
        focused = self.focusWidget()
        if focused is not None and not focused.isEnabled():
            self._panel.setFocus()
            return True
        return super().focusNextPrevChild(is_next)
