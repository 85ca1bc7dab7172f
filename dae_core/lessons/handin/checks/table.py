"""All checks of one hand-in, a row each, in the order in which a report lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dae_core.lessons.handin.case import Case
from dae_core.lessons.handin.checks import code_checks, record_checks, replay_checks, run_checks, value_checks
from dae_core.lessons.handin.finding import Finding


@dataclass(frozen=True)
class Check:
    """Something that is checked.

    Parameters
    ----------
    title : str
        What is to be true, as the help lists it.
    function : callable
        Yields what it found; at least one finding of each kind of thing that there is.
    """

    title: str
    function: Callable[[Case], Iterator[Finding]]


CHECKS = (
    Check("the lesson is the teacher's, to the letter", record_checks.lesson_is_the_teachers),
    Check("every entry belongs to a step of the lesson", record_checks.steps_are_the_lessons),
    Check("predictions came before what they predict", record_checks.predictions_came_first),
    Check("times rise and leave the runs their time (looked at only)", record_checks.times_fit),
    Check("the locks of the lesson were not taken off (looked at only)", record_checks.lesson_was_not_left),
    Check("the runs were trained on the teacher's data", run_checks.data_set_is_the_teachers),
    Check("the seed follows from lesson and student", run_checks.seed_is_the_students),
    Check(
        "the settings are the lesson's (looked at only where they are not locked)", run_checks.settings_are_the_lessons
    ),
    Check("the start weights follow from the seed", run_checks.starts_follow_from_the_seed),
    Check("every snapshot gives the error of the curves at its iteration", run_checks.snapshots_fit),
    Check("divergences are told", replay_checks.divergences_are_told),
    Check("pieces of the runs, trained again, give the same weights and curves", replay_checks.pieces_come_out_again),
    Check("the weights give the held-out figures that are claimed", value_checks.figures_come_out_again),
    Check("everything measured comes out again", value_checks.measurements_come_out_again),
    Check("the code is what trained the runs", code_checks.code_is_that_of_the_runs),
    Check("the code passes its checks (only with --run-code)", code_checks.code_is_right),
)


def check(case: Case) -> tuple[Finding, ...]:
    """Return what all checks found."""
    return tuple(finding for row in CHECKS for finding in row.function(case))
