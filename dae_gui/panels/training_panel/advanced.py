"""Settings beyond the exercise, for comparing: mini-batches, optimizers, the start of V; folded away at first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from dae_core.glossary import meaning
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import RANGES
from dae_gui.panels.training_panel import words
from dae_gui.panels.training_panel.controls import make_combo, make_form, make_spin
from dae_gui.widgets.controls.fold import Fold
from dae_gui.widgets.controls.named import named

_NAMES = ("batch_size", "optimizer", "decoder_start")


class AdvancedSettings(Fold):
    """A button, and below it three settings while it is pressed.

    Parameters
    ----------
    parent
        The widget that it stands in.
    """

    edited = Signal()
    """The user changed one of the settings."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        usual = TrainingConfig()
        self.button.show_text("Advanced")
        tip = "Show or hide mini-batches and optimizers, for comparing"
        named(self.button, "advancedButton", "Advanced settings", tip)
        self.content.setObjectName("advancedSettings")
        self._batch = make_spin(
            self.content,
            ("batchSizeSpinBox", "Batch size"),
            f"{meaning('batch size')} With 1, as in the exercise, every image is a step.",
            RANGES["batch_size"],
            usual.batch_size,
        )
        self._optimizer = make_combo(
            self.content,
            ("optimizerComboBox", "Optimizer"),
            meaning("optimizer"),
            words.OPTIMIZERS,
        )
        self._decoder = make_combo(
            self.content,
            ("decoderStartComboBox", "Start of V"),
            meaning("start of V"),
            words.DECODER_STARTS,
        )
        form = make_form(self.content)
        form.addRow("Batch size", self._batch)
        form.addRow("Optimizer", self._optimizer)
        form.addRow("Start of V", self._decoder)
        self._batch.valueChanged.connect(self.edited)
        for combo in (self._optimizer, self._decoder):
            combo.currentIndexChanged.connect(self.edited)

    def controls(self) -> Sequence[QWidget]:
        """Return the three settings' controls."""
        return (self._batch, self._optimizer, self._decoder)

    def by_setting(self) -> dict[str, tuple[QWidget, ...]]:
        """Return the control of each setting, by the names in `TrainingConfig`."""
        return {name: (control,) for name, control in zip(_NAMES, self.controls(), strict=True)}

    def values(self) -> dict[str, Any]:
        """Return what is shown, by the fields of `TrainingConfig`."""
        values = (self._batch.value(), self._optimizer.currentData(), self._decoder.currentData())
        return dict(zip(_NAMES, values, strict=True))

    def show_config(self, config: TrainingConfig) -> None:
        """Show the three settings, without emitting anything; opens where they are not the usual ones.

        So nothing works unseen.
        """
        blockers = [QSignalBlocker(control) for control in self.controls()]
        self._batch.setValue(config.batch_size)
        self._optimizer.setCurrentIndex(self._optimizer.findData(config.optimizer))
        self._decoder.setCurrentIndex(self._decoder.findData(config.decoder_start))
        del blockers
        usual = TrainingConfig()
        if any(getattr(config, field) != getattr(usual, field) for field in _NAMES):
            self.open()

    def show_plain(self) -> None:
        """Show plain SGD with every digit a step, without emitting anything."""
        blockers = [QSignalBlocker(control) for control in (self._batch, self._optimizer)]
        usual = TrainingConfig()
        self._batch.setValue(usual.batch_size)
        self._optimizer.setCurrentIndex(self._optimizer.findData(usual.optimizer))
        del blockers

    def is_plain(self) -> bool:
        """Whether plain SGD with every digit a step is shown."""
        usual = TrainingConfig()
        return (self._batch.value(), self._optimizer.currentData()) == (usual.batch_size, usual.optimizer)
