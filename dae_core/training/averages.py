"""Means of a recorded quantity: a moving average at every point, and the means of any ranges.

Nothing is subtracted in either, so that a huge or infinite value shows in the means that hold it and nowhere else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.training.series import Series, Singles

Doubles = NDArray[np.float64]
_BLOCK = 64
SMOOTHING_WINDOW = 25
_SHORT_RUN = 1000 * SMOOTHING_WINDOW


class MovingAverage:
    """The mean of the last ``window`` raw values at every point, kept up to date as values come.

    Point i is the mean of values i - window + 1 ... i; the first points average what there is.
    """

    def __init__(self, window: int) -> None:
        if window < 1:
            raise ValueError(f"The window of a moving average is {window}; it must be at least 1.")
        self.window = window
        self.series = Series()
        self._tail = np.empty(0, np.float64)  # the last window - 1 raw values

    def append(self, values: NDArray[np.floating[Any]]) -> None:
        """Take the next raw values (n,)."""
        if not len(values):
            return
        joined = np.concatenate([self._tail, values])
        last = np.arange(len(self._tail), len(joined))
        counts = np.minimum(last + 1, self.window)
        self.series.append(_window_sums(joined, self.window)[last] / counts)
        self._tail = joined[len(joined) - min(self.window - 1, len(joined)) :]


def _window_sums(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Return the sum (n,) of the last ``window`` values at each point, in constant time a point.

    Each window is the end of one block of ``window`` values and the start of the next.
    """
    n = len(values)
    window = min(window, n)
    padded = np.zeros(-(-n // window) * window)
    padded[:n] = values
    blocks = padded.reshape(-1, window)
    with np.errstate(invalid="ignore"):  # infinities of both signs
        starts = np.cumsum(blocks, axis=1).ravel()
        ends = np.cumsum(blocks[:, ::-1], axis=1)[:, ::-1].ravel()
        first = np.arange(n) - window + 1
        reaches_back = (first > 0) & (first % window > 0)
        return starts[:n] + np.where(reaches_back, ends[np.maximum(first, 0)], 0.0)


def fitting_window(iterations: int) -> int:
    """Return a window for a run of so many iterations: wide enough for a line, narrow beside the run.

    It is 25 up to 25,000 iterations, and for longer runs 50, 100, 200, 500 ..., at most a five-hundredth of them.
    """
    window = SMOOTHING_WINDOW
    if iterations > _SHORT_RUN:
        decade = 10 ** (len(str(iterations // 500)) - 1)
        window = max(step * decade for step in (1, 2, 5) if 500 * step * decade <= iterations)
    return max(window, SMOOTHING_WINDOW)


class RangeMeans:
    """Means of any ranges of a long array (n,), from sums of whole blocks."""

    def __init__(self, values: Singles) -> None:
        self._values = values
        whole = len(values) // _BLOCK * _BLOCK
        with np.errstate(over="ignore", invalid="ignore"):  # infinities of both signs
            self._sums = values[:whole].reshape(-1, _BLOCK).sum(axis=1, dtype=np.float64)

    def __len__(self) -> int:
        return len(self._values)

    def means(self, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> Doubles:
        """Return the mean (m,) of values[starts[j]:stops[j]] for each j; no range is empty, and they may overlap."""
        first, last = -(-starts // _BLOCK), stops // _BLOCK
        inner = first < last
        left, right = np.where(inner, first * _BLOCK, stops), np.where(inner, last * _BLOCK, stops)
        with np.errstate(over="ignore", invalid="ignore"):
            sums = self._ends(starts, left) + self._ends(right, stops)
            (some,) = np.nonzero(inner)
            if len(some):
                padded = np.append(self._sums, 0.0)  # so that every stop is a place
                pairs = np.column_stack([first[some], last[some]]).ravel()
                sums[some] += np.add.reduceat(padded, pairs)[::2]
            return np.asarray(sums / (stops - starts))

    def _ends(self, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> Doubles:
        """Return the sum (m,) of values[starts[j]:stops[j]], each of which is shorter than two blocks."""
        reach = int((stops - starts).max(initial=0))
        places = starts[:, None] + np.arange(reach)
        values = self._values[np.minimum(places, len(self._values) - 1)]
        return np.asarray(np.where(places < stops[:, None], values, 0.0).sum(axis=1, dtype=np.float64))
