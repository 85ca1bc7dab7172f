"""What the buttons of a lesson do in the window, a row for each kind of action."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDockWidget

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.jobs import Monitor
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.measuring.network import ranked_units
from dae_core.lessons.starting import student_seed
from dae_core.lessons.steps import Do
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption
from dae_core.training.config import TrainingConfig
from dae_gui.panels.curves_panel import CurvesPanel
from dae_gui.panels.denoise_panel import DenoisePanel
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.support.jobs import Job, Jobs
from dae_gui.support.undo import UndoHistory
from dae_gui.training.controller import TrainingController
from dae_gui.window.dock_switch import bring_dock
from dae_gui.window.panel_registry import PanelRegistry
from dae_gui.window.run_commands import RunCommands
from dae_gui.workbench.state import State

Values = Mapping[str, Any]
_WITHOUT_OWN_CODE = {"gradient", "batch_size", "optimizer"}  # code of the user's own does not go with each of these
_LIVE = {"learning_rate"}  # may change while a run is under way
_FREES = ("new-run", "stop")  # after these no run is under way


@dataclass(frozen=True, eq=False)
class LessonTools:
    """The parts of the window that a lesson's buttons use."""

    controller: TrainingController
    run: RunCommands
    training: TrainingPanel
    curves: CurvesPanel
    denoise: DenoisePanel
    studies: PanelRegistry
    docks: Mapping[str, QDockWidget]
    undo: UndoHistory
    jobs: Jobs


class LessonActions(QObject):
    """Carries out steps of lessons.

    Signals
    -------
    failed(str)
        Something of a step could not be done: a sentence.
    """

    failed = Signal(str)

    def __init__(self, tools: LessonTools, parent: QObject) -> None:
        super().__init__(parent)
        self._tools = tools
        self._workbench = tools.controller.workbench
        self._ranking: Job | None = None
        self._name = ""
        self._seed: int | None = None
        self._rows: Mapping[str, Callable[[Values], object]] = {
            "set": self._set,
            "new-run": lambda _values: tools.controller.reset(tools.training.config()),
            "start": lambda _values: tools.run.start(),
            "stop": lambda _values: tools.controller.stop(),
            "run-to": self._run_to,
            "show": lambda values: bring_dock(tools.docks[values["dock"]]),
            "smooth": lambda values: tools.curves.smoothing.set_window(values["window"]),
            "noise-level": lambda values: tools.denoise.noise_bar.set_level(values["level"]),
            "select-unit": self._select_unit,
            "switch-off": self._switch_off,
            "switch-on": lambda _values: self._turn_off(()),
        }

    def perform(self, step: Do, lesson: Lesson, student: str) -> None:
        """Do what a step says; its settings are one step to be undone. A student's runs have the student's seed."""
        self._name = f"“{step.label or step.title}”"
        self._seed = student_seed(lesson, student) if student else None
        self._tools.undo.seal()
        for action in step.actions:
            self._rows[action.name](action.values)
        self._tools.undo.seal()

    def set_start(self, config: TrainingConfig, lesson: Lesson) -> None:
        """Set the settings that a lesson starts with, as one step to be undone."""
        self._tools.undo.seal()
        self._tools.training.set_as_step(config, f"settings of “{lesson.title}”")
        self._tools.undo.seal()

    def discard(self) -> None:
        """Forget the ranking of units under way: no unit is selected or switched off any more."""
        if self._ranking is not None:
            self._ranking.discard()
            self._ranking = None

    def obstacle(self, step: Do) -> str:
        """Return why a step cannot be carried out now, as a clause; empty where it can."""
        bench, is_active = self._workbench, self._workbench.state.is_active
        for action in step.actions:
            if action.name in ("set", "new-run", "start", "run-to") and not bench.can_train:
                return "no data set is open to train on"
            if action.name == "set" and is_active and not action.values["settings"].keys() <= _LIVE:
                return "a run is under way; stop it first"
            if action.name in ("start", "run-to"):
                if is_active and bench.state is not State.PAUSED:
                    return "a run is under way"
                if self._tools.run.obstacle:
                    return self._tools.run.obstacle
            if action.name in ("select-unit", "switch-off") and bench.weights is None:
                return "there are no weights yet"
            is_active = is_active and action.name not in _FREES
        return ""

    # Rows that need more than a call

    def _set(self, values: Values) -> None:
        settings = dict(values["settings"])
        if self._seed is not None and "seed" not in settings and not self._workbench.state.is_active:
            settings["seed"] = self._seed
        if _WITHOUT_OWN_CODE & settings.keys():
            settings["own_backward"] = ""
        config = self._tools.training.config().replace(**settings)
        self._tools.training.set_as_step(config, self._name)

    def _run_to(self, values: Values) -> None:
        iteration, bench = values["iteration"], self._workbench
        is_there = bench.state is not State.IDLE and bench.progress.iteration >= iteration
        if is_there and (bench.state is State.PAUSED or bench.config == self._tools.training.config()):
            self.failed.emit(f"The run has {bench.progress.iteration:,} iterations already.")
            return
        self._tools.run.start_to(iteration)

    def _select_unit(self, values: Values) -> None:
        self._rank(values["by"], functools.partial(self._select, rank=values["rank"]))

    def _switch_off(self, values: Values) -> None:
        self._rank(values["by"], functools.partial(self._turn_off_ranks, ranks=values["ranks"]))

    def _rank(self, by: str, then: Callable[[tuple[int, ...]], object]) -> None:
        weights, dataset = self._workbench.weights, self._workbench.dataset
        if weights is None or dataset is None:
            return
        self.discard()
        corruption = self._workbench.config.corruption
        job = self._tools.jobs.start(
            _ranked, weights.model, dataset, corruption, by, failure="The units could not be ranked"
        )
        job.done.connect(then)
        job.failed.connect(self.failed)
        self._ranking = job

    def _select(self, units: tuple[int, ...], rank: int) -> None:
        if self._has_ranks(units, rank):
            self._workbench.select_unit(units[rank - 1])

    def _turn_off_ranks(self, units: tuple[int, ...], ranks: tuple[int, ...]) -> None:
        if self._has_ranks(units, max(ranks)):
            self._turn_off(tuple(units[rank - 1] for rank in ranks))

    def _has_ranks(self, units: tuple[int, ...], rank: int) -> bool:
        if rank > len(units):
            self.failed.emit(f"There is no unit of rank {rank:,}: the network has {len(units):,} hidden units.")
        return rank <= len(units)

    def _turn_off(self, units: tuple[int, ...]) -> None:
        from dae_gui.panels.unit_panel import UnitPanel

        panel = self._tools.studies.panel("unitDock")
        if isinstance(panel, UnitPanel):
            panel.turn_off(units)
        if units:
            self._workbench.select_unit(units[0])
            bring_dock(self._tools.docks["unitDock"])


def _ranked(model: AutoEncoder, dataset: Dataset, corruption: Corruption, by: str, monitor: Monitor) -> tuple[int, ...]:
    """Return the units of a model in an order."""
    return tuple(int(unit) for unit in ranked_units(model, HeldOut(dataset, corruption), by, monitor))
