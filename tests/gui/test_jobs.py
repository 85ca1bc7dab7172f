"""Jobs: what they emit, cancelling at any moment, failing, lanes, the end; and that nothing of them stays."""

import gc
import os
import random
import sys
import threading
import weakref
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, Signal, Slot
from pytestqt.qtbot import QtBot

from dae_core.datasets import DataError
from dae_core.jobs import Monitor
from dae_gui.support.jobs import Job, Jobs, LaneName


class Listener(QObject):
    """Takes down what a job emits, and whether in the window's thread."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[object, ...]] = []

    def hear(self, job: Job) -> Job:
        job.progressed.connect(self.on_progressed)
        job.ended.connect(self.on_ended)
        job.done.connect(self.on_done)
        job.failed.connect(self.on_failed)
        job.cancelled.connect(self.on_cancelled)
        return job

    def note(self, *what: object) -> None:
        assert QThread.currentThread() is self.thread()
        self.heard.append(what)

    @Slot(float, str)
    def on_progressed(self, fraction: float, text: str) -> None:
        self.note("progressed", fraction, text)

    @Slot()
    def on_ended(self) -> None:
        self.note("ended")

    @Slot(object)
    def on_done(self, result: object) -> None:
        self.note("done", result)

    @Slot(str)
    def on_failed(self, text: str) -> None:
        self.note("failed", text)

    @Slot()
    def on_cancelled(self) -> None:
        self.note("cancelled")


class View(QObject):
    """Shows a job as widgets do."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[object] = []

    def begin(self, text: str) -> None:
        self.shown.append(text)

    def show_progress(self, fraction: float, text: str) -> None:
        self.shown.append((fraction, text))

    @Slot()
    def end(self) -> None:
        self.shown.append("end")


@pytest.fixture
def listener(qapp: QCoreApplication) -> Listener:
    return Listener()


def add(first: int, second: int, _monitor: Monitor) -> int:
    return first + second


def settle() -> None:
    """Deliver what is posted, and delete what waits for it."""
    for _ in range(2):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()


def raising(error: BaseException) -> Callable[[Monitor], None]:
    def function(_monitor: Monitor) -> None:
        raise error

    return function


def test_a_result_comes_in_the_windows_thread_and_the_job_is_gone(qtbot: QtBot, jobs: Jobs, listener: Listener) -> None:
    job = listener.hear(jobs.start(add, 1, 2))
    assert job.is_running
    qtbot.waitUntil(lambda: len(listener.heard) == 2)
    assert listener.heard == [("ended",), ("done", 3)]
    assert not job.is_running
    job.cancel()
    job.discard()
    settle()
    assert len(listener.heard) == 2
    assert jobs.findChildren(Job) == []


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (DataError("The file “a” is damaged."), "The file “a” is damaged."),
        (MemoryError(), "It was not written: there is not enough memory."),
        (OSError(28, "No space left on device", "/a/b"), "It was not written: /a/b: No space left on device."),
        (OSError("odd"), "It was not written: odd."),
        (ValueError("This cannot be."), "It was not written: This cannot be."),
        (ZeroDivisionError(), "It was not written: ZeroDivisionError."),
        (SystemExit(3), "It was not written: 3."),
    ],
)
def test_whatever_is_raised_becomes_one_sentence(
    qtbot: QtBot, jobs: Jobs, listener: Listener, error: BaseException, text: str
) -> None:
    listener.hear(jobs.start(raising(error), failure="It was not written"))
    qtbot.waitUntil(lambda: len(listener.heard) == 2)
    assert listener.heard == [("ended",), ("failed", text)]
    settle()
    assert jobs.findChildren(Job) == []


def test_a_view_shows_the_newest_progress_and_cancels(qtbot: QtBot, jobs: Jobs, listener: Listener) -> None:
    stopped = threading.Event()

    def work(monitor: Monitor) -> None:
        for n in range(1000):
            monitor.count(n, 1000, "images", "reading")
        try:
            while not stopped.wait(0.01):
                monitor.check()
        finally:
            stopped.set()

    view = View()
    job = listener.hear(jobs.start(work))
    job.show_in(view, "Beginning")
    qtbot.waitUntil(lambda: len(view.shown) > 1)
    assert view.shown == ["Beginning", (0.999, "reading: 999 of 1,000 images")]
    assert job.progress.done == 999
    view.cancelled.emit()
    assert view.shown[-1] == "end"
    assert listener.heard == [("progressed", 0.999, "reading: 999 of 1,000 images"), ("ended",), ("cancelled",)]
    qtbot.waitUntil(stopped.is_set)
    settle()
    assert len(listener.heard) == 3
    view.cancelled.emit()


