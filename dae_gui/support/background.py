"""Work off the GUI thread: a function runs in a thread, and its result comes back as a signal."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

_log = logging.getLogger(__name__)
_NICE = 10


class Task(QObject):
    """One piece of work; ``done`` or ``failed`` is emitted in the GUI thread, unless it was dropped before."""

    done = Signal(object)
    failed = Signal(object)
    _completed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._future: Future[Any] | None = None
        self._dropped = False
        self._completed.connect(self._on_completed, Qt.ConnectionType.QueuedConnection)

    @property
    def dropped(self) -> bool:
        """Whether nobody wants the result any more; long work looks here from time to time."""
        return self._dropped

    @property
    def is_finished(self) -> bool:
        """Whether the work is done, or was dropped."""
        return self._dropped or (self._future is not None and self._future.done())

    def drop(self) -> None:
        """Forget the result: neither signal will be emitted."""
        self._dropped = True
        if self._future is not None:
            self._future.cancel()

    def _start(self, future: Future[Any]) -> None:
        self._future = future
        future.add_done_callback(self._on_future_done)

    def _on_future_done(self, _future: Future[Any]) -> None:
        # In the worker's thread. The signal is queued to the thread that this object lives in.
        if not self._dropped:
            self._completed.emit()

    @Slot()
    def _on_completed(self) -> None:
        if not self._dropped and self._future is not None:
            error = self._future.exception()
            if error is None:
                self.done.emit(self._future.result())
            else:
                _log.warning("Background work failed", exc_info=error)
                self.failed.emit(error)
        self.deleteLater()


class Background(QObject):
    """Two threads for whatever would freeze the window."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(2, thread_name_prefix="background", initializer=let_the_window_go_first)

    def run(
        self,
        function: Callable[[Task], Any],
        on_done: Callable[[Any], None],
        on_failed: Callable[[Any], None],
    ) -> Task:
        """Call ``function(task)`` in a thread; then ``on_done(result)`` or ``on_failed(exception)`` in this one.

        Both must be methods of QObjects of the GUI thread.
        """
        task = Task(self)
        task.done.connect(on_done)
        task.failed.connect(on_failed)
        task._start(self._executor.submit(function, task))
        return task

    def shutdown(self) -> None:
        """Drop what waits, and wait for what runs. May be called twice."""
        for task in self.findChildren(Task):
            task.drop()
        self._executor.shutdown(wait=True, cancel_futures=True)


def let_the_window_go_first() -> None:
    """Have the scheduler prefer other threads to the calling one, and to those that it starts from now on.

    The work takes as long as before, as long as there is a core for it; the window is given one at once. Only pace
    depends on this, never a result. Where the system does not allow it, nothing happens.
    """
    if sys.platform == "linux":  # where a thread has a niceness of its own, and Qt's priorities do nothing
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
    else:
        QThread.currentThread().setPriority(QThread.Priority.LowPriority)
