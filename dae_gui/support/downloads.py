"""Downloads in threads of their own: which are under way, how far each has come, and which failed, and why."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.jobs import JobProgress
from dae_gui.support.background import Background
from dae_gui.support.jobs import Job, Work


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

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._jobs: dict[str, Job] = {}
        self._problems: dict[str, str] = {}

    def start(self, key: str, fetch: Work) -> None:
        """Begin a download, unless it is under way."""
        if key in self._jobs:
            return
        self._problems.pop(key, None)
        job = Job(fetch, self._background, self)
        job.setObjectName(key)
        job.progressed.connect(self._on_progressed)
        job.done.connect(self._on_done)
        job.failed.connect(self._on_failed)
        self._jobs[key] = job
        self.changed.emit(key)

    def is_active(self, key: str) -> bool:
        """Whether a download is under way."""
        return key in self._jobs

    def progress(self, key: str) -> JobProgress | None:
        """Return how far a download is; None before that is known, or when there is none."""
        job = self._jobs.get(key)
        return None if job is None else job.progress

    def problem(self, key: str) -> str:
        """Return why the last download failed, a sentence; empty if it did not."""
        return self._problems.get(key, "")

    @Slot(str)
    def cancel(self, key: str) -> None:
        """Cancel a download."""
        job = self._jobs.pop(key, None)
        if job is not None:
            job.cancel()
            self.changed.emit(key)

    def _key(self) -> str:
        return self.sender().objectName()

    @Slot()
    def _on_progressed(self) -> None:
        self.changed.emit(self._key())

    @Slot()
    def _on_done(self) -> None:
        key = self._key()
        self._jobs.pop(key, None)
        self.changed.emit(key)
        self.finished.emit(key)

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        key = self._key()
        self._jobs.pop(key, None)
        self._problems[key] = text
        self.changed.emit(key)
