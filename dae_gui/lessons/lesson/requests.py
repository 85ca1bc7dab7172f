"""What a student asks for on the page of a lesson, as frozen values; whoever connects the page does it."""

from __future__ import annotations

from dataclasses import dataclass

from dae_core.lessons.steps import Code, Do, Measure, Step, Write


@dataclass(frozen=True)
class GoOn:
    """A step was read."""

    step: Step


@dataclass(frozen=True)
class Answer:
    """A question was answered, for good: with the text of a choice or with a number."""

    step: Step
    value: str | float


@dataclass(frozen=True)
class Perform:
    """What a step says is to be done."""

    step: Do


@dataclass(frozen=True)
class TakeMeasure:
    """A step's measurement is to be made."""

    step: Measure


@dataclass(frozen=True)
class ShowCode:
    """The function of a step is to be shown in Your code."""

    step: Code


@dataclass(frozen=True)
class CheckCode:
    """The function of a step is to be checked."""

    step: Code


@dataclass(frozen=True)
class WriteWords:
    """The text on the topic of a step is another one."""

    step: Write
    text: str


@dataclass(frozen=True)
class FinishWords:
    """What was written on the topic of a step is to count."""

    step: Write


Request = GoOn | Answer | Perform | TakeMeasure | ShowCode | CheckCode | WriteWords | FinishWords
