"""A lesson while it is being written: all as it was typed, right or not, so that nothing that was typed is lost."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from dae_core.lessons.errors import Fault, LessonError
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.measurements import MEASUREMENTS
from dae_core.lessons.reading import parse_lesson
from dae_core.lessons.steps import Code, Do, Measure, Predict, Read, Step, Transfer, Write
from dae_core.lessons.writing import lesson_text
from dae_gui.lessons.teacher import spelling
from dae_gui.lessons.teacher.fields import HEAD, PARAMETER, STEPS, fields_of

HEAD_PLACE = -1
"""Stands for the head of the lesson among the places of its steps."""
_TYPES: Mapping[str, type[Step]] = {kind.kind: kind for kind in (Read, Predict, Do, Measure, Code, Transfer, Write)}
_READ: Mapping[str, Callable[[str], Any]] = {
    "choices": spelling.lines,
    "low": lambda text: spelling.number(text, -math.inf),
    "high": lambda text: spelling.number(text, math.inf),
    "tolerance": lambda text: spelling.number(text, 0.0),
    "points": spelling.whole,
    "from_iteration": spelling.whole,
    "trains": bool,
    "actions": spelling.actions,
    "needs": spelling.settings,
    "expected": spelling.expected,
}
_PAGES = ("text", "explanation")
_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "choices": "\n".join,
    "actions": spelling.actions_text,
    "needs": spelling.settings_text,
    "expected": spelling.expected_text,
}


@dataclass(frozen=True)
class DraftStep:
    """A step: its kind, and what stands in its fields, by their names."""

    kind: str
    texts: Mapping[str, str]

    @classmethod
    def new(cls, kind: str, number: int) -> DraftStep:
        """Return a step without content."""
        texts = {one.name: next(iter(one.choices), "") for one in STEPS[kind]}
        return cls(kind, {**texts, "key": f"{kind}-{number}"})

    @classmethod
    def of(cls, step: Step) -> DraftStep:
        """Return the draft of a step of a lesson."""
        texts: dict[str, str] = {}
        for one in fields(step):
            value = getattr(step, one.name)
            if one.name == "parameters":
                texts |= {f"{PARAMETER}{name}": spelling.text_of(inner) for name, inner in value.items()}
            else:
                texts[one.name] = _SHOWN.get(one.name, spelling.text_of)(value)
        return cls(step.kind, texts)

    @property
    def title(self) -> str:
        """The title; the key where there is none yet."""
        return self.texts.get("title", "").strip() or self.texts.get("key", "")

    def typed(self, name: str, text: str) -> DraftStep:
        """Return the step with this in a field."""
        return replace(self, texts={**self.texts, name: text})

    def step(self, faults: dict[str, str]) -> Step:
        """Return the step, unchecked but for ``faults``: a sentence by the name of each field that means nothing."""
        values: dict[str, Any] = {}
        parameters: dict[str, Any] = {}
        for one in fields_of(self.kind, self.texts):
            text = self.texts.get(one.name, "")
            try:
                if one.name.startswith(PARAMETER):
                    name = one.name.removeprefix(PARAMETER)
                    if text.strip():
                        parameters[name] = self._parameter(name, text)
                else:
                    values[one.name] = self._read(one.name, text)
            except ValueError as error:
                faults[one.name] = f"{one.label.strip()}: {error}"
        if self.kind == "measure":
            values["parameters"] = parameters
        return _TYPES[self.kind](**values)

    def _read(self, name: str, text: str) -> Any:
        if name == "answer" and not spelling.lines(self.texts.get("choices", "")):
            return spelling.number(text, 0.0)
        return _READ.get(name, str if name in _PAGES else str.strip)(text)

    def _parameter(self, name: str, text: str) -> int | float | str:
        row = MEASUREMENTS[self.texts["measurement"]]
        default = next(one.default for one in row.parameters if one.name == name)
        if isinstance(default, int):
            return spelling.whole(text)
        return spelling.number(text, default) if isinstance(default, float) else text.strip()


@dataclass(frozen=True)
class Finding:
    """What is wrong, at which place: that of a step from 0, or `HEAD_PLACE`."""

    place: int
    text: str


@dataclass(frozen=True)
class Draft:
    """A lesson as it is typed; the head's fields as texts, and the rest by what was ticked or taken."""

    head: Mapping[str, str] = field(default_factory=lambda: {one.name: "" for one in HEAD} | {"minutes": "20"})
    data: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    data_settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    locked: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    steps: tuple[DraftStep, ...] = ()

    @classmethod
    def of(cls, lesson: Lesson) -> Draft:
        """Return the draft of a lesson."""
        head = {one.name: str(getattr(lesson, one.name)) for one in HEAD}
        steps = tuple(map(DraftStep.of, lesson.steps))
        also = lesson.data, lesson.settings, lesson.data_settings, lesson.locked, lesson.hidden
        return cls(head, *also, steps)

    def ticked(self, name: str, chosen: tuple[str, ...]) -> Draft:
        """Return the draft with this ticked in ``data``, ``locked`` or ``hidden``."""
        values: dict[str, Any] = {name: chosen}
        return replace(self, **values)

    def typed(self, place: int, name: str, text: str) -> Draft:
        """Return the draft with this in a field; the key follows the title until another one is typed."""
        if place != HEAD_PLACE:
            return self.with_step(place, self.steps[place].typed(name, text))
        head = {**self.head, name: text}
        if name == "title" and self.head["key"] == key_of(self.head["title"]):
            head["key"] = key_of(text)
        return replace(self, head=head)

    def with_step(self, place: int, step: DraftStep) -> Draft:
        """Return the draft with this step in a place."""
        return replace(self, steps=(*self.steps[:place], step, *self.steps[place + 1 :]))

    def inserted(self, place: int, step: DraftStep) -> Draft:
        """Return the draft with a step more, before the one that is in this place now; its key is one that is free."""
        used = {one.texts["key"] for one in self.steps}
        key, number = step.texts["key"], len(self.steps) + 1
        while key in used:
            key, number = f"{step.kind}-{number}", number + 1
        return replace(self, steps=(*self.steps[:place], step.typed("key", key), *self.steps[place:]))

    def removed(self, place: int) -> Draft:
        """Return the draft without a step."""
        return replace(self, steps=(*self.steps[:place], *self.steps[place + 1 :]))

    def moved(self, place: int, by: int) -> Draft:
        """Return the draft with a step moved by so many places."""
        steps = list(self.steps)
        steps.insert(place + by, steps.pop(place))
        return replace(self, steps=tuple(steps))

    def checked(self) -> tuple[Lesson | None, tuple[Finding, ...]]:
        """Return the lesson as its file would be read again, or None and what is wrong."""
        findings, steps = [], []
        for place, one in enumerate(self.steps):
            faults: dict[str, str] = {}
            steps.append(one.step(faults))
            findings += [Finding(place, text) for text in faults.values()]
        minutes: Any = self.head["minutes"]
        try:
            minutes = spelling.whole(minutes)
        except ValueError as error:
            findings.append(Finding(HEAD_PLACE, f"Minutes: {error}"))
        if findings:
            return None, tuple(findings)
        head = {name: text.strip() for name, text in self.head.items()} | {"minutes": minutes}
        rest = self.data, self.settings, self.data_settings, self.locked, self.hidden
        text = lesson_text(Lesson(head["key"], head["title"], minutes, head["summary"], tuple(steps), *rest))
        try:
            return parse_lesson(text), ()
        except LessonError as error:
            found = tuple(Finding(_place(text, one), f"{_field(one)}{one.text}") for one in error.faults)
            return None, found or (Finding(HEAD_PLACE, str(error)),)


def key_of(title: str) -> str:
    """Return a key for a title: "how-loud-is-s" for "How loud is ŝ?"."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-0123456789")[:40].rstrip("-")


def _place(text: str, fault: Fault) -> int:
    """Return the place of the step in whose lines a fault is."""
    lines = text.split("\n")[: fault.line]
    return sum(line == "[[step]]" for line in lines) - 1


def _field(fault: Fault) -> str:
    last = fault.field.rsplit(", ", 1)[-1]
    return f"{last}: " if last else ""
