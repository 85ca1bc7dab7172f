"""What a hand-in says was measured, measured again on the teacher's data, with the weights of that time."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from dae_core.errors import UserError
from dae_core.lessons.handin.closeness import OF_THE_CURVE
from dae_core.lessons.handin.material import Material
from dae_core.lessons.handin.replay import weights_at
from dae_core.lessons.handin.sampling import MOST_WORK, work_of
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.measure import measure
from dae_core.lessons.measurements import MEASUREMENTS
from dae_core.lessons.record import answer
from dae_core.lessons.steps import Measure
from dae_core.sessions.branching import branched
from dae_core.sessions.lesson_record import Entry
from dae_core.sessions.run import Run
from dae_core.training.snapshots import Snapshot


@dataclass(frozen=True)
class Anew:
    """One measurement: what the record claims, and what came out; or why nothing did, as a sentence.

    It may be of weights on the way that were trained again, and not kept in the file.
    """

    step: Measure
    entry: Entry
    value: float | None
    why_not: str = ""
    is_on_the_way: bool = False

    @property
    def agrees(self) -> bool:
        """Whether the claimed value is the one that came out, but for rounding on another processor."""
        claimed = self.entry.value
        if self.value is None or not isinstance(claimed, (int, float)):
            return False
        tolerance = OF_THE_CURVE if self.is_on_the_way else TOLERANCE
        smallest = 1.0 if MEASUREMENTS[self.step.measurement].is_count else _SMALLEST
        return abs(claimed - self.value) <= tolerance * max(abs(claimed), abs(self.value)) + smallest


TOLERANCE = 2e-3
"""Relative, between two processors. A worth of a unit is a difference of two errors, which enlarges what is rounded."""
_SMALLEST = 1e-6


def measured_anew(case: Material) -> tuple[Anew, ...]:
    """Return every measurement of the teacher's lesson that the record has a value for, in the lesson's order."""
    found = []
    for step in measures(case.lesson):
        entry = answer(case.record, step)
        if entry is not None:
            found.append(_anew(case, step, entry))
    return tuple(found)


def measures(lesson: Lesson) -> tuple[Measure, ...]:
    """Return the steps that measure."""
    return tuple(step for step in lesson.steps if isinstance(step, Measure))


def _anew(case: Material, step: Measure, entry: Entry) -> Anew:
    run = case.runs.get(entry.run)
    if run is None:
        return Anew(step, entry, None, "The run that it was measured on is not in the hand-in.")
    if run.config.seed != case.seed:
        return Anew(step, entry, None, "The run that it was measured on has another seed than the student's.")
    if not case.fits(run):
        return Anew(step, entry, None, "The run that it was measured on has images of another size.")
    try:
        then = run_at(case, run, entry.iteration)
        others = [case.seeded(other) for key, other in case.runs.items() if key != entry.run and case.fits(other)]
        is_on_the_way = then.checkpoint.iteration != run.checkpoint.iteration
        return Anew(step, entry, measure(step, (then, *others), case.dataset).value, "", is_on_the_way)
    except (UserError, ValueError) as error:
        return Anew(step, entry, None, str(error))


def run_at(case: Material, run: Run, iteration: int) -> Run:
    """Return a run as it was at an iteration, trained again up to there where no snapshot was kept.

    Raises ValueError or UserError, with a sentence, where that cannot be.
    """
    ours = case.seeded(run)
    if iteration in (ours.model_iteration, ours.checkpoint.iteration):
        return ours
    before = max((s.iteration for s in ours.snapshots if s.iteration <= iteration), default=0)
    if work_of(ours, iteration - before) > MOST_WORK * case.options.work:
        raise ValueError(f"The weights of iteration {iteration:,} would take too long to be trained again.")
    model = weights_at(ours, case.dataset, iteration, runs_code=case.options.run_code)
    kept = tuple(s for s in ours.snapshots if s.iteration < iteration)
    there = dataclasses.replace(ours, snapshots=(*kept, Snapshot(iteration, model)))
    return branched(there, iteration, ours.label)
