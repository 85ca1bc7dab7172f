"""The kinds of steps of a lesson, each a frozen value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from dae_core.lessons.actions import Action
from dae_core.lessons.expected import Expected, is_near
from dae_core.lessons.names import ANY_DATA
from dae_core.sessions.lesson_record import LONGEST_VALUE
from dae_core.texts import number_text, plain

StepKindName = Literal["read", "predict", "do", "measure", "code", "transfer", "write"]


@dataclass(frozen=True)
class Step:
    """What all steps have: a key that no other step of the lesson has, a title, and a text in Markdown."""

    kind: ClassVar[StepKindName]
    key: str
    title: str
    text: str = ""
    points: int = 0


@dataclass(frozen=True)
class Read(Step):
    """Something to read."""

    kind: ClassVar[StepKindName] = "read"


@dataclass(frozen=True)
class Question(Step):
    """A question with an answer out of ``choices``, or else a number in a ``unit`` from ``low`` to ``high``."""

    choices: tuple[str, ...] = ()
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf

    def takes(self, value: object) -> bool:
        """Return whether a value can be the answer: the text of a choice, or a number within the bounds."""
        if self.choices:
            return value in self.choices
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return is_number and math.isfinite(value) and self.low <= value <= self.high  # type: ignore[operator,arg-type]

    def text_of(self, value: object) -> str:
        """Return an answer as the user reads it: a number in four digits with its unit, or the choice."""
        if not isinstance(value, (int, float)):
            return plain(str(value), LONGEST_VALUE)
        return " ".join(filter(None, (number_text(value, ",.4g"), plain(self.unit))))


@dataclass(frozen=True)
class Predict(Question):
    """What the student expects; only when it is answered do the steps after it open."""

    kind: ClassVar[StepKindName] = "predict"


@dataclass(frozen=True)
class Do(Step):
    """A button that does exactly what the text says; ``label`` stands on it."""

    kind: ClassVar[StepKindName] = "do"
    label: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Measure(Step):
    """The program's answer.

    Parameters
    ----------
    measurement : str
        A key of `MEASUREMENTS`.
    parameters : mapping
        Its parameters, all of them.
    beside : str
        The key of the `Predict` whose answer is shown beside; empty for none.
    needs : mapping
        Settings that the measured run must have.
    from_iteration : int
        How far it must have been trained.
    expected : mapping of str to Expected
        By the names of data sets or `ANY_DATA`; what points are given for. Empty where every value will do.
    explanation : str
        What is shown below the value, in Markdown.
    """

    kind: ClassVar[StepKindName] = "measure"
    measurement: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    beside: str = ""
    needs: Mapping[str, Any] = field(default_factory=dict)
    from_iteration: int = 0
    expected: Mapping[str, Expected] = field(default_factory=dict)
    explanation: str = ""

    def expected_on(self, data: str) -> Expected | None:
        """Return what is expected on a data set, by its name; None where nothing is."""
        return self.expected.get(data, self.expected.get(ANY_DATA))


@dataclass(frozen=True)
class Code(Step):
    """A function that the student writes: a key of the functions of `dae_core.lessons.code`.

    ``trains`` says that a run is to be trained with it too.
    """

    kind: ClassVar[StepKindName] = "code"
    function: str = ""
    trains: bool = False


@dataclass(frozen=True)
class Transfer(Question):
    """A last question that applies what was found elsewhere; the first answer counts.

    ``answer`` is the right choice or number, to within ``tolerance``; ``explanation`` is shown after the answer.
    """

    kind: ClassVar[StepKindName] = "transfer"
    answer: str | float = ""
    tolerance: float = 0.0
    explanation: str = ""

    def is_right(self, value: object) -> bool:
        """Return whether this is the right answer."""
        if isinstance(self.answer, str):
            return value == self.answer
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return is_number and is_near(value, self.answer, self.tolerance)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Write(Step):
    """A part of the report to be written in the student's own words: a key of `WRITE_TOPICS`."""

    kind: ClassVar[StepKindName] = "write"
    topic: str = ""
