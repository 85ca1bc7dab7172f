"""A lesson carried out without a window: its steps one after another, with answers that are given beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dae_core.datasets import Dataset
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.lessons.actions import Action
from dae_core.lessons.code import check_code
from dae_core.lessons.errors import MeasureError
from dae_core.lessons.handin.training import Training
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.measure import check_run, measure
from dae_core.lessons.starting import config_for, data_name
from dae_core.lessons.steps import Code, Do, Measure, Question, Step, Write
from dae_core.sessions.code_texts import CodeTexts
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.lesson_record import Entry, LessonRecord
from dae_core.sessions.report_words import ReportWords
from dae_core.sessions.run import Run
from dae_core.sessions.session import Session
from dae_core.training.config import TrainingConfig


@dataclass(frozen=True)
class Outcome:
    """What an attempt left: the session with the lesson's record in it, and sentences about what could not be done."""

    session: Session
    record: LessonRecord
    notes: tuple[str, ...]


def carry_out(
    lesson: Lesson,
    student: str,
    answers: Mapping[str, Any],
    dataset: Dataset,
    reference: DataReference,
    monitor: Monitor = UNWATCHED,
) -> Outcome:
    """Carry out a lesson as a student would who presses every button.

    Parameters
    ----------
    answers : mapping
        As `answers.read_answers` returns them. The student's code is run, for it is their own.
    reference : DataReference
        Of the data set.

    Raises
    ------
    UserError
        Where nothing can be trained.
    Cancelled
    """
    attempt = _Attempt(lesson, student, answers, dataset, reference, monitor)
    for number, step in enumerate(lesson.steps):
        monitor.stage(number / len(lesson.steps), (number + 1) / len(lesson.steps), step.title)
        attempt.do(step)
    return attempt.outcome()


class _Attempt:
    def __init__(
        self,
        lesson: Lesson,
        student: str,
        answers: Mapping[str, Any],
        dataset: Dataset,
        reference: DataReference,
        monitor: Monitor,
    ) -> None:
        self._answers, self._dataset, self._reference, self._monitor = answers, dataset, reference, monitor
        self._config = config_for(lesson, data_name(dataset), student)
        self._record = LessonRecord(lesson.key, lesson.text, student)
        self._words, self._code = ReportWords(), CodeTexts()
        self._training: Training | None = None
        self._kept: list[Run] = []
        self._notes: list[str] = []

    def do(self, step: Step) -> None:
        """Do what a student does at a step."""
        if isinstance(step, Do):
            for action in step.actions:
                act = _ACTS.get(action.name)
                if act is not None:  # the others change what the window shows
                    act(self, action)
            self._note(step, None)
        elif isinstance(step, Measure):
            self._measure(step)
        elif isinstance(step, (Question, Code, Write)):
            if step.key in self._answers:
                self._answer(step, self._answers[step.key])
            else:
                self._notes.append(f"“{step.key}” has no answer and was left out.")
        else:
            self._note(step, None)

    def outcome(self) -> Outcome:
        """Return what there is at the end; a lesson without any run gets one, which a session needs."""
        runs = self._runs() or (self._fresh().run(),)
        kept = tuple(reversed(runs[1:]))
        session = Session(runs[0], kept, words=self._words, code=self._code, lessons=(self._record,))
        return Outcome(session, self._record, tuple(self._notes))

    def set(self, settings: Mapping[str, Any]) -> None:
        """Change settings; they are those of the next run."""
        config = self._config.replace(**settings)
        if config != self._config:
            self._config = config
            self.put_away()

    def put_away(self) -> None:
        """Keep the present run and make room for another."""
        if self._training is not None:
            self._kept.append(self._training.run())
        self._training = None

    def train(self, iteration: int | None = None) -> None:
        """Start a run, or go on with the one that waits, up to an iteration or its end."""
        if self._training is None or self._training.is_done:
            self.put_away()
            self._training = self._fresh()
        self._training.go_on(iteration, self._monitor)

    def _fresh(self, config: TrainingConfig | None = None) -> Training:
        name = f"Run {len(self._kept) + 1}"
        return Training(self._dataset, self._reference, config or self._config, name)

    def _runs(self) -> tuple[Run, ...]:
        """Return the present run first, then the others, the newest first."""
        present = () if self._training is None else (self._training.run(),)
        return (*present, *reversed(self._kept))

    def _measure(self, step: Measure) -> None:
        try:
            check_run(step, self._runs())
        except MeasureError:
            if self._training is None or not self._training.is_done:
                self.train()
        try:
            found = measure(step, self._runs(), self._dataset, self._monitor)
        except MeasureError as error:
            self._notes.append(f"“{step.key}” was not measured: {error}")
            return
        self._note(step, found.value, found.run_key, found.iteration)

    def _answer(self, step: Step, answer: Any) -> None:
        if isinstance(step, Write):
            self._words = self._words.with_text(step.topic, answer)
            self._note(step, None)
        elif isinstance(step, Code):
            self._check(step, answer)
        else:
            self._note(step, answer)

    def _check(self, step: Code, source: str) -> None:
        self._code = self._code.with_text(step.function, source)
        result = check_code(step.function, source, monitor=self._monitor)
        if not result.ok:
            self._notes.append(f"The code of “{step.key}” does not pass its check: {result.text}")
        if step.trains:
            self.put_away()
            self._training = self._fresh(self._config.replace(own_backward=source, gradient="exact"))
            self._training.go_on(None, self._monitor)
        self._note(step, 1.0 if result.ok else 0.0)

    def _note(self, step: Step, value: Any, run: str | None = None, iteration: int | None = None) -> None:
        if run is None and self._training is not None and isinstance(step, (Do, Code)):
            now = self._training.run()
            run, iteration = now.label.key, now.model_iteration
        self._record = self._record.with_entry(Entry.now(step.key, step.kind, value, run or "", iteration or 0))


_ACTS: dict[str, Callable[[_Attempt, Action], None]] = {
    "set": lambda attempt, action: attempt.set(action.values["settings"]),
    "new-run": lambda attempt, _: attempt.put_away(),
    "start": lambda attempt, _: attempt.train(),
    "run-to": lambda attempt, action: attempt.train(action.values["iteration"]),
}
"""What actions do to the runs, by their names."""
