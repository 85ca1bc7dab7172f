"""Keeps the runs of the session within the memory that they may take: what is more lies on the disk."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from dae_core.files import user_folder
from dae_core.jobs import Monitor
from dae_core.sessions.parked_run import forget_read, parked
from dae_core.sessions.run import Run
from dae_core.sessions.run_memory import first_beyond
from dae_gui.sessions.run_list import RunList
from dae_gui.support.debounce import Debounce
from dae_gui.support.jobs import Job, Jobs
from dae_gui.support.memory import give_back_memory

_log = logging.getLogger(__name__)

KEPT_BYTES = 256 * 10**6
"""Memory that the kept runs may take together, those included whose deletion can be undone."""
_SOON_MS = 1_000


class RunParking(QObject):
    """Moves the oldest runs into files when the kept ones take too much memory, and gives back what is free.

    Where that cannot be written, they stay in memory, and it is tried again when there are other runs.

    Parameters
    ----------
    runs
        The runs of the session.
    jobs
        Do the work.
    parent
        The object that it belongs to.
    folder
        Where the files are, which have no names; by default among the user's own of the program.
    """

    def __init__(self, runs: RunList, jobs: Jobs, parent: QObject, folder: Path | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._jobs = jobs
        self._folder = folder or user_folder("state")
        self._job: Job | None = None
        self._soon = Debounce(_SOON_MS, self._begin, self)
        runs.changed.connect(self._soon.start_unless_active)

    @property
    def is_busy(self) -> bool:
        """Whether something is to be moved or given back, now or soon."""
        return self._soon.isActive() or (self._job is not None and self._job.is_running)

    @Slot()
    def _begin(self) -> None:
        if self._job is not None and self._job.is_running:
            self._soon.start()
            return
        chosen = first_beyond(self._runs.held, KEPT_BYTES)
        self._job = self._jobs.start(_park, chosen, self._folder, lane="sessions")
        self._job.done.connect(self._on_done)

    @Slot(object)
    def _on_done(self, done: list[tuple[Run, Run]]) -> None:
        self._runs.exchange(done)


def _park(runs: Sequence[Run], folder: Path, monitor: Monitor) -> list[tuple[Run, Run]]:
    """Return each run with the same one in a file, as many as could be written, and give back what is free."""
    done = []
    try:
        for run in runs:
            monitor.check()
            done.append((run, parked(run, folder)))
    except OSError as error:
        _log.warning("The older runs stay in memory: %s", error)
    forget_read()
    give_back_memory()
    return done
