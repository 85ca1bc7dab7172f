"""Settings beyond the exercise, for comparing: mini-batches, optimizers, the start of V; folded away at first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from dae_core.training.config import TrainingConfig
from dae_core.training.settings import RANGES
from dae_gui.panels.training_panel import words
from dae_gui.panels.training_panel.controls import make_combo, make_form, make_spin
from dae_gui.support.icons import icon
from dae_gui.widgets.controls.named import named

_NAMES = ("batch_size", "optimizer", "decoder_start")


class AdvancedSettings(QWidget):
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
        self._button = QToolButton(self)
        self._button.setText("Advanced")
        tip = "Show or hide mini-batches and optimizers, for comparing"
        named(self._button, "advancedButton", "Advanced settings", tip)
        self._button.setCheckable(True)
        self._button.setAutoRaise(True)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._settings = QWidget(self)
        self._settings.setObjectName("advancedSettings")
        self._settings.hide()
        self._batch = make_spin(
            self._settings,
            ("batchSizeSpinBox", "Batch size"),
            "Digits an iteration. With 1, as in the exercise, every digit is a step",
            RANGES["batch_size"],
            usual.batch_size,
        )
        self._optimizer = make_combo(
            self._settings,
            ("optimizerComboBox", "Optimizer"),
            "How a step follows from the gradient",
            words.OPTIMIZERS,
        )
        self._decoder = make_combo(
            self._settings,
            ("decoderStartComboBox", "Start of V"),
            "Where V starts: at random numbers of its own, or at 0.2 Wᵀ, which leaves fewer units dead",
            words.DECODER_STARTS,
        )
        form = make_form(self._settings)
        form.addRow("Batch size", self._batch)
        form.addRow("Optimizer", self._optimizer)
        form.addRow("Start of V", self._decoder)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._settings)
        self._button.toggled.connect(self._on_toggled)
        self._batch.valueChanged.connect(self.edited)
        for combo in (self._optimizer, self._decoder):
            combo.currentIndexChanged.connect(self.edited)
        self.refresh_icons()

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
            self._button.setChecked(True)

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

    def uncover(self, _inner: QWidget) -> None:
        """Show the settings, of which one is wanted."""
        self._button.setChecked(True)

    def refresh_icons(self) -> None:
        """Draw the icon anew in the colours of the present theme."""
        self._button.setIcon(icon("collapse" if self._button.isChecked() else "expand"))

    @Slot(bool)
    def _on_toggled(self, shown: bool) -> None:
        self._settings.setVisible(shown)
        self.refresh_icons()
