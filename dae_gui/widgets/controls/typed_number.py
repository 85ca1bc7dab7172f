"""How boxes for a number take what is typed: one notation, and a word where it is not taken."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox

from dae_core.texts import plain
from dae_core.typed_numbers import NumberError, TwoMeaningsError
from dae_gui.widgets.controls.field_note import show_field_note

_LONGEST_QUOTED = 30  # characters of what was typed


class TypedNumber:
    """Lets anything be typed, has it taken when the user is done, and says what is possible where it is no such number.

    Qt would swallow single keys that fit no number, which makes 15 of 1e5, and put the former number back in silence.

    Parameters
    ----------
    box
        The box. It asks this object in ``valueFromText``, ``validate`` and ``fixup``.
    kind
        What is needed, such as "a whole number".
    read
        The number that a text means; raises NumberError.
    show
        The text for a number.
    """

    def __init__(
        self, box: QSpinBox | QDoubleSpinBox, kind: str, read: Callable[[str], float], show: Callable[[float], str]
    ) -> None:
        self._box = box
        self._kind = kind
        self._read = read
        self._show = show
        box.setKeyboardTracking(False)

    def value(self, text: str) -> float:
        """Return the number that a text means; the unchanged text means the unchanged, not the shortened number."""
        typed = self._typed(text)
        if typed == self._shown():
            return self._box.value()
        try:
            return self._read(typed)
        except NumberError:
            return self._box.value()

    def state(self, text: str) -> QValidator.State:
        """Return whether a text would be taken. None is impossible: more may be typed."""
        return QValidator.State.Intermediate if self._refusal(text) else QValidator.State.Acceptable

    def refuse(self, text: str) -> None:
        """Say why a text is not taken, before the former number comes back."""
        refusal = self._refusal(text)
        if refusal:
            stays = self._shown()
            show_field_note(self._box, f"{refusal} {stays} stays." if stays else refusal)

    def _refusal(self, text: str) -> str:
        typed, reason = self._typed(text), ""
        try:
            if typed == self._shown() or self._box.minimum() <= self._read(typed) <= self._box.maximum():
                return ""
        except TwoMeaningsError as error:
            reason = plain(str(error))
        except NumberError:
            pass
        low, high = self._show(self._box.minimum()), self._show(self._box.maximum())
        said = f", not “{plain(typed, _LONGEST_QUOTED)}”" if typed else ""
        return reason or f"{self._box.accessibleName() or 'This'} must be {self._kind} between {low} and {high}{said}."

    def _shown(self) -> str:
        return self._box.textFromValue(self._box.value())  # type: ignore[arg-type]  # each takes its own kind of number

    def _typed(self, text: str) -> str:
        """Return a text without the box's prefix and suffix."""
        return text.removeprefix(self._box.prefix()).removesuffix(self._box.suffix()).strip()
