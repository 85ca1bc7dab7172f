"""What a student did in a lesson: every answer with its time, kept in the session's file."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

from dae_core.texts import plain

KEY = re.compile("[a-z][a-z0-9-]{0,39}")
"""What the keys of lessons and of their steps are like."""
LONGEST_STUDENT = 200
LONGEST_VALUE = 300
"""Characters of an answer."""
LARGEST_LESSON = 128 * 1024
"""Bytes of a lesson's text in UTF-8."""
MOST_ENTRIES = 500
MOST_RECORDS = 40


@dataclass(frozen=True)
class Entry:
    """One thing that a student did.

    Parameters
    ----------
    step : str
        The key of the step.
    kind : str
        The step's kind, such as "predict".
    value : float, str or None
        The number or the choice that was answered, the value that was measured; None where there is none.
    when : str
        ISO 8601 with the offset of UTC.
    run : str
        The key of the run that was measured or trained; empty for none.
    iteration : int
        That run's iteration then.
    """

    step: str
    kind: str
    value: float | str | None = None
    when: str = ""
    run: str = ""
    iteration: int = 0

    @classmethod
    def now(cls, step: str, kind: str, value: float | str | None = None, run: str = "", iteration: int = 0) -> Entry:
        """Return an entry of this moment; what is too long for a file is cut."""
        value = value[:LONGEST_VALUE] if isinstance(value, str) else value
        return cls(step, kind, value, datetime.now(UTC).isoformat(timespec="seconds"), run, iteration)


@dataclass(frozen=True)
class LessonRecord:
    """A lesson and what a student did in it.

    Parameters
    ----------
    key : str
        The lesson's.
    lesson : str
        The text of the lesson's file, so that it is known later which one it was.
    student : str
        Who it is, as a teacher knows them, in the form of `student_name`; may be empty.
    entries : tuple of Entry
        In the order in which they were made.
    left : str
        When a locked lesson was left, ISO 8601; empty where it was not.
    """

    key: str
    lesson: str
    student: str = ""
    entries: tuple[Entry, ...] = ()
    left: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "student", student_name(self.student))

    def with_entry(self, entry: Entry) -> LessonRecord:
        """Return a record with one more entry.

        Of more than a file takes, the oldest goes that is neither the first nor the newest of its step.
        """
        entries = (*self.entries, entry)
        if len(entries) > MOST_ENTRIES:
            entries = _without_one(entries)
        return dataclasses.replace(self, entries=entries)

    def entries_of(self, step: str) -> tuple[Entry, ...]:
        """Return the entries of a step."""
        return tuple(entry for entry in self.entries if entry.step == step)

    def as_left(self) -> LessonRecord:
        """Return the record of a locked lesson that is left now; the first time counts."""
        if self.left:
            return self
        return dataclasses.replace(self, left=datetime.now(UTC).isoformat(timespec="seconds"))


def student_name(text: str) -> str:
    """Return a student's name in the form in which it identifies them, however it was typed: on one line, in NFC."""
    return plain(unicodedata.normalize("NFC", text.strip()), LONGEST_STUDENT)[:LONGEST_STUDENT].strip()


def _without_one(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    first: set[str] = set()
    newest = {entry.step: place for place, entry in enumerate(entries)}
    for place, entry in enumerate(entries):
        if entry.step in first and newest[entry.step] != place:
            return entries[:place] + entries[place + 1 :]
        first.add(entry.step)
    return entries[1:]
