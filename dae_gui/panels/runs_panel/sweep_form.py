"""One line of the sweep window: a setting, and the values that it is to take."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from dae_core.model.penalties import PENALTIES
from dae_core.sweeps.sweep_values import FIELDS, LEVEL, hint, read_values
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import RANGES, SETTINGS
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.controls.layouts import hbox
from dae_gui.widgets.controls.named import combo_box, named

_NAMES = {
    LEVEL: "noise level",
    **{field: SETTINGS[field].name for field in FIELDS},
    "corruption": "noise (kind and level)",
}
_NOTHING = "nothing else"
_PROPOSALS: dict[str, str] = {"batch_size": "1, 8, 64", "kl_target": "0.05, 0.1, 0.2"}
_PROPOSALS |= dict.fromkeys(map(str, PENALTIES), "0, 0.01, 0.1")
"""Values worth a look whatever the settings are."""


class SettingLine(QWidget):
    """A box with the settings and a field for the values, which begins with a proposal.

    Parameters
    ----------
    number
        From 1 on; all but the first may be nothing.
    base
        The settings that the values are put into.
    parent
        The widget that it stands in.

    Signals
    -------
    changed()
        Another setting, or other values.
    """

    changed = Signal()

    def __init__(self, number: int, base: TrainingConfig, parent: QWidget) -> None:
        super().__init__(parent)
        self._base = base
        fields = [(name[0].upper() + name[1:], field) for field, name in _NAMES.items()]
        self._setting = combo_box(
            f"sweepSetting{number}ComboBox",
            f"Setting {number} of the sweep",
            "The setting that differs from run to run",
            fields if number == 1 else [(_NOTHING, ""), *fields],
            self,
        )
        self._values = named(QLineEdit(self), f"sweepValues{number}LineEdit", f"Values of setting {number}")
        self.setLayout(hbox(self._setting, (self._values, 1), margins=(0, 0, 0, 0)))
        self._propose()
        self._setting.currentIndexChanged.connect(self._on_setting_changed)
        self._values.textChanged.connect(self.changed)

    @property
    def field(self) -> str:
        """The chosen field of the settings, or "level"; empty for nothing."""
        return str(self._setting.currentData())

    def set(self, field: str, text: str) -> None:
        """Choose a setting and its values."""
        self._setting.setCurrentIndex(self._setting.findData(field))
        self._values.setText(text)

    def read(self) -> tuple[str, list[Any]]:
        """Return a field of TrainingConfig and its values. Raises SweepError with a sentence."""
        field, text = self.field, self._values.text().strip().rstrip(",")
        name = _NAMES[field]
        values = read_values(field, text, name, self._base.corruption)
        return ("corruption" if field == LEVEL else field), values

    def _propose(self) -> None:
        field = self.field
        self._values.setEnabled(bool(field))
        self._values.setText(_proposal(field, self._base) if field else "")
        self._values.setPlaceholderText("Values with commas between them" if field else "")
        self._values.setToolTip(
            plain_tip(f"With commas between them: {hint(field, self._base.corruption)}" if field else "")
        )

    @Slot()
    def _on_setting_changed(self) -> None:
        self._propose()
        self.changed.emit()


def _proposal(field: str, base: TrainingConfig) -> str:
    """Return values worth a look, around those of now."""
    if field == LEVEL:
        gaussian = base.corruption.level_range[1] > 1
        return "0.5, 1, 1.5" if gaussian else "0 %, 25 %, 50 %"
    if field == "corruption":
        return "gaussian:1, masking:25 %, salt-and-pepper:25 %"
    if field in ("hidden_units", "learning_rate", "iterations"):
        low, high = RANGES[field]
        value = getattr(base, field)
        values = [min(max(value * factor, low), high) for factor in (0.5, 1, 2)]
        shown = [f"{round(v)}" if isinstance(value, int) else f"{v:g}" for v in values]
        return ", ".join(dict.fromkeys(shown))
    if field == "seed":
        return ", ".join(str(min(base.seed, RANGES["seed"][1] - 2) + i) for i in range(3))
    if field == "k_sparse":
        some = {0, max(1, base.hidden_units // 9), max(1, base.hidden_units // 3)}
        return ", ".join(map(str, sorted(some)))
    if SETTINGS[field].switch is not None:
        return "no, yes"
    return _PROPOSALS.get(field) or hint(field, base.corruption)
