"""The manual's reference, written from the tables that the program itself reads."""

import argparse
import dataclasses
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from PySide6.QtGui import QGuiApplication, QKeySequence

from dae_core import glossary
from dae_core.commands.program import parser_of_all
from dae_core.commands.settings import OPTIONS
from dae_core.exporting.files import FORMATS
from dae_core.lessons.actions import ACTIONS as LESSON_ACTIONS
from dae_core.lessons.code.functions import FUNCTIONS
from dae_core.lessons.expected import RELATIONS
from dae_core.lessons.measurements import MEASUREMENTS
from dae_core.lessons.names import DOCKS as LESSON_DOCKS
from dae_core.lessons.names import LOCKS, UNIT_ORDERS, WRITE_TOPICS
from dae_core.lessons.step_kinds import STEP_KINDS
from dae_core.model.activations import ACTIVATIONS
from dae_core.model.losses import LOSSES
from dae_core.model.penalties import PENALTIES
from dae_core.report.topics import TOPICS
from dae_core.sessions import container
from dae_core.sessions.array_rules import RULES
from dae_core.training.config import TrainingConfig
from dae_core.training.presets import PRESETS
from dae_core.training.settings import SETTINGS, Setting
from dae_gui.window.actions import ACTIONS
from dae_gui.window.docks import DOCKS
from dae_gui.window.help_pages import DOCK_PAGES
from dae_gui.window.palette.key_table import WIDGET_KEYS, written
from dae_gui.window.panel_registry import STUDIES

_COLUMNS = "100"  # the width of what --help prints


def write(folder: Path) -> None:
    """Write every page into a folder that may hold others already."""
    folder.mkdir(exist_ok=True)
    for name, (title, lines) in _PAGES.items():
        text = "\n".join([f"# {title}", "", *lines(), ""])
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
    yield ""


def _commands() -> Iterator[str]:
    os.environ["COLUMNS"] = _COLUMNS
    yield "Each part is what the command says of itself with `--help`."
    parser = parser_of_all()
    yield from _help_of(parser)
    yield from _commands_of(parser, 2)


def _commands_of(parser: argparse.ArgumentParser, level: int) -> Iterator[str]:
    # Private: argparse offers no list of what was added.
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                yield from ("", f"{'#' * level} {name}", *_help_of(command))
                yield from _commands_of(command, level + 1)


def _help_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield from ("", "```text", parser.format_help().rstrip(), "```")


def _settings() -> Iterator[str]:
    defaults = {field.name: getattr(TrainingConfig(), field.name) for field in dataclasses.fields(TrainingConfig)}
    options = {field: f"`--{option}`" for option, field, *_ in OPTIONS}
    options |= dict.fromkeys(("kl_weight", "kl_target"), "`--kl`")
    yield "The fields of `TrainingConfig` (`dae_core.training.config`), under their names in Python, files and lessons."
    yield from _table(
        ("field", "what it is", "values", "default", "option"),
        (
            (f"`{name}`", _meaning(name, one), _allowed(one), one.text(defaults[name]), options.get(name, "–"))
            for name, one in SETTINGS.items()
        ),
    )
    for title, rows in (("Activations", ACTIVATIONS), ("Losses", LOSSES), ("Penalties", PENALTIES)):
        yield from ("", f"## {title}")
        yield from _table(
            ("name", "", "equation", "source"),
            ((f"`{name}`", row.title, f"`{row.equation}`", row.source) for name, row in rows.items()),
        )
    yield "## Presets"
    yield from _table(
        ("preset", "what to look at", "source, and the figure published there"),
        ((row.name, row.look, " ".join(filter(None, (row.source, row.published)))) for row in PRESETS.values()),
    )


def _meaning(name: str, one: Setting) -> str:
    found = glossary.by_label().get(one.name[0].upper() + one.name[1:])
    if found is None and name in PENALTIES:
        found = f"Strength of a penalty: adds {PENALTIES[name].equation} to E."
    return found or one.name


def _allowed(one: Setting) -> str:
    if one.range is not None:
        low, high = one.range
        return f"{low:,} to {high:,}" if isinstance(low, int) else f"{low:g} to {high:g}"
    if one.switch is not None:
        return "true, false"
    return ", ".join(f"`{choice}`" for choice in one.choices) or ("Python" if one.is_code else "a corruption")


