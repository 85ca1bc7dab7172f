"""A sweep in the background: runs come in one by one while the window goes on, and it can be cancelled at any time."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal, Slot

from dae_core.datasets import Dataset, ImageOptions
from dae_core.jobs import Cancelled, Monitor
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import Label, Run
from dae_core.sweeps.sweep import SweepError, as_run, run_sweep
from dae_core.training.config import TrainingConfig
from dae_gui.support.background import Background, Task


@dataclass(frozen=True, eq=False)
class SweepOrder:
    """What a sweep trains: on which data, with which settings and names, and how many runs at a time.

    ``source`` and ``options`` are where the data set came from: see `DataReference.of`.
    """

    dataset: Dataset
    configs: tuple[TrainingConfig, ...]
    labels: tuple[Label, ...]
    jobs: int
    source: str = ""
    options: ImageOptions | None = None


class SweepJob(QObject):
    """One sweep; begins at once.

    Parameters
    ----------
    order
        What is trained.
    background
        Whose thread waits for the processes.
    parent
        Owner of this object.

    Signals
    -------
    runFinished(Run)
        A run of the sweep is done, with its figures.
    finished()
        All runs are.
    failed(str)
        The sweep ended early; a sentence says why. What was done stays.
    """

    runFinished = Signal(object)
    finished = Signal()
    failed = Signal(str)
    _arrived = Signal(object)

    def __init__(self, order: SweepOrder, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self.order = order
        self.done = 0
        self._done_work = 0
        self._began = time.monotonic()
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        self._task = background.run(self._work, self._on_done, self._on_failed)

    @property
    def total(self) -> int:
        """How many runs there are."""
        return len(self.order.configs)

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody wants it any more."""
        return self._task.dropped

    def cancel(self) -> None:
        """Forget it: nothing more is told, and its processes are ended within a moment."""
        self._task.drop()
        self.deleteLater()

    def reading(self) -> tuple[float, str]:
        """Return how much is done, from 0 to 1, and that in words."""
        text = f"{self.done} of {self.total} run{'' if self.total == 1 else 's'}"
        fraction = self._done_work / sum(map(_work_of, self.order.configs))
        if 0 < fraction < 1:
            left = (time.monotonic() - self._began) * (1 - fraction) / fraction
            text += f", ≈ {duration_text(left)} left"
        return fraction, text

    def _work(self, task: Task) -> None:
        """Train, in a thread: it waits for processes, or trains itself where there is only one run at a time."""
        order = self.order
        reference = DataReference.of(order.dataset, order.source, order.options)
        runs = run_sweep(order.dataset, order.configs, order.jobs, Monitor(lambda: task.dropped))
        try:
            for run in runs:
                self._arrived.emit(as_run(run, reference, order.labels[run.index]))
        except Cancelled:
            return
        finally:
            runs.close()

    @Slot(object)
    def _on_arrived(self, run: Run) -> None:
        if not self._task.dropped:
            self.done += 1
            self._done_work += _work_of(run.config)
            self.runFinished.emit(run)

    @Slot(object)
    def _on_done(self, _nothing: object) -> None:
        self.finished.emit()
        self.deleteLater()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, SweepError):
            text = str(error)
        elif isinstance(error, MemoryError):
            text = "There is not enough memory. Fewer runs at a time need less of it."
        else:
            text = f"{str(error) or type(error).__name__}."
        kept = f" The {self.done} finished of {self.total} runs are kept." if self.done else ""
        self.failed.emit(f"The sweep ended early: {text}{kept}")
        self.deleteLater()


def _work_of(config: TrainingConfig) -> int:
    """Return what a run takes, in units that only compare runs of one sweep."""
    return config.iterations * config.batch_size * config.hidden_units


def duration_text(seconds: float) -> str:
    """Return a time to wait in words, roughly."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
