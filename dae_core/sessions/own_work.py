"""What a report says of the user's own work, as texts: what was done in lessons, and the functions written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LessonAnswer:
    """A question of a lesson: what was expected or answered, and what came out; empty where there is nothing."""

    question: str
    answer: str = ""
    result: str = ""
    points: str = ""


@dataclass(frozen=True)
class LessonSummary:
    """A lesson that was worked on: its title, its questions in order, and sentences on it."""

    title: str
    answers: tuple[LessonAnswer, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodeListing:
    """A function that the user wrote: what it is for, and its text."""

    title: str
    source: str


@dataclass(frozen=True)
class OwnWork:
    """All of it."""

    lessons: tuple[LessonSummary, ...] = ()
    code: tuple[CodeListing, ...] = ()
