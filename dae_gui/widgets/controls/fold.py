"""Controls that are folded away below a button, which says what they are about in a few lines."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from dae_gui.support.icons import icon
from dae_gui.support.plain_text import menu_text

_LEAST_CHARACTERS = 12
_MOST_LINES = 3


class Fold(QWidget):
    """A button, and below it the content while it is pressed; at first it is folded away.

    Attributes
    ----------
    button : FoldButton
    content : QWidget
        What is folded away; its layout and its controls are the caller's.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.button = FoldButton(self)
        self.content = QWidget(self)
        self.content.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.button)
        layout.addWidget(self.content)
        self.button.toggled.connect(self._on_toggled)
        self.refresh_icons()

    def open(self) -> None:
        """Show the content."""
        self.button.setChecked(True)

    def uncover(self, inner: QWidget) -> None:
        """Show the content, of which one control is wanted."""
        if inner is not self.button:
            self.open()

    def refresh_icons(self) -> None:
        """Draw the icon anew in the colours of the present theme."""
        self.button.setIcon(icon("collapse" if self.button.isChecked() else "expand"))

    @Slot(bool)
    def _on_toggled(self, shown: bool) -> None:
        self.content.setVisible(shown)
        self.refresh_icons()


class FoldButton(QToolButton):
    """A button to fold with; its text has a few lines, and ends in an ellipsis where they have no room for it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self._cut()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the size with all of the text."""
        size = super().sizeHint()
        return QSize(size.width() + self._width_of(menu_text(self._whole)) - self._width_of(self.text()), size.height())

    def minimumSizeHint(self) -> QSize:
        """Return the size with some of it."""
        least = _LEAST_CHARACTERS * self.fontMetrics().averageCharWidth() + self._air()
        return QSize(min(least, self.sizeHint().width()), super().sizeHint().height())

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
        return self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, text).width()

    def _air(self) -> int:
        return super().sizeHint().width() - self._width_of(self.text())

    def _cut(self) -> None:
        room = max(self.width() - self._air(), 0)
        letters, lines, rest = self.fontMetrics(), list[str](), self._whole
        while len(lines) < _MOST_LINES - 1 and letters.horizontalAdvance(rest) > room:
            words = rest.split(" ")
            count = 1
            while letters.horizontalAdvance(" ".join(words[: count + 1])) <= room:
                count += 1
            lines.append(" ".join(words[:count]))
            rest = " ".join(words[count:])
        lines.append(rest)
        cut = [letters.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in lines if line]
        shown = "\n".join(map(menu_text, cut))
        if shown != self.text():
            self.setText(shown)
