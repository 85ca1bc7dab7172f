"""The sweeps of the runs panel: the line with the button and the progress, the window that asks, and the job."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dae_core.jobs import Monitor
from dae_core.sessions.run import Label, Run, free_colors
from dae_gui.support import notices
from dae_gui.support.jobs import Job, Jobs
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.workbench import Workbench

if TYPE_CHECKING:
    from dae_gui.panels.runs_panel.sweep_dialog import SweepPlan

_TIP = "Train the same run with each of some values, in the background, on all cores or on a cluster"
_NO_DATA = "There is no data to train on yet"


class Sweeping(QObject):
    """Asks for a sweep, runs it, and hands out its runs; one sweep at a time.

    Parameters
    ----------
    workbench
        Holds the data set and the settings that are swept.
    runs
        Returns the runs of the session.
    jobs
        Do the work.
    parent
        The widget that the line and the window belong to.

    Signals
    -------
    runFinished(Run)
        A run of the sweep is done.
    """

    runFinished = Signal(object)

    def __init__(self, workbench: Workbench, runs: Callable[[], Sequence[Run]], jobs: Jobs, parent: QWidget) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._runs = runs
        self._widget = parent
        self._jobs = jobs
        self._job: Job | None = None
        self._arrived: deque[Run] = deque()
        self._done = self._total = 0
        self.line = JobLine("sweep", "Sweep…", _TIP, parent)
        self.line.started.connect(self.ask)

    @property
    def is_working(self) -> bool:
        """Whether a sweep goes on."""
        return self._job is not None and self._job.is_running

    @Slot()
    def ask(self) -> None:
        """Open the window that asks for a sweep, unless one goes on."""
        if self.is_working:
            notices.note(self, "A sweep goes on: cancel it, or wait until it is done")
            return
        data = self._data()
        if data is None:
            notices.note(self, _NO_DATA)
            return
        from dae_core.sweeps.sweep import processes
        from dae_gui.panels.runs_panel.sweep_dialog import SweepDialog

        config, n_inputs = self._workbench.config.without_own_code(), data.dataset.n_inputs
        if config != self._workbench.config:
            notices.note(self, "A sweep trains with the program's exact gradient, not with a backward of your own")
        self._jobs.start(_prepare_draws, failure="The drawing of runs was not prepared")
        dialog = SweepDialog(config, n_inputs, processes(), self._runs(), self._widget, self._jobs)
        dialog.finished.connect(dialog.deleteLater)
        dialog.sweepRequested.connect(self.begin)
        dialog.open()

    @Slot(object)
    def begin(self, chosen: SweepPlan) -> None:
        """Train the runs of a plan."""
        data = self._data()
        if data is None or self.is_working:
            return
        from dae_gui.panels.runs_panel.sweep_job import SweepRequest, train_sweep

        colors = free_colors(run.label.color for run in self._runs())
        labels = tuple(Label.new(name, next(colors), "a sweep") for name in chosen.names())
        request = SweepRequest(data, chosen.configs, labels, chosen.jobs, chosen.snapshot_bytes, chosen.scheduler)
        self._done, self._total = 0, len(labels)
        self._arrived = deque()
        job = self._jobs.start(
            train_sweep, request, self._arrived.append, lane="sweeps", failure="The sweep ended early"
        )
        job.progressed.connect(self._take_runs)
        job.ended.connect(self._take_runs)
        job.done.connect(self._on_done)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        job.show_in(self.line, f"0 of {self._total} run{'' if self._total == 1 else 's'}")
        self._job = job

    def _data(self) -> OpenData | None:
        """Return what can be trained on; None where there is nothing."""
        data = self._workbench.data
        return None if data is None or data.is_stand_in else data

    @Slot()
    def cancel(self) -> None:
        """End the sweep; its finished runs stay."""
        if self._job is not None:
            self._job.cancel()

    @Slot()
    def _take_runs(self) -> None:
        """Hand out the runs that are done."""
        while self._arrived:
            self._done += 1
            self.runFinished.emit(self._arrived.popleft())

    @Slot()
    def _on_done(self) -> None:
        notices.note(self, f"Sweep done: {self._total} run{'' if self._total == 1 else 's'}")

    @Slot()
    def _on_cancelled(self) -> None:
        notices.note(self, f"Sweep cancelled: {self._done} of {self._total} runs were done and are kept")

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        kept = f" The {self._done} finished of {self._total} runs are kept." if self._done else ""
        notices.warn(self, f"{text}{kept}")


def _prepare_draws(_monitor: Monitor) -> None:
    """Import what a sweep at random draws with: it can take a second, in which no key would be answered."""
    import sklearn.model_selection  # noqa: F401
