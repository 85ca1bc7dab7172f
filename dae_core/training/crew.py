"""Threads that share the pieces of one task, so that a run takes all cores that it may.

Which thread does which piece is left to chance: what comes out must not depend on it, so pieces write to places of
their own. A thread that is late, because other programs keep its core busy, is not waited for unless it has begun.
"""

from __future__ import annotations

import itertools
import os
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")

MOST = 8
"""Threads that a run takes at most: more wait for one another longer than they work, at the sizes trained here."""


_spare = 0


def leave_cores(count: int) -> None:
    """Leave some cores to other threads of this program, as a window's, where threads would wait for one another.

    It holds for the runs that begin from now on.
    """
    global _spare
    _spare = count


def spare_cores() -> int:
    """Return how many cores are left to other threads of this program."""
    return _spare


def usable_cores() -> int:
    """Return how many cores this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads() -> int:
    """Return how many threads a run takes: all cores, or what ``OMP_NUM_THREADS`` says, as for other numeric programs.

    So it is one where joblib or Dask run as many processes as there are cores, for they set this variable.
    """
    wanted = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    allowed = int(wanted) if wanted.isdecimal() and int(wanted) else MOST
    return min(allowed, MOST, usable_cores())


class Job(Generic[T]):
    """A call that is made once: by whoever comes first, or by the one who needs what it returns."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call: Callable[[], T] | None = call  # until it is made, so that what it knows may be forgotten then
        self._lock = threading.Lock()
        self._result: T | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        """Make the call, unless it is made or being made; what it raises is kept for ``result``."""
        if self._lock.acquire(blocking=False):
            try:
                self._make()
            finally:
                self._lock.release()

    def result(self) -> T:
        """Return what the call returned, once it has; raise what it raised."""
        with self._lock:
            self._make()
        if self._error is not None:
            raise self._error
        return cast("T", self._result)

    def forget(self) -> None:
        """Make the call no more; where it is being made, wait until it is."""
        with self._lock:
            self._call = None

    def _make(self) -> None:
        call, self._call = self._call, None
        if call is not None:
            try:
                self._result = call()
            except BaseException as error:
                self._error = error


class _Task:
    """Pieces that are handed out one by one, and what became of them."""

    def __init__(self, do_piece: Callable[[int], object], count: int) -> None:
        self._do_piece = do_piece
        self._count = count
        self._next = itertools.count()  # taking a number from it is atomic
        self.error: BaseException | None = None
        self.done: SimpleQueue[None] = SimpleQueue()  # an item for each helper that has come and gone

    def work(self) -> None:
        """Do pieces until none is left, or one of them, wherever it was done, has failed."""
        try:
            while self.error is None and (piece := next(self._next)) < self._count:
                self._do_piece(piece)
        except BaseException as error:
            self.error = error


class Crew:
    """The calling thread and some helpers, which are started with the first task that has several pieces.

    Parameters
    ----------
    size : int
        Threads in all, from 1.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._taken_along: Job[Any] | None = None
        self._has_helpers = False
        # Also where nobody closes it; the helpers know the queue alone, or it would never be forgotten.
        weakref.finalize(self, _dismiss, self._tasks, size - 1)

    def take_along(self, job: Job[Any]) -> bool:
        """Have a job done beside the pieces of the next task that has time for it; False where there are no helpers.

        It has the room of one job: another takes its place, and is then to be done by the one who needs it.
        """
        if self.size > 1:
            self._taken_along = job
        return self.size > 1

    def do(self, do_piece: Callable[[int], object], count: int, *, takes_time: bool = False) -> None:
        """Call ``do_piece`` with each number from 0 to ``count`` - 1, and return when all calls have returned.

        Where that takes time, a job that is taken along is the first piece. Raises what a call raised; pieces that had
        not begun by then are left out.
        """
        job = self._taken_along if takes_time else None
        if job is not None:
            self._taken_along = None
            do_piece, count = _with_job(job, do_piece), count + 1
        wanted = min(self.size, count) - 1
        task = _Task(do_piece, count)
        if wanted > 0:
            self._start_helpers()
            for _ in range(wanted):
                self._tasks.put(task)
        task.work()
        with suppress(Empty):
            while wanted > 0:  # whoever has not begun by now need not
                self._tasks.get_nowait()
                wanted -= 1
        for _ in range(max(0, wanted)):
            task.done.get()
        if task.error is not None:
            raise task.error

    def close(self) -> None:
        """End the helpers; the next task starts others."""
        if self._has_helpers:
            _dismiss(self._tasks, self.size - 1)
        self._has_helpers = False
        self._taken_along = None

    def _start_helpers(self) -> None:
        if not self._has_helpers:
            for number in range(1, self.size):
                threading.Thread(target=_help, args=(self._tasks,), name=f"crew {number}", daemon=True).start()
        self._has_helpers = True


def _with_job(job: Job[Any], do_piece: Callable[[int], object]) -> Callable[[int], object]:
    def do(piece: int) -> None:
        if piece == 0:
            job.run()
        else:
            do_piece(piece - 1)

    return do


def _help(tasks: SimpleQueue[_Task | None]) -> None:
    while (task := tasks.get()) is not None:
        task.work()
        task.done.put(None)
        del task  # or its arrays would live until the next one comes


def _dismiss(tasks: SimpleQueue[_Task | None], count: int) -> None:
    for _ in range(count):
        tasks.put(None)
