"""Histograms of many units' activations at once, filled block by block without knowing their range beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 32
"""Bins of each unit's histogram; a power of two, so that two neighbours can always be merged."""


class UnitHistograms:
    """Counts of activations in ``BINS`` equal bins, from 0 to a range of each unit's own, or from minus that range.

    The range is a power of two. When a block brings an activation beyond it, the range is doubled as often as needed
    and neighbouring bins are merged, so the counts are exact: those that `numpy.histogram` gives for the final edges.

    Parameters
    ----------
    n_units : int
        Number of units h.
    is_signed : bool
        Whether activations may be negative.

    Attributes
    ----------
    ranges : ndarray of float64, shape (h,)
        Upper end of each unit's last bin; beyond half of it, on either side, lies at least one activation. 0 for units
        that never fired.
    """

    def __init__(self, n_units: int, *, is_signed: bool = False) -> None:
        # From 0 outwards: the positive ones, and the sizes of the negative ones.
        self._sides = np.zeros((1 + is_signed, n_units, BINS // (1 + is_signed)), np.int64)
        self.ranges = np.zeros(n_units)

    @property
    def counts(self) -> NDArray[np.int64]:
        """Bins (h, BINS) of each unit, equally wide, from its low up; the lower edge belongs to a bin."""
        return np.concatenate([*(side[:, ::-1] for side in self._sides[:0:-1]), self._sides[0]], axis=1)

    @property
    def lows(self) -> NDArray[np.float64]:
        """Lower end (h,) of each unit's first bin: 0, or minus the range."""
        return -self.ranges if len(self._sides) > 1 else np.zeros_like(self.ranges)

    def add(self, z: NDArray[np.floating[Any]]) -> None:
        """Count the activations (n, h) of a block; zeros and what is not finite are left out."""
        sizes = [np.where(np.isfinite(side), side, 0) for side in (z, -z)[: len(self._sides)]]
        largest = np.max([side.max(axis=0, initial=0) for side in sizes], axis=0)
        if not largest.any():
            return
        self._widen(largest)
        for side, counts, is_negative in zip(sizes, self._sides, (False, True), strict=False):
            rows, units = np.nonzero(side > 0)
            n = counts.shape[1]
            # Both are powers of two, so the quotient is exact and no activation slips over an edge.
            places = side[rows, units] / (self.ranges[units] / n)
            # The lower edge belongs to a bin, which of a negative one is the one further out.
            bins = np.asarray(np.ceil(places) - 1 if is_negative else places, np.int64)
            counts += np.bincount(units * n + bins, minlength=counts.size).reshape(counts.shape)

    def _widen(self, largest: NDArray[np.floating[Any]]) -> None:
        """Double ranges until they lie beyond the largest activations (h,)."""
        new = largest >= self.ranges
        new &= largest > 0
        exponents = np.frexp(largest.astype(np.float64))[1]
        wanted = np.where(new, np.ldexp(1.0, exponents), self.ranges)  # frexp: largest < 2 ** exponent
        factors = np.where(self.ranges > 0, wanted / np.where(self.ranges > 0, self.ranges, 1.0), 1.0)
        for factor in np.unique(factors[factors > 1]):
            units = factors == factor
            for counts in self._sides:
                n = counts.shape[1]
                merged = int(min(factor, n))
                narrow = np.zeros((int(units.sum()), n), np.int64)
                narrow[:, : n // merged] = counts[units].reshape(-1, n // merged, merged).sum(axis=2)
                counts[units] = narrow
        self.ranges = wanted
