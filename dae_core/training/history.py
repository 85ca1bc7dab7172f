"""Everything that a run recorded: error and sparsity of every iteration, and what was changed when.

Curves are drawn from a min/max pyramid, so that drawing costs the same for ten thousand iterations and ten million.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.training.progress import Change, Progress

Singles = NDArray[np.float32]
_FACTOR = 8
_FIRST_CAPACITY = 4096
SMOOTHING_WINDOW = 25


class GrowingArray:
    """A float32 array that grows at its end; appending n values costs O(n) on average."""

    def __init__(self) -> None:
        self._data = np.empty(_FIRST_CAPACITY, np.float32)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def append(self, values: NDArray[np.floating[Any]]) -> None:
        """Add values (n,) at the end."""
        needed = self._size + len(values)
        if needed > len(self._data):
            grown = np.empty(max(needed, len(self._data) * 3 // 2), np.float32)
            grown[: self._size] = self._data[: self._size]
            self._data = grown
        self._data[self._size : needed] = values
        self._size = needed

    def values(self) -> Singles:
        """Return a read-only view (n,) of all values; later appends do not show in it."""
        view = self._data[: self._size]
        view.flags.writeable = False
        return view


class Series:
    """A recorded quantity with its min/max pyramid: level k holds the extremes of every 8^k values.

    Memory: 4 bytes a value and about 1.2 more for the pyramid.
    """

    def __init__(self) -> None:
        self._raw = GrowingArray()
        self._levels: list[tuple[GrowingArray, GrowingArray]] = []

    def __len__(self) -> int:
        return len(self._raw)

    def append(self, values: NDArray[np.floating[Any]]) -> None:
        """Add values (n,) at the end."""
        self._raw.append(values)
        low = high = self._raw
        level = 0
        while len(low) >= _FACTOR:
            if level == len(self._levels):
                self._levels.append((GrowingArray(), GrowingArray()))
            lows, highs = self._levels[level]
            whole = slice(len(lows) * _FACTOR, len(low) // _FACTOR * _FACTOR)
            if whole.start < whole.stop:
                lows.append(np.fmin.reduce(low.values()[whole].reshape(-1, _FACTOR), axis=1))
                highs.append(np.fmax.reduce(high.values()[whole].reshape(-1, _FACTOR), axis=1))
            low, high = lows, highs
            level += 1

    def values(self) -> Singles:
        """Return a read-only view (n,) of all values."""
        return self._raw.values()

    def envelope(self, edges: NDArray[np.integer[Any]]) -> tuple[Singles, Singles]:
        """Return the least and the greatest value of each bin [edges[i], edges[i + 1]), as two arrays (m - 1,).

        ``edges`` (m,) are strictly increasing indices from 0 to ``len``. NaN is passed over where a bin holds numbers.
        The result is exact: a bin is made of the largest whole blocks of the pyramid that fit, and of raw values.
        """
        starts, stops = np.asarray(edges[:-1], np.int64), np.asarray(edges[1:], np.int64)
        low = np.full(len(starts), np.nan, np.float32)
        high = low.copy()
        width = 1
        for level in range(len(self._levels) + 1):
            lows, highs = self._levels[level - 1] if level else (self._raw, self._raw)
            parent = width * _FACTOR if level < len(self._levels) else None
            # What the next coarser level covers of each bin; the rest, at both ends, is taken from this level.
            left = starts if parent is None else np.minimum(-(-starts // parent) * parent, stops)
            right = stops if parent is None else np.maximum(stops // parent * parent, left)
            pieces = [(starts, stops)] if parent is None else [(starts, left), (right, stops)]
            for begin, end in pieces:
                _reduce(lows.values(), highs.values(), begin // width, end // width, low, high)
            if parent is None:
                break
            if not (right > left).any():
                break  # no bin holds a whole block of the coarser levels
            starts, stops, width = left, right, parent
        return low, high


def _reduce(
    lows: Singles, highs: Singles, begin: NDArray[np.int64], end: NDArray[np.int64], low: Singles, high: Singles
) -> None:
    """Lower ``low`` and raise ``high`` by the blocks [begin, end) of each bin: fewer than 8, often none."""
    (some,) = np.nonzero(end > begin)
    if len(some):
        # The last block stands in for those that are missing to eight; it does no harm twice.
        blocks = np.minimum(begin[some, None] + np.arange(_FACTOR), end[some, None] - 1)
        low[some] = np.fmin(low[some], np.fmin.reduce(lows[blocks], axis=1))
        high[some] = np.fmax(high[some], np.fmax.reduce(highs[blocks], axis=1))


class MovingAverage:
    """The mean of the last ``window`` raw values at every point, kept up to date as values come.

    Point i is the mean of values i - window + 1 ... i; the first points average what there is.
    """

    def __init__(self, window: int, values: Singles | None = None) -> None:
        if window < 1:
            raise ValueError(f"The window of a moving average is {window}; it must be at least 1.")
        self.window = window
        self.series = Series()
        self._tail = np.empty(0, np.float64)  # the last window - 1 raw values
        if values is not None and len(values):
            self.append(values)

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

    Each window is the end of one block of ``window`` values and the start of the next. Nothing is subtracted, so that
    a huge or infinite value (a run that diverged and was mended) shows in the windows that hold it, and nowhere else.
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


@dataclass(frozen=True, eq=False)
class Record:
    """What a history holds at one moment, without what follows from it: to be kept in a file.

    ``errors`` and ``sparsities`` are float32 (n,); the rest is as in ``History``. Later appends do not show in it.
    """

    errors: Singles
    sparsities: Singles
    changes: tuple[Change, ...] = ()
    held_out: tuple[tuple[int, float], ...] = ()
    window: int = SMOOTHING_WINDOW


class History:
    """The record of a run: error and sparsity of every iteration, their moving averages, changes, held-out errors.

    ``error`` is |y - x0|² of the iteration's own example in standardized units, ``sparsity`` the fraction of hidden
    units with z > 0. ``held_out`` are pairs (iteration, mean |y - x0|² over the held-out images).
    Memory: about 21 bytes an iteration.
    """

    def __init__(self, window: int = SMOOTHING_WINDOW) -> None:
        self.error = Series()
        self.sparsity = Series()
        self.smoothed_error = MovingAverage(window)
        self.smoothed_sparsity = MovingAverage(window)
        self.changes: list[Change] = []
        self.held_out: list[tuple[int, float]] = []

    def __len__(self) -> int:
        return len(self.error)

    @property
    def window(self) -> int:
        """Iterations that the moving averages average over."""
        return self.smoothed_error.window

    def append(self, progress: Progress) -> None:
        """Add what a chunk of iterations brought."""
        self.error.append(progress.errors)
        self.sparsity.append(progress.sparsities)
        self.smoothed_error.append(progress.errors)
        self.smoothed_sparsity.append(progress.sparsities)
        self.changes.extend(progress.changes)

    def set_window(self, window: int) -> None:
        """Average over another number of iterations, from the raw values on."""
        if window != self.window:
            self.smoothed_error = MovingAverage(window, self.error.values())
            self.smoothed_sparsity = MovingAverage(window, self.sparsity.values())

    def latest(self) -> tuple[float, float]:
        """Return smoothed error and smoothed sparsity of the newest iteration; NaN before the first."""
        if not len(self):
            return float("nan"), float("nan")
        return float(self.smoothed_error.series.values()[-1]), float(self.smoothed_sparsity.series.values()[-1])

    def record(self) -> Record:
        """Return all that was recorded, without copying the curves: for the thread that appends."""
        errors, sparsities = self.error.values(), self.sparsity.values()
        return Record(errors, sparsities, tuple(self.changes), tuple(self.held_out), self.window)

    @classmethod
    def restored(cls, record: Record) -> History:
        """Return a history that goes on where a record was made; a million iterations take about a tenth of a second.

        Raises ValueError where errors and sparsities are not equally many.
        """
        if len(record.errors) != len(record.sparsities):
            raise ValueError(f"There are {len(record.errors):,} errors and {len(record.sparsities):,} sparsities.")
        history = cls(record.window)
        for series, average, values in (
            (history.error, history.smoothed_error, record.errors),
            (history.sparsity, history.smoothed_sparsity, record.sparsities),
        ):
            series.append(values)
            average.append(values)
        history.changes, history.held_out = list(record.changes), list(record.held_out)
        return history
