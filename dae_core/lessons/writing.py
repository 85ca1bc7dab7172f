"""A lesson as the text of its file, which reads as the same lesson."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any

from dae_core.lessons.actions import Action
from dae_core.lessons.expected import Expected
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.reading import FORMAT
from dae_core.lessons.steps import Step, Transfer
from dae_core.model.corruption import Corruption

_HEAD = ("key", "title", "minutes", "summary", "data", "locked", "hidden")
_TABLES = ("expected",)


def lesson_text(lesson: Lesson) -> str:
    """Return TOML that `parse_lesson` reads as the same lesson; what a lesson's own ``text`` says does not count.

    What has its default is left out. Nothing is checked: read it before it is written to a file.
    """
    lines = [f"format = {FORMAT}"]
    lines += [f"{name} = {toml_value(getattr(lesson, name))}" for name in _HEAD if getattr(lesson, name)]
    lines += _table("settings", lesson.settings)
    for data, settings in lesson.data_settings.items():
        lines += _table(f"data_settings.{data}", settings)
    for step in lesson.steps:
        lines += ["", "[[step]]", f'kind = "{step.kind}"', *_step(step)]
    return "\n".join(lines) + "\n"


def _step(step: Step) -> Iterator[str]:
    tables = []
    for field in dataclasses.fields(step):
        value = getattr(step, field.name)
        if isinstance(value, Mapping):
            if field.name in _TABLES:
                tables += _table(f"step.{field.name}", value)
            elif value:
                yield f"{field.name} = {toml_value(value)}"
        elif value != field.default or (field.name == "tolerance" and isinstance(step, Transfer) and not step.choices):
            yield f"{field.name} = {toml_value(value)}"
    yield from tables


def _table(name: str, values: Mapping[str, Any]) -> list[str]:
    return ["", f"[{name}]", *(f"{key} = {toml_value(value)}" for key, value in values.items())] if values else []


def toml_value(value: Any) -> str:
    """Return a value as TOML writes it, in one line but for texts of several."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, Corruption):
        return _text(str(value))
    if isinstance(value, Action):
        return _inline({"do": value.name, **value.values})
    if isinstance(value, Expected):
        return _inline(_expected(value))
    if isinstance(value, Mapping):
        return _inline(value)
    entries = [toml_value(entry) for entry in value]
    if any(isinstance(entry, Action) for entry in value):
        return "[\n" + "".join(f"    {entry},\n" for entry in entries) + "]"
    return f"[{', '.join(entries)}]"


def _expected(wanted: Expected) -> dict[str, Any]:
    further = {"near": ("tolerance",), "between": ("high",)}.get(wanted.relation, ())
    found = {"relation": wanted.relation} if wanted.relation != "near" else {}
    values: dict[str, Any] = {**found, "value": wanted.value, **{name: getattr(wanted, name) for name in further}}
    return {**values, "ratio_to": wanted.ratio_to} if wanted.ratio_to else values


def _inline(values: Mapping[str, Any]) -> str:
    return "{ " + ", ".join(f"{key} = {toml_value(value)}" for key, value in values.items()) + " }" if values else "{}"


def _text(text: str) -> str:
    """Return a text in quotation marks: over several lines where it has several."""
    lines = [json.dumps(line, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f") for line in text.split("\n")]
    return f'"{lines[0]}"' if len(lines) == 1 else '"""\n' + "\n".join(lines) + '"""'
