"""A box for one number: shown as briefly as it can be written, typed in any usual way."""

from __future__ import annotations

import math
from typing import Literal

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from dae_core.typed_numbers import read_number
from dae_gui.widgets.controls.typed_number import TypedNumber

Steps = Literal["linear", "1-2-5"]

_LADDER = (1.0, 2.0, 5.0)
_PAGE = 10  # what Page Up, Page Down and Ctrl with the wheel ask for
_SIGNIFICANT_DIGITS = 6
_DECIMALS = 20  # Qt rounds to so many; enough not to be noticed by any number that the user types


class NumberBox(QDoubleSpinBox):
    """Takes a number, also as ``3e-4`` or ``0,0003``, when the user is done typing (Enter, or leaving the box).

    What is no number of the range is not taken: the box says what is possible, and the former number comes back.

    Parameters
    ----------
    low, high
        The range, both ends included.
    value
        The number at the start.
    steps
        ``"linear"``: an arrow adds or takes away `step`. ``"1-2-5"``: an arrow goes to the next of … 0.1, 0.2, 0.5, 1,
        2, 5 …, and a page key ten times as far; this needs a positive range.
    step
        How far one linear step goes.
    """

    def __init__(
        self,
        low: float,
        high: float,
        value: float,
        *,
        steps: Steps = "linear",
        step: float = 0.1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        if not low <= high or (steps == "1-2-5" and low <= 0.0):
            raise ValueError(f"A box with {steps} steps cannot have the range from {low:g} to {high:g}.")
        self._steps = steps
        self._typing = TypedNumber(self, "a number", read_number, brief)
        self.setDecimals(_DECIMALS)
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setValue(value)

    def textFromValue(self, value: float) -> str:
        """Return the shortest usual text: ``0.0005``, ``5e-06``, ``1000``."""
        return brief(value)

    def valueFromText(self, text: str) -> float:
        """Return the number that a text means."""
        return self._typing.value(text)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let everything be typed for now."""
        return self._typing.state(text), text, position

    def fixup(self, text: str) -> str:
        """Say why a text is not taken, which is left to Qt as it is."""
        self._typing.refuse(text)
        return text

    def stepBy(self, steps: int) -> None:
        """Go on by some steps."""
        if self._steps == "linear":
            super().stepBy(steps)
            return
        self.interpretText()
        count = len(_LADDER) if abs(steps) == _PAGE else abs(steps)
        value = self.value()
        for _ in range(count):
            value = next_on_ladder(value, up=steps > 0)
        self.setValue(value)
        self.selectAll()


def brief(value: float) -> str:
    """Return the shortest usual text of a number."""
    return f"{value + 0.0:.{_SIGNIFICANT_DIGITS}g}"


def next_on_ladder(value: float, *, up: bool) -> float:
    """Return the nearest number above (or below) a positive one among 1, 2 and 5 times the powers of ten."""
    exponent = math.floor(math.log10(value))
    # Decimal texts, because 10.0**-5 * 5 is not the same as 5e-05.
    rungs = [float(f"{mantissa:g}e{power}") for power in range(exponent - 1, exponent + 2) for mantissa in _LADDER]
    if up:
        return min(rung for rung in rungs if rung > value * (1 + 1e-9))
    return max(rung for rung in rungs if rung < value * (1 - 1e-9))
