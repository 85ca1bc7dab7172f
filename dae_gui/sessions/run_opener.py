"""Putting a run from a file, or one that was kept, in the place of the present one, with the data it was trained on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.jobs import Monitor
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.known_data import LONGEST_SHOWN_PATH, trusted_place
from dae_core.sessions.run import Run
from dae_core.texts import plain
from dae_core.training.history import History
from dae_gui.data.loader import DataRequest
from dae_gui.data.selection import DataSelection
from dae_gui.support.jobs import Job, Jobs
from dae_gui.training.controller import TrainingController
from dae_gui.workbench.facts import OpenData


class _Ready(NamedTuple):
    """A run with its curves made, and the place of its data set; None where only its file says that it is there."""

    run: Run
    history: History
    place: str | None = None


class RunOpener(QObject):
    """Opens the run's data set if it is not the present one, then has the controller go on with the run.

    Where the data set is missing or another one, the run is shown all the same, to be looked at and exported; so it is
    where the data set would be at a path that only the session's file names, until the user says that it be opened.
    What the selection opens is offered to ``take`` first.

    Signals
    -------
    opened(Run)
        The run is the present one now.
    missing(str)
        It is, but only to be looked at; a sentence says why. See ``locate``.
    failed(str)
        It could not be opened; the run before stays.
    cancelled()
        It is no longer on its way, for the user wants another data set, or none.
    """

    opened = Signal(object)
    missing = Signal(str)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(self, controller: TrainingController, selection: DataSelection, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._workbench = controller.workbench
        self._selection = selection
        self._jobs = jobs
        self._job: Job | None = None
        self._waiting: _Ready | None = None
        self._reason = ""
        self._strange: set[str] = set()  # keys of runs whose data set only their file places
        selection.loading.connect(self._give_up)
        selection.cancelled.connect(self._give_up)
        selection.failed.connect(self._on_data_failed)

    @property
    def is_busy(self) -> bool:
        """Whether a run is on its way."""
        return (self._job is not None and self._job.is_running) or self._waiting is not None

    @property
    def missing_run(self) -> Run | None:
        """The present run where it can only be looked at; None for any other."""
        return self._controller.recorder.looked_at

    @property
    def offered(self) -> str:
        """The path that the present run's file names, and that nobody has said may be opened; empty for others."""
        run = self.missing_run
        return run.data.source if run is not None and run.label.key in self._strange else ""

    def open(self, run: Run, session: Path | None = None) -> None:
        """Open a run of a session in a file, or in none; one that is still on its way is forgotten."""
        self.cancel()
        self._start(_prepare, (run, session), self._on_prepared)

    def open_offered(self) -> None:
        """Open the data set at the path that the run's file names, for the user has seen it and said so."""
        place, run = self.offered, self.missing_run
        if run is not None and place:
            self._strange.discard(run.label.key)
            self.locate(place)

    def locate(self, path: str) -> None:
        """Say where the data set of the run that is only looked at is now."""
        run = self.missing_run
        if run is not None:
            self._forget()
            self._go_on(_Ready(run, self._workbench.history, path))

    def cancel(self) -> None:
        """Forget the run that is on its way, and the data set that is loaded for it."""
        if not self.is_busy:
            return
        is_loading = self._waiting is not None and self._workbench.dataset is not None
        self._forget()
        self.cancelled.emit()
        if is_loading:
            self._selection.cancel_loading()

    def begin_anew(self) -> None:
        """Begin a new run with the settings in force, on a data set that is there."""
        self._controller.reset(self._workbench.config)
        if not self._workbench.can_train:
            self._selection.open_last()

    def _forget(self) -> None:
        if self._job is not None:
            self._job.discard()
        self._waiting = None

    @Slot(object)
    def _on_prepared(self, ready: _Ready) -> None:
        change = self._strange.discard if ready.place is not None else self._strange.add
        change(ready.run.label.key)
        self._go_on(ready)

    def _go_on(self, ready: _Ready) -> None:
        bench, data = self._workbench, ready.run.data
        present = bench.dataset if bench.can_train else None
        request = DataRequest(ready.place or "", data.options)
        if present is not None and data.matches(present):
            self._finish(ready)
        elif ready.place is None:
            path = plain(data.source, LONGEST_SHOWN_PATH)
            self._stand_in(ready, f"it was trained on {path}, which its file names and you have not opened here before")
        elif not ready.place:
            self._stand_in(
                ready,
                f"its data set '{data.name}' was put together in the window or in a script, and is in no file. "
                "Put it together in the same way again, and the run can go on",
            )
        elif present is not None and self._selection.is_present(request):
            self._stand_in(ready, data.difference(present))
        else:
            self._selection.request(request)
            self._waiting = ready  # only now: what begins to be loaded for anything else ends the waiting

    def take(self, data: OpenData) -> bool:
        """Take a data set that was opened for the run that waits for one.

        A run that is only looked at takes its own data set too, wherever it comes from.

        Returns
        -------
        bool
            Whether it was taken: `opened` is emitted when the run is the present one. Where it was not, a new run is
            to be begun on it.
        """
        ready, self._waiting = self._waiting, None
        is_waiting, looked_at = ready is not None, self.missing_run
        if looked_at is not None and (ready is None or ready.run.label.key == looked_at.label.key):
            ready = _Ready(looked_at, self._workbench.history)  # its name may have changed meanwhile
        if ready is None:
            return False
        if ready.run.data.matches(data.dataset):
            return self._finish(ready, data)
        if is_waiting:
            self._set_aside(ready.run)
            self._stand_in(ready, ready.run.data.difference(data.dataset))
        return is_waiting

    @Slot(str)
    def _on_data_failed(self, message: str) -> None:
        ready, self._waiting = self._waiting, None
        if ready is not None:
            self._set_aside(ready.run)  # at once, or the selection would fall back to another data set
            self._stand_in(ready, message)

    @Slot()
    def _give_up(self) -> None:
        """Forget the run that is on its way, for the user wants other data than its own."""
        if not self.is_busy:
            return
        self._forget()
        self.cancelled.emit()
        run = self.missing_run
        if run is not None:
            self._tell_missing(run)  # it can still be looked for

    def _finish(self, ready: _Ready, data: OpenData | None = None) -> bool:
        try:
            self._controller.restore(ready.run, ready.history, data)
        except ValueError as error:
            self.failed.emit(str(error))
            return False
        self.opened.emit(ready.run)
        return True

    def _stand_in(self, ready: _Ready, reason: str) -> None:
        """Make something to look at in the place of the data set, in the background: it may have to be imported."""
        self._reason = reason
        self._start(_with_stand_in, ready, self._on_stand_in_made)

    @Slot(object)
    def _on_stand_in_made(self, made: tuple[_Ready, OpenData]) -> None:
        run = made[0].run
        self._set_aside(run)
        if self._finish(*made):
            self._tell_missing(run)

    def _set_aside(self, run: Run) -> None:
        self._selection.set_aside("" if run.label.key in self._strange else run.data.source)

    def _tell_missing(self, run: Run) -> None:
        self.missing.emit(
            f"{plain(run.label.name)} can be looked at and exported, but not trained on: {self._reason.rstrip('.')}."
        )

    def _start(self, prepare: Callable[..., Any], what: Any, on_done: Callable[[Any], None]) -> None:
        self._job = self._jobs.start(prepare, what, failure="The run could not be opened")
        self._job.done.connect(on_done)
        self._job.failed.connect(self.failed)


def _prepare(opening: tuple[Run, Path | None], _monitor: Monitor) -> _Ready:
    run, session = opening
    return _Ready(run, run.history(), trusted_place(run.data, session))


def _with_stand_in(ready: _Ready, _monitor: Monitor) -> tuple[_Ready, OpenData]:
    from dae_core.datasets.stand_in import stand_in

    data = ready.run.data
    return ready, OpenData(stand_in(data.name, data.shape, data.mean, data.std), is_stand_in=True)


def folder_of(data: DataReference) -> str:
    """Return the folder that a data set was in, to begin looking for it there; empty where it was no path."""
    parent = Path(data.source).parent
    return str(parent) if parent.is_absolute() else ""
