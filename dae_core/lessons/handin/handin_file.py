"""A hand-in as a file: a session with one lesson's record in it, and a text that says which.

It is the container of sessions, whole and unchanged or refused; nothing in it is ever executed. The checksum shows
damage and not forgery: whoever can write the file can write its checksum. What shows forgery is `grading`.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

from dae_core.sessions.checked_values import Fields, parsed
from dae_core.sessions.container import SessionError, read_container, write_container
from dae_core.sessions.lesson_record import LessonRecord
from dae_core.sessions.run import Run, slim
from dae_core.sessions.session import Session
from dae_core.sessions.session_codec import pack, unpack
from dae_core.sessions.session_file import LONGEST_REASON
from dae_core.texts import file_name, plain
from dae_core.training.settings import ConfigError
from dae_core.training.snapshots import BUDGET

ENDING = ".handin"
MOST_SNAPSHOTS, FEWEST_SNAPSHOTS = 24, 8
"""Of all runs together, and of each in any case, so that a hand-in of the exercise takes some 35 MB."""
_TEXT = "handin"
_LONGEST_KEY = 100


@dataclass(frozen=True, eq=False)
class HandIn:
    """What a file holds: the session, the record of the lesson that was handed in, and what messages call the file."""

    session: Session
    record: LessonRecord
    name: str

    @property
    def student(self) -> str:
        """Whose it says it is."""
        return self.record.student


def proposed_name(record: LessonRecord) -> str:
    """Return a name for the file of a hand-in: "how-loud-mia.handin"."""
    return file_name(f"{record.key}-{record.student or 'nobody'}{ENDING}")


def write_handin(path: str | Path, session: Session, record: LessonRecord) -> None:
    """Write a hand-in; an existing file is replaced only when the new one is whole and on the disk.

    It holds the runs that the record names, and those with the same seed as these; of their snapshots at most
    `MOST_SNAPSHOTS` in all, but `FEWEST_SNAPSHOTS` of each. The records of other lessons and what the window looked
    like stay out.

    Raises
    ------
    SessionError
        When the file cannot be written.
    """
    runs = runs_of(session, record)
    most = max(FEWEST_SNAPSHOTS, MOST_SNAPSHOTS // len(runs))
    runs = tuple(slim(run, BUDGET, most) for run in runs)
    current, kept = runs[0], runs[1:]
    own = dataclasses.replace(session, run=current, kept=kept, view={}, lessons=(record,))
    try:
        arrays, metadata = pack(own)
    except ValueError as error:
        raise SessionError(f"{path} could not be written: {error}") from None
    write_container(path, arrays, {**metadata, _TEXT: json.dumps({"lesson": record.key})})


def runs_of(session: Session, record: LessonRecord) -> tuple[Run, ...]:
    """Return the runs of a session that belong to a record, at least one; the newest that it names first."""
    named = list(dict.fromkeys(entry.run for entry in reversed(record.entries) if entry.run))
    by_key = {run.label.key: run for run in session.runs}
    first = [by_key[key] for key in named if key in by_key] or [session.run]
    seeds = {run.config.seed for run in first}
    keys = {run.label.key for run in first}
    others = [run for run in session.runs if run.config.seed in seeds and run.label.key not in keys]
    return (*first, *others)


def read_handin(path: str | Path) -> HandIn:
    """Read a hand-in. No code in the file is run; every value is checked.

    Raises
    ------
    SessionError
        When it cannot be read, is no hand-in, is damaged, or is of a newer version.
    """
    arrays, metadata = read_container(path)
    if _TEXT not in metadata:
        raise SessionError(f"{path} is a session and no hand-in: it was saved, and not handed in.")
    try:
        key = Fields(parsed(metadata.pop(_TEXT), dict)).text("lesson", _LONGEST_KEY)
        session = unpack(arrays, metadata)
        record = next((one for one in session.lessons if one.key == key), None)
        if record is None:
            raise ValueError("it holds no record of the lesson that it was handed in for.")
    except (ConfigError, ValueError, RecursionError) as error:
        raise SessionError(f"{path} is damaged: {plain(str(error), LONGEST_REASON)}") from None
    return HandIn(session, record, str(path))
