"""A box for a number that stands empty until one is typed: a number that stands there already would be a hint."""

from __future__ import annotations

from PySide6.QtGui import QValidator

from dae_gui.widgets.controls.number_box import NumberBox


class AnswerBox(NumberBox):
    """Shows nothing until a number of its range is typed, or an arrow is used."""

    _is_blank = True  # of the class, for the box asks while it is being made

    def textFromValue(self, value: float) -> str:
        """Return the number, or nothing before there is one."""
        return "" if self._is_blank else super().textFromValue(value)

    def valueFromText(self, text: str) -> float:
        """Return the number that a text means, from which on there is one."""
        if text.strip():
            self._is_blank = False
        return super().valueFromText(text)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let it be left empty as well."""
        if not text.strip():
            return QValidator.State.Acceptable, text, position
        return super().validate(text, position)

    def stepBy(self, steps: int) -> None:
        """Go on by some steps, from the number that it stands for."""
        self._is_blank = False
        super().stepBy(steps)
