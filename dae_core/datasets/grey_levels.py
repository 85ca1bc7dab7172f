"""The rule by which arrays of any numbers become grey levels from 0 to 255."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Scale:
    """A linear map to grey levels: (value - low) * factor, rounded to the nearest and clipped to 0 ... 255."""

    low: float
    factor: float

    def apply(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Map finite numbers of any shape and type to grey levels of the same shape."""
        levels = (values.astype(np.float64) - self.low) * self.factor
        np.rint(levels, out=levels)
        np.clip(levels, 0, 255, out=levels)
        return levels.astype(np.uint8)


def scale_of(least: float, most: float) -> Scale:
    """Return the map for an array of numbers from `least` to `most`, both finite.

    Numbers within 0 ... 1 are taken as shares of white, others within 0 ... 255 as grey levels; anything else
    is stretched, so that the least becomes black and the greatest white. (Unsigned bytes never come here: they are
    grey levels as they are.)
    """
    if least >= 0 and most <= 1:
        return Scale(0.0, 255.0)
    if least >= 0 and most <= 255:
        return Scale(0.0, 1.0)
    span = most / 2 - least / 2  # halves, so that the extremes of float64 do not overflow
    return Scale(least, 127.5 / span) if span > 0 else Scale(least, 0.0)
