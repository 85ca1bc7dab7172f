"""The constructor's parameters as the settings of a run, checked when they are used and not when they are set."""

from __future__ import annotations

import dataclasses
import math
from numbers import Integral
from typing import Any

import numpy as np

from dae_core.model import corruption as corruptions
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import ConfigError

FIELDS = tuple(field.name for field in dataclasses.fields(TrainingConfig) if field.name != "seed")
"""The settings that are parameters under their own names; ``random_state`` says the seed."""


def config_of(estimator: Any, seed: int) -> TrainingConfig:
    """Return the settings of an estimator. Raises ConfigError, a ValueError, when one is out of its range."""
    values = {name: _plain(getattr(estimator, name)) for name in FIELDS}
    return TrainingConfig(**{**values, "corruption": corruption_of(values["corruption"]), "seed": seed})


def parameters_of(config: TrainingConfig) -> dict[str, Any]:
    """Return the parameters of an estimator with the settings of a run, the inverse of `config_of`."""
    values = {name: getattr(config, name) for name in FIELDS}
    return {**values, "corruption": str(config.corruption), "random_state": config.seed}


def corruption_of(value: Any) -> Any:
    """Return the corruption that a text names; anything else as it is. Raises ConfigError for an unknown one."""
    if not isinstance(value, str):
        return value
    try:
        return corruptions.parse(value)
    except ValueError as error:
        raise ConfigError(str(error)) from None


def seed_of(random_state: Any) -> int:
    """Return the seed that a ``random_state`` stands for: an integer itself, else a number drawn from it."""
    if isinstance(random_state, Integral):
        return int(random_state)
    from sklearn.utils import check_random_state

    return int(check_random_state(random_state).randint(2**31 - 1))


def limits_of(pixel_range: Any) -> tuple[float, float] | None:
    """Return black and white as two numbers, None where they are to be found. Raises ConfigError when they are none."""
    if pixel_range is None:
        return None
    try:
        low, high = map(float, pixel_range)
    except (TypeError, ValueError):
        raise ConfigError(f"pixel_range is {pixel_range!r}; it must be a pair of numbers such as (0, 1).") from None
    if not (math.isfinite(high - low) and low < high):
        raise ConfigError(f"pixel_range is {pixel_range!r}; black must be the smaller number, and both finite.")
    return low, high


def _plain(value: Any) -> Any:
    """Return Python's own number for NumPy's, which a search over parameters may set."""
    return value.item() if isinstance(value, np.generic) else value
