"""The points of a hand-in: by what was measured again, and never by what it claims."""

from __future__ import annotations

import dataclasses

from dae_core.lessons.handin.case import Case
from dae_core.lessons.record import is_right
from dae_core.lessons.steps import Code, Step, Write
from dae_core.sessions.lesson_record import Entry, LessonRecord


def points_by_step(case: Case) -> dict[str, int]:
    """Return the points of each step of the lesson that has some, by its key.

    A measurement that could not be made again and code that was not run count as not done, and so do words of which
    there are none in the report. Who reads the words judges them; here they count as written.
    """
    record = _as_found(case)
    return {
        step.key: step.points if is_right(record, step, case.data) and not _is_empty(case, step) else 0
        for step in case.lesson.steps
        if step.points
    }


def _as_found(case: Case) -> LessonRecord:
    """Return the record with what was found in the place of what is claimed."""
    values = {one.step.key: one.value for one in case.anew}
    values |= {
        step.key: 1.0 if _is_right_code(case, step) else 0.0 for step in case.lesson.steps if isinstance(step, Code)
    }
    entries: list[Entry] = []
    for entry in case.record.entries:
        if entry.kind not in ("measure", "code"):
            entries.append(entry)
        elif values.get(entry.step) is not None:
            entries.append(dataclasses.replace(entry, value=values[entry.step]))
    return dataclasses.replace(case.record, entries=tuple(entries))


def _is_right_code(case: Case, step: Code) -> bool:
    result = case.checked_code.get(step.key)
    if result is None or not result.ok:
        return False
    return not step.trains or any(
        run.config.own_backward == case.hand_in.session.code.get(step.function, "") and run.checkpoint.iteration
        for run in case.runs.values()
        if run.config.seed == case.seed
    )


def _is_empty(case: Case, step: Step) -> bool:
    return isinstance(step, Write) and not case.hand_in.session.words.get(step.topic).strip()
