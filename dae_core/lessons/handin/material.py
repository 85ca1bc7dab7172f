"""One hand-in beside the teacher's lesson and data set, and which of its runs count."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from functools import cached_property

from dae_core.datasets import Dataset
from dae_core.lessons.handin.handin_file import HandIn
from dae_core.lessons.handin.pieces import with_seeded_start
from dae_core.lessons.handin.sampling import WORK
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.starting import data_name, student_seed
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.lesson_record import Entry, LessonRecord
from dae_core.sessions.run import Run
from dae_core.texts import plain
from dae_core.training.scaling import scaled_for


@dataclass(frozen=True)
class GradeOptions:
    """How to grade.

    Parameters
    ----------
    seed : int
        Chooses what is trained again; drawn when grading begins, so that no student can know it.
    run_code : bool
        Whether the students' programs may be run, each in a process of its own.
    work : int
        How much is trained again of one hand-in: see `sampling.WORK`.
    """

    seed: int = 0
    run_code: bool = False
    work: int = WORK


@dataclass(frozen=True)
class Material:
    """One hand-in with all that it is compared with.

    Parameters
    ----------
    lesson : Lesson
        The teacher's; what the hand-in brings itself is only compared with it.
    dataset : Dataset
        The teacher's.
    """

    hand_in: HandIn
    lesson: Lesson
    dataset: Dataset
    options: GradeOptions = field(default_factory=GradeOptions)

    @property
    def record(self) -> LessonRecord:
        """What the student did."""
        return self.hand_in.record

    @cached_property
    def seed(self) -> int:
        """The seed that the student's runs must have."""
        return student_seed(self.lesson, self.record.student)

    @cached_property
    def data(self) -> str:
        """What lessons call the teacher's data set."""
        return data_name(self.dataset)

    @cached_property
    def measured(self) -> dict[str, Run]:
        """The runs by key that something was measured of, or that the student's code trained, as the file has them."""
        by_key = {run.label.key: run for run in self.hand_in.session.runs}
        return {key: by_key[key] for key in dict.fromkeys(e.run for e in self.entries_with_run) if key in by_key}

    @cached_property
    def runs(self) -> dict[str, Run]:
        """The runs that count, by key: those that something was measured of, and all others with the student's seed.

        Other runs of the session are left alone, and nothing is measured of them.
        """
        others = {run.label.key: run for run in self.hand_in.session.runs if run.config.seed == self.seed}
        return {**self.measured, **others}

    @property
    def entries_with_run(self) -> tuple[Entry, ...]:
        """What was measured, or trained with the student's code."""
        return tuple(entry for entry in self.record.entries if entry.run and entry.kind in ("measure", "code"))

    def seeded(self, run: Run) -> Run:
        """Return a run as it is trained again: with the start that follows from its seed, on the teacher's data set."""
        data = DataReference.of(scaled_for(self.dataset, run.config), run.data.source)
        return with_seeded_start(dataclasses.replace(run, data=data))

    def fits(self, run: Run) -> bool:
        """Whether the images of the teacher's data set have the shape of a run's."""
        return run.data.shape == self.dataset.shape

    def name_of(self, run: Run) -> str:
        """Return what sentences call a run."""
        return f"“{plain(run.label.name, 60)}”"
