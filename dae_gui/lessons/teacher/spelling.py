"""How the fields of a lesson's form spell values: a text that a teacher types, and the value that it means."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from dae_core.lessons.actions import Action
from dae_core.lessons.expected import RELATIONS, Expected
from dae_core.lessons.writing import toml_value
from dae_core.texts import plain
from dae_core.typed_numbers import read_number, read_whole

_EXPECTED = re.compile(
    r"(?P<data>\S+)\s+(?P<relation>\S+)\s+(?P<value>\S+)"
    r"(?:\s+(?:±|and)\s+(?P<more>\S+))?(?:\s+times\s+(?P<ratio>\S+))?"
)
_HOW_EXPECTED = "write it as “any near 0.25 ± 0.01”, “digits above 1.2” or “mnist between 1.25 and 1.37”"


def lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text without those that are empty."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def number(text: str, otherwise: float) -> float:
    """Return a number; ``otherwise`` for an empty text. Raises ValueError."""
    return read_number(text) if text.strip() else otherwise


def whole(text: str) -> int:
    """Return a whole number; 0 for an empty text. Raises ValueError."""
    return read_whole(text) if text.strip() else 0


def settings(text: str) -> dict[str, Any]:
    """Return values by name from ``corruption = "gaussian:2", iterations = 500``. Raises ValueError."""
    try:
        values = tomllib.loads(f"values = {{ {text.strip().rstrip(',')} }}")["values"]
    except (ValueError, RecursionError):
        raise ValueError(
            f"“{plain(text, 60)}” is not understood: write names and values as in iteration = 500"
        ) from None
    return dict(values)


def settings_text(values: Mapping[str, Any]) -> str:
    """Return what `settings` reads."""
    return ", ".join(f"{name} = {toml_value(value)}" for name, value in values.items())


def actions(text: str) -> tuple[Action, ...]:
    """Return the actions of a text, one a line: ``run-to iteration = 500``. Raises ValueError."""
    found = []
    for line in lines(text):
        name, _, rest = line.partition(" ")
        values = settings(rest)
        found.append(Action(name, {"settings": values} if name == "set" else values))
    return tuple(found)


def actions_text(found: tuple[Action, ...]) -> str:
    """Return what `actions` reads."""
    return "\n".join(
        f"{one.name} {settings_text(one.values['settings'] if one.name == 'set' else one.values)}".strip()
        for one in found
    )


TEMPLATES = {
    "set": 'set corruption = "gaussian:0.5", iterations = 2000',
    "run-to": "run-to iteration = 500",
    "show": 'show dock = "denoiseDock"',
    "smooth": "smooth window = 250",
    "noise-level": "noise-level level = 1.0",
    "select-unit": 'select-unit rank = 1, by = "worth"',
    "switch-off": 'switch-off ranks = [1, 2], by = "worth"',
} | {name: name for name in ("new-run", "start", "stop", "switch-on")}
"""A line for each of `ACTIONS`, to be changed."""


def expected(text: str) -> dict[str, Expected]:
    """Return what is expected on which data set, from lines such as ``any near 0.25 ± 0.01``. Raises ValueError."""
    found = {}
    for line in lines(text):
        parts = _EXPECTED.fullmatch(line)
        relation = parts["relation"] if parts else ""
        if parts is None or relation not in RELATIONS or (relation == "between" and parts["more"] is None):
            raise ValueError(f"“{plain(line, 60)}” is not understood: {_HOW_EXPECTED}")
        more = read_number(parts["more"]) if parts["more"] else 0.0
        further = {"high": more} if relation == "between" else {"tolerance": more}
        value = read_number(parts["value"])
        found[parts["data"]] = Expected(value, relation=relation, ratio_to=parts["ratio"] or "", **further)
    return found


def expected_text(found: Mapping[str, Expected]) -> str:
    """Return what `expected` reads."""
    return "\n".join(expected_line(data, one) for data, one in found.items())


def expected_line(data: str, one: Expected) -> str:
    """Return one line of it."""
    more = {"near": f" ± {one.tolerance!r}", "between": f" and {one.high!r}"}.get(one.relation, "")
    return f"{data} {one.relation} {one.value!r}{more}{f' times {one.ratio_to}' if one.ratio_to else ''}"


def with_line(text: str, data: str, line: str) -> str:
    """Return a text of expectations in which that of a data set is this line."""
    others = [one for one in lines(text) if one.split()[0] != data]
    return "\n".join([*others, line])


def text_of(value: object) -> str:
    """Return a single value as a field shows it."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else ""
    return str(value)
