"""Threads that do what they are given, one after the other, and that the end of the process does not wait for.

Those of `concurrent.futures` are waited for at the end of the interpreter, however long they take.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

_Work = tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]


class Lane:
    """Some threads with one queue; each is started when there is work for it.

    Parameters
    ----------
    name
        What the threads are called.
    most
        How many threads there are at most.
    initializer
        Called first in each thread.
    """

    def __init__(self, name: str, most: int, initializer: Callable[[], object]) -> None:
        self._name = name
        self._most = most
        self._initializer = initializer
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Have a function called; one that has not begun can be cancelled."""
        future: Future[Any] = Future()
        self._queue.put((future, function, arguments))
        if len(self._threads) < self._most:
            thread = threading.Thread(target=self._run, name=f"{self._name}-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return future

    def end(self, seconds: float) -> list[threading.Thread]:
        """End the threads when they have done what is in the queue; return those that took longer than this."""
        for _ in self._threads:
            self._queue.put(None)
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return [thread for thread in self._threads if thread.is_alive()]

    def _run(self) -> None:
        self._initializer()
        while True:
            work = self._queue.get()
            if work is None:
                return
            _do(*work)
            del work  # nothing of it is kept while the thread waits for more


def _do(future: Future[Any], function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = function(*arguments)
    except BaseException as error:
        future.set_exception(error)
        del future  # its traceback holds this frame
    else:
        future.set_result(result)
