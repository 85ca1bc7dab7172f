"""The sessions that were opened or saved last: in their menu, and for the card over the empty curves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from dae_core.jobs import Monitor
from dae_gui.support.jobs import Jobs
from dae_gui.support.plain_text import menu_text, plain_tip
from dae_gui.support.settings import Settings
from dae_gui.workbench.workbench import Workbench


@dataclass(frozen=True)
class RecentFile:
    """A session file.

    Parameters
    ----------
    path
        Where it is, or was.
    name
        What it is called beside the others: its file's name, or its path where two have the same name.
    iterations
        How many its present run had when it was opened or saved here last; None where that is not known.
    written
        When it was written, in seconds since 1970; None until that was looked up.
    is_missing
        Whether it was looked for and is not there.
    """

    path: str
    name: str
    iterations: int | None = None
    written: float | None = None
    is_missing: bool = False

    def text(self, now: datetime) -> str:
        """Return what is known of it: ``25,000 iterations, yesterday 14:05``."""
        parts = [] if self.iterations is None else [f"{self.iterations:,} iterations"]
        if self.is_missing:
            parts.append("the file is not there any more")
        elif self.written is not None:
            parts.append(day_text(datetime.fromtimestamp(self.written), now))
        return ", ".join(parts)


class RecentSessions(QObject):
    """Remembers which files were used, lists them in the menu, and looks up in the background what became of them.

    Parameters
    ----------
    menu
        Where the sessions are listed.
    settings
        Where they are remembered.
    workbench
        How far the run of a session is that is opened or saved.
    jobs
        Looks at the files, for one on a server that is gone may take long.
    open_path
        Opens a path.

    Signals
    -------
    changed(tuple of RecentFile)
        The newest first.
    """

    changed = Signal(object)

    def __init__(
        self, menu: QMenu, settings: Settings, workbench: Workbench, jobs: Jobs, open_path: Callable[[Path], None]
    ) -> None:
        super().__init__(menu)
        self._menu = menu
        self._settings = settings
        self._workbench = workbench
        self._jobs = jobs
        self._open_path = open_path
        self.files: tuple[RecentFile, ...] = ()
        menu.triggered.connect(self._on_triggered)
        self._fill()

    @Slot(str)
    def add(self, path: str) -> None:
        """Put a session that was opened or saved at the top."""
        self._settings.recent_sessions = [path, *(other for other in self._settings.recent_sessions if other != path)]
        self._settings.set_iterations(path, self._workbench.progress.iteration)
        self._fill()

    def open(self, path: str) -> None:
        """Open one of them."""
        self._open_path(Path(path))

    def _fill(self) -> None:
        paths = self._settings.recent_sessions
        names = Counter(Path(path).name for path in paths)
        self._menu.clear()
        files = []
        for path in paths:
            name = Path(path).name
            told = name if names[name] == 1 else path  # of one name in two folders, the folder tells which is which
            action = self._menu.addAction(menu_text(told))
            action.setToolTip(plain_tip(path))
            action.setData(path)
            files.append(RecentFile(path, told, self._settings.iterations(path)))
        self._menu.setEnabled(bool(paths))
        self._set(tuple(files))
        if paths:
            # With the downloads, which also wait for servers: not behind the computations of the start.
            failure = "The last sessions could not be looked for"
            job = self._jobs.start(_look, tuple(paths), lane="downloads", failure=failure)
            job.done.connect(self._on_looked)

    def _set(self, files: tuple[RecentFile, ...]) -> None:
        self.files = files
        self.changed.emit(files)

    @Slot(object)
    def _on_looked(self, written: dict[str, float | None]) -> None:
        """Take over what was found, unless there are other files by now."""
        if all(file.path in written for file in self.files):
            found = ((file, written[file.path]) for file in self.files)
            self._set(tuple(replace(file, written=when, is_missing=when is None) for file, when in found))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.open(action.data())


def _look(paths: tuple[str, ...], monitor: Monitor) -> dict[str, float | None]:
    """Return when each file was written, None where it is not there."""
    found: dict[str, float | None] = {}
    for path in paths:
        monitor.check()
        try:
            found[path] = Path(path).stat().st_mtime
        except (OSError, ValueError):  # a path may hold anything
            found[path] = None
    return found


def day_text(then: datetime, now: datetime) -> str:
    """Return a moment as one says it: ``today 14:05``, ``yesterday 14:05``, ``3 days ago``, ``2026-09-03``."""
    days = (now.date() - then.date()).days
    if days in (0, 1):
        return f"{('today', 'yesterday')[days]} {then:%H:%M}"
    return f"{days} days ago" if 1 < days < 31 else f"{then:%Y-%m-%d}"
