"""The files of one window's runs that outlast a crash: one session file for each run, and a note that names them."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from dae_core.files import FileStamp, write_atomically
from dae_core.sessions.container import SessionError
from dae_core.sessions.run import Run, slim
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import ENDING, load_session, save_session
from dae_core.sessions.user_texts import UserTexts
from dae_gui.sessions.run_version import RunVersion

_log = logging.getLogger(__name__)

# Looking back matters less after a crash than that writing does not disturb training.
MOST_SNAPSHOTS = 16
SNAPSHOT_BYTES = 32 * 10**6
NOTE = "note.json"
SAVED = "saved.json"
"""What the note is called when all that is as old as it is in a file of the user's."""
_LARGEST_NOTE = 16 * 10**6
_LATEST = 1e11
"""Seconds since 1970, of a time that a note may name: in 3,000 years."""


@dataclass(frozen=True)
class RecoverableSession:
    """What a window left that was not closed in order, or was closed with work that is in no file.

    Parameters
    ----------
    folder
        Where it is.
    name, iteration
        Of the run that was the present one; empty and None where the note on them is damaged.
    runs
        How many runs there are.
    written
        When, in seconds since 1970.
    path
        The user's session file that it goes on from; empty if there was none.
    stamp
        What that file was like then; None if it is not known.
    unread
        Files of runs that turned out to be unreadable when it was opened: they are not deleted with the rest.
    """

    folder: Path
    name: str
    iteration: int | None
    runs: int
    written: float
    path: str = ""
    stamp: FileStamp | None = None
    unread: tuple[Path, ...] = ()

    def detail(self) -> str:
        """Return what there is to know of it besides its name: ``at iteration 1,200, left unsaved 3 hours ago``."""
        at = "" if self.iteration is None else f"at iteration {self.iteration:,}, "
        others = f", with {self.runs - 1} more" if self.runs > 1 else ""
        return f"{at}left unsaved {_ago(time.time() - self.written)} ago{others}"

    def text(self) -> str:
        """Return what was found as a sentence."""
        ago = _ago(time.time() - self.written)
        if self.iteration is None:
            runs = "One run was" if self.runs == 1 else f"{self.runs} runs were"
            return f"{runs} left unsaved {ago} ago; the note on what they are is damaged."
        others = f" and {self.runs - 1} more" if self.runs > 1 else ""
        of = f" of {Path(self.path).name}" if self.path else ""
        return f"{self.name}{others}{of}, at iteration {self.iteration:,}, was left unsaved {ago} ago."


def load_recoverable(folder: Path, unread: list[Path] | None = None) -> Session:
    """Return what a window left, as far as it can be read; ``unread`` gets the files of the runs that cannot.

    Raises
    ------
    SessionError
        When none of them can be read.
    """
    note = _read_note(folder)
    sessions: dict[str, Session] = {}
    unread = [] if unread is None else unread
    reasons = []
    for file in _files(folder, note):
        try:
            session = load_session(file)
        except SessionError as error:
            _log.warning("A run could not be recovered: %s", error)
            unread.append(file)
            reasons.append(str(error))
        else:
            sessions[session.run.label.key] = session
    if not sessions:
        raise SessionError(reasons[0] if reasons else f"What was left in {folder} is not there any more.")
    newest = list(sessions.values())[-1]
    session = sessions.get(note.present, newest) if note is not None else newest
    kept = tuple(other.run for other in sessions.values() if other is not session)
    texts = UserTexts() if note is None else note.texts
    return Session.with_texts(session.run, kept, session.drawings, session.view, texts)


def write_runs(
    folder: Path,
    written: dict[str, RunVersion],
    runs: tuple[Run, ...],
    path: str,
    stamp: FileStamp | None = None,
    texts: UserTexts | None = None,
) -> None:
    """Write what is new, then the note that makes it count, then clear away what it does not name.

    Parameters
    ----------
    folder
        Where; it exists.
    written
        What the files of the runs hold, by key; brought up to date.
    runs
        The present run last. Where that has not begun, it is passed over if there are others.
    path, stamp
        The user's session file, empty if there is none, and what it was like when it was opened or saved.
    texts
        What the user has written.

    Raises
    ------
    OSError, SessionError
        When it cannot be written; what was there before stays.
    """
    *kept, run = runs[:-1] if len(runs) > 1 and not runs[-1].checkpoint.iteration else runs
    for one in (*kept, run):
        key, version = one.label.key, RunVersion.of(one)
        file = folder / _file_name(key)
        if written.get(key) != version or not file.exists():  # the folder may have been cleared
            save_session(file, Session(slim(one, SNAPSHOT_BYTES, MOST_SNAPSHOTS)))
            written[key] = version
    note = _Note(
        run.label.key,
        tuple(other.label.key for other in kept),
        run.label.name,
        run.checkpoint.iteration,
        time.time(),
        path,
        stamp,
        texts or UserTexts(),
    )
    write_atomically(folder / NOTE, note.to_json())
    named = {_file_name(one.label.key) for one in (*kept, run)}
    with contextlib.suppress(OSError):  # what is older than the note, which does not name it, does not count
        (folder / SAVED).unlink(missing_ok=True)
        for file in folder.glob(f"*{ENDING}"):
            if file.name not in named:
                file.unlink()
                written.pop(file.stem, None)


