"""The settings of a run as a table: what each is called, and which values it may have."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dae_core.errors import UserError
from dae_core.model.activations import ACTIVATIONS
from dae_core.model.corruption import Corruption
from dae_core.model.losses import LOSSES
from dae_core.model.penalties import PENALTIES
from dae_core.sandbox import LONGEST_SOURCE
from dae_core.training.optimizers import OPTIMIZERS
from dae_core.training.schedules import SCHEDULES

_STRONGEST_PENALTY = 1000.0


class ConfigError(UserError, ValueError):
    """A setting is out of its range; the message names field, value and range."""


@dataclass(frozen=True)
class Setting:
    """One of the settings.

    Parameters
    ----------
    name : str
        What a comparison calls it.
    label : str
        How a run is named by its value, which stands for {}.
    range : (float, float) or None
        The smallest and the largest number that it may be; a whole number where both are.
    choices : mapping of str to str
        The words that it may be, each with its text for the user.
    is_count : bool
        Whether a whole number is shown with commas.
    is_code : bool
        Whether it is a text of Python, or empty where the program's own is used: no sweep goes over it.
    switch : (str, str) or None
        What it is called where it is off and on, for a setting that is one or the other.
    is_exercise : bool
        Whether the exercise has it. The others are absent from a file where they are as in the exercise.
    """

    name: str
    label: str = "{}"
    range: tuple[float, float] | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    is_count: bool = True
    is_code: bool = False
    switch: tuple[str, str] | None = None
    is_exercise: bool = True

    def text(self, value: Any) -> str:
        """Return a value as the user reads it, floats with 6 digits; code by a name that tells it from other code."""
        if self.is_code:
            return f"own code {hashlib.sha256(str(value).encode()).hexdigest()[:6]}" if value else "built-in"
        if self.switch is not None:
            return self.switch[bool(value)]
        if isinstance(value, Corruption):
            return value.describe()
        if isinstance(value, int) and self.is_count:
            return f"{value:,}"
        return f"{value:.6g}" if isinstance(value, float) else self.choices.get(value, str(value))


SETTINGS: dict[str, Setting] = {
    "corruption": Setting("noise"),
    "hidden_units": Setting("hidden units", "{} hidden units", (1, 10_000)),
    "learning_rate": Setting("learning rate", "rate {}", (1e-7, 1000.0)),
    "schedule": Setting("schedule", "{} rate", choices={name: one.title for name, one in SCHEDULES.items()}),
    "iterations": Setting("iterations", "{} iterations", (1, 1_000_000_000)),
    "optimizer": Setting("optimizer", choices={name: one.title for name, one in OPTIMIZERS.items()}),
    "batch_size": Setting("batch size", "batches of {}", (1, 10_000)),
    "gradient": Setting("gradient", "gradient {}", choices={"exact": "exact", "published": "as published"}),
    "own_backward": Setting("backward", is_code=True, is_exercise=False),
    "decoder_start": Setting("start of V", "V {}", choices={"random": "at random", "transposed": "0.2 Wᵀ"}),
    "seed": Setting("seed", "seed {}", (0, 2**32 - 1), is_count=False),
    "activation": Setting(
        "activation", "{} units", choices={name: row.title for name, row in ACTIVATIONS.items()}, is_exercise=False
    ),
    "loss": Setting("loss", choices={name: row.title for name, row in LOSSES.items()}, is_exercise=False),
    "tied": Setting("weights", switch=("untied", "tied"), is_exercise=False),
    "k_sparse": Setting("strongest units", "{} strongest", (0, 10_000), is_exercise=False),
    **{
        name: Setting(row.title, f"{row.title} {{}}", (0.0, _STRONGEST_PENALTY), is_exercise=False)
        for name, row in PENALTIES.items()
    },
    "kl_target": Setting("target activity", "target {}", (0.001, 0.999), is_exercise=False),
    "average": Setting("averaged weights", switch=("no average", "averaged weights"), is_exercise=False),
}
"""The fields of TrainingConfig, in the order in which a comparison lists them."""

RANGES: dict[str, tuple[float, float]] = {name: one.range for name, one in SETTINGS.items() if one.range}
CHOICES: dict[str, tuple[str, ...]] = {name: tuple(one.choices) for name, one in SETTINGS.items() if one.choices}


def check_setting(name: str, value: object) -> None:
    """Raise ConfigError unless a setting may have this value; numbers must be finite."""
    if SETTINGS[name].is_code:
        _check_code(name, value)
        return
    if SETTINGS[name].switch is not None:
        if not isinstance(value, bool):
            raise ConfigError(f"{name} is {value!r}; it must be true or false.")
        return
    choices, limits = CHOICES.get(name), RANGES.get(name)
    if choices is not None and (not isinstance(value, str) or value not in choices):
        raise ConfigError(f"{name} is {value!r}; it must be one of {', '.join(choices)}.")
    if limits is not None:
        low, high = limits
        whole = isinstance(low, int)
        is_number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:  # type: ignore[operator]  # NaN fails the comparison
            shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else f"{value!r}"
            kind = "a whole number" if whole else "a number"
            raise ConfigError(f"{name.replace('_', ' ')} is {shown}; it must be {kind} between {low:,} and {high:,}.")
    if choices is None and limits is None and not isinstance(value, Corruption):
        raise ConfigError(f"{name} is {value!r}; it must be one of the corruptions.")


def _check_code(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise ConfigError(f"{name} is {value!r}; it must be a text.")
    if len(value) > LONGEST_SOURCE:
        raise ConfigError(f"{name} has {len(value):,} characters; it may have at most {LONGEST_SOURCE:,}.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ConfigError(f"{name} holds characters that no file can keep.") from None
