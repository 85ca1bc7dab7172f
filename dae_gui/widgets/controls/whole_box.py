"""A box for one whole number: shown with commas between the thousands, typed in any usual way."""

from __future__ import annotations

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QSpinBox, QWidget

from dae_core.typed_numbers import read_whole
from dae_gui.widgets.controls.typed_number import TypedNumber


class WholeBox(QSpinBox):
    """Takes ``25000``, ``25,000``, ``25.000`` or ``2.5e4`` when the user is done typing, and shows ``25,000``.

    What is no whole number of the range is not taken: the box says what is possible, and the former number comes back.

    Parameters
    ----------
    low, high
        The range, both ends included.
    value
        The number at the start.
    is_count
        Whether thousands are parted by commas.
    """

    def __init__(
        self, low: int, high: int, value: int, *, is_count: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._is_count = is_count
        self._typing = TypedNumber(self, "a whole number", read_whole, lambda value: self.textFromValue(int(value)))
        self.setRange(low, high)
        self.setValue(value)

    def textFromValue(self, value: int) -> str:
        """Return the text for a number."""
        return f"{value:,}" if self._is_count else str(value)

    def valueFromText(self, text: str) -> int:
        """Return the number that a text means."""
        return int(self._typing.value(text))

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let everything be typed for now."""
        return self._typing.state(text), text, position

    def fixup(self, text: str) -> str:
        """Say why a text is not taken, which is left to Qt as it is."""
        self._typing.refuse(text)
        return text
