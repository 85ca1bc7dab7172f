"""The fixed split of a data set that brings no held-out images of its own."""

import numpy as np
from numpy.typing import NDArray

SPLIT_SEED = 20_240_117
"""Seed of the split: changing it would change every held-out figure, so it never changes."""

HELD_OUT_SHARE = 6
"""One image in so many is held out."""

MOST_HELD_OUT = 10_000
"""No more images than this are held out."""


def held_out_split(n: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Choose which of `n` images are held out: a sixth, at least 1, at most 10,000, the same ones every time.

    The ascending positions of the training images (n - m,) and of the held-out ones (m,) are returned. Raises
    ValueError for fewer than 2 images.
    """
    if n < 2:
        raise ValueError(f"at least 2 images are needed for a split, not {n}")
    m = max(1, min(MOST_HELD_OUT, n // HELD_OUT_SHARE))
    order = np.random.default_rng(SPLIT_SEED).permutation(n)
    return np.sort(order[m:]), np.sort(order[:m])
