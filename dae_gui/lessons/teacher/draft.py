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
_SAID = ("do", "ratio_to")  # of which the sentence itself says what it is about
_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "choices": "\n".join,
    "actions": spelling.actions_text,
    "needs": spelling.settings_text,
    "expected": spelling.expected_text,
}


@dataclass(frozen=True)
class Finding:
    """What is wrong.

    Parameters
    ----------
    place
        That of a step from 0, or `HEAD_PLACE`.
    text
        A sentence about the field, or one that says what to do.
    name, label
        The field's; empty for what lies in no field of the form.
    is_missing
        Whether nothing stands there yet; the sentence says what to do then.
    """

    place: int
    text: str
    name: str = ""
    label: str = ""
    is_missing: bool = False

    @property
    def line(self) -> str:
        """The sentence, with the name of the field where it needs that."""
        return self.text if self.is_missing or not self.label else f"{self.label}: {self.text}"


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

    def step(self, findings: list[Finding], place: int = 0) -> Step:
        """Return the step, unchecked but for the ``findings`` that this adds: each field that means nothing."""
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
                findings.append(Finding(place, str(error), one.name, one.label.strip()))
        if self.kind == "measure":
            values["parameters"] = parameters
        return _TYPES[self.kind](**values)

    def _read(self, name: str, text: str) -> Any:
        if name == "answer" and not spelling.lines(self.texts.get("choices", "")):
            return spelling.number(text, math.nan)
        return _READ.get(name, str if name in _PAGES else str.strip)(text)

    def _parameter(self, name: str, text: str) -> int | float | str:
        row = MEASUREMENTS[self.texts["measurement"]]
        default = next(one.default for one in row.parameters if one.name == name)
        if isinstance(default, int):
            return spelling.whole(text)
        return spelling.number(text, default) if isinstance(default, float) else text.strip()


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
        findings: list[Finding] = []
        steps: list[Step] = []
        for place, one in enumerate(self.steps):
            steps.append(one.step(findings, place))
        minutes: Any = self.head["minutes"]
        try:
            minutes = spelling.whole(minutes)
        except ValueError as error:
            findings.append(Finding(HEAD_PLACE, str(error), "minutes", "Minutes"))
        if findings:
            return None, tuple(map(self._in_words, findings))
        head = {name: text.strip() for name, text in self.head.items()} | {"minutes": minutes}
        rest = self.data, self.settings, self.data_settings, self.locked, self.hidden
        text = lesson_text(Lesson(head["key"], head["title"], minutes, head["summary"], tuple(steps), *rest))
        try:
            return parse_lesson(text), ()
        except LessonError as error:
            found = dict.fromkeys(self._in_words(_finding(_place(text, one), one)) for one in error.faults)
            return None, tuple(found) or (Finding(HEAD_PLACE, str(error)),)

    def _in_words(self, finding: Finding) -> Finding:
        """Return a finding in a teacher's words: by what the form calls the field, or what to do where it is empty."""
        if not self.steps and finding.name == "step":
            return Finding(HEAD_PLACE, "Add a first step: the button is below the list.", is_missing=True)
        if finding.place == HEAD_PLACE:
            rows, texts = HEAD, self.head
        else:
            step = self.steps[finding.place]
            rows, texts = fields_of(step.kind, step.texts), step.texts
        row = next((row for row in rows if row.name == finding.name), None)
        if row is None:
            return finding
        if row.missing and not texts.get(row.name, "").strip():
            return replace(finding, text=row.missing, label=row.label, is_missing=True)
        return replace(finding, label=row.label.strip())


def key_of(title: str) -> str:
    """Return a key for a title: "how-loud-is-s" for "How loud is ŝ?"."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-0123456789")[:40].rstrip("-")


def _place(text: str, fault: Fault) -> int:
    """Return the place of the step in whose lines a fault is."""
    lines = text.split("\n")[: fault.line]
    return sum(line == "[[step]]" for line in lines) - 1


def _finding(place: int, fault: Fault) -> Finding:
    """Return a fault of the file as a finding about a field; what lies deeper in that is named before the sentence."""
    names = fault.field.split(", ")[0 if place == HEAD_PLACE else 1 :]
    field, *inner = names or [""]
    name = field.split(" ")[0]
    deeper = f"{inner[-1]}: " if inner and inner[-1] not in _SAID else ""
    return Finding(place, f"{deeper}{fault.text}", name, field)
