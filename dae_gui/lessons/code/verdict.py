"""What a check has found, in a strip of the colour of its outcome; beside it, the way to the line that it is about."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from dae_gui.support.theme import current_theme
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import push_button, text_label

_MARKS = {True: "✓", False: "✗"}


class Verdict(QWidget):
    """Hidden while there is nothing to say.

    Parameters
    ----------
    name
        What the object names begin with: ``"codeVerdict"`` gives ``codeVerdictLabel`` and ``codeVerdictButton``.
    title
        What screen readers call the sentence.

    Signals
    -------
    lineRequested(int)
        The user wants to see this line.
    """

    lineRequested = Signal(int)

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_right: bool | None = None
        self._line = 0
        self._label = text_label(f"{name}Label", title, self)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        tip = "Put the cursor on the line that this is about"
        self._go = push_button(f"{name}Button", "Go to line", tip, self)
        self._go.clicked.connect(self._on_go_clicked)
        self.setLayout(vbox(self._label, hbox(self._go, 1), spacing=4, margins=(8, 6, 8, 6)))
        self.hide()

    def show_text(self, text: str, *, is_right: bool | None, line: int | None = None) -> None:
        """Show a sentence: whether all is right (None says neither), and the line that it is about."""
        self._is_right, self._line = is_right, line or 0
        self._label.setText(text if is_right is None else f"{_MARKS[is_right]} {text}")
        self._go.setText(f"Go to line {line}")
        self._go.setVisible(line is not None)
        self.setVisible(bool(text))
        self._follow_theme()

    def text(self) -> str:
        """Return the sentence; empty where there is none."""
        return "" if self.isHidden() else self._label.text()

    @Slot()
    def _on_go_clicked(self) -> None:
        self.lineRequested.emit(self._line)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill the ground; the children draw themselves."""
        theme = current_theme(self.palette())
        ground = theme.warning_background if self._is_right is False else theme.alternate
        QPainter(self).fillRect(self.rect(), QColor(ground))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_go"):
            self._follow_theme()

    def _follow_theme(self) -> None:
        theme = current_theme(self.palette())
        palette = self._label.palette()
        color = {True: theme.done, False: theme.warning, None: theme.text}[self._is_right]
        palette.setColor(QPalette.ColorRole.WindowText, QColor(color))
        self._label.setPalette(palette)
        self.update()
