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

    Point i is the mean of values i - window + 1 ... i; the first points average what there is. The values are cut into
    blocks of ``window``: each mean is the sum of a block up to the point, with that of the end of the block before.
    So a new value costs the same for any window, and the means do not depend on how many values come at once.
    """

    def __init__(self, window: int) -> None:
        if window < 1:
            raise ValueError(f"The window of a moving average is {window}; it must be at least 1.")
        self.window = window
        self.series = Series()
        self._count = 0
        self._block = np.empty(0, np.float64)  # the raw values of the block that is not full, and room for more
        self._sum = 0.0  # of these
        self._ends = np.zeros(0, np.float64)  # the sums of the block before from each place to its end

    def append(self, values: NDArray[np.floating[Any]]) -> None:
        """Take the next raw values (n,)."""
        window, filled = self.window, self._count % self.window
        head = min(-filled % window, len(values))
        whole = head + (len(values) - head) // window * window
        with np.errstate(over="ignore", invalid="ignore"):  # infinities of both signs
            if head:
                self._take_some(values[:head])
            if whole > head:
                self._take_blocks(np.asarray(values[head:whole], np.float64).reshape(-1, window))
            if len(values) > whole:
                self._take_some(values[whole:])

    def _take_some(self, values: NDArray[np.floating[Any]]) -> None:
        """Take values (n,) of the block that is not full, to its end at most."""
        window, begin = self.window, self._count % self.window
        end = begin + len(values)
        if end > len(self._block):
            room = np.empty(min(window, max(end, 2 * len(self._block))))
            room[:begin] = self._block[:begin]
            self._block = room
        self._block[begin:end] = values
        sums = np.cumsum(np.concatenate([[self._sum], values], dtype=np.float64))[1:]
        if len(self._ends):
            last = min(end, window - 1)  # the last point of a block averages over nothing else
            self.series.append((sums + np.append(self._ends[begin + 1 : last + 1], [0.0] * (end - last))) / window)
        else:
            self.series.append(sums / np.arange(begin + 1, end + 1))
        self._count += len(values)
        self._sum = float(sums[-1])
        if end == window:
            self._ends = np.cumsum(self._block[:window][::-1])[::-1]
            self._sum = 0.0

    def _take_blocks(self, blocks: NDArray[np.float64]) -> None:
        """Take whole blocks (n, window); the one before them is full."""
        sums = np.cumsum(blocks, axis=1)
        ends = np.cumsum(blocks[:, ::-1], axis=1)[:, ::-1]
        counts = np.full(blocks.shape, float(self.window))
        before = np.zeros(blocks.shape)
        before[1:, :-1] = ends[:-1, 1:]
        if len(self._ends):
            before[0, :-1] = self._ends[1:]
        else:
            counts[0] = np.arange(1, self.window + 1)
        self.series.append(((sums + before) / counts).ravel())
        self._count += blocks.size
        self._ends = ends[-1].copy()


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
