"""Tells dark ink on bright paper from bright ink on black, by the border of an image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_EVEN = 48  # grey levels that most of a sheet's border may differ by; a photograph's differs by more


def is_dark_on_bright(levels: NDArray[np.uint8]) -> bool:
    """Return whether grey levels (h, w) seem to be dark ink on bright paper.

    The border must be bright and even, as paper is and the border of a photograph is not, and darker things
    must lie within it.
    """
    border = np.concatenate([levels[0], levels[-1], levels[:, 0], levels[:, -1]])
    low, middle, high = np.percentile(border, (20, 50, 80))
    return bool(middle > 127 and high - low <= _EVEN and levels.min() < middle - _EVEN)


def most_are(votes: list[bool]) -> bool:
    """Return whether more than half of the votes say yes; False without votes."""
    return 2 * sum(votes) > len(votes)
