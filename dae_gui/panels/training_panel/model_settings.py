"""What the model is, in one line, and the choices that it is made of, folded away at first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFormLayout, QWidget

from dae_core.model.architecture import Architecture
from dae_core.model.penalties import PENALTIES
from dae_core.training.config import TrainingConfig
from dae_gui.panels.training_panel.controls import make_form
from dae_gui.panels.training_panel.model_fields import label, model_fields
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.controls.fold import Fold
from dae_gui.widgets.controls.named import named

_TIP = "Show or hide what the model is made of: activation, loss, tied weights, penalties"


class ModelSettings(Fold):
    """A button that says what the model is, and below it a field for each choice while it is pressed.

    Parameters
    ----------
    parent
        The widget that it stands in.

    Signals
    -------
    edited()
        The user changed one of the settings that define a run.
    strengthChanged(str)
        The user changed the strength of a penalty, which may be done while a run goes on; by its name.
    """

    edited = Signal()
    strengthChanged = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        named(self.button, "modelButton", "Model", _TIP)
        self.content.setObjectName("modelSettings")
        self._fields = model_fields(self.content)
        form = make_form(self.content)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, field in self._fields.items():
            form.addRow(label(name), field.widget)
            field.changed.connect(self._on_strength_changed if name in PENALTIES else self._on_edited)
        self._known = self.values()
        self._show_line()

    def controls(self) -> Sequence[QWidget]:
        """Return the controls of what defines a run."""
        return [one for name, field in self._fields.items() if name not in PENALTIES for one in field.controls]

    def live(self) -> Sequence[QWidget]:
        """Return those of what may be changed while one goes on."""
        return [one for name, field in self._fields.items() if name in PENALTIES for one in field.controls]

    def by_setting(self) -> dict[str, tuple[QWidget, ...]]:
        """Return the controls of each setting, by the names in `TrainingConfig`."""
        return {name: field.controls for name, field in self._fields.items()}

    def values(self) -> dict[str, Any]:
        """Return what is shown, by the fields of `TrainingConfig`."""
        return {name: field.value() for name, field in self._fields.items()}

    def show_config(self, config: TrainingConfig) -> None:
        """Show these settings, without emitting anything."""
        for name, field in self._fields.items():
            field.show_quietly(getattr(config, name))
        self._known = self.values()
        self._show_line()

    @Slot()
    def _on_edited(self) -> None:
        self._show_line()
        self.edited.emit()

    @Slot()
    def _on_strength_changed(self) -> None:
        before, self._known = self._known, self.values()
        self._show_line()
        for name in PENALTIES:
            if self._known[name] != before[name]:
                self.strengthChanged.emit(name)

    def _show_line(self) -> None:
        values = self.values()
        kind = Architecture(**{name: values[name] for name in Architecture.__dataclass_fields__})
        text = kind.describe() + (", averaged" if values["average"] else "")
        self.button.show_text(f"Model: {text}")
        self.button.setAccessibleName(f"Model: {text}")
        self.button.setToolTip(plain_tip(f"{text}\n{_TIP}"))
