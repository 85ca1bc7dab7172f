"""A sentence over the window that goes by itself, and lets the mouse through."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

from dae_gui.support.plain_text import PlainLabel
from dae_gui.support.scale import scaled

_SECONDS = 3


class PassingNote(PlainLabel):
    """Shows a text for three seconds at the upper edge of a window, over everything.

    Parameters
    ----------
    window
        Whose upper edge.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__("", window)
        self.setObjectName("passingNote")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setBackgroundRole(QPalette.ColorRole.Highlight)
        self.setForegroundRole(QPalette.ColorRole.HighlightedText)
        self.setAutoFillBackground(True)
        self._timer = QTimer(self, singleShot=True, interval=1000 * _SECONDS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def show_text(self, text: str) -> None:
        """Show a text now."""
        self.setText(text)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def changeEvent(self, event: QEvent) -> None:
        """Have the size that the letters need."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.isVisible():
            self._place()

    def _place(self) -> None:
        side = scaled(10)
        self.setContentsMargins(2 * side, side, 2 * side, side)
        self.adjustSize()
        self.resize(self.size().boundedTo(self.window().size()))
        self.move((self.window().width() - self.width()) // 2, 2 * side)