def _files() -> Iterator[str]:
    yield f"## Sessions\n\n[The session file](../session_file.md), format version {container.VERSION}, has these arrays"
    yield "for each run; those of the current run have these names, those of others a prefix."
    yield from _table(
        ("array", "type", "values", "order"),
        (
            (
                f"`{name}`",
                np.dtype(rule.dtype).name,
                f"{_limits(rule.low, rule.high)}{_also(rule.diverges)}",
                rule.order,
            )
            for name, rule in RULES.items()
        ),
    )
    yield from ("## Exports", "", "What **File ▸ Export** and `python -m dae_core export` write of a run.")
    yield from _table(
        ("format", "file", "what it holds"), ((f"`{f.key}`", f"`{f.file}`", f.about) for f in FORMATS.values())
    )
    yield from (
        "## Data, lessons and hand-ins",
        "",
        "[Your own images](../own_images.md) has the files that are read as data,",
    )
    yield "[Lessons](../lessons.md) those of lessons and hand-ins."


def _limits(low: float, high: float) -> str:
    if np.isinf(low):
        return "any"
    return f"from {low:g}" if np.isinf(high) or high >= 2**53 else f"{low:g} to {high:g}"


def _also(diverges: bool) -> str:
    return ", NaN and infinity where the run diverged" if diverges else ""


def _keys() -> Iterator[str]:
    application = QGuiApplication(["manual", "-platform", "offscreen"])  # Qt writes no key without one
    yield "As Linux and Windows write them; on macOS Ctrl is ⌘. **Help ▸ Keyboard shortcuts** (Ctrl+/) searches them."
    yield from ("", "## Commands")
    yield from _table(
        ("keys", "command", "what it does"),
        (
            (written([QKeySequence(key) for key in (spec.shortcut, *spec.also)]), spec.text.replace("&", ""), spec.tip)
            for spec in ACTIONS
            if spec.shortcut is not None
        ),
    )
    yield from ("## Docks", "", "The key shows a dock, brings it to the front, and closes it.")
    docks = [(one.shortcut, one.text, one.tip) for one in DOCKS] + [
        (one.shortcut, one.text, one.tip) for one in STUDIES
    ]
    rows = ((keys, text.replace("&", ""), tip) for keys, text, tip in docks)
    yield from _table(("keys", "dock", "what it shows"), rows)
    for group in dict.fromkeys(row.group for row in WIDGET_KEYS):
        yield f"## {group}"
        pairs = ((row.written(), row.text) for row in WIDGET_KEYS if row.group == group)
        yield from _table(("keys", "what they do"), pairs)
    application.shutdown()


def _lessons() -> Iterator[str]:
    yield "What a lesson's file may say, as the program reads it; [Lessons](../lessons.md) tells how to write one."
    tables: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("Steps", "`kind`", {name: row.doc for name, row in STEP_KINDS.items()}),
        ("Actions of a button", "`do`", {name: row.doc for name, row in LESSON_ACTIONS.items()}),
        ("Orders of units, which are named by their rank", "`by`", UNIT_ORDERS),
        ("Functions to write", "`function`", {name: row.title for name, row in FUNCTIONS.items()}),
        ("What can be locked", "`locked`", LOCKS),
        (
            "Docks to hide or show",
            "`hidden`, `dock`",
            {name: DOCK_PAGES[name].title for name in LESSON_DOCKS},
        ),
        ("Parts of the report to write", "`topic`", {name: TOPICS[name].title for name in WRITE_TOPICS}),
    )
    for title, head, rows in tables:
        yield from ("", f"## {title}")
        yield from _table((head, "what it is"), ((f"`{name}`", text) for name, text in rows.items()))
    yield from ("## Relations of what is expected", "", ", ".join(f"`{name}`" for name in RELATIONS), "")
    yield "## Measurements"
    yield from _table(
        ("measurement", "what is measured", "unit", "parameters"),
        (
            (
                f"`{name}`",
                row.doc,
                row.unit or "–",
                "; ".join(f"`{p.name}` = {p.default!r}: {p.doc}" for p in row.parameters) or "–",
            )
            for name, row in MEASUREMENTS.items()
        ),
    )


_PAGES: dict[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "commands": ("Command line", _commands),
    "settings": ("Settings", _settings),
    "files": ("File formats", _files),
    "keys": ("Keys", _keys),
    "lesson-tables": ("Lessons: steps, actions, measurements", _lessons),
}
"""Each page by the name of its file: its title, and what yields its lines."""