_NICE: dict[LaneName, int] = {"panels": 2, "sessions": 2, "downloads": 4, "studies": 9, "sweeps": 9}


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a niceness of their own on Linux alone")
@pytest.mark.parametrize(("lane", "nice"), _NICE.items())
def test_the_window_goes_first_then_what_is_waited_for_then_training_then_studies(
    qtbot: QtBot, jobs: Jobs, listener: Listener, lane: LaneName, nice: int
) -> None:
    def own_niceness(_monitor: Monitor) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    listener.hear(jobs.start(own_niceness, lane=lane))
    qtbot.waitUntil(lambda: len(listener.heard) == 2)
    assert listener.heard[1] == ("done", max(nice, os.getpriority(os.PRIO_PROCESS, 0)))


def test_a_discarded_job_says_only_that_it_has_ended(jobs: Jobs, listener: Listener) -> None:
    job = listener.hear(jobs.start(add, 1, 2))
    job.discard()
    settle()
    assert listener.heard == [("ended",)]


def test_a_job_that_waits_is_not_begun_once_it_is_cancelled(qtbot: QtBot, jobs: Jobs) -> None:
    gate, begun = threading.Event(), []

    def wait(_monitor: Monitor) -> None:
        gate.wait(120)

    def note(_monitor: Monitor) -> None:
        begun.append(1)

    for _ in range(2):
        jobs.start(wait)
    waiting = jobs.start(note)
    other = jobs.start(add, 1, 2, lane="sessions")  # lanes do not wait for each other
    with qtbot.waitSignal(other.done):
        pass
    waiting.cancel()
    last = jobs.start(add, 3, 4)
    with qtbot.waitSignal(last.done):
        gate.set()
    assert begun == []


def test_many_jobs_cancelled_at_random_moments_leave_nothing(qtbot: QtBot, jobs: Jobs) -> None:
    class Big:
        """A result that must not stay."""

    rng = random.Random(0)  # noqa: S311
    alive: weakref.WeakSet[Big] = weakref.WeakSet()
    lock = threading.Lock()

    def work(steps: int, monitor: Monitor) -> Big:
        if rng.random() < 0.1:
            raise MemoryError
        big = Big()
        with lock:
            alive.add(big)
        for n in range(steps):
            monitor.report(n / steps)
        return big

    listeners = []
    for _ in range(300):
        listener = Listener()
        listeners.append(listener)
        job = listener.hear(jobs.start(work, rng.randrange(1, 200), lane=rng.choice(["panels", "sessions", "sweeps"])))
        for _ in range(rng.randrange(3)):
            QCoreApplication.processEvents()
        if rng.random() < 0.7:
            before = len(listener.heard)
            was_running = job.is_running
            rng.choice([job.cancel, job.discard])()
            assert not job.is_running
            assert len(listener.heard) - before in ((1, 2) if was_running else (0,))
    qtbot.waitUntil(lambda: all(listener.heard for listener in listeners))
    for listener in listeners:
        ends = [what[0] for what in listener.heard if what[0] != "progressed"]
        assert ends[0] == "ended"
        assert len(ends) <= 2
        listener.heard.clear()
    # Private: jobs that nobody listens to any more tell nothing of their end.
    qtbot.waitUntil(lambda: not jobs._jobs)
    settle()
    assert jobs.findChildren(Job) == []
    assert not any(listener.heard for listener in listeners), "nothing after the end"
    qtbot.waitUntil(lambda: gc.collect() >= 0 and not alive)  # a thread may still let go of its last


def test_shutting_down_ends_what_runs_and_begins_nothing_more(jobs: Jobs, listener: Listener) -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(monitor: Monitor) -> None:
        begun.set()
        try:
            while True:
                monitor.check()
        finally:
            ended.set()

    listener.hear(jobs.start(work))
    assert begun.wait(120)
    for _ in range(5):
        listener.hear(jobs.start(work))
    jobs.shutdown()
    assert ended.is_set()
    assert listener.heard == [("ended",)] * 6
    assert not jobs.start(work).is_running
    jobs.shutdown()
    settle()
    assert listener.heard == [("ended",)] * 6
    assert jobs.findChildren(Job) == []
