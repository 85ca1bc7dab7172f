"""The sweeps of the runs panel: the line with the button and the progress, the window that asks, and the job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dae_core.sessions.run import Label, Run
from dae_gui.support import notices
from dae_gui.support.background import Background
from dae_gui.widgets.controls.work_line import WorkLine
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.workbench import Workbench

if TYPE_CHECKING:
    from dae_gui.panels.runs_panel.sweep_dialog import SweepPlan
    from dae_gui.panels.runs_panel.sweep_job import SweepJob

_TIP = "Train the same run with each of some values, in the background, on all cores"
_NO_DATA = "There is no data to train on yet"


class Sweeping(QObject):
    """Asks for a sweep, runs it, and tells of its runs; one sweep at a time.

    Parameters
    ----------
    workbench
        Holds the data set and the settings that are swept.
    runs
        Returns the runs of the session.
    parent
        The widget that the line and the window belong to.

    Signals
    -------
    runFinished(Run)
        A run of the sweep is done.
    """

    runFinished = Signal(object)

    def __init__(self, workbench: Workbench, runs: Callable[[], Sequence[Run]], parent: QWidget) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._runs = runs
        self._widget = parent
        self._background: Background | None = None
        self._job: SweepJob | None = None
        self.line = WorkLine("sweep", "Sweep…", _TIP, parent)
        self.line.started.connect(self.ask)
        self.line.cancelled.connect(self.cancel)

    @property
    def is_working(self) -> bool:
        """Whether a sweep goes on."""
        return self._job is not None

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

        config, n_inputs = self._workbench.config, data.dataset.n_inputs
        dialog = SweepDialog(config, n_inputs, processes(), self._runs(), self._widget)
        dialog.finished.connect(dialog.deleteLater)
        dialog.sweepRequested.connect(self.begin)
        dialog.open()

    @Slot(object)
    def begin(self, chosen: SweepPlan) -> None:
        """Train the runs of a plan."""
        data = self._data()
        if data is None or self.is_working:
            return
        from dae_gui.panels.runs_panel.sweep_job import SweepJob, SweepOrder

        first = 1 + max((run.label.color for run in self._runs()), default=-1)
        labels = tuple(Label.new(name, first + i, "a sweep") for i, name in enumerate(chosen.names()))
        order = SweepOrder(data.dataset, chosen.configs, labels, chosen.jobs, data.source, data.options)
        if self._background is None:
            # Its own, for a sweep keeps a thread for minutes. The window shuts it down as all others.
            self._background = Background(self._widget)
        job = SweepJob(order, self._background, self)
        job.runFinished.connect(self._on_run_finished)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)
        self._job = job
        self.line.begin(job.reading)

    def _data(self) -> OpenData | None:
        """Return what can be trained on; None where there is nothing."""
        data = self._workbench.data
        return None if data is None or data.is_stand_in else data

    @Slot()
    def cancel(self) -> None:
        """End the sweep; its finished runs stay."""
        job, self._job = self._job, None
        if job is not None:
            done, total = job.done, job.total
            job.cancel()
            self.line.end()
            notices.note(self, f"Sweep cancelled: {done} of {total} runs were done and are kept")

    @Slot(object)
    def _on_run_finished(self, run: Run) -> None:
        self.runFinished.emit(run)

    @Slot()
    def _on_finished(self) -> None:
        job, self._job = self._job, None
        self.line.end()
        if job is not None:
            notices.note(self, f"Sweep done: {job.total} run{'' if job.total == 1 else 's'}")

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        self._job = None
        self.line.end()
        notices.warn(self, text)
