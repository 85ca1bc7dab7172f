"""What a crash leaves behind: every run of the window, written every few seconds, and offered at the next start.

Each window has a folder of its own with a lock, so that several do not meet. In it are one session file for each run,
and a note that says which is the present one and whether all of it is in a file of the person's as well.
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QLockFile, QObject, QTimer, Signal, Slot

from dae_core.files import write_atomically
from dae_core.session import ENDING, Label, Run, Session, load_session, save_session
from dae_core.session_format import SessionError
from dae_core.snapshots import thinned
from dae_gui.background import Background, Task

_log = logging.getLogger(__name__)

# At most ten seconds are to be lost: what it takes to write comes on top.
_INTERVAL_MS = 5_000
# Looking back matters less after a crash than that writing does not disturb training.
_SNAPSHOTS = 16
_NOTE = "note.json"
_State = tuple[int, int, Label]
_LOCK = "lock"


@dataclass(frozen=True)
class Found:
    """What a window left that was not closed in order, or was closed with work that is in no file.

    Parameters
    ----------
    folder
        Where it is.
    name, iteration
        Of the run that was the present one.
    runs
        How many runs there are.
    age
        Seconds since the note was written.
    path
        The person's session file that it goes on from; empty if there was none.
    """

    folder: Path
    name: str
    iteration: int
    runs: int
    age: float
    path: str

    def text(self) -> str:
        """Return what was found as a sentence."""
        others = f" and {self.runs - 1} more" if self.runs > 1 else ""
        of = f" of {Path(self.path).name}" if self.path else ""
        return f"{self.name}{others}{of}, at iteration {self.iteration:,}, was not saved {_ago(self.age)} ago."


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
        self._adopted: list[Found] = []
        self._written: dict[str, _State] = {}
        self._told = ""
        self._clock = QTimer(self)
        self._clock.setInterval(_INTERVAL_MS)
        self._clock.timeout.connect(self.captureWanted)

    # While the window lives

    def set_training(self, is_training: bool) -> None:
        """Ask for the present run every few seconds, or no more."""
        if is_training != self._clock.isActive():
            self._clock.start() if is_training else self._clock.stop()

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
        if self._task is None:
            with contextlib.suppress(OSError):
                (self._folder / _NOTE).unlink(missing_ok=True)

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
                _write(self._folder, self._written, *last)
            for found in self._adopted:
                self.discard(found)
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
        work = functools.partial(_write_in_background, self._folder, self._written, *waiting)
        self._task = self._background.run(work, self._on_written, self._on_failed)

    def _take_folder(self) -> None:
        """Make the folder when it is first needed, and lock it. Raises OSError."""
        if self._lock is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = QLockFile(str(self._folder / _LOCK))
        lock.setStaleLockTime(0)  # its owner may train for days; that it lives is told by its process number
        if lock.tryLock(0):
            self._lock = lock

    @Slot(object)
    def _on_written(self, _result: Any) -> None:
        self._task = None
        self._told = ""
        while self._adopted:
            self.discard(self._adopted.pop())
        if self._is_to_forget:
            self.forget()
        self._write_next()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._task = None
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
            note = _read_note(folder)
            if note is None:
                lock.unlock()
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

    def discard(self, found: Found) -> None:
        """Delete what a window left."""
        self.release(found)
        shutil.rmtree(found.folder, ignore_errors=True)


def load_found(folder: Path) -> Session:
    """Return what a window left. Raises SessionError where the present run cannot be read; others are left out."""
    try:
        note = json.loads((folder / _NOTE).read_text("utf-8"))
        present = str(note["present"])
        keys = [str(key) for key in note["kept"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SessionError(f"What was left in {folder} could not be read: {error}.") from None
    session = load_session(folder / _file_name(present))
    kept = []
    for key in keys:
        try:
            kept.append(load_session(folder / _file_name(key)).run)
        except SessionError as error:
            _log.warning("A kept run is lost: %s", error)
    return Session(session.run, tuple(kept), session.drawings, session.view)


def _write_in_background(
    folder: Path, written: dict[str, _State], run: Run, kept: tuple[Run, ...], path: str, task: Task
) -> None:
    if not task.dropped:
        _write(folder, written, run, kept, path)


def _write(folder: Path, written: dict[str, _State], run: Run, kept: tuple[Run, ...], path: str) -> None:
    """Write what is new, then the note that makes it count, then clear away what it does not name.

    ``written`` is what the files of the runs hold, by key, and is brought up to date.
    """
    for one in (*kept, run):
        key, state = one.label.key, (one.checkpoint.iteration, one.checkpoint.end, one.label)
        if written.get(key) != state:
            save_session(folder / _file_name(key), Session(_slim(one)))
            written[key] = state
    note = {
        "present": run.label.key,
        "kept": [other.label.key for other in kept],
        "name": run.label.name,
        "iteration": run.checkpoint.iteration,
        "path": path,
        "time": time.time(),
    }
    write_atomically(folder / _NOTE, json.dumps(note).encode())
    named = {_file_name(one.label.key) for one in (*kept, run)}
    for file in folder.glob(f"*{ENDING}"):
        if file.name not in named:
            file.unlink(missing_ok=True)
            written.pop(file.stem, None)


def _slim(run: Run) -> Run:
    return replace(run, snapshots=thinned(run.snapshots, _SNAPSHOTS))


def _file_name(key: str) -> str:
    if not key.isalnum():
        raise SessionError(f"{key!r} is not the key of a run.")
    return f"{key}{ENDING}"


def _folders(root: Path) -> Iterable[Path]:
    with contextlib.suppress(OSError):
        yield from _sorted_folders(root)


def _sorted_folders(root: Path) -> Iterator[Path]:
    return iter(sorted(entry for entry in root.iterdir() if entry.is_dir()))


def _read_note(folder: Path) -> Found | None:
    """Return what the note of a folder says, or None where there is nothing to offer."""
    try:
        note = json.loads((folder / _NOTE).read_text("utf-8"))
        runs = 1 + len(note["kept"])
        age = max(0.0, time.time() - float(note["time"]))
        return Found(folder, str(note["name"]), int(note["iteration"]), runs, age, str(note["path"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _ago(seconds: float) -> str:
    """Return a time in the largest unit of which there are two: 45 seconds, 3 minutes, 30 hours, 2 days."""
    for unit, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} seconds"


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).rstrip(".")
