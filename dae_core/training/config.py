"""All settings of a training run in one frozen, validated value, and its JSON form."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from dae_core.errors import UserError
from dae_core.model import corruption as corruptions
from dae_core.model.autoencoder import Gradient
from dae_core.model.corruption import Corruption, Gaussian
from dae_core.training.optimizers import OPTIMIZERS, OptimizerName
from dae_core.training.schedules import SCHEDULES, Schedule

SCHEMA = 1
GRADIENTS: tuple[Gradient, ...] = get_args(Gradient)
DecoderStart = Literal["random", "transposed"]
DECODER_STARTS: tuple[DecoderStart, ...] = get_args(DecoderStart)

# Allowed (smallest, largest) values, for messages here and for the input fields of the window.
RANGES: dict[str, tuple[float, float]] = {
    "hidden_units": (1, 10_000),
    "learning_rate": (1e-7, 1000.0),
    "iterations": (1, 1_000_000_000),
    "seed": (0, 2**32 - 1),
    "batch_size": (1, 10_000),
}


class ConfigError(UserError, ValueError):
    """A setting is out of its range; the message names field, value and range."""


@dataclass(frozen=True)
class TrainingConfig:
    """Settings of a run; the defaults are the exercise's.

    With a ``batch_size`` above 1 an iteration is one batch, and the gradient is its mean. ``decoder_start`` says where
    V starts: at random numbers of its own as in the exercise, or at 0.2 Wᵀ, which leaves fewer units dead with Adam.

    Raises
    ------
    ConfigError
        When a value is of the wrong kind or out of its range.
    """

    hidden_units: int = 225
    corruption: Corruption = field(default_factory=Gaussian)
    learning_rate: float = 0.0005
    schedule: Schedule = "constant"
    iterations: int = 25_000
    seed: int = 0
    gradient: Gradient = "exact"
    batch_size: int = 1
    optimizer: OptimizerName = "sgd"
    decoder_start: DecoderStart = "random"

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            check_range(name, getattr(self, name), low, high)
        if not isinstance(self.corruption, Corruption):
            raise ConfigError(f"corruption is {self.corruption!r}; it must be one of the corruptions.")
        _check_choice("schedule", self.schedule, tuple(SCHEDULES))
        _check_choice("gradient", self.gradient, GRADIENTS)
        _check_choice("optimizer", self.optimizer, OPTIMIZERS)
        _check_choice("decoder_start", self.decoder_start, DECODER_STARTS)

    def replace(self, **changes: Any) -> TrainingConfig:
        """Return a copy with some fields changed, validated anew."""
        return dataclasses.replace(self, **changes)

    def to_json(self) -> str:
        """Return the settings as one line of JSON."""
        fields = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        fields["corruption"] = str(self.corruption)
        return json.dumps({"schema": SCHEMA, **fields})

    @classmethod
    def from_json(cls, text: str) -> TrainingConfig:
        """Read what ``to_json`` wrote; fields that are absent take their defaults.

        Raises
        ------
        ConfigError
            When the text is no such JSON, is of a newer schema, or holds unknown fields or values out of range.
        """
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:  # also whole numbers of thousands of digits
            raise ConfigError(f"The settings are not valid JSON: {error}.") from None
        if not isinstance(values, dict):
            raise ConfigError("The settings are not a JSON object.")
        schema = values.pop("schema", None)
        if schema != SCHEMA:
            raise ConfigError(f"The settings are of schema {schema!r}; this version reads schema {SCHEMA}.")
        unknown = values.keys() - {f.name for f in dataclasses.fields(cls)}
        if unknown:
            raise ConfigError(f"Unknown settings: {', '.join(sorted(unknown))}.")
        if "corruption" in values:
            try:
                values["corruption"] = corruptions.parse(str(values["corruption"]))
            except ValueError as error:
                raise ConfigError(str(error)) from None
        return cls(**values)


def check_range(name: str, value: object, low: float, high: float) -> None:
    """Raise ConfigError unless ``value`` is a finite number (whole where both bounds are) in [low, high]."""
    whole = isinstance(low, int) and isinstance(high, int)
    kind = "a whole number" if whole else "a number"
    is_number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    if not is_number or not low <= value <= high:  # type: ignore[operator]  # NaN and infinity fail the comparison
        shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else f"{value!r}"
        raise ConfigError(f"{name.replace('_', ' ')} is {shown}; it must be {kind} between {low:,} and {high:,}.")


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ConfigError(f"{name} is {value!r}; it must be one of {', '.join(choices)}.")


PRESETS: dict[str, TrainingConfig] = {
    "Exercise (25,000 iterations)": TrainingConfig(),
    "Exercise as published (diverges)": TrainingConfig(gradient="published"),
    "Falling rate (25,000)": TrainingConfig(schedule="linear"),
    "Best in 15 seconds": TrainingConfig(schedule="linear", iterations=400_000),
}
