"""The hints on a function, of which each is shown when it is asked for."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from dae_core.lessons.code import FUNCTIONS
from dae_gui.lessons.code.quoting import quoted
from dae_gui.support.accessible import announce
from dae_gui.support.plain_text import PlainLabel
from dae_gui.support.why_not import allow
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import push_button, text_label


class Hints(QWidget):
    """Shows as many hints on a function as were asked for, and remembers how many these are.

    Attributes
    ----------
    button : QPushButton
        Shows the next one; it stands where the panel has it.

    Signals
    -------
    shown(QWidget)
        A hint is now to be seen, in this label.
    """

    shown = Signal(QWidget)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._counts = dict.fromkeys(FUNCTIONS, 0)
        self._name = next(iter(FUNCTIONS))
        tip = "Show the next of three hints: the idea, the formula, the shapes"
        self.button: QPushButton = push_button("codeHintButton", "Hint", tip, parent, "Show the next hint")
        self.button.clicked.connect(self._show_next)
        self._labels: list[tuple[QLabel, QLabel]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for number in range(1, 4):
            title = PlainLabel(parent=self)
            font = QFont()  # only bold, so that it follows the zoom
            font.setBold(True)
            title.setFont(font)
            text = text_label(f"codeHint{number}Label", f"Hint {number}", self)
            layout.addLayout(vbox(title, text, spacing=2))
            self._labels.append((title, text))
        self._refresh()

    def show_function(self, name: str) -> None:
        """Show those on another function."""
        self._name = name
        self._refresh()

    @Slot()
    def _show_next(self) -> None:
        number = self._counts[self._name] = self._counts[self._name] + 1
        self._refresh()
        _, label = self._labels[number - 1]
        self.shown.emit(label)
        announce(label, FUNCTIONS[self._name].hints[number - 1].text)

    def _refresh(self) -> None:
        hints, count = FUNCTIONS[self._name].hints, self._counts[self._name]
        for number, (hint, (title, label)) in enumerate(zip(hints, self._labels, strict=True), 1):
            title.setText(f"Hint {number}: {hint.title}")
            label.setText(quoted(hint.text))
            title.setVisible(number <= count)
            label.setVisible(number <= count)
        self.setVisible(count > 0)
        self.button.setText(f"Hint {min(count + 1, 3)} of 3")
        allow(self.button, count < len(hints), "all three hints are shown")
