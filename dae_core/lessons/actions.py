"""What a button of a lesson does, a row each of a table; the window carries them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dae_core.lessons.faults import Table
from dae_core.lessons.names import DOCKS, UNIT_ORDERS
from dae_core.lessons.setting_values import read_settings

_MOST_UNITS = 20


@dataclass(frozen=True)
class Action:
    """Something to be done: a key of `ACTIONS`, and its values by name."""

    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class ActionKind:
    """A kind of action.

    Parameters
    ----------
    name : str
        What a file calls it.
    doc : str
        What it does, for whoever writes a lesson.
    read : callable
        Takes its values from the table that says ``do = "name"``.
    """

    name: str
    doc: str
    read: Callable[[Table], Mapping[str, Any]]


def read_action(table: Table) -> Action | None:
    """Return an action of a file; None where its kind is none."""
    name = table.choice("do", ACTIONS, what="action")
    if not name:
        return None
    action = Action(name, ACTIONS[name].read(table))
    table.close()
    return action


def _units(table: Table) -> Mapping[str, Any]:
    return {
        "ranks": table.wholes("ranks", 1, 10_000, _MOST_UNITS),
        "by": table.choice("by", UNIT_ORDERS, "worth"),
    }


ACTIONS: dict[str, ActionKind] = {
    kind.name: kind
    for kind in (
        ActionKind(
            "set",
            "Sets settings of the next run: the field `settings` is a table of them.",
            lambda table: {"settings": read_settings(table.table("settings"))},
        ),
        ActionKind("new-run", "Keeps the present run in the list of runs and makes room for another.", lambda _: {}),
        ActionKind("start", "Starts a run with the present settings, or goes on with the present one.", lambda _: {}),
        ActionKind("stop", "Stops the run; it can go on.", lambda _: {}),
        ActionKind(
            "run-to",
            "Starts the run and stops it at `iteration`.",
            lambda table: {"iteration": table.whole("iteration", 1, 1_000_000_000)},
        ),
        ActionKind("show", "Shows the dock that `dock` names.", lambda table: {"dock": table.choice("dock", DOCKS)}),
        ActionKind(
            "smooth",
            "Averages the curves over `window` iterations.",
            lambda table: {"window": table.whole("window", 1, 100_000)},
        ),
        ActionKind(
            "noise-level",
            "Sets the noise on the digit that is shown, and not that of the training, to `level`.",
            lambda table: {"level": table.number("level", 0.0, 10.0)},
        ),
        ActionKind(
            "select-unit",
            "Selects the unit of the rank `rank`, sorted `by` something.",
            lambda table: {"rank": table.whole("rank", 1, 10_000, 1), "by": table.choice("by", UNIT_ORDERS, "worth")},
        ),
        ActionKind("switch-off", "Switches off the units of the ranks `ranks`, sorted `by` something.", _units),
        ActionKind("switch-on", "Switches all units on again.", lambda _: {}),
    )
}
"""By their names."""
