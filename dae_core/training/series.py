"""A recorded quantity that grows, with a min/max pyramid to draw it from.

Drawing then costs the same for ten thousand iterations and ten million.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Singles = NDArray[np.float32]
_FACTOR = 8
_FIRST_CAPACITY = 4096
_MOVED_PER_VALUE = 4
"""From two thirds of an array to its end, a third of it comes; until then all of it is to be moved, which takes 3."""


class GrowingArray:
    """A float32 array that grows at its end; appending n values costs O(n), each time and not only on average.

    Its values move to a larger array before they have to, some at each append: all at once, ten million would take the
    window's thread a tenth of a second. Until they have moved, there is room for them twice.
    """

    def __init__(self) -> None:
        self._data = np.empty(_FIRST_CAPACITY, np.float32)
        self._size = 0
        self._larger = np.empty(0, np.float32)
        self._moved = 0  # of the values, how many are in the larger array
        self.moved_last = 0
        """How many values the last append moved."""

    def __len__(self) -> int:
        return self._size

    def append(self, values: NDArray[np.floating[Any]]) -> None:
        """Add values (n,) at the end."""
        needed, self.moved_last = self._size + len(values), 0
        if needed > len(self._data):
            if needed > len(self._larger):
                self._larger, self._moved = np.empty(max(needed, len(self._data) * 3 // 2), np.float32), 0
            self._move(self._size)
            self._data, self._larger, self._moved = self._larger, np.empty(0, np.float32), 0
        self._data[self._size : needed] = values
        self._size = needed
        if needed > len(self._data) * 2 // 3:
            if not len(self._larger):
                self._larger = np.empty(len(self._data) * 3 // 2, np.float32)
            self._move(_MOVED_PER_VALUE * len(values))

    def _move(self, most: int) -> None:
        end = min(self._moved + most, self._size)
        self._larger[self._moved : end] = self._data[self._moved : end]
        self.moved_last += end - self._moved
        self._moved = end

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
