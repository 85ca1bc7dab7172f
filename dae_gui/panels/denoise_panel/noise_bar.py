"""The noise that spoils the shown digits: that of the training, or the user's own choice."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QWidget

from dae_core.datasets.dataset import PIXEL_UNITS
from dae_core.glossary import meaning
from dae_core.model.corruption import KINDS, Corruption, Gaussian
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.named import check_box, combo_box, named
from dae_gui.widgets.controls.number_box import NumberBox

_STEPS = {Gaussian.kind: 0.1}
_DEFAULT_STEP = 0.05


class NoiseBar(QWidget):
    """Type and level of the noise, a button for new noise, and a way back to the training's noise."""

    corruptionChanged = Signal()
    newNoiseAsked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training: Corruption = Gaussian()
        self._shown: Corruption = self._training
        tip = f"{meaning('corruption')} Of the images shown here; the training goes on with its own noise"
        kinds = [(one.name[0].upper() + one.name[1:], kind) for kind, one in KINDS.items()]
        self._kind = combo_box("denoiseCorruptionComboBox", "Type of noise", tip, kinds, self)
        self._level = named(NumberBox(0.0, 1.0, 0.0, parent=self), "denoiseLevelSpinBox", "Level of the noise")
        self._new = IconButton(
            "newNoiseButton", "noise", "New noise", "Draw other random numbers; digit and level stay", self
        )
        self._new.set_text_visible(True)
        tip = "Use type and level of the training's noise, also when they change"
        self._follow = check_box("denoiseAsTrainingCheckBox", "As in training", tip, self, "Noise as in training")
        self._follow.setChecked(True)
        self._show()

        self._kind.activated.connect(self._on_kind_chosen)
        self._level.valueChanged.connect(self._on_level_changed)
        self._new.clicked.connect(self.newNoiseAsked)
        self._follow.toggled.connect(self._on_follow_toggled)
        row = FlowLayout(self)  # goes on in a second line where letters are large or the panel is narrow
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self._kind, self._level, self._follow, self._new):
            row.addWidget(widget)

    def corruption(self) -> Corruption:
        """Return the noise that is chosen now."""
        return self._shown

    def is_as_training(self) -> bool:
        """Whether the training's noise is followed."""
        return self._follow.isChecked()

    def set_training_corruption(self, corruption: Corruption) -> None:
        """Take the corruption of the training; it is taken over, unless the user has chosen something else here."""
        self._training = corruption
        if self.is_as_training():
            self._set(corruption)

    def _set(self, corruption: Corruption) -> None:
        if str(corruption) != str(self._shown):
            self._shown = corruption
            self._show()
            self.corruptionChanged.emit()

    def _show(self) -> None:
        """Show type and level of the present noise."""
        noise = self._shown
        low, high = noise.level_range
        with QSignalBlocker(self._kind), QSignalBlocker(self._level):
            self._kind.setCurrentIndex(self._kind.findData(noise.kind))
            self._level.setPrefix("σ " if noise.kind == Gaussian.kind else "")
            self._level.setRange(low, high)
            self._level.setSingleStep(_STEPS.get(noise.kind, _DEFAULT_STEP))
            self._level.setValue(noise.level)
        self._level.setToolTip(
            plain_tip(
                f"{meaning('noise level')} From {low:g} to {high:g}, σ in {PIXEL_UNITS}; a standardized pixel has 1."
                if noise.kind == Gaussian.kind
                else f"{meaning('noise level')} From {low:g} to {high:g}."
            )
        )

    def set_level(self, level: float) -> None:
        """Spoil the images shown here with this level of the present kind, as if the user had chosen it."""
        low, high = self._shown.level_range
        self._set_own(self._shown.with_level(min(max(level, low), high)))

    def _set_own(self, corruption: Corruption) -> None:
        with QSignalBlocker(self._follow):
            self._follow.setChecked(False)
        self._set(corruption)

    @Slot()
    def _on_kind_chosen(self) -> None:
        kind = self._kind.currentData()
        if kind != self._shown.kind:
            self._set_own(KINDS[kind]())

    @Slot(float)
    def _on_level_changed(self, level: float) -> None:
        self._set_own(self._shown.with_level(level))

    @Slot(bool)
    def _on_follow_toggled(self, follow: bool) -> None:
        if follow:
            self._set(self._training)
