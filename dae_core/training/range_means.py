"""Means of ranges of a long curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_BLOCK = 64


class RangeMeans:
    """Means of any ranges of a long array, from sums of whole blocks; nothing is subtracted, so nothing cancels.

    Parameters
    ----------
    values
        The array, float32 (n,).
    """

    def __init__(self, values: NDArray[np.float32]) -> None:
        self._values = values
        whole = len(values) // _BLOCK * _BLOCK
        with np.errstate(over="ignore", invalid="ignore"):  # infinities of both signs
            self._sums = values[:whole].reshape(-1, _BLOCK).sum(axis=1, dtype=np.float64)

    def __len__(self) -> int:
        return len(self._values)

    def means(self, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> Floats:
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

    def _ends(self, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> Floats:
        """Return the sum (m,) of values[starts[j]:stops[j]], each of which is shorter than two blocks."""
        reach = int((stops - starts).max(initial=0))
        places = starts[:, None] + np.arange(reach)
        values = self._values[np.minimum(places, len(self._values) - 1)]
        return np.asarray(np.where(places < stops[:, None], values, 0.0).sum(axis=1, dtype=np.float64))
