"""The rule by which numbers of any kind become grey levels from 0 to 255, one rule for a whole set."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Extent:
    """What values a set of images holds: from `least` to `most`, both finite, and whether all are whole numbers."""

    least: float
    most: float
    whole: bool

    @classmethod
    def of(cls, values: NDArray[Any]) -> Extent:
        """Measure an array of at least one number; NaN and infinity show in `least` and `most`."""
        least, most = float(values.min()), float(values.max())
        exact = values.dtype.kind in "bui" or not np.isfinite([least, most]).all()
        return cls(least, most, exact or bool((values == np.rint(values)).all()))

    def merge(self, other: Extent) -> Extent:
        """Return the extent of both sets together."""
        return Extent(min(self.least, other.least), max(self.most, other.most), self.whole and other.whole)

    @classmethod
    def over(cls, extents: Iterable[Extent]) -> Extent:
        """Return the extent of several sets together, at least one."""
        first, *others = extents
        for other in others:
            first = first.merge(other)
        return first

    @property
    def is_finite(self) -> bool:
        """Whether there is neither NaN nor infinity among the values."""
        return math.isfinite(self.least) and math.isfinite(self.most)


EIGHT_BITS = Extent(0.0, 255.0, True)
"""The extent that pictures of eight bits have by their format, whatever they show."""


@dataclass(frozen=True)
class Scale:
    """A linear map to grey levels: (value - low) * factor, rounded to the nearest and clipped to 0 ... 255."""

    low: float
    factor: float

    @classmethod
    def between(cls, black: float, white: float) -> Scale:
        """Return the map that takes `black` to 0 and `white`, which is greater, to 255; all to 0 where it is not."""
        half = white / 2 - black / 2  # halves, so that the extremes of float64 do not overflow
        return cls(black, 127.5 / half if half > 0 else 0.0)

    @property
    def is_identity(self) -> bool:
        """Whether bytes stay as they are."""
        return self.low == 0.0 and self.factor == 1.0

    def apply(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Map finite numbers of any shape and type to grey levels of that shape; bytes may be returned as they are."""
        if values.dtype == np.uint8 and self.is_identity:
            return values
        levels = (values.astype(np.float64) - self.low) * self.factor
        np.rint(levels, out=levels)
        np.clip(levels, 0, 255, out=levels)
        return levels.astype(np.uint8)


def suggested_range(extent: Extent) -> tuple[float, float]:
    """Return the values (black, white) that suit a set of images, from all that is known of it: its extent.

    Numbers from 0 to 1 are shares of white. Others from 0 on are taken as measured with so many bits as the greatest
    needs: white is the greatest number of these bits (15, 255, 4,095 ...), or the power of two itself where that is
    the greatest (16 in scikit-learn's digits). Numbers from -1 to 1 keep this range. All else, and fractions
    above 255, are stretched from the least to the greatest.
    """
    least, most, whole = extent.least, extent.most, extent.whole
    if least >= 0 and most <= 1:
        return 0.0, 1.0
    if least >= 0 and most <= (65535 if whole else 255):
        return 0.0, max(most, 2.0 ** math.ceil(math.log2(most)) - 1)
    if -1 <= least < 0 and most <= 1:
        return -1.0, 1.0
    return least, most
