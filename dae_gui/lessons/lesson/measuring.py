"""Measures what a step of a lesson asks for, in the background, on the runs of the session."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from dae_core.datasets import Dataset
from dae_core.jobs import Monitor
from dae_core.lessons.measure import Measured, measure
from dae_core.lessons.steps import Measure
from dae_core.sessions.run import Run
from dae_gui.sessions.run_list import RunList
from dae_gui.support.jobs import Job, Jobs
from dae_gui.training.controller import TrainingController


class Measuring(QObject):
    """One measurement at a time; another one discards the one under way.

    Signals
    -------
    begun(Measure, Job)
        A step is being measured.
    measured(Measure, Measured)
        This is the value.
    failed(Measure, str)
        It was not measured: a sentence says why, and what to do.
    """

    begun = Signal(object, object)
    measured = Signal(object, object)
    failed = Signal(object, str)

    def __init__(self, controller: TrainingController, runs: RunList, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._controller, self._runs, self._jobs = controller, runs, jobs
        self._job: Job | None = None
        self._asked: Measure | None = None  # for which the present run is being asked for

    def measure(self, step: Measure) -> None:
        """Begin to measure what a step asks for, on the present run as it is now."""
        self.discard()
        workbench = self._controller.workbench
        if not workbench.can_train or workbench.dataset is None:
            self.failed.emit(step, "There is no data set to measure on: open one first.")
            return
        self._asked = step
        begin = functools.partial(self._start, step, workbench.dataset)
        self._controller.request_run(begin, functools.partial(self._on_no_run, step))

    def discard(self) -> None:
        """Forget the measurement under way, also while its run is still being asked for."""
        self._asked = None
        if self._job is not None:
            self._job.discard()
            self._job = None

    def _on_no_run(self, step: Measure, text: str) -> None:
        if self._asked is step:
            self._asked = None
            self.failed.emit(step, text)

    def _start(self, step: Measure, dataset: Dataset, run: Run) -> None:
        if self._asked is not step:
            return
        self._asked = None
        trained = run.checkpoint.iteration > 0 or bool(run.base_iteration)
        runs = (run, *self._runs.others_than(run)) if trained else self._runs.others_than(run)[::-1]
        self._job = self._jobs.start(_measure, step, runs, dataset, failure="It could not be measured")
        self._job.done.connect(functools.partial(self.measured.emit, step))
        self._job.failed.connect(functools.partial(self.failed.emit, step))
        self.begun.emit(step, self._job)


def _measure(step: Measure, runs: Sequence[Run], dataset: Dataset, monitor: Monitor) -> Measured:
    return measure(step, runs, dataset, monitor)
