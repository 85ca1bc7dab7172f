"""The fields of the settings that the exercise has, and the values in them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QFormLayout, QWidget

from dae_core.glossary import meaning
from dae_core.model import corruption as corruptions
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import RANGES
from dae_gui.panels.training_panel import words
from dae_gui.panels.training_panel.controls import make_combo, make_line, make_spin
from dae_gui.panels.training_panel.hint_line import HintLine
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.controls.number_box import NumberBox

_LARGEST_SEED = 2**31 - 1  # of a spin box
_OWN = "own"  # what the gradient's box holds for code of the user's own, of which a box cannot tell one from another


class RunFields:
    """A field for each setting; ``locked`` are those that define a run, ``live`` those that may change during one.

    Parameters
    ----------
    parent
        The widget that the fields stand in.
    """

    def __init__(self, parent: QWidget) -> None:
        usual = TrainingConfig()
        self._parent = parent
        names, tip = ("hiddenUnitsSpinBox", "Hidden units"), meaning("hidden units")
        self.hidden = make_spin(parent, names, tip, RANGES["hidden_units"], usual.hidden_units)
        names = ("corruptionComboBox", "Corruption")
        self.corruption = make_combo(parent, names, meaning("corruption"), words.NOISES)
        self._level_label = PlainLabel("Sigma", parent)
        self.level = NumberBox(*usual.corruption.level_range, usual.corruption.level, parent=parent)
        self.level.setSingleStep(0.1)
        self._level_label.setBuddy(self.level)
        named(self.level, "noiseLevelSpinBox", "Noise level", words.level_tip(usual))

        self.rate = NumberBox(*RANGES["learning_rate"], usual.learning_rate, steps="1-2-5", parent=parent)
        tip = f"{meaning('learning rate')} It may be changed during a run."
        named(self.rate, "learningRateSpinBox", "Learning rate", tip)
        names = ("scheduleComboBox", "Schedule")
        self.schedule = make_combo(parent, names, meaning("schedule"), words.SCHEDULES)
        names, tip = ("iterationsSpinBox", "Iterations"), meaning("iteration")
        self.iterations = make_spin(parent, names, tip, RANGES["iterations"], usual.iterations)
        self.iterations.setSingleStep(5000)
        names = ("gradientComboBox", "Gradient")
        self.gradient = make_combo(parent, names, meaning("gradient"), words.GRADIENTS)
        self._own_backward = ""
        names, tip = ("seedSpinBox", "Seed"), meaning("seed")
        self.seed = make_spin(parent, names, tip, (0, _LARGEST_SEED), usual.seed, is_count=False)

        self.rate_hint, self.time_hint = HintLine("rate", parent), HintLine("time", parent)
        self._units_hint = HintLine("units", parent)
        self.locked: tuple[QWidget, ...] = (
            self.hidden,
            self.corruption,
            self.schedule,
            self.iterations,
            self.gradient,
            self.seed,
        )
        self.live: tuple[QWidget, ...] = (self.rate, self.level)

    def add_to(self, form: QFormLayout, model: QWidget) -> None:
        """Put the fields into a form, in two groups, with what the model is below its size."""
        form.addRow("Hidden units", self.hidden)
        form.addRow(model)
        form.addRow("Corruption", self.corruption)
        form.addRow(self._level_label, self.level)
        form.addRow(self._units_hint)
        form.addRow(make_line(self._parent))
        form.addRow("Learning rate", self.rate)
        form.addRow(self.rate_hint)
        form.addRow("Schedule", self.schedule)
        form.addRow("Iterations", self.iterations)
        form.addRow(self.time_hint)
        form.addRow("Gradient", self.gradient)
        form.addRow("Seed", self.seed)

    def by_setting(self) -> dict[str, tuple[QWidget, ...]]:
        """Return the fields of each setting, by the names in `TrainingConfig`."""
        return {
            "hidden_units": (self.hidden,),
            "corruption": (self.corruption, self.level),
            "learning_rate": (self.rate,),
            "schedule": (self.schedule,),
            "iterations": (self.iterations,),
            "seed": (self.seed,),
            "gradient": (self.gradient,),
        }

    def show_config(self, config: TrainingConfig) -> None:
        """Show these settings, without emitting anything."""
        blockers = [QSignalBlocker(field) for field in (*self.locked, *self.live)]
        self.hidden.setValue(config.hidden_units)
        self._show_gradient(config)
        self.corruption.setCurrentIndex(self.corruption.findData(config.corruption.kind))
        self.show_level(config.corruption)
        self.rate.setValue(config.learning_rate)
        self.schedule.setCurrentIndex(self.schedule.findData(config.schedule))
        self.iterations.setValue(config.iterations)
        self.seed.setValue(min(config.seed, _LARGEST_SEED))
        del blockers

    @property
    def has_own_code(self) -> bool:
        """Whether the gradient is that of the user's own code."""
        return bool(self.gradient.currentData() == _OWN)

    def leave_own_code(self) -> None:
        """Take the exact gradient in its place, without emitting anything."""
        if self.has_own_code:
            with QSignalBlocker(self.gradient):
                self.gradient.setCurrentIndex(self.gradient.findData("exact"))

    def _show_gradient(self, config: TrainingConfig) -> None:
        """Show the gradient; the user's own code is offered where the settings bring some."""
        self._own_backward = config.own_backward
        place = self.gradient.findData(_OWN)
        if place >= 0 and not config.own_backward:
            self.gradient.removeItem(place)
        elif place < 0 and config.own_backward:
            self.gradient.addItem(words.OWN_CODE, _OWN)
        self.gradient.setCurrentIndex(self.gradient.findData(_OWN if config.own_backward else config.gradient))

    def show_usual_level(self) -> None:
        """Show the usual level of the chosen kind of corruption, without emitting anything."""
        with QSignalBlocker(self.level):
            self.show_level(corruptions.KINDS[self.corruption.currentData()]())

    def show_level(self, corruption: corruptions.Corruption) -> None:
        """Show the level of a corruption, with its name and in its range."""
        self.level.setRange(*corruption.level_range)
        self.level.setSingleStep(0.1 if corruption.level_range[1] > 1 else 0.05)
        self.level.setValue(corruption.level)
        self._level_label.setText(words.LEVELS[corruption.level_name])

    def show_units(self, config: TrainingConfig) -> None:
        """Say below the level what a sigma is measured in, where that is not what the exercise has."""
        units = words.level_units(config)
        self._units_hint.show_hint("" if units == words.level_units(TrainingConfig()) or not units else f"in {units}")

    def values(self) -> dict[str, Any]:
        """Return what is shown, by the fields of `TrainingConfig`."""
        kind = corruptions.KINDS[self.corruption.currentData()]
        return {
            "hidden_units": self.hidden.value(),
            "corruption": kind().with_level(self.level.value()),
            "learning_rate": self.rate.value(),
            "schedule": self.schedule.currentData(),
            "iterations": self.iterations.value(),
            "seed": self.seed.value(),
            "gradient": "exact" if self.has_own_code else self.gradient.currentData(),
            "own_backward": self._own_backward if self.has_own_code else "",
        }
