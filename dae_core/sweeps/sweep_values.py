"""The values of a setting for a sweep, read from a text such as "gaussian:0.5, masking:25 %" or "100, 225"."""

from __future__ import annotations

from typing import Any

from dae_core.model import corruption
from dae_core.model.corruption import Corruption
from dae_core.sweeps.plan import PAIRED, SweepError
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import CHOICES, RANGES, SETTINGS
from dae_core.typed_numbers import NumberError, read_number, read_whole, split_list

LEVEL = "level"
"""Stands for the level of the corruption, of the kind that the settings have: no field, but swept like one."""
FIELDS: tuple[str, ...] = tuple(field for field, setting in SETTINGS.items() if not setting.is_code)
"""The fields of TrainingConfig that can be swept."""


def read_values(field: str, text: str, name: str = "", kind: Corruption | None = None) -> list[Any]:
    """Read the values of a setting, parted by commas or semicolons; ranges are checked when the settings are made.

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
    whole = (
        field in CHOICES
        or field in PAIRED
        or _switch(field) is not None
        or (field in RANGES and isinstance(RANGES[field][0], int))
    )
    try:
        values = split_list(text, whole=whole)
    except NumberError as error:
        raise SweepError(str(error)) from None
    return [_read(field, value, name, kind or TrainingConfig().corruption) for value in values]


def hint(field: str, kind: Corruption) -> str:
    """Return what can be typed for a setting, in words."""
    if field in CHOICES:
        return ", ".join(CHOICES[field])
    if field == "corruption":
        return "KIND:LEVEL with a KIND of " + ", ".join(corruption.KINDS)
    if field == LEVEL:
        low, high = kind.level_range
        return f"numbers between {low:g} and {high:g}"
    if (switch := _switch(field)) is not None:
        return f"no ({switch[0]}), yes ({switch[1]})"
    low, high = RANGES[field]
    return f"{'whole numbers' if isinstance(low, int) else 'numbers'} between {low:,} and {high:,}"


def _read(field: str, value: str, name: str, kind: Corruption) -> Any:
    try:
        if field == "corruption":
            head, colon, level = value.partition(":")
            return corruption.parse(head.strip() + colon + _level(level))
        if field == LEVEL:
            return kind.with_level(float(_level(value)))
    except ValueError as error:
        if field == LEVEL and "could not convert" in str(error):
            raise SweepError(f"'{value}' is no value of {name}.") from None
        raise SweepError(str(error)) from None
    if field in PAIRED:
        return _pair(field, value, name)
    if (switch := _switch(field)) is not None:
        words = {"no": False, "false": False, switch[0]: False, "yes": True, "true": True, switch[1]: True}
        if value.lower() not in words:
            raise SweepError(f"'{value}' is no {name}; it must be yes or no.")
        return words[value.lower()]
    if field in CHOICES:
        if value not in CHOICES[field]:
            raise SweepError(f"'{value}' is no {name}; it must be one of {', '.join(CHOICES[field])}.")
        return value
    try:
        return read_whole(value) if isinstance(RANGES[field][0], int) else read_number(value)
    except NumberError:
        raise SweepError(f"'{value}' is no value of {name}.") from None


def _switch(field: str) -> tuple[str, str] | None:
    """Return what a setting is called where it is off and on; None for all that is not one or the other."""
    return SETTINGS[field].switch if field in SETTINGS else None


def _pair(field: str, value: str, name: str) -> tuple[float, float]:
    first, colon, second = value.partition(":")
    try:
        pair = read_number(first), read_number(second)
    except NumberError:
        pair = None
    if not colon or pair is None:
        words = ":".join(part.removeprefix(f"{field}_").upper() for part in PAIRED[field])
        raise SweepError(f"'{value}' is no value of {name}; it must be {words}.")
    return pair


def _level(text: str) -> str:
    """Return "0.25" for "25 %" or "0,25", and what is no number as it is."""
    text = text.strip()
    try:
        return repr(read_number(text[:-1]) / 100) if text.endswith("%") else repr(read_number(text))
    except NumberError:
        return text
