"""Grading: what a teacher learns from hand-ins, in points and in words, and what they cannot learn from them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dae_core.datasets import Dataset
from dae_core.errors import sentence
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.lessons.handin.case import Case
from dae_core.lessons.handin.checks.table import check
from dae_core.lessons.handin.finding import Finding, Outcome, passed, refused
from dae_core.lessons.handin.handin_file import ENDING, HandIn, read_handin
from dae_core.lessons.handin.material import GradeOptions
from dae_core.lessons.handin.points import points_by_step
from dae_core.lessons.handin.twins import Trace, compare
from dae_core.lessons.lesson import Lesson
from dae_core.sessions.container import SessionError
from dae_core.sessions.session_file import LONGEST_REASON
from dae_core.texts import plain

LIMITS = (
    "What grading shows: that a run with the student's own seed was really trained as the lesson says, and that "
    "everything claimed of it comes out again. What it cannot show: who sat at the machine; whether a prediction was "
    "the student's own idea, or made after trying elsewhere; times, for a clock can be set; choices and round numbers "
    "that were copied, for they agree by chance as well; and pieces that were not chosen, where a run is longer than "
    "what is trained again. A forger has to train an honest run with the seed, which costs as much as doing the lesson."
)


@dataclass(frozen=True)
class Grade:
    """What was found out about one file.

    Parameters
    ----------
    file : str
        Its path within the folder.
    student : str
        Whose the hand-in says it is; empty for a file that cannot be read.
    points, of : int
        By what was measured again, and the most that the lesson gives.
    findings : tuple of Finding
        All that the checks found, in their order.
    by_step : mapping of str to int
        The points of each step.
    """

    file: str
    student: str
    points: int
    of: int
    findings: tuple[Finding, ...]
    by_step: Mapping[str, int]

    @property
    def accepted(self) -> bool:
        """Whether nothing in it contradicts itself or the lesson."""
        return all(finding.outcome is not Outcome.REFUSED for finding in self.findings)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The sentences that a teacher should read: what is refused, then what is to be looked at."""
        wanted = (Outcome.REFUSED, Outcome.FLAGGED)
        return tuple(f.sentence for outcome in wanted for f in self.findings if f.outcome is outcome)


DataOf = Callable[[HandIn], Dataset]
"""Returns the teacher's data set for a hand-in. Raises UserError where there is none for it."""


def hand_ins_in(folder: str | Path) -> tuple[Path, ...]:
    """Return the hand-ins in a folder and its subfolders, by name; links are not followed.

    Raises
    ------
    SessionError
        When there is no such folder, or none in it.
    """
    found = [
        Path(place, name)
        for place, _, names in os.walk(folder)
        for name in names
        if name.lower().endswith(ENDING) and not os.path.islink(os.path.join(place, name))
    ]
    if not found:
        what = "there is no such folder" if not os.path.isdir(folder) else f"it holds no file that ends in {ENDING}"
        raise SessionError(f"Nothing to grade in {folder}: {what}.")
    return tuple(sorted(found))


def grade(
    folder: str | Path,
    lesson: Lesson,
    data_of: DataOf,
    options: GradeOptions,
    jobs: int = 1,
    monitor: Monitor = UNWATCHED,
) -> list[Grade]:
    """Grade all hand-ins of a folder.

    Parameters
    ----------
    lesson : Lesson
        The teacher's own.
    data_of : callable
        Gives the teacher's data set; called from several threads.
    jobs : int
        Hand-ins at a time, in threads: what takes long holds no interpreter lock.
    monitor : Monitor
        Gets how many are done.

    Raises
    ------
    SessionError
        When there is nothing to grade. What is wrong with a single file is in its grade.
    Cancelled
    """
    import joblib

    paths = hand_ins_in(folder)
    graded: list[tuple[Grade, Trace | None]] = []
    work = joblib.Parallel(n_jobs=jobs, backend="threading", return_as="generator", pre_dispatch=jobs)
    names = [str(path.relative_to(folder)) for path in paths]
    for one in work(joblib.delayed(_graded)(p, n, lesson, data_of, options) for p, n in zip(paths, names, strict=True)):
        graded.append(one)
        monitor.count(len(graded), len(paths), "runs", "Grading")
    return _with_twins(graded)


def grade_one(hand_in: HandIn, name: str, lesson: Lesson, dataset: Dataset, options: GradeOptions) -> Grade:
    """Grade a hand-in that has been read; it is not compared with others."""
    case = Case(hand_in, lesson, dataset, options)
    findings = (passed("file", "The file is whole."), *check(case))
    by_step = points_by_step(case)
    return Grade(name, hand_in.student, sum(by_step.values()), lesson.points, findings, by_step)


def _graded(
    path: Path, name: str, lesson: Lesson, data_of: DataOf, options: GradeOptions
) -> tuple[Grade, Trace | None]:
    try:
        hand_in = read_handin(path)
    except SessionError as error:
        return _ungraded(name, "", lesson, refused("file", str(error))), None
    trace = Trace.of(hand_in)
    try:
        return grade_one(hand_in, name, lesson, data_of(hand_in), options), trace
    except Exception as error:  # one bad file among a hundred must not cost the teacher the other grades
        why = sentence(error, "It could not be graded")
        return _ungraded(name, hand_in.student, lesson, refused("file", plain(why, LONGEST_REASON))), trace


def _ungraded(name: str, student: str, lesson: Lesson, finding: Finding) -> Grade:
    return Grade(name, student, 0, lesson.points, (finding,), {})


def _with_twins(graded: Sequence[tuple[Grade, Trace | None]]) -> list[Grade]:
    places = [i for i, (_, trace) in enumerate(graded) if trace is not None]
    found = compare([trace for _, trace in graded if trace is not None])
    grades = [grade for grade, _ in graded]
    for place, findings in zip(places, found, strict=True):
        grades[place] = replace(grades[place], findings=(*grades[place].findings, *findings))
    return grades
