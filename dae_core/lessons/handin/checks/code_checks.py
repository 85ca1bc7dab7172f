"""The student's own code: whether it trained the runs and, only where the teacher says so, whether it is right."""

from __future__ import annotations

from collections.abc import Iterator

from dae_core.lessons.handin.case import Case
from dae_core.lessons.handin.finding import Finding, flagged, noted, passed, refused
from dae_core.lessons.record import is_done
from dae_core.lessons.steps import Code
from dae_core.texts import plain

_LONGEST = 200


def code_is_that_of_the_runs(case: Case) -> Iterator[Finding]:
    """Check that a run was trained with the code that the hand-in holds, where the lesson asks for one.

    Other runs may have been trained with earlier versions of it.
    """
    steps = [step for step in case.lesson.steps if isinstance(step, Code) and step.trains]
    trained = [run for run in case.runs.values() if run.config.own_backward]
    if trained and not steps:
        yield flagged("code", f"The run {case.name_of(trained[0])} was trained with own code, which is not asked for.")
    for step in steps:
        if not is_done(case.record, step):
            continue
        text = case.hand_in.session.code.get(step.function, "")
        if any(run.config.own_backward == text for run in trained):
            yield passed("code", f"A run was trained with the code of “{step.key}”.")
        elif trained:
            yield refused("code", f"The code of “{step.key}” is not the code that the runs were trained with.")
        else:
            yield flagged("code", f"No run was trained with the code of “{step.key}”.")


def code_is_right(case: Case) -> Iterator[Finding]:
    """Check that the functions pass the window's checks; they are run only where the teacher says so."""
    for step in case.lesson.steps:
        if not isinstance(step, Code) or not is_done(case.record, step):
            continue
        result = case.checked_code.get(step.key)
        if not case.hand_in.session.code.get(step.function, "").strip():
            yield flagged("code", f"“{step.key}” has no code.")
        elif result is None:
            points = f"its {step.points} points are" if step.points > 1 else "its point is"
            ending = f", and {points} not given" if step.points else ""
            yield flagged("code", f"The code of “{step.key}” was not run{ending} (--run-code runs it).")
        elif result.ok:
            yield passed("code", f"The code of “{step.key}” passes its check.")
        else:
            yield flagged("code", f"The code of “{step.key}” does not pass its check: {plain(result.text, _LONGEST)}")
    if case.options.run_code and not case.checked_code:
        yield noted("code", "There was no code to run.")
