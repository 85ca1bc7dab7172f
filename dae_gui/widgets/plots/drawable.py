"""What can be drawn of numbers that nobody has checked: NaN, infinities and huge ones never reach a painter."""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
_FAR = 1e6
"""Pixels: far beyond any screen, and near enough for Qt's arithmetic with whole numbers."""
_LARGEST = 1e15
_LEAST_SHARE = 1e-9  # of a range's ends, that it must be wide


def pixels(values: Floats) -> NDArray[np.float64]:
    """Return places in pixels within reach of a painter; NaN stays NaN."""
    return np.clip(np.asarray(values, np.float64), -_FAR, _FAR)


def pixel(value: float) -> float:
    """Return the middle of a pixel; what is no number lies far outside."""
    return int(min(max(value, -_FAR), _FAR)) + 0.5 if not math.isnan(value) else -_FAR


def share(part: float, whole: float) -> float:
    """Return part / whole, from 0 to 1; 0 where that is no number."""
    quotient = part / whole if whole else math.nan
    return min(max(quotient, 0.0), 1.0) if not math.isnan(quotient) else 0.0


def sound_range(low: float, high: float) -> tuple[float, float]:
    """Return a range that an axis can show: finite, rising, and wide enough to be told from a single number."""
    low, high = (min(max(end, -_LARGEST), _LARGEST) if not math.isnan(end) else 0.0 for end in (low, high))
    least = max(abs(low), abs(high)) * _LEAST_SHARE
    return (low, high) if high - low > least else (low, low + max(least * 2, 1e-12))


def in_order(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the points of a line from the left to the right, without those that have no place."""
    known = np.isfinite(x)
    if not known.all():
        x, y = x[known], y[known]
    if len(x) > 1 and (x[1:] < x[:-1]).any():
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
    return x, y
