"""Reads a lesson's file: every fault of it at once, with line and field, or the lesson."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from dae_core.files import file_errors_as
from dae_core.lessons.errors import Fault, LessonError
from dae_core.lessons.faults import Faults, Table, quoted
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.names import DATA_NAMES, DOCKS, LOCKS
from dae_core.lessons.setting_values import read_settings
from dae_core.lessons.step_kinds import check_order, read_step
from dae_core.lessons.steps import Step
from dae_core.lessons.toml_lines import deep_line, line_numbers
from dae_core.sessions.lesson_record import LARGEST_LESSON
from dae_core.texts import format_bytes, plain
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import ConfigError

FORMAT = 1
MOST_STEPS = 60
LONGEST_TITLE, LONGEST_SUMMARY = 100, 500
_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$")
_AT_END = re.compile(r"\s*\(at end of document\)$")


def read_lesson(path: str | Path) -> Lesson:
    """Read a lesson from a file.

    Raises
    ------
    LessonError
        When it cannot be read, or is no lesson; the message has a line for each fault.
    """
    with file_errors_as(LessonError, path, "read"), open(path, "rb") as stream:
        content = stream.read(LARGEST_LESSON + 1)
    name = plain(str(path))
    if len(content) > LARGEST_LESSON:
        raise LessonError(f"{name} is larger than {format_bytes(LARGEST_LESSON)}, which no lesson is.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LessonError.of(name, (Fault(line, "", "the file is not text in UTF-8."),)) from None
    return parse_lesson(text, name)


def parse_lesson(text: str, name: str = "The lesson") -> Lesson:
    """Read a lesson from its text.

    Parameters
    ----------
    text : str
        TOML.
    name : str
        What messages call it.

    Raises
    ------
    LessonError
        With a line for each fault.
    """
    text = text.replace("\r\n", "\n")
    values = _parsed(text, name)
    faults = Faults(line_numbers(text))
    lesson = _lesson(Table(values, (), faults), text)
    if faults.found:
        raise LessonError.of(name, faults.found)
    return lesson


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise LessonError.of(name, (Fault(line, "", "a character here is only half of one."),)) from None
    if size > LARGEST_LESSON:
        raise LessonError(f"{name} is longer than {format_bytes(LARGEST_LESSON)}, which no lesson is.")
    if deep := deep_line(text):
        raise LessonError.of(name, (Fault(deep, "", "lists, tables or parts of a name are too deep in one another."),))
    try:
        return tomllib.loads(text)
    except ValueError as error:  # tomllib's own, and whole numbers of thousands of digits
        said = str(error)
        found = _AT_LINE.search(said)
        line = int(found[1]) if found else text.count("\n") + 1 if _AT_END.search(said) else 1
        reason = plain(_AT_END.sub(" at the end", _AT_LINE.sub("", said)))
        raise LessonError.of(name, (Fault(line, "", f"this is not TOML: {reason}."),)) from None


def _lesson(table: Table, text: str) -> Lesson:
    table.whole("format", FORMAT, FORMAT)
    lesson = Lesson(
        key=table.key("key"),
        title=table.line("title", LONGEST_TITLE),
        minutes=table.whole("minutes", 1, 600),
        summary=table.line("summary", LONGEST_SUMMARY),
        data=table.words("data", DATA_NAMES, "data set"),
        settings=read_settings(table.table("settings")),
        data_settings=_data_settings(table.table("data_settings")),
        locked=table.words("locked", LOCKS, "lock"),
        hidden=table.words("hidden", DOCKS, "dock"),
        steps=_steps(table),
        text=text,
    )
    table.close()
    _check_together(lesson, table)
    return lesson


def _check_together(lesson: Lesson, table: Table) -> None:
    """Note a fault where settings, each possible alone, do not go together."""
    for data in ("", *lesson.data_settings):
        try:
            TrainingConfig(**lesson.settings_on(data))
        except ConfigError as error:
            table.fault("data_settings" if data else "settings", str(error))


def _data_settings(table: Table) -> dict[str, Any]:
    found = {}
    for name in DATA_NAMES:
        if table.has(name):
            found[name] = read_settings(table.table(name))
    table.close()
    return found


def _steps(table: Table) -> tuple[Step, ...]:
    found: dict[str, Step] = {}
    for one in table.tables("step", MOST_STEPS):
        step = read_step(one)
        if step is None:
            continue
        if step.key in found:
            one.fault("key", f"there is another step with the key {quoted(step.key)}.")
        check_order(step, found, one)
        found.setdefault(step.key, step)
    return tuple(found.values())
