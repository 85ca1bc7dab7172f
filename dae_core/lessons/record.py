"""How far a student is in a lesson, and how many points the record claims."""

from __future__ import annotations

from dae_core.lessons.lesson import Lesson
from dae_core.lessons.steps import Code, Measure, Predict, Step, Transfer, Write
from dae_core.sessions.lesson_record import Entry, LessonRecord


def is_open(record: LessonRecord, lesson: Lesson, step: str) -> bool:
    """Return whether a step may be worked on: every `Predict` before it is answered."""
    return all(is_done(record, before) for before in _before(lesson, step) if isinstance(before, Predict))


def is_done(record: LessonRecord, step: Step) -> bool:
    """Return whether a step is answered, measured, done or read."""
    return record.answer(step.key) is not None


def next_step(record: LessonRecord, lesson: Lesson) -> Step:
    """Return the first step that is not done, or else the last one."""
    return next((step for step in lesson.steps if not is_done(record, step)), lesson.steps[-1])


def is_right(record: LessonRecord, step: Step, data: str) -> bool:
    """Return whether what the record says of a step earns its points on a data set, by its name in lessons.

    A measured value must be what is expected, a transfer answer right, code checked as right, words written. Nothing
    is measured or run here: that is for who grades.
    """
    entry = record.answer(step.key)
    if entry is None:
        return False
    if isinstance(step, Measure):
        return _is_expected(record, step, entry, data)
    if isinstance(step, Transfer):
        return step.is_right(entry.value)
    if isinstance(step, Code):
        return entry.value == 1.0
    return isinstance(step, Write)


def points(record: LessonRecord, lesson: Lesson, data: str) -> int:
    """Return how many points the record claims on a data set, of `Lesson.points`."""
    return sum(step.points for step in lesson.steps if step.points and is_right(record, step, data))


def _is_expected(record: LessonRecord, step: Measure, entry: Entry, data: str) -> bool:
    expected = step.expected_on(data)
    value = entry.value
    if not isinstance(value, (int, float)):
        return False
    if expected is None:
        return True
    other = record.answer(expected.ratio_to) if expected.ratio_to else None
    return expected.holds(value, other.value if other and isinstance(other.value, (int, float)) else None)


def _before(lesson: Lesson, step: str) -> tuple[Step, ...]:
    keys = [one.key for one in lesson.steps]
    return lesson.steps[: keys.index(step)]
