"""Does many small things in a thread for each processor, with progress and Cancel: decoders let go of the lock."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

from dae_core.jobs import Monitor

_T = TypeVar("_T")
_R = TypeVar("_R")

_POLL = 0.05  # seconds between two looks at the Cancel button
_MOST_THREADS = 8


class Ticker:
    """What the threads of a job share: how many images are done, and whether they are to stop."""

    def __init__(self) -> None:
        self.done = 0
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def tick(self) -> None:
        """Note that one more image is done."""
        with self._lock:
            self.done += 1

    def stop(self) -> None:
        """Have the threads end."""
        self._stopped.set()

    def is_stopped(self) -> bool:
        """Return whether the threads are to end."""
        return self._stopped.is_set()


def in_threads(
    work: Callable[[_T, Ticker], _R], items: Sequence[_T], total: int, monitor: Monitor, on_result: Callable[[_R], None]
) -> None:
    """Hand each item to ``work`` in some thread, and what it returns to ``on_result`` in this one.

    ``work`` ticks for each of ``total`` images and looks whether it is to stop. Raises Cancelled when `monitor` says
    so, and what ``work`` or ``on_result`` raise, once all threads have ended.
    """
    ticker = Ticker()
    threads = max(1, min(_MOST_THREADS, os.cpu_count() or 1))
    with ThreadPoolExecutor(threads, thread_name_prefix="pictures") as pool:
        waiting = iter(items)
        running = {pool.submit(work, item, ticker) for item in islice(waiting, 2 * threads)}
        try:
            while running:
                finished, running = wait(running, _POLL, FIRST_COMPLETED)
                for future in finished:
                    on_result(future.result())
                    running.update(pool.submit(work, item, ticker) for item in islice(waiting, 1))
                monitor.count(min(ticker.done, total), total, "images")
        except BaseException:
            ticker.stop()
            raise
