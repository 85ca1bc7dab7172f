"""Puts what a session holds of the user's own work into the texts of a report."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence

from dae_core.lessons.code import FUNCTIONS
from dae_core.lessons.errors import LessonError
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.measurements import MEASUREMENTS
from dae_core.lessons.reading import parse_lesson
from dae_core.lessons.record import answer, is_right, points
from dae_core.lessons.steps import Code, Measure, Predict, Question, Step, Transfer, Write
from dae_core.sessions.lesson_record import LessonRecord
from dae_core.sessions.own_work import CodeListing, LessonAnswer, LessonSummary, OwnWork
from dae_core.texts import plain

_TAB = 4


def own_work(records: Sequence[LessonRecord], code: Mapping[str, str], data: str) -> OwnWork:
    """Return what was done in lessons on a data set, by its name in lessons, and the functions that were written."""
    return OwnWork(tuple(lesson_summary(record, data) for record in records), tuple(_listings(code)))


def lesson_summary(record: LessonRecord, data: str) -> LessonSummary:
    """Return what was predicted, measured and answered in a lesson, with the points that the record claims."""
    try:
        lesson = parse_lesson(record.lesson, "The lesson")
    except LessonError:
        return LessonSummary(plain(record.key), notes=("What the lesson asks cannot be read by this program.",))
    notes = [f"{points(record, lesson, data)} of {lesson.points} points."] if lesson.points else []
    if record.student:
        notes.append(f"Done by {plain(record.student)}.")
    if record.left:
        notes.append(
            f"The lesson was left at {plain(record.left)}, and what it had locked could be changed from then on."
        )
    return LessonSummary(plain(lesson.title), tuple(_answers(record, lesson, data)), tuple(notes))


def _answers(record: LessonRecord, lesson: Lesson, data: str) -> Iterator[LessonAnswer]:
    """Yield the questions in order; a prediction stands with what was measured beside it."""
    beside: dict[str, Measure] = {}
    for step in lesson.steps:
        if isinstance(step, Measure) and step.beside:
            beside.setdefault(step.beside, step)
    for step in lesson.steps:
        if isinstance(step, Predict):
            measured = beside.get(step.key)
            yield LessonAnswer(
                plain(step.title),
                _given(record, step),
                "" if measured is None else _result(record, measured, data),
                _points(record, measured or step, data),
            )
        elif isinstance(step, (Measure, Transfer, Code, Write)) and step not in beside.values():
            given = _given(record, step) if isinstance(step, Transfer) else ""
            yield LessonAnswer(plain(step.title), given, _result(record, step, data), _points(record, step, data))


def _given(record: LessonRecord, step: Question) -> str:
    """Return what was answered, as the user reads it."""
    entry = answer(record, step)
    return "–" if entry is None or entry.value is None else step.text_of(entry.value)


def _result(record: LessonRecord, step: Step, data: str) -> str:
    """Return what came out of a step, as the user reads it."""
    entry = answer(record, step)
    if entry is None:
        return "–"
    if isinstance(step, Measure):
        value = entry.value
        row = MEASUREMENTS[step.measurement]
        return f"{row.title}: {row.text(value)}" if isinstance(value, (int, float)) else "–"
    right = is_right(record, step, data)
    if isinstance(step, Code):
        return "passes its check" if right else "does not pass its check"
    if isinstance(step, Transfer):
        return "right" if right else "not right"
    return "written"


def _points(record: LessonRecord, step: Step, data: str) -> str:
    if not step.points:
        return ""
    return f"{step.points if is_right(record, step, data) else 0} of {step.points}"


def _listings(code: Mapping[str, str]) -> Iterator[CodeListing]:
    """Yield the functions that were changed, in the order of the exercise; nothing in them is hidden or turned."""
    for name, function in FUNCTIONS.items():
        source = code.get(name, "")
        if source.strip() and source.strip() != function.stub.strip():
            lines = source.expandtabs(_TAB).strip("\n").split("\n")
            yield CodeListing(function.title, "\n".join(plain(line.rstrip(), sys.maxsize) for line in lines))
