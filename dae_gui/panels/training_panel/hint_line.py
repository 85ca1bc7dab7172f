"""A quiet line below a field: what there is to know of its value, and a button for what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QToolButton, QWidget

from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import named


class HintLine(QWidget):
    """A sentence in faint letters, with a button or without; it takes no room while there is nothing to say.

    Signals
    -------
    taken()
        The user wants what the button says.
    """

    taken = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}Hint")
        self._label = named(PlainLabel(parent=self), f"{name}HintLabel")
        self._label.setWordWrap(True)
        self._label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._button = named(QToolButton(self), f"{name}HintButton")
        self._button.clicked.connect(self.taken)
        layout = vbox(self._label, self._button, spacing=2, margins=(0, 0, 0, 2))
        layout.setAlignment(self._button, Qt.AlignmentFlag.AlignLeft)
        self.setLayout(layout)
        self.hide()

    def text(self) -> str:
        """Return what it says; empty while it is hidden."""
        return "" if self.isHidden() else self._label.text()

    def show_hint(self, text: str, answer: str = "") -> None:
        """Say this, with a button that does this; nothing where the text is empty."""
        self._label.setText(text)
        self._label.setAccessibleName(text)
        self._button.setText(answer)
        self._button.setVisible(bool(answer))
        self.setVisible(bool(text))
