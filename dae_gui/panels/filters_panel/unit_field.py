"""A field to type a unit's number into, in order to go to its tile."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from dae_gui.widgets.controls.named import named

_LONGEST = 9


class UnitField(QLineEdit):
    """Takes a number, counted from 1; Enter goes there, Escape leaves. It is seen only while it is used."""

    wanted = Signal(int)
    """A number was typed, 0 for what is none."""
    left = Signal()
    """The user wants to go back to the tiles."""

    def __init__(self, layer: str, parent: QWidget) -> None:
        super().__init__(parent)
        tip = "Type a unit's number and press Enter to go to its tile; typing it over the tiles does the same"
        named(self, f"filters{layer}UnitField", f"Number of the unit of {layer} to go to", tip)
        self.setPlaceholderText("Unit …")
        self.setMaxLength(_LONGEST)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("10,000 …") + 16)
        self.returnPressed.connect(self._on_return_pressed)

    @Slot(str)
    def begin(self, text: str = "") -> None:
        """Appear, with a number that the user has begun to type elsewhere."""
        self.setText(text)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.deselect()
        self.end(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Disappear when the user goes on to something else."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.hide()

    @Slot()
    def _on_return_pressed(self) -> None:
        digits = "".join(letter for letter in self.text() if letter not in ",.' \u00a0\u202f")
        self.wanted.emit(int(digits) if digits.isascii() and digits.isdecimal() else 0)
