"""The plan of a sweep: the settings of each run, as every combination of some values or as some of them at random."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dae_core.errors import UserError
from dae_core.model.corruption import Masking
from dae_core.training.config import TrainingConfig

MOST_SETTINGS = 4
MOST_RUNS = 1000

# The exercise's own series (Vincent et al. 2010, table 1): parts of each digit blotted out.
PRESETS: dict[str, dict[str, list[Any]]] = {
    "masking-series": {"corruption": [Masking(0.0), Masking(0.25), Masking(0.5)]}
}


PAIRED: dict[str, tuple[str, str]] = {"kl": ("kl_target", "kl_weight")}
"""What a sweep goes over in pairs of two settings, such as 0.05:0.1."""


class SweepError(UserError, ValueError):
    """A sweep that cannot be made or went wrong; the message is a sentence."""


def plan(base: TrainingConfig, values: Mapping[str, Sequence[Any]], draws: int | None = None) -> list[TrainingConfig]:
    """Return the settings of every run: ``base`` with combinations of the values of up to four fields.

    The values of a field of `PAIRED` are pairs.

    Parameters
    ----------
    base : TrainingConfig
    values : mapping of str to sequence
        The values of each field. The last field differs from run to run, the first one most rarely.
    draws : int, optional
        Only so many combinations are taken, drawn at random without replacement by scikit-learn's ``ParameterSampler``
        with the seed of ``base``: the same seed draws the same ones in the same order.

    Raises
    ------
    SweepError
        When there are no settings, more than four, a value twice, or no or too many runs.
    ConfigError
        When a value is out of its range.
    """
    if not 1 <= len(values) <= MOST_SETTINGS:
        raise SweepError(f"A sweep goes over one to four settings, not {len(values)}.")
    for name, chosen in values.items():
        if not chosen or len(set(chosen)) < len(chosen):
            raise SweepError(f"The values of {name.replace('_', ' ')} must be one or more, each only once.")
    total = combinations(values)
    if draws is not None and not 1 <= draws <= total:
        raise SweepError(f"{draws:,} runs cannot be drawn at random: there are {total:,} combinations of the values.")
    count = total if draws is None else draws
    if count > MOST_RUNS:
        raise SweepError(f"The sweep has {count:,} runs; at most {MOST_RUNS:,} are made.")
    chosen_values = _every(values) if draws is None else _drawn(values, draws, base.seed)
    return [base.replace(**_changes(chosen)) for chosen in chosen_values]


def combinations(values: Mapping[str, Sequence[Any]]) -> int:
    """Return how many combinations of the values there are."""
    return math.prod(map(len, values.values()))


def _every(values: Mapping[str, Sequence[Any]]) -> Iterable[dict[str, Any]]:
    """Return all combinations in the order of the settings as they were given.

    ``ParameterGrid`` would sort them by the settings' names, and a sweep that was ended early goes on by its order.
    """
    return (dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values()))


def _drawn(values: Mapping[str, Sequence[Any]], draws: int, seed: int) -> Iterable[dict[str, Any]]:
    from sklearn.model_selection import ParameterSampler

    lists = {name: list(chosen) for name, chosen in values.items()}
    drawn: Iterable[dict[str, Any]] = ParameterSampler(lists, draws, random_state=seed)
    return drawn


def _changes(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of settings with those of `PAIRED` taken apart."""
    changes = {name: value for name, value in values.items() if name not in PAIRED}
    for name in values.keys() & PAIRED.keys():
        changes |= dict(zip(PAIRED[name], values[name], strict=True))
    return changes


def run_name(config: TrainingConfig, swept: Mapping[str, str]) -> str:
    """Return what a run of a sweep is called: its own values of what is swept, as "noise gaussian:0.5, hidden 100".

    ``swept`` are the fields of the settings, each with its name in commands.
    """
    return ", ".join(f"{name} {value}" for name, value in values_of(config, swept).items())


def values_of(config: TrainingConfig, swept: Mapping[str, str]) -> dict[str, Any]:
    """Return a run's own values of what is swept, by their names in commands, as in JSON."""
    fields = {field: getattr(config, field) for field in TrainingConfig.__dataclass_fields__}
    fields |= {name: ":".join(f"{fields[one]:g}" for one in pair) for name, pair in PAIRED.items()}
    fields["corruption"] = str(config.corruption)
    return {name: fields[field] for field, name in swept.items()}
