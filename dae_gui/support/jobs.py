"""Jobs: functions in threads, whose progress, result or failure comes back as a signal in the window's thread."""

from __future__ import annotations

import contextlib
import functools
import itertools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any, Literal, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, SignalInstance, Slot
from PySide6.QtWidgets import QWidget

from dae_core.errors import UserError, sentence
from dae_core.jobs import JobProgress, Monitor
from dae_gui.support.lane import Lane
from dae_gui.support.leaving import leave_running
from dae_gui.support.thread_priority import ThreadPriority, lower_thread_priority

_log = logging.getLogger(__name__)
_INTERVAL_MS = 100

LaneName = Literal["panels", "studies", "sessions", "downloads", "sweeps"]
_THREADS: dict[LaneName, int] = {"panels": 2, "studies": 2, "sessions": 2, "downloads": 2, "sweeps": 1}
_PRIORITIES: dict[LaneName, ThreadPriority] = {
    "panels": ThreadPriority.WAITED_FOR,
    "studies": ThreadPriority.STUDY,  # beside training, and not in its place: two cores are few
    "sessions": ThreadPriority.WAITED_FOR,
    "downloads": ThreadPriority.TRAINING,
    "sweeps": ThreadPriority.STUDY,
}
# At the end, what is being written is waited for longest; nothing else is worth keeping the user's process.
_LONGEST_END: dict[LaneName, float] = {
    "sessions": 60.0,
    "sweeps": 10.0,
    "downloads": 5.0,
    "panels": 5.0,
    "studies": 5.0,
}


class JobView(Protocol):
    """What can show how far a job is, and let the user cancel it."""

    cancelled: SignalInstance

    def begin(self, text: str) -> None:
        """Show that a job has begun."""

    def show_progress(self, fraction: float, text: str) -> None:
        """Show that a fraction of it is done, 0 to 1, and that in words."""

    def end(self) -> None:
        """Show that there is no job any more."""


class Job(QObject):
    """A function that runs in a thread, or waits for one; made by `Jobs.start`.

    It deletes itself when it has ended, and nothing is emitted after that. The function reports its progress to a
    monitor that the window looks at ten times a second, so that no queue of signals can grow.

    Signals
    -------
    progressed(float, str)
        A fraction is done, from 0 to 1; the same in words.
    ended()
        It is over; emitted before the one of the next three that says how.
    done(object)
        The function's result.
    failed(str)
        A sentence for the user.
    cancelled()
        ``cancel`` was called.
    """

    progressed = Signal(float, str)
    ended = Signal()
    done = Signal(object)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(self, failure: str, parent: QObject) -> None:
        super().__init__(parent)
        self._failure = failure
        self._is_running = True
        self._future: Future[Any] | None = None
        self._stop = threading.Event()
        self.monitor = Monitor(self._stop.is_set)
        self._shown = self.monitor.progress
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._show_progress)
        self._timer.start()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._is_running

    @property
    def progress(self) -> JobProgress:
        """How far it is."""
        return self.monitor.progress

    def wait(self) -> None:
        """Block until its function has ended; what has become of it is told later, as ever."""
        if self._future is not None:
            wait([self._future])

    def show_in(self, view: JobView, text: str = "") -> None:
        """Show in a view how far it is, beginning with a text; the view's Cancel cancels it."""
        view.begin(text)
        self.progressed.connect(view.show_progress)
        self.ended.connect(view.end)
        view.cancelled.connect(self.cancel)

    @Slot()
    def cancel(self) -> None:
        """End it for the user: its result will not come, and its function ends as soon as it asks the monitor."""
        if self._is_running:
            self.discard()
            self.cancelled.emit()

    def discard(self) -> None:
        """End it for its result is of no use any more, without saying that it was cancelled."""
        if self._is_running:
            future = self._close()
            if future is not None:
                future.cancel()  # where it has not begun yet
            self.ended.emit()

    def _close(self) -> Future[Any] | None:
        """Count it as ended, and hand out what its thread was to do, so that no result is kept here."""
        future, self._future = self._future, None
        self._is_running = False
        self._stop.set()
        self._timer.stop()
        self.deleteLater()
        return future

    def _complete(self) -> None:
        """Tell what has become of it."""
        future = self._close()
        self.ended.emit()
        if future is None:
            return
        error = future.exception()
        if error is None:
            self.done.emit(future.result())
            return
        text = sentence(error, self._failure)
        if not isinstance(error, UserError):
            _log.warning("%s", text, exc_info=error)
        self.failed.emit(text)

    @Slot()
    def _show_progress(self) -> None:
        progress = self.monitor.progress
        if progress is not self._shown:
            self._shown = progress
            self.progressed.emit(progress.fraction, progress.text)


class Jobs(QObject):
    """All jobs of a window and the threads that do them, in lanes that do not wait for each other.

    What the user waits for has a lane: data that is opened, what a dialog asks for. What is computed beside training
    has another, of a lower priority. Saving, autosaving and opening of sessions wait for neither; downloads and sweeps,
    which take minutes, have their own.
    """

    _completed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: dict[LaneName, Lane] = {}
        self._jobs: dict[int, Job] = {}
        self._numbers = itertools.count()
        self._is_shut = False
        self._completed.connect(self._on_completed, Qt.ConnectionType.QueuedConnection)

    @staticmethod
    def of(widget: QWidget) -> Jobs:
        """Return the jobs of the window that a widget is in, for widgets that nothing is handed to."""
        window = widget.window()
        return window.findChild(Jobs, options=Qt.FindChildOption.FindDirectChildrenOnly) or Jobs(window)

    def start(
        self, function: Callable[..., Any], *arguments: Any, lane: LaneName = "panels", failure: str = "It did not work"
    ) -> Job:
        """Call ``function(*arguments, monitor)`` in a thread as soon as its lane has a free one; see `Job`.

        Parameters
        ----------
        function
            Reports to the monitor, a `dae_core.jobs.Monitor`, and ends with Cancelled when that says so.
        arguments
            Must not be changed from now on.
        lane
            Whose threads do it.
        failure
            What the sentence begins with that tells the user of an unforeseen exception: "The report was not written".
        """
        job = Job(failure, self)
        if self._is_shut:
            job._close()
            return job
        if lane not in self._lanes:
            lower = functools.partial(lower_thread_priority, _PRIORITIES[lane])
            self._lanes[lane] = Lane(lane, _THREADS[lane], lower)
        number = next(self._numbers)
        self._jobs[number] = job
        job._future = self._lanes[lane].submit(function, *arguments, job.monitor)
        job._future.add_done_callback(functools.partial(self._tell, number))
        return job

    def shutdown(self) -> None:
        """Discard all jobs, and wait for their threads, but not for ever; none begins any more. May be called twice."""
        self._is_shut = True
        for job in list(self._jobs.values()):
            job.discard()
        self._jobs.clear()
        for name in sorted(self._lanes, key=_LONGEST_END.__getitem__, reverse=True):
            late = self._lanes.pop(name).end(_LONGEST_END[name])
            if late:
                _log.error("%d of the threads for %s did not end", len(late), name)
                leave_running(*late)

    def _tell(self, number: int, _future: Future[Any]) -> None:
        """Have the window's thread look at a job, from the thread that has done it."""
        with contextlib.suppress(RuntimeError):  # the window was deleted without an end of its threads
            self._completed.emit(number)

    @Slot(int)
    def _on_completed(self, number: int) -> None:
        job = self._jobs.pop(number, None)
        if job is not None and job.is_running:
            job._complete()