def mark_saved(folder: Path) -> None:
    """Take note that all of it is in files of the user's; the files stay, to be written over. Raises OSError."""
    try:
        os.replace(folder / NOTE, folder / SAVED)  # which a full disk does not hinder
    except FileNotFoundError:
        if not (folder / SAVED).exists():
            for file in folder.glob(f"*{ENDING}"):  # their note could not be written
                file.unlink(missing_ok=True)


def find_recoverable(folder: Path) -> RecoverableSession | None:
    """Return what a window left in a folder: what its note says, or else what its files tell; None if it is nothing."""
    note = _read_note(folder)
    files = _files(folder, note)
    if not files:
        return None
    if note is None:
        _log.warning("The note on the runs in %s is damaged or missing; they are offered without it", folder)
        return RecoverableSession(folder, "", None, len(files), max(map(_modified, files)) / 1e9)
    return RecoverableSession(folder, note.name, note.iteration, len(files), note.time, note.path, note.stamp)


@dataclass(frozen=True)
class _Note:
    """What makes the files of the runs count: which of them there are, and where they belong."""

    present: str
    kept: tuple[str, ...]
    name: str
    iteration: int
    time: float
    path: str
    stamp: FileStamp | None
    texts: UserTexts = field(default_factory=UserTexts)

    def to_json(self) -> bytes:
        return json.dumps({**dataclasses.asdict(self), "texts": self.texts.to_header()}).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Raise ValueError where something is not as `to_json` writes it."""
        values = json.loads(text)
        note = cls(
            str(values["present"]),
            tuple(map(str, values["kept"])),
            str(values["name"]),
            int(values["iteration"]),
            float(values["time"]),
            str(values["path"]),
            FileStamp.from_json(values.get("stamp")),
            UserTexts.from_header(values["texts"] if "texts" in values else _words_of_before(values)),
        )
        if not (
            0 <= note.time < _LATEST
            and 0 <= note.iteration < 2**63
            and all(map(str.isalnum, (note.present, *note.kept)))
        ):
            raise ValueError("it is out of range")
        return note


def _words_of_before(values: dict[str, Any]) -> dict[str, str]:
    """Return the texts of a note that an earlier version has left, which knew of the report's words at most."""
    return {"report": json.dumps(values.get("words", {}))}


def _read_note(folder: Path) -> _Note | None:
    """Return the note of a folder, or None where it is missing or not as it was written."""
    try:
        with open(folder / NOTE, "rb") as stream:
            return _Note.from_json(stream.read(_LARGEST_NOTE))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return None


def _files(folder: Path, note: _Note | None) -> list[Path]:
    """Return the files of the runs, the newest last: those that the note names, and those that are newer than it.

    Where there is no sound note, they are those that are newer than what was saved.
    """
    marker = folder / (SAVED if note is None else NOTE)
    named, since = set() if note is None else {note.present, *note.kept}, _modified(marker)
    files = [file for file in folder.glob(f"*{ENDING}") if file.stem.isalnum()]
    return sorted((file for file in files if file.stem in named or _modified(file) > since), key=_modified)


def _modified(file: Path) -> int:
    """Return when a file was written, in nanoseconds since 1970; 0 where it is not there."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _file_name(key: str) -> str:
    if not key.isalnum():
        raise SessionError(f"{key!r} is not the key of a run.")
    return f"{key}{ENDING}"


def _ago(seconds: float) -> str:
    """Return a time in the largest unit of which there are two: a moment, 45 seconds, 3 minutes, 30 hours, 2 days."""
    for unit, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} seconds" if seconds >= 10 else "a moment"
