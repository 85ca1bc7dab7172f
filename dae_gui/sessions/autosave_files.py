"""The files of one window's runs that outlast a crash: one session file for each run, and a note that names them."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from pathlib import Path

from dae_core.files import write_atomically
from dae_core.sessions.container import SessionError
from dae_core.sessions.run import Run, slim
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import ENDING, load_session, save_session
from dae_gui.sessions.run_version import RunVersion

_log = logging.getLogger(__name__)

# Looking back matters less after a crash than that writing does not disturb training.
MOST_SNAPSHOTS = 16
SNAPSHOT_BYTES = 32 * 10**6
NOTE = "note.json"


@dataclass(frozen=True)
class RecoverableSession:
    """What a window left that was not closed in order, or was closed with work that is in no file.

    Parameters
    ----------
    folder
        Where it is.
    name, iteration
        Of the run that was the present one.
    runs
        How many runs there are.
    written
        When, in seconds since 1970.
    path
        The user's session file that it goes on from; empty if there was none.
    """

    folder: Path
    name: str
    iteration: int
    runs: int
    written: float
    path: str

    def text(self) -> str:
        """Return what was found as a sentence."""
        others = f" and {self.runs - 1} more" if self.runs > 1 else ""
        of = f" of {Path(self.path).name}" if self.path else ""
        ago = _ago(time.time() - self.written)
        return f"{self.name}{others}{of}, at iteration {self.iteration:,}, was left unsaved {ago} ago."


def load_recoverable(folder: Path) -> Session:
    """Return what a window left. Raises SessionError where the present run cannot be read; others are passed over."""
    try:
        note = json.loads((folder / NOTE).read_text("utf-8"))
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


def write_runs(folder: Path, written: dict[str, RunVersion], runs: tuple[Run, ...], path: str) -> None:
    """Write what is new, then the note that makes it count, then clear away what it does not name.

    Parameters
    ----------
    folder
        Where; it exists.
    written
        What the files of the runs hold, by key; brought up to date.
    runs
        The present run last. Where that has not begun, it is passed over if there are others.
    path
        The user's session file; empty if there is none.

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
    note = {
        "present": run.label.key,
        "kept": [other.label.key for other in kept],
        "name": run.label.name,
        "iteration": run.checkpoint.iteration,
        "path": path,
        "time": time.time(),
    }
    write_atomically(folder / NOTE, json.dumps(note).encode())
    named = {_file_name(one.label.key) for one in (*kept, run)}
    for file in folder.glob(f"*{ENDING}"):
        if file.name not in named:
            file.unlink(missing_ok=True)
            written.pop(file.stem, None)


def _file_name(key: str) -> str:
    if not key.isalnum():
        raise SessionError(f"{key!r} is not the key of a run.")
    return f"{key}{ENDING}"


def read_note(folder: Path) -> RecoverableSession | None:
    """Return what the note of a folder says, or None where there is nothing to offer."""
    try:
        note = json.loads((folder / NOTE).read_text("utf-8"))
        runs = 1 + len(note["kept"])
        name, written, path = str(note["name"]), float(note["time"]), str(note["path"])
        return RecoverableSession(folder, name, int(note["iteration"]), runs, written, path)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _ago(seconds: float) -> str:
    """Return a time in the largest unit of which there are two: a moment, 45 seconds, 3 minutes, 30 hours, 2 days."""
    for unit, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} seconds" if seconds >= 10 else "a moment"
