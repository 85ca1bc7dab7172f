"""Histograms of many units' activations at once, filled block by block without knowing their range beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 32
"""Bins of each unit's histogram; a power of two, so that two neighbours can always be merged."""


class UnitHistograms:
    """Counts of positive activations in ``BINS`` equal bins from 0 to a range of each unit's own.

    The range is a power of two. When a block brings an activation beyond it, the range is doubled as often as needed
    and neighbouring bins are merged, so the counts are exact: those that `numpy.histogram` gives for the final edges.

    Parameters
    ----------
    n_units : int
        Number of units h.

    Attributes
    ----------
    counts : ndarray of int64, shape (h, BINS)
        Bin b of unit j holds the activations in [b, b + 1) times ``ranges[j] / BINS``.
    ranges : ndarray of float64, shape (h,)
        Upper end of each unit's last bin; above half of it lies at least one activation. 0 for units that never fired.
    """

    def __init__(self, n_units: int) -> None:
        self.counts = np.zeros((n_units, BINS), np.int64)
        self.ranges = np.zeros(n_units)

    def add(self, z: NDArray[np.floating[Any]]) -> None:
        """Count the activations (n, h) of a block; zeros and what is not finite are left out."""
        counted = (z > 0) & np.isfinite(z)
        if not counted.any():
            return
        self._widen(np.where(counted, z, 0).max(axis=0))
        rows, units = np.nonzero(counted)
        # Both are powers of two, so the quotient is exact and no activation slips over an edge.
        bins = np.minimum((z[rows, units] / (self.ranges[units] / BINS)).astype(np.int64), BINS - 1)
        added = np.bincount(units * BINS + bins, minlength=self.counts.size)
        self.counts += added.reshape(self.counts.shape)

    def _widen(self, largest: NDArray[np.floating[Any]]) -> None:
        """Double ranges until they lie above the largest activations (h,)."""
        new = largest >= self.ranges
        new &= largest > 0
        exponents = np.frexp(largest.astype(np.float64))[1]
        wanted = np.where(new, np.ldexp(1.0, exponents), self.ranges)  # frexp: largest < 2 ** exponent
        factors = np.where(self.ranges > 0, wanted / np.where(self.ranges > 0, self.ranges, 1.0), 1.0)
        for factor in np.unique(factors[factors > 1]):
            units = factors == factor
            merged = int(min(factor, BINS))
            counts = np.zeros((int(units.sum()), BINS), np.int64)
            counts[:, : BINS // merged] = self.counts[units].reshape(-1, BINS // merged, merged).sum(axis=2)
            self.counts[units] = counts
        self.ranges = wanted
