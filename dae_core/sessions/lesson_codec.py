"""The records of lessons as JSON values, as many as a file takes, and back with every value checked."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from dae_core.errors import UserError
from dae_core.sessions.checked_values import Fields
from dae_core.sessions.lesson_record import (
    KEY,
    LARGEST_LESSON,
    LONGEST_STUDENT,
    LONGEST_VALUE,
    MOST_ENTRIES,
    MOST_RECORDS,
    Entry,
    LessonRecord,
)
from dae_core.texts import format_bytes

LARGEST_RECORDS = 8 * 1024**2
"""Bytes that all records take in the header of a session's file."""
_KIND = re.compile("[a-z][a-z-]{0,39}")
_RUN = re.compile("[0-9a-f]{0,64}")
_LONGEST_TIME = 40
_LATEST_ITERATION = 2**53


class LessonsFullError(UserError):
    """A session holds as many lessons as its file takes."""


def with_record(records: Iterable[LessonRecord], record: LessonRecord) -> tuple[LessonRecord, ...]:
    """Return the records of a session with one in the place of that of the same lesson, or after all.

    Raises
    ------
    LessonsFullError
        When that is more than a session's file takes.
    """
    before = tuple(records)
    after = tuple(record if other.key == record.key else other for other in before)
    after = after if record in after else (*after, record)
    if len(after) > MOST_RECORDS or bytes_of_records(after) > LARGEST_RECORDS:
        raise LessonsFullError(
            f"This session holds {len(before)} lessons, and its file takes no more: begin a new session."
        )
    return after


def record_values(records: Iterable[LessonRecord]) -> list[dict[str, Any]]:
    """Return records as a JSON value."""
    return [
        {**dataclasses.asdict(record), "entries": [dataclasses.asdict(entry) for entry in record.entries]}
        for record in records
    ]


def bytes_of_records(records: Iterable[LessonRecord]) -> int:
    """Return how many bytes records take in a header, which is JSON that holds their own as a text."""
    return len(json.dumps(json.dumps(record_values(records), ensure_ascii=False)))


def records_from_values(values: list[Any]) -> tuple[LessonRecord, ...]:
    """Return the records that a JSON value holds, which may be anybody's.

    Fields that this program does not know are passed over, for a newer one may have written them.

    Raises
    ------
    ValueError
        With the end of a sentence.
    """
    if len(values) > MOST_RECORDS:
        raise ValueError(f"it has records of {len(values):,} lessons; at most {MOST_RECORDS} are possible.")
    records = tuple(_record(_fields(value)) for value in values)
    if len({record.key for record in records}) < len(records):
        raise ValueError("two records are of the same lesson.")
    if bytes_of_records(records) > LARGEST_RECORDS:
        raise ValueError(f"its records of lessons take more than {format_bytes(LARGEST_RECORDS)}.")
    return records


def _record(fields: Fields) -> LessonRecord:
    lesson = fields.text("lesson", LARGEST_LESSON)
    if _size(lesson) > LARGEST_LESSON:
        raise ValueError(f"the text of a lesson takes more than {format_bytes(LARGEST_LESSON)}.")
    entries = fields.get("entries", list)
    if len(entries) > MOST_ENTRIES:
        raise ValueError(f"a lesson has {len(entries):,} entries; at most {MOST_ENTRIES} are possible.")
    return LessonRecord(
        key=_matching(fields, "key", KEY),
        lesson=lesson,
        student=fields.text("student", LONGEST_STUDENT),
        entries=tuple(_entry(_fields(value)) for value in entries),
        left=_time(fields, "left"),
    )


def _entry(fields: Fields) -> Entry:
    return Entry(
        step=_matching(fields, "step", KEY),
        kind=_matching(fields, "kind", _KIND),
        value=_answer(fields.get("value")),
        when=_time(fields, "when"),
        run=_matching(fields, "run", _RUN),
        iteration=fields.whole("iteration", 0, _LATEST_ITERATION),
    )


def _answer(value: Any) -> float | str | None:
    if value is None:
        return None
    if isinstance(value, str) and _size(value) <= 4 * LONGEST_VALUE and len(value) <= LONGEST_VALUE:
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise ValueError("an answer in a lesson is neither a number nor a short text.")


def _fields(value: Any) -> Fields:
    if not isinstance(value, dict):
        raise ValueError("a record of a lesson is not a JSON object.")
    return Fields(value)


def _matching(fields: Fields, name: str, pattern: re.Pattern[str]) -> str:
    text = fields.text(name, 64)
    if not pattern.fullmatch(text):
        raise ValueError(f"a lesson has a {name} that none can have.")
    return text


def _time(fields: Fields, name: str) -> str:
    text = fields.text(name, _LONGEST_TIME)
    try:
        is_time = not text or datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        is_time = False
    if not is_time:
        raise ValueError(f"a lesson has a time ({name}) that is none with an offset of UTC.")
    return text


def _size(text: str) -> int:
    """Return the bytes of a text in UTF-8. Raises ValueError where it is none."""
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise ValueError("a text of a lesson holds half a character.") from None
