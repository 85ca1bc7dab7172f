"""Downloads in threads of their own: which are under way, how far each has come, and which failed, and why."""

from __future__ import annotations

import functools
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.jobs import JobProgress, Monitor
from dae_gui.support.jobs import Job, Jobs


class Downloads(QObject):
    """All downloads, each known by a key; two at a time, the others wait.

    Signals
    -------
    changed(str)
        The download with this key has begun, come further, been cancelled, or ended.
    finished(str)
        It has worked.
    """

    changed = Signal(str)
    finished = Signal(str)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._active: dict[str, Job] = {}
        self._problems: dict[str, str] = {}

    def start(self, key: str, fetch: Callable[[Monitor], object]) -> None:
        """Begin a download, unless it is under way."""
        if key in self._active:
            return
        self._problems.pop(key, None)
        job = self._active[key] = self._jobs.start(fetch, lane="downloads")
        job.progressed.connect(functools.partial(self._on_progressed, key))
        job.ended.connect(functools.partial(self._active.pop, key))
        job.done.connect(functools.partial(self._on_done, key))
        job.failed.connect(functools.partial(self._on_failed, key))
        job.cancelled.connect(functools.partial(self.changed.emit, key))
        self.changed.emit(key)

    def is_active(self, key: str) -> bool:
        """Whether a download is under way."""
        return key in self._active

    def progress(self, key: str) -> JobProgress | None:
        """Return how far a download is; None before that is known, or when there is none."""
        job = self._active.get(key)
        return None if job is None else job.progress

    def problem(self, key: str) -> str:
        """Return why the last download failed, a sentence; empty if it did not."""
        return self._problems.get(key, "")

    @Slot(str)
    def cancel(self, key: str) -> None:
        """Cancel a download."""
        if key in self._active:
            self._active[key].cancel()

    def _on_progressed(self, key: str, _fraction: float, _text: str) -> None:
        self.changed.emit(key)

    def _on_done(self, key: str, _result: object) -> None:
        self.changed.emit(key)
        self.finished.emit(key)

    def _on_failed(self, key: str, text: str) -> None:
        self._problems[key] = text
        self.changed.emit(key)
