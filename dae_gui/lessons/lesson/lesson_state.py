"""How far a student is in a lesson: which steps are done, which comes next, and what waits for a prediction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from dae_core.lessons import record as records
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.measurements import MEASUREMENTS
from dae_core.lessons.names import ANY_DATA
from dae_core.lessons.steps import Code, Do, Measure, Predict, Step
from dae_core.sessions.lesson_record import Entry, LessonRecord
from dae_core.texts import plain

TRAINING = frozenset({"start", "run-to"})
"""The actions that begin a run."""


class Standing(Enum):
    """Where a step stands."""

    DONE = "done"
    NEXT = "next"
    TO_COME = "to come"
    CLOSED = "closed"
    """It opens only with the answer to a prediction."""


@dataclass(frozen=True)
class StepState:
    """One step: its number from 1, where it stands, and what was last recorded on it."""

    step: Step
    number: int
    standing: Standing
    entry: Entry | None = None

    @property
    def is_done(self) -> bool:
        """Whether it is done."""
        return self.standing is Standing.DONE

    @property
    def is_closed(self) -> bool:
        """Whether it opens only with the answer to a prediction."""
        return self.standing is Standing.CLOSED


@dataclass(frozen=True)
class LessonState:
    """A lesson with a student's record of it, and what follows from the two.

    Parameters
    ----------
    lesson, record
        The two.
    steps
        Where each step stands.
    data
        What lessons call the data set that is open.
    run_names
        The names of the session's runs, by their keys.
    """

    lesson: Lesson
    record: LessonRecord
    steps: tuple[StepState, ...]
    data: str = ANY_DATA
    run_names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, lesson: Lesson, record: LessonRecord, data: str = ANY_DATA, run_names: Mapping[str, str] | None = None
    ) -> LessonState:
        """Return how far the record of a lesson is."""
        states: list[StepState] = []
        has_next = is_closed = False
        for number, step in enumerate(lesson.steps, start=1):
            entry = records.answer(record, step)
            if entry is not None and (not isinstance(step, Code) or entry.value == 1.0):
                standing = Standing.DONE
            elif is_closed:
                standing = Standing.CLOSED
            else:
                standing = Standing.TO_COME if has_next else Standing.NEXT
                has_next = True
            is_closed = is_closed or (isinstance(step, Predict) and entry is None)
            states.append(StepState(step, number, standing, entry))
        return cls(lesson, record, tuple(states), data, run_names or {})

    @property
    def next_step(self) -> StepState | None:
        """The step that comes next; None where all are done."""
        return next((state for state in self.steps if state.standing is Standing.NEXT), None)

    @property
    def n_done(self) -> int:
        """How many steps are done."""
        return sum(state.is_done for state in self.steps)

    @property
    def is_complete(self) -> bool:
        """Whether all steps are done."""
        return self.n_done == len(self.steps)

    @property
    def waiting(self) -> StepState | None:
        """The first prediction that was not made yet; None where all were."""
        return next((s for s in self.steps if isinstance(s.step, Predict) and not s.is_done), None)

    @property
    def points(self) -> int:
        """How many points the record claims."""
        return records.points(self.record, self.lesson, self.data)

    @property
    def fits_data(self) -> bool:
        """Whether the lesson is meant for the data set that is open."""
        return not self.lesson.data or self.data in self.lesson.data

    def verdict(self, step: Measure) -> tuple[bool, str] | None:
        """Return whether what was measured is as the lesson expects, and that in words; None where it expects none."""
        expected = step.expected_on(self.data)
        if expected is None:
            return None
        others = (f"step {one.number}" for one in self.steps if one.step.key == expected.ratio_to)
        wanted = expected.text(MEASUREMENTS[step.measurement].unit, next(others, ""))
        if records.is_right(self.record, step, self.data):
            return True, f"As the lesson expects: {wanted}"
        return False, f"The lesson expects {wanted}: are all settings as it says?"

    def about(self, entry: Entry) -> str:
        """Return what a value was measured on: "Run 2, iteration 25,000"."""
        name = self.run_names.get(entry.run, "")
        return f"{plain(name)}, iteration {entry.iteration:,}" if name else f"Iteration {entry.iteration:,}"

    def start_obstacle(self) -> str:
        """Return why no run may begin now, as a clause; empty where one may.

        A run is what the prediction is about, if one is to be trained behind it and none is left to be trained before.
        """
        waiting = self.waiting
        if waiting is None:
            return ""
        before, after = self.steps[: waiting.number - 1], self.steps[waiting.number :]
        if any(trains(state.step) and not state.is_done for state in before):
            return ""
        if not any(trains(state.step) and not state.is_done for state in after):
            return ""
        return f"first make your prediction in step {waiting.number} of the lesson “{plain(self.lesson.title)}”"

    def closed_reason(self, state: StepState) -> str:
        """Return when a step opens, if it is the first that is closed; empty for any other."""
        waiting, first = self.waiting, next((one for one in self.steps if one.is_closed), None)
        if waiting is None or first is None or first.number != state.number:
            return ""
        return f"Opens with your prediction in step {waiting.number}."


def locks(lesson: Lesson) -> bool:
    """Return whether a lesson locks or hides something, so that leaving it is recorded."""
    return bool(lesson.locked or lesson.hidden)


def trains(step: Step) -> bool:
    """Return whether a run is trained in a step."""
    if isinstance(step, Do):
        return any(action.name in TRAINING for action in step.actions)
    return isinstance(step, Code) and step.trains
