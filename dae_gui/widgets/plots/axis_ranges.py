"""Which part of the axes to show while a curve grows: in steps, so that the axes rest most of the time."""

import math
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Range = tuple[float, float]
Values = NDArray[np.floating]

_NICE = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_SHORTEST = 1000.0  # iterations
DEFAULT_FOLLOW_WIDTH = 5_000
_SPARE = 1.7  # a range is kept while it is at most this much too large


def next_nice(value: float) -> float:
    """Return the least number not below a positive `value` that is 1, 1.25, 1.5, 2 ... 8 times a power of ten."""
    value = min(max(value, 1e-300), 1e300)
    decade = 10.0 ** math.floor(math.log10(value))
    return next(step * decade for step in _NICE if step * decade >= value * (1 - 1e-12))


class ViewMode(StrEnum):
    """Who decides what part of the curves is visible."""

    FIT = "fit"
    FOLLOW = "follow"
    FREE = "free"


class Framing:
    """Decides what part of growing curves is visible, unless the user does.

    Parameters
    ----------
    empty
        The range of values while there are none.
    """

    def __init__(self, empty: Range) -> None:
        self.mode = ViewMode.FIT
        self.follow_width = DEFAULT_FOLLOW_WIDTH
        self.end: int | None = None
        self._empty = empty
        self._kept: Range | None = None

    def reset(self) -> None:
        """Forget the range of values that has been kept so that the axis rests."""
        self._kept = None

    def x_range(self, count: int, *, log: bool) -> Range:
        """Return the x range for `count` iterations."""
        if self.mode is ViewMode.FOLLOW:
            return follow_range(count, self.follow_width, log=log)
        return fit_range(count, self.end, log=log)

    def y_range(self, smoothed: Values, raw: Values, always: Values, *, log: bool) -> Range:
        """Return the y range; the parameters are those of `value_range`, empty before there are curves."""
        wanted = value_range(smoothed, raw, always, log=log) if len(smoothed) else None
        if wanted is None:
            low, high = self._empty
            return (math.log10(high) - 1.5, math.log10(high)) if log else (low, high)
        self._kept = steady(wanted, self._kept, log=log)
        return self._kept


def fit_range(count: int, end: int | None, *, log: bool) -> Range:
    """Return the x range that shows all of `count` iterations, with some room to grow in, but not beyond `end`."""
    right = next_nice(max(float(count), _SHORTEST))
    if end is not None and end >= max(count, 1):
        right = min(right, float(end)) if count else float(end)
    return (0.0, math.log10(max(right, 10.0))) if log else (0.0, right)


def follow_range(count: int, width: int, *, log: bool) -> Range:
    """Return the x range that shows the newest `width` iterations; it moves on in steps of a twentieth."""
    step = max(width // 20, 1)
    right = max(-(-count // step) * step, width)
    left = max(right - width, 0)
    return (math.log10(max(left, 1)), math.log10(max(right, 10))) if log else (float(left), float(right))


def value_range(smoothed: Values, raw: Values, always: Values, *, log: bool) -> Range | None:
    """Return the y range in which the interesting part of a falling error can be seen.

    Parameters
    ----------
    smoothed, raw
        Values (extremes of bins) of the visible part of the smoothed and the raw curve. The few largest ones, at the
        start of a run, may lie outside on a linear axis.
    always
        Values that must lie inside.
    log
        Whether the axis is logarithmic; the range is then one of logarithms.

    Returns
    -------
    Range or None
        None when there is nothing to go by.
    """
    smoothed, raw, always = (_usable(values, log) for values in (smoothed, raw, always))
    if not len(smoothed) + len(raw) + len(always):
        return None
    if log:
        # The lowest raw errors are rare and would take half of the axis.
        lows = [always, smoothed, quantile(raw, 0.02) if len(raw) else raw]
        low = float(np.concatenate(lows).min())
        high = float(np.concatenate([always, smoothed, raw]).max())
        return math.log10(low / 1.15), math.log10(max(high, low * 1.2) * 1.1)
    tops = [always * 1.2]
    tops += [quantile(smoothed, 0.97) * 1.1] if len(smoothed) else []
    tops += [quantile(raw, 0.95)] if len(raw) else []
    return 0.0, max(float(np.concatenate(tops).max()), 1e-6)


def quantile(values: Values, fraction: float) -> Values:
    """Return one quantile of values (n,), n > 0, as `np.quantile` does, in a quarter of the time; shape (1,)."""
    place = fraction * (len(values) - 1)
    below = int(place)
    parted = np.partition(values, (below, min(below + 1, len(values) - 1)))
    low, high = parted[below], parted[min(below + 1, len(values) - 1)]
    return np.array([low + (high - low) * (place - below)])


def steady(wanted: Range, current: Range | None, *, log: bool) -> Range:
    """Return `current` if it still serves for `wanted`, else `wanted` rounded up, so that axes change seldom."""
    if log:
        low, high = wanted
        if current is not None and current[0] <= low and high <= current[1] <= current[0] + 1.35 * (high - low) + 0.1:
            return current
        return low - 0.03, high + 0.03
    if current is not None and current[0] == wanted[0] and wanted[1] <= current[1] <= _SPARE * wanted[1]:
        return current
    return wanted[0], next_nice(wanted[1])


def _usable(values: Values, log: bool) -> Values:
    values = np.asarray(values, np.float64)
    good = np.isfinite(values) & (np.abs(values) < 1e12)
    return values[good & (values > 0)] if log else values[good]
