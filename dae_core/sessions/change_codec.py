"""What was changed during a run, as JSON: each kind of change is a row that says which values it may have."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

from dae_core.model.penalties import PENALTIES
from dae_core.sessions.array_rules import MOST
from dae_core.texts import plain
from dae_core.training.config import TrainingConfig
from dae_core.training.progress import Change
from dae_core.training.settings import check_setting

_LONGEST = 100
_MOST_CHANGES = 500_000


def _rate(value: Any, _config: TrainingConfig) -> float:
    check_setting("learning_rate", value)
    return float(value)


def _level(value: Any, config: TrainingConfig) -> float:
    if type(value) not in (int, float):
        raise ValueError(f"the noise level {value!r} is no number.")
    config.corruption.with_level(value)
    return float(value)


def _end(value: Any, _config: TrainingConfig) -> str:
    if not (isinstance(value, str) and re.fullmatch("[0-9,]{1,21}", value) and value.strip(",")):
        raise ValueError("an end of the run is no number of iterations.")
    if not 1 <= _number(value) <= MOST:
        raise ValueError(f"an end of the run is not between 1 and {MOST:,}.")
    return value


def _words(value: Any, _config: TrainingConfig) -> str:
    if not isinstance(value, str):
        raise ValueError("it is not told in words.")
    return plain(value, _LONGEST)


def _anything(value: Any, config: TrainingConfig) -> float | str | None:
    """Return a value of a kind of change that this version does not know; it is only shown."""
    if value is None or (type(value) in (int, float) and abs(value) <= sys.float_info.max):
        return None if value is None else float(value)
    return _words(value, config)


def _strength(field: str) -> Callable[[Any, TrainingConfig], float]:
    def read(value: Any, _config: TrainingConfig) -> float:
        check_setting(field, value)
        return float(value)

    return read


_KINDS: dict[str, Callable[[Any, TrainingConfig], float | str | None]] = {
    "learning rate": _rate,
    "noise level": _level,
    "end of the run": _end,
    "pace": _words,
    "units revived": _words,
    "moments of the optimizer": _words,
    "mean activities": _words,
    "averaged weights": _words,
    **{row.title: _strength(name) for name, row in PENALTIES.items()},
}
"""By the name of what was changed: what returns a value, or raises ValueError for one that it cannot have."""


def to_values(change: Change) -> list[Any]:
    """Return the JSON of a change."""
    return [change.iteration, change.name, change.old, change.new]


def read_changes(values: list[Any], config: TrainingConfig, first: int, last: int) -> tuple[Change, ...]:
    """Read a list of what `to_values` returned, which must lie in order between two iterations.

    Raises
    ------
    ValueError
        With the end of a sentence.
    """
    if len(values) > _MOST_CHANGES:
        raise ValueError(f"it has {len(values):,} changes; at most {_MOST_CHANGES:,} are possible.")
    changes = []
    for one in values:
        change = _change(one, config)
        if not first <= change.iteration <= last:
            raise ValueError(
                f"a change of it was at iteration {change.iteration:,}, which is not between {first:,} and {last:,}."
            )
        first = change.iteration
        changes.append(change)
    return tuple(changes)


def _change(values: Any, config: TrainingConfig) -> Change:
    if not (isinstance(values, list) and len(values) == 4):
        raise ValueError("one of its changes is not of four values.")
    iteration, name, old, new = values
    if type(iteration) is not int or not isinstance(name, str):
        raise ValueError("one of its changes has values of another kind.")
    name = plain(name, _LONGEST)
    read = _KINDS.get(name, _anything)
    try:
        old, new = read(old, config), read(new, config)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"the {name} was changed to what it cannot be: {error}") from None
    if name == "end of the run" and _number(str(new)) <= iteration:
        raise ValueError(f"at iteration {iteration:,} it was given an end that was over.")
    return Change(iteration, name, old, new)


def _number(end: str) -> int:
    return int(end.replace(",", ""))
