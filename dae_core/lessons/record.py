"""Which answers of a record count, and how many points it claims."""

from __future__ import annotations

from dae_core.lessons.lesson import Lesson
from dae_core.lessons.steps import Code, Measure, Question, Step, Transfer, Write
from dae_core.sessions.lesson_record import Entry, LessonRecord


def answer(record: LessonRecord, step: Step) -> Entry | None:
    """Return the entry of a step that counts, of those that are of its kind; None where there is none.

    It is the first of a prediction and of a transfer question, for the right answer is shown after it, else the newest.
    """
    entries = [entry for entry in record.entries_of(step.key) if entry.kind == step.kind]
    if not entries:
        return None
    return entries[0 if isinstance(step, Question) else -1]


def is_done(record: LessonRecord, step: Step) -> bool:
    """Return whether a step is answered, measured, done or read."""
    return answer(record, step) is not None


def is_right(record: LessonRecord, step: Step, data: str) -> bool:
    """Return whether what the record says of a step earns its points on a data set, by its name in lessons.

    A measured value must be what is expected, a transfer answer right, code checked as right, words written. Nothing
    is measured or run here: that is for who grades.
    """
    entry = answer(record, step)
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
    others = [other.value for other in record.entries_of(expected.ratio_to) if other.kind == Measure.kind]
    other = others[-1] if others else None
    return expected.holds(value, other if isinstance(other, (int, float)) else None)
