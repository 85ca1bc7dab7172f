"""The error of the best linear denoiser, found in the background."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.datasets import Dataset
from dae_core.evaluation.linear_memory import reason_to_leave_out
from dae_core.jobs import Monitor
from dae_core.model.corruption import Corruption
from dae_core.training.config import TrainingConfig
from dae_gui.support.jobs import Job, Jobs
from dae_gui.training.live_figures import LIVE_IMAGES
from dae_gui.workbench.workbench import Workbench

_OTHER_ERROR = "The best linear denoiser is that of the squared error; this run's error is {}."


class LinearBound(QObject):
    """The error of the best linear denoiser on the digits that the run's held-out figures are measured on.

    Signals
    -------
    found(object)
        The `LinearErrors` for the data and the noise of the run, or None while they are not known.
    leftOut(str)
        It is not computed, as it would need too much memory: a sentence. Empty: for these images it is.
    """

    found = Signal(object)
    leftOut = Signal(str)

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._jobs = jobs
        self._job: Job | None = None
        self._wanted: tuple[Dataset, Corruption] | None = None
        self._statistics: dict[Dataset, Any] = {}
        self._left_out = ""
        workbench.configChanged.connect(self._on_config_changed)  # which a run on another data set brings too

    @Slot(object)
    def _on_config_changed(self, config: TrainingConfig) -> None:
        """Find the bound for the run's data and corruption; one that is being computed is forgotten."""
        data, corruption = self._workbench.data, config.corruption
        wanted = None if data is None or data.is_stand_in else (data.dataset, corruption)
        if wanted == self._wanted:
            return
        self._wanted = wanted
        if self._job is not None:
            self._job.discard()
        self.found.emit(None)
        if wanted is None:
            return
        dataset = wanted[0]
        memory, loss = reason_to_leave_out(dataset.shape), config.architecture.output
        left_out = memory or ("" if loss.is_squared else _OTHER_ERROR.format(loss.error_title))
        if left_out != self._left_out:  # emitted once, and not at every change of the noise
            self._left_out = left_out
            self.leftOut.emit(left_out)
        if left_out:
            self._statistics = {} if memory else self._statistics
            return
        known = self._statistics.get(dataset)
        self._job = self._jobs.start(
            _linear_bound, dataset, corruption, known, lane="studies", failure="There is no linear bound"
        )
        self._job.done.connect(self._on_done)

    @Slot(object)
    def _on_done(self, result: tuple[Dataset, Any, Any]) -> None:
        dataset, statistics, errors = result
        self._statistics = {dataset: statistics}  # of the newest data set only
        self.found.emit(errors)


def _linear_bound(dataset: Dataset, corruption: Corruption, known: Any, monitor: Monitor) -> tuple[Dataset, Any, Any]:
    from dae_core.evaluation.held_out import HeldOut
    from dae_core.evaluation.linear_denoiser import PixelStatistics, linear_errors

    statistics = known or PixelStatistics.of(dataset, monitor)
    monitor.check()
    some, whole = HeldOut(dataset, corruption, LIVE_IMAGES), HeldOut(dataset, corruption)
    return dataset, statistics, linear_errors(statistics, some, whole, monitor)
