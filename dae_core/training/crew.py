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

MOST = 8
"""Threads that a run takes at most: more wait for one another longer than they work, at the sizes trained here."""


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
        self._has_helpers = False
        # Also where nobody closes it; the helpers know the queue alone, or it would never be forgotten.
        weakref.finalize(self, _dismiss, self._tasks, size - 1)

    def do(self, do_piece: Callable[[int], object], count: int) -> None:
        """Call ``do_piece`` with each number from 0 to ``count`` - 1, and return when all calls have returned.

        Raises what a call raised; pieces that had not begun by then are left out.
        """
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

    def _start_helpers(self) -> None:
        if not self._has_helpers:
            for number in range(1, self.size):
                threading.Thread(target=_help, args=(self._tasks,), name=f"crew {number}", daemon=True).start()
        self._has_helpers = True


def _help(tasks: SimpleQueue[_Task | None]) -> None:
    while (task := tasks.get()) is not None:
        task.work()
        task.done.put(None)
        del task  # or its arrays would live until the next one comes


def _dismiss(tasks: SimpleQueue[_Task | None], count: int) -> None:
    for _ in range(count):
        tasks.put(None)
