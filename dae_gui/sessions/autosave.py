"""What a crash leaves behind: every run of the window, written every few seconds, and offered at the next start.

Each window has a folder of its own with a lock, so that several do not meet. In it are one session file for each run,
and a note that says which is the present one and whether all of it is in a file of the person's as well.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QLockFile, QObject, QTimer, Signal, Slot

from dae_core.sessions.container import SessionError
from dae_core.sessions.run import Run
from dae_core.sessions.session_file import ENDING
from dae_gui.sessions.autosave_folder import NOTE, Found, RunState, read_note, write_runs
from dae_gui.support.background import Background, Task

_log = logging.getLogger(__name__)

# At most ten seconds are to be lost: what it takes to write comes on top.
_INTERVAL_MS, _LONGEST_MS = 5_000, 9_000
# Within these bounds, writing takes at most this share of the time.
_SHARE = 0.02
# After a write that took long nothing is written for this many times as long, so that training is not slowed down.
_PAUSE = 4
_LOCK = "lock"


class Recovery(QObject):
    """Writes the runs of one window into its folder, and finds the folders of windows that are gone.

    Signals
    -------
    captureWanted()
        Time to hand in the present run with ``secure``.
    failed(str)
        Writing did not work; a sentence, told once. It is tried again.
    """

    captureWanted = Signal()
    failed = Signal(str)

    def __init__(self, background: Background, parent: QObject, root: Path | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._root = root or Path(platformdirs.user_state_dir("dae-studio", appauthor=False)) / "recovery"
        self._folder = self._root / f"{time.time_ns():x}-{secrets.token_hex(3)}"
        self._lock: QLockFile | None = None
        self._foreign: dict[Path, QLockFile] = {}
        self._task: Task | None = None
        self._waiting: tuple[Run, tuple[Run, ...], str] | None = None
        self._is_to_forget = False
        self._is_stale = False
        self._adopted: list[Found] = []
        self._replaced: list[Found] = []
        self._written: dict[str, RunState] = {}
        self._told = ""
        self._is_training = False
        self._clock = QTimer(self)
        self._clock.setInterval(_INTERVAL_MS)
        self._clock.timeout.connect(self._on_timeout)
        self._begun = self._took = 0.0

    # While the window lives

    def set_training(self, is_training: bool) -> None:
        """Ask for the present run every few seconds, or no more."""
        self._is_training = is_training
        self._refresh_clock()

    def _refresh_clock(self) -> None:
        """Have it run while there is something new from time to time, or something that could not be written."""
        is_wanted = self._is_training or self._is_stale
        if is_wanted != self._clock.isActive():
            self._clock.start() if is_wanted else self._clock.stop()

    @Slot()
    def _on_timeout(self) -> None:
        if self._task is None and time.monotonic() - self._begun >= _PAUSE * self._took:
            self.captureWanted.emit()

    def secure(self, run: Run, kept: tuple[Run, ...], path: str) -> None:
        """Write the runs in the background; what is asked for meanwhile is written next, the newest only.

        Parameters
        ----------
        run
            The present run.
        kept
            The others; each is written once.
        path
            The person's session file; empty if there is none.
        """
        self._waiting = run, kept, path
        self._is_to_forget = False
        if self._task is None:
            self._write_next()

    def forget(self) -> None:
        """Everything is in a file of the person's: nothing is to be offered."""
        self._waiting = None
        self._is_to_forget = True
        self._is_stale = False
        self._refresh_clock()
        if self._task is None:
            with contextlib.suppress(OSError):
                (self._folder / NOTE).unlink(missing_ok=True)
            self._discard(self._adopted)

    def adopt(self, found: Found) -> None:
        """Take over what was found and is open now: its folder goes as soon as this window has written it anew."""
        self._adopted.append(found)

    def close(self, last: tuple[Run, tuple[Run, ...], str] | None) -> None:
        """End: write what is to be offered at the next start, or take the folder away. No signal comes after this.

        The threads of the background must have ended.
        """
        self._clock.stop()
        self._waiting = None
        if self._task is not None:
            self._task.drop()
            self._task = None
        try:
            if last is not None:
                self._take_folder()
                write_runs(self._folder, self._written, *last)
            self._discard(self._adopted)
            self._discard(self._replaced)
        except (OSError, SessionError):
            _log.exception("The run could not be secured")
        for lock in (self._lock, *self._foreign.values()):
            if lock is not None:
                lock.unlock()
        if last is None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._lock = None
        self._foreign.clear()

    def _write_next(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        try:
            self._take_folder()
        except OSError as error:
            self._on_failed(error)
            return
        # What is adopted while this is being written is not in it.
        self._replaced, self._adopted = [*self._replaced, *self._adopted], []
        self._begun = time.monotonic()
        work = functools.partial(_write_in_background, self._folder, self._written, *waiting)
        self._task = self._background.run(work, self._on_written, self._on_failed)

    def _take_folder(self) -> None:
        """Make the folder when it is first needed, or is gone, and lock it. Raises OSError."""
        if self._lock is not None:
            if (self._folder / _LOCK).exists():
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / _LOCK).touch()  # Qt warns where there is nothing to unlock
            self._lock.unlock()
            self._lock = None
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = QLockFile(str(self._folder / _LOCK))
        lock.setStaleLockTime(0)  # its owner may train for days; that it lives is told by its process number
        if lock.tryLock(0):
            self._lock = lock

    @Slot(object)
    def _on_written(self, _result: Any) -> None:
        self._task = None
        self._took = time.monotonic() - self._begun
        rest_ms = round(1000 * self._took / _SHARE)
        self._clock.setInterval(max(_INTERVAL_MS, min(rest_ms, _LONGEST_MS)))
        self._told = ""
        self._discard(self._replaced)
        self._is_stale = False
        self._refresh_clock()
        if self._is_to_forget:
            self.forget()
        self._write_next()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._task = None
        self._adopted, self._replaced = [*self._replaced, *self._adopted], []
        if self._is_to_forget:
            self.forget()
            return
        self._is_stale = True
        self._refresh_clock()
        text = f"The run could not be secured against a crash: {_reason(error)}. Training goes on; it is tried again."
        if text != self._told:
            self._told = text
            self.failed.emit(text)

    # At the start

    def find(self) -> list[Found]:
        """Return what windows left that are gone, the newest first; what nobody needs is cleared away."""
        found = []
        for folder in _folders(self._root):
            if folder == self._folder or folder in self._foreign:
                continue
            lock = QLockFile(str(folder / _LOCK))
            lock.setStaleLockTime(0)
            if not lock.tryLock(0):
                continue
            for part in folder.glob(".*.part"):
                part.unlink(missing_ok=True)
            note = read_note(folder)
            if note is None:
                lock.unlock()
                if (folder / NOTE).exists() and any(folder.glob(f"*{ENDING}")):
                    _log.warning("The runs in %s cannot be offered, for their note is damaged; they stay", folder)
                else:
                    shutil.rmtree(folder, ignore_errors=True)
                continue
            self._foreign[folder] = lock
            found.append(note)
        return sorted(found, key=lambda left: left.age)

    def release(self, found: Found) -> None:
        """Leave it where it is, for the next start."""
        lock = self._foreign.pop(found.folder, None)
        if lock is not None:
            lock.unlock()

    def _discard(self, done: list[Found]) -> None:
        while done:
            self.discard(done.pop())

    def discard(self, found: Found) -> None:
        """Delete what a window left."""
        self.release(found)
        shutil.rmtree(found.folder, ignore_errors=True)


def _write_in_background(
    folder: Path, written: dict[str, RunState], run: Run, kept: tuple[Run, ...], path: str, task: Task
) -> None:
    if not task.dropped:
        write_runs(folder, written, run, kept, path)


def _folders(root: Path) -> Iterable[Path]:
    with contextlib.suppress(OSError):
        yield from _sorted_folders(root)


def _sorted_folders(root: Path) -> Iterator[Path]:
    return iter(sorted(entry for entry in root.iterdir() if entry.is_dir()))


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).rstrip(".")
