"""What was computed for the last picture of a growing curve and still holds for the next one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dae_core.training.series import Series
from dae_gui.widgets.plots.curve_bins import Bins

Values = NDArray[np.floating]


class Envelope:
    """The least and the greatest value in each bin of one series; only bins that are new are looked at.

    A series grows at its end alone, so a bin between the same two edges keeps its extremes for ever.
    """

    def __init__(self) -> None:
        self._series: Series | None = None
        self._edges = np.zeros(1, np.int64)
        self._low: Values = np.empty(0, np.float32)
        self._high: Values = np.empty(0, np.float32)
        self.computed = 0
        """How many bins have been computed so far."""

    def extremes(self, series: Series, bins: Bins) -> tuple[Values, Values]:
        """Return the least and the greatest value of each of m bins, as two arrays (m,); single points are both."""
        if not len(bins):
            return np.empty(0), np.empty(0)
        if bins.single:
            values = series.values()[bins.edges[0] : bins.edges[-1]]
            return values, values
        edges = bins.edges
        first, kept = self._kept(series, edges)
        low, high = series.envelope(edges[kept:])
        self.computed += len(low)
        if kept:
            low = np.concatenate([self._low[first : first + kept], low])
            high = np.concatenate([self._high[first : first + kept], high])
        self._series, self._edges, self._low, self._high = series, edges, low, high
        return low, high

    def _kept(self, series: Series, edges: NDArray[np.int64]) -> tuple[int, int]:
        """Return where the new bins begin among the old ones, and how many of them from there on are known."""
        first = int(self._edges.searchsorted(edges[0]))
        if series is not self._series or first == len(self._edges):
            return 0, 0
        old = self._edges[first : first + len(edges)]
        same = old == edges[: len(old)]
        matching = len(same) if same.all() else int(same.argmin())
        # The last bin is always computed: that keeps one call of `envelope` for whatever has come.
        return first, max(min(matching - 1, len(edges) - 2), 0)


class PairArray:
    """A growing list of pairs as an array (n, 2), without converting again what is known."""

    def __init__(self) -> None:
        self._source: Sequence[tuple[int, float]] | None = None
        self._array = np.empty((0, 2))

    def of(self, pairs: Sequence[tuple[int, float]]) -> NDArray[np.float64]:
        """Return the list as an array; the same list may only have grown."""
        known = len(self._array) if pairs is self._source and len(pairs) >= len(self._array) else 0
        if known != len(pairs) or pairs is not self._source:
            new = np.array(pairs[known:], np.float64).reshape(-1, 2)
            self._array = np.concatenate([self._array[:known], new])
            self._source = pairs
        return self._array
