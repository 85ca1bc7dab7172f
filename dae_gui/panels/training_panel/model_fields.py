"""The fields of the choices that make up a model, made from the tables of settings, activations, losses, penalties."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSignalBlocker, SignalInstance
from PySide6.QtWidgets import QWidget

from dae_core.glossary import meaning
from dae_core.model.activations import ACTIVATIONS
from dae_core.model.losses import LOSSES
from dae_core.model.penalties import PENALTIES
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import SETTINGS
from dae_gui.panels.training_panel.controls import make_combo, make_spin
from dae_gui.panels.training_panel.strength_field import StrengthField
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.controls.number_box import NumberBox

_ORDER = tuple(SETTINGS)
MODEL_FIELDS = tuple(
    sorted(
        (name for name, one in SETTINGS.items() if not (one.is_exercise or one.is_code)),
        key=lambda name: _ORDER.index("kl_weight" if name == "kl_target" else name),
    )
)
"""The settings that make up the model, as the exercise has none of them: fields of `TrainingConfig`."""

TIPS: dict[str, str] = {
    "activation": "\n".join(
        (meaning("activation"), *(f"{row.title}: z = {row.equation} ({row.source})" for row in ACTIVATIONS.values()))
    ),
    "loss": "\n".join(
        (
            meaning("loss"),
            *(f"{row.title}: y = {row.output_equation}, E = {row.equation} ({row.source})" for row in LOSSES.values()),
        )
    ),
    "tied": f"Tied: {meaning('tied weights')} (Vincent et al. 2008)",
    "k_sparse": f"{meaning('k-sparse')} (Makhzani & Frey 2014)",
    **{
        name: f"{meaning(row.title)}\nIt adds {row.equation} to E, and so {row.gradient_equation} ({row.source}). "
        "It may be changed during a run."
        for name, row in PENALTIES.items()
    },
    "kl_target": f"ρ: {meaning('ρ')}",
    "average": f"{meaning('averaged weights')} (Polyak & Juditsky 1992)",
}
"""What is said of each field, with equation and source."""


@dataclass(frozen=True)
class ModelField:
    """One setting's field.

    Parameters
    ----------
    widget
        What stands in the form.
    controls
        What the user operates in it.
    value, show
        Return the value that is shown; show another one.
    changed
        Emitted when it is another one.
    """

    widget: QWidget
    controls: tuple[QWidget, ...]
    value: Callable[[], Any]
    show: Callable[[Any], None]
    changed: SignalInstance

    def show_quietly(self, value: Any) -> None:
        """Show a value without emitting anything."""
        blockers = [QSignalBlocker(one) for one in (self.widget, *self.controls)]
        self.show(value)
        del blockers


def model_fields(parent: QWidget) -> Mapping[str, ModelField]:
    """Return a field for each of `MODEL_FIELDS`."""
    return {name: _make(name, parent) for name in MODEL_FIELDS}


def _make(name: str, parent: QWidget) -> ModelField:
    """Return the field that suits what a setting may be: a choice, a switch, a strength, or a number."""
    one, usual, tip = SETTINGS[name], getattr(TrainingConfig(), name), TIPS[name]
    known = _object_name(name), label(name)
    if one.choices or one.switch:
        texts: dict[Any, str] = {value: one.switch[value] for value in (False, True)} if one.switch else {**one.choices}
        texts = {value: _capital(text) for value, text in texts.items()}
        combo = make_combo(parent, (f"{known[0]}ComboBox", known[1]), tip, texts)

        def show(value: Any) -> None:
            combo.setCurrentIndex(combo.findData(value))

        return ModelField(combo, (combo,), combo.currentData, show, combo.currentIndexChanged)
    low, high = one.range or (0, 0)
    if name in PENALTIES:
        field = StrengthField(known, tip, high, PENALTIES[name].strongest, parent)
        field.setToolTip(plain_tip(tip))  # for the label beside it
        return ModelField(field, field.controls(), field.value, field.set_value, field.valueChanged)
    if isinstance(low, int):
        spin = make_spin(parent, (f"{known[0]}SpinBox", known[1]), tip, (low, high), usual)
        return ModelField(spin, (spin,), spin.value, spin.setValue, spin.valueChanged)
    box = named(NumberBox(low, high, usual, step=0.01, parent=parent), f"{known[0]}SpinBox", known[1], tip)
    return ModelField(box, (box,), box.value, box.setValue, box.valueChanged)


def label(name: str) -> str:
    """Return what stands beside a field."""
    return _capital(SETTINGS[name].name)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _object_name(name: str) -> str:
    first, *more = name.split("_")
    return first + "".join(part.capitalize() for part in more)
