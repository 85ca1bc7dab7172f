"""Holds what the student's code returned against what is right, and says in words how they differ."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.sandbox import Value
from dae_core.texts import number_text

Doubles = NDArray[np.float64]
Call = Callable[..., tuple[Value, ...]]
"""The student's function in the sandbox: takes its arguments, and returns one value or several as a tuple."""

TOLERANCE = 1e-6
"""By which part of the largest right entry another one may be off."""


def as_doubles(value: Value) -> Doubles:
    """Return a returned number or array in float64."""
    return np.asarray(value, np.float64)


def one_array(values: tuple[Value, ...]) -> Doubles | None:
    """Return what a function returned as one array; single numbers are joined. None for several arrays."""
    if len(values) == 1:
        return as_doubles(values[0])
    return np.array(values, np.float64) if values and not any(map(np.ndim, values)) else None


def agrees(returned: Doubles, right: Doubles, tolerance: float = TOLERANCE) -> bool:
    """Return whether two arrays have the same shape and the same entries, as far as rounding allows."""
    if returned.shape != right.shape:
        return False
    with np.errstate(all="ignore"):
        return bool(np.all(np.abs(returned - right) <= tolerance * np.abs(right).max(initial=0.0)))


def combinations(steps: Sequence[Sequence[str]], most: int = 3) -> list[tuple[str, ...]]:
    """Return the ways through a calculation, a key for each of its steps, those with the fewest mistakes first.

    The empty key is the right way to take a step; at most so many of the others are in one way.
    """
    ways = ((sum(map(bool, keys)), keys) for keys in itertools.product(*steps))
    return [keys for count, keys in sorted(ways, key=lambda way: way[0]) if count <= most]


def shape_text(array: NDArray[Any]) -> str:
    """Return the shape of an array as Python writes it, or what a number is."""
    return str(array.shape) if array.ndim else "a single number"


def wrong_shape(returned: Doubles, right: Doubles) -> str:
    """Return which shape there is, and which one there should be."""
    return f"{shape_text(returned)} instead of {shape_text(right)}"


def difference(returned: Doubles, right: Doubles) -> str:
    """Return how far an array of the right shape is off, and where most."""
    apart = np.abs(returned - right)
    wrong = apart > TOLERANCE * np.abs(right).max(initial=0.0)
    place = np.unravel_index(int(apart.argmax()), apart.shape)
    at = f"[{', '.join(map(str, place))}]"
    return (
        f"{int(wrong.sum()):,} of {wrong.size:,} entries are wrong, most of all {at}: "
        f"{number_text(float(returned[place]), '.4g')} instead of {number_text(float(right[place]), '.4g')}"
    )


def not_finite(returned: Doubles) -> str:
    """Return how many entries are no numbers; empty where all are."""
    count = int((~np.isfinite(returned)).sum())
    return f"{count:,} of {returned.size:,} entries are infinite or no number (NaN)" if count else ""
