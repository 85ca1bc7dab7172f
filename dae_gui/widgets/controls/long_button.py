"""A button whose text may be anyone's: it is cut in the middle where there is no room for all of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from dae_gui.support.plain_text import menu_text

_LEAST_CHARACTERS = 8


class LongButton(QPushButton):
    """As wide as its text, but no wider than there is room.

    Parameters
    ----------
    text
        What stands on it, letter by letter.
    parent
        The widget that it is in.
    """

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(menu_text(text), parent)
        self._whole = text
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size with all of the text, whatever of it is shown now."""
        size, letters = super().sizeHint(), self.fontMetrics()
        whole, shown = (
            letters.size(Qt.TextFlag.TextShowMnemonic, text) for text in (menu_text(self._whole), self.text())
        )
        return size + QSize(whole.width() - shown.width(), 0)

    def minimumSizeHint(self) -> QSize:
        """Return the size with some of it."""
        whole = self.sizeHint()
        least = _LEAST_CHARACTERS * self.fontMetrics().averageCharWidth() + self._air()
        return QSize(min(least, whole.width()), whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        self._cut()

    def changeEvent(self, event: QEvent) -> None:
        """Cut the text anew where the letters have another size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_whole"):
            self._cut()

    def _width_of(self, text: str) -> int:
        """Return the width that Qt's own size hint counts for a text."""
        return self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, text).width()

    def _air(self) -> int:
        """Return the width beside the text, which the style gives."""
        return self.sizeHint().width() - self.fontMetrics().horizontalAdvance(self._whole)

    def _cut(self) -> None:
        letters, room = self.fontMetrics(), max(self.width() - self._air(), 0)
        shown = self._whole
        if letters.horizontalAdvance(shown) > room:  # Qt cuts a text too that is wider by a fraction of a pixel
            shown = letters.elidedText(shown, Qt.TextElideMode.ElideMiddle, room)
        if menu_text(shown) != self.text():
            self.setText(menu_text(shown))
