"""Grades as a table in words, as a CSV file, and as values for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from dae_core.lessons.handin.finding import Outcome
from dae_core.lessons.handin.grading import Grade
from dae_core.lessons.lesson import Lesson
from dae_core.texts import plain, table_cell

_WIDEST = 40
_MARKS = {Outcome.REFUSED: "✗", Outcome.FLAGGED: "?", Outcome.PASSED: "✓", Outcome.NOTED: "·"}


def lines(grades: Sequence[Grade], *, all_findings: bool = False) -> Iterator[str]:
    """Yield the lines of a table: a hand-in each, below it what is to be looked at, or all that was found."""
    names = [plain(grade.file, _WIDEST) for grade in grades]
    students = [plain(grade.student, _WIDEST) or "–" for grade in grades]
    wide, wider = (max(map(len, texts), default=0) for texts in (names, students))
    for grade, name, student in zip(grades, names, students, strict=True):
        verdict = "refused" if not grade.accepted else "look at it" if grade.reasons else "accepted"
        yield f"{name:<{wide}}  {student:<{wider}}  {grade.points:>3} of {grade.of}  {verdict}"
        for finding in grade.findings:
            if all_findings or finding.outcome in (Outcome.REFUSED, Outcome.FLAGGED):
                yield f"    {_MARKS[finding.outcome]} {finding.sentence}"
    refused = sum(not grade.accepted for grade in grades)
    looked = sum(grade.accepted and bool(grade.reasons) for grade in grades)
    yield f"{len(grades)} hand-ins: {len(grades) - refused - looked} accepted, {looked} to look at, {refused} refused."


def values(grades: Sequence[Grade]) -> list[dict[str, Any]]:
    """Return a JSON value: an object for each hand-in."""
    return [
        {
            "file": grade.file,
            "student": grade.student,
            "points": grade.points,
            "of": grade.of,
            "accepted": grade.accepted,
            "reasons": list(grade.reasons),
        }
        for grade in grades
    ]


def csv_text(grades: Sequence[Grade], lesson: Lesson) -> str:
    """Return a table with a line for each hand-in and a column for the points of each step; no cell is a formula."""
    steps = [step.key for step in lesson.steps if step.points]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["file", "student", "points", "of", "accepted", *steps, "reasons"])
    for grade in grades:
        row = [grade.file, grade.student, grade.points, grade.of, "yes" if grade.accepted else "no"]
        row += [grade.by_step.get(step, 0) for step in steps]
        writer.writerow([table_cell(str(cell)) for cell in [*row, " ".join(grade.reasons)]])
    return out.getvalue()
