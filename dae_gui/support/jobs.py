"""Long work that tells how far it is and can be cancelled: a function in a thread, signals in the window's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dae_core.datasets import DataError
from dae_core.jobs import JobProgress, Monitor
from dae_gui.support.background import Background, Task

_INTERVAL_MS = 100

Work = Callable[[Monitor], Any]
"""What is done, in a thread."""


class Job(QObject):
    """One piece of work; begins at once.

    The thread leaves the newest progress in a place where the window looks ten times a second, so that no queue of
    signals can grow.

    Parameters
    ----------
    work
        What is done.
    background
        Whose threads do it.
    parent
        Owner of this object.

    Signals
    -------
    progressed(JobProgress)
        It has come further.
    done(object)
        The work's result.
    failed(str, Exception)
        A sentence for the person, and what was raised.
    """

    progressed = Signal(object)
    done = Signal(object)
    failed = Signal(str, object)

    def __init__(self, work: Work, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self.progress: JobProgress | None = None
        self._told: JobProgress | None = None
        self._work = work
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start()
        self._task = background.run(self._run, self._on_done, self._on_failed)

    def cancel(self) -> None:
        """Forget it: nothing more will be told, and the thread ends as soon as it looks."""
        self._task.drop()
        self._end()

    def _run(self, task: Task) -> Any:
        return self._work(Monitor(lambda: task.dropped, self._report))

    def _report(self, progress: JobProgress) -> None:
        self.progress = progress

    def _end(self) -> None:
        self._timer.stop()
        self.deleteLater()

    @Slot()
    def _on_timeout(self) -> None:
        if self.progress is not self._told and self.progress is not None:
            self._told = self.progress
            self.progressed.emit(self.progress)

    @Slot(object)
    def _on_done(self, result: Any) -> None:
        self._end()
        self.done.emit(result)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end()
        if isinstance(error, DataError):
            text = str(error)
        elif isinstance(error, MemoryError):
            text = "There is not enough memory for it."
        else:
            text = f"It did not work: {str(error) or type(error).__name__}."
        self.failed.emit(text, error)
