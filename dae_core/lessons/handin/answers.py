"""What a student would answer in a lesson, from a TOML file: a value for each step by its key.

``key = value`` for predictions and transfer questions; the student's own words for what is to be written; for code the
path of a Python file, beside the file of answers, or the text itself where it has several lines. Tables may group the
keys as one likes: their names mean nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dae_core.errors import UserError
from dae_core.files import file_errors_as
from dae_core.lessons.code.source_file import read_source
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.steps import Code, Predict, Question, Write
from dae_core.lessons.toml_lines import deep_line
from dae_core.texts import listed, plain

_LARGEST = 1024 * 1024


class AnswerError(UserError):
    """The answers do not fit the lesson; the message is a sentence."""


def read_answers(path: Path, lesson: Lesson) -> dict[str, Any]:
    """Return the answers by the keys of the steps: texts and floats that the lesson takes, code as its text.

    Raises
    ------
    AnswerError
        When the file cannot be read, names something that the lesson does not ask, lacks a prediction, or has an
        answer that cannot be one.
    """
    given = _flat(_parsed(path))
    steps = {step.key: step for step in lesson.steps if isinstance(step, (Question, Code, Write))}
    unknown = [key for key in given if key not in steps]
    if unknown:
        raise AnswerError(
            f"{path} answers “{plain(unknown[0], 60)}”, which the lesson does not ask; it asks {listed(list(steps))}."
        )
    missing = [key for key, step in steps.items() if isinstance(step, Predict) and key not in given]
    if missing:
        raise AnswerError(f"{path} lacks the prediction “{missing[0]}”: nothing after it opens without it.")
    found: dict[str, Any] = {}
    for key, value in given.items():
        step = steps[key]
        if isinstance(step, Question):
            found[key] = _answer(path, step, value)
        elif not isinstance(value, str):
            raise AnswerError(f"{path}: “{key}” must be a text.")
        else:
            found[key] = _source(path, value) if isinstance(step, Code) else value
    return found


def _parsed(path: Path) -> dict[str, Any]:
    with file_errors_as(AnswerError, path, "read"):
        if path.stat().st_size > _LARGEST:
            raise AnswerError(f"{path} is too large for a file of answers.")
        data = path.read_bytes()
    try:
        text = data.decode()
        if line := deep_line(text):
            raise AnswerError(f"{path}, line {line:,}: lists, tables or parts of a name are too deep in one another.")
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also what is no UTF-8 and no TOML
        raise AnswerError(f"{path} is no TOML file: {plain(str(error), 200)}.") from None


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a file with those of its tables beside them."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        found |= value if isinstance(value, dict) else {key: value}
    return found


def _answer(path: Path, step: Question, value: Any) -> str | float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    answer = float(value) if is_number else value
    if not step.takes(answer):
        wanted = listed([f"“{one}”" for one in step.choices]) if step.choices else f"a number {_bounds(step)}"
        raise AnswerError(f"{path}: “{step.key}” must be {wanted}, not {plain(repr(value), 80)}.")
    return answer


def _bounds(step: Question) -> str:
    return f"from {step.low:g} to {step.high:g}"


def _source(path: Path, value: str) -> str:
    return value if "\n" in value else read_source(path.parent / value, AnswerError)
