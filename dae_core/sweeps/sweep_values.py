"""The values of a setting for a sweep, read from a text such as "gaussian:0.5, masking:25 %" or "100, 225"."""

from __future__ import annotations

from typing import Any

from dae_core.model import corruption
from dae_core.model.corruption import Corruption
from dae_core.sweeps.sweep import SweepError
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import CHOICES, RANGES

LEVEL = "level"
"""Stands for the level of the corruption, of the kind that the settings have: no field, but swept like one."""


def read_values(field: str, text: str, name: str = "", kind: Corruption | None = None) -> list[Any]:
    """Read the values of a setting, separated by commas; their ranges are checked when the settings are made.

    Parameters
    ----------
    field : str
        A field of TrainingConfig, or ``"level"`` for that of its corruption; then the values are corruptions.
    text : str
        Numbers, words, or noises such as ``gaussian:0.5``; a fraction may be a percentage.
    name : str
        What the setting is called in messages; the field's own name by default.
    kind : Corruption, optional
        What gets another level.

    Raises
    ------
    SweepError
        With a sentence that names the value and what is allowed.
    """
    name = name or field.replace("_", " ")
    return [_read(field, value.strip(), name, kind or TrainingConfig().corruption) for value in text.split(",")]


def hint(field: str, kind: Corruption) -> str:
    """Return what can be typed for a setting, in words."""
    if field in CHOICES:
        return ", ".join(CHOICES[field])
    if field == "corruption":
        return "KIND:LEVEL with a KIND of " + ", ".join(corruption.KINDS)
    if field == LEVEL:
        low, high = kind.level_range
        return f"numbers between {low:g} and {high:g}"
    low, high = RANGES[field]
    return f"{'whole numbers' if isinstance(low, int) else 'numbers'} between {low:,} and {high:,}"


def _read(field: str, value: str, name: str, kind: Corruption) -> Any:
    try:
        if field == "corruption":
            head, colon, level = value.partition(":")
            return corruption.parse(head.strip() + colon + _without_percent(level))
        if field == LEVEL:
            return kind.with_level(float(_without_percent(value)))
    except ValueError as error:
        if field == LEVEL and "could not convert" in str(error):
            raise SweepError(f"'{value}' is no value of {name}.") from None
        raise SweepError(str(error)) from None
    if field in CHOICES:
        if value not in CHOICES[field]:
            raise SweepError(f"'{value}' is no {name}; it must be one of {', '.join(CHOICES[field])}.")
        return value
    try:
        return type(RANGES[field][0])(value)
    except ValueError:
        raise SweepError(f"'{value}' is no value of {name}.") from None


def _without_percent(text: str) -> str:
    """Return "0.25" for "25 %", and anything else as it is."""
    text = text.strip()
    try:
        return repr(float(text[:-1]) / 100) if text.endswith("%") else text
    except ValueError:
        return text
