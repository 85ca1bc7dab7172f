"""The sections of a report on the user's own work: the functions that were written, and what was done in lessons."""

from __future__ import annotations

from dae_core.report.document import Block, Listing, Paragraph, Table
from dae_core.sessions.own_work import LessonSummary, OwnWork

_HEAD = ("question", "my answer", "result", "points")
_CHECKED = (
    "Points are as the session claims them: nothing is run or measured anew for this report. Predictions and answers "
    "are those that were given first, measured values the newest."
)


def code(work: OwnWork) -> list[Block]:
    """Return the functions, a listing each."""
    return [Listing(one.title, one.source) for one in work.code]


def lessons(work: OwnWork) -> list[Block]:
    """Return the lessons, a table each."""
    blocks = [block for lesson in work.lessons for block in _lesson(lesson)]
    return [*blocks, Paragraph(_CHECKED, is_note=True)] if blocks else []


def _lesson(lesson: LessonSummary) -> list[Block]:
    """Return the questions of a lesson with predictions beside measured values."""
    text = Paragraph(" ".join([f"“{lesson.title}”:" if lesson.notes else f"“{lesson.title}”", *lesson.notes]))
    rows = tuple((one.question, one.answer, one.result, one.points) for one in lesson.answers)
    return [text, Table(_HEAD, rows)] if rows else [text]
