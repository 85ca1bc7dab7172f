"""Many small pictures laid out as one: filters as in the exercise, or images."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Floats = NDArray[np.floating[Any]]


def grid_shape(count: int) -> tuple[int, int]:
    """Return (rows, columns) of the most nearly square grid that holds ``count`` tiles: 225 gives (15, 15)."""
    columns = max(1, math.ceil(math.sqrt(count)))
    return max(1, math.ceil(count / columns)), columns


def tile(images: Array, columns: int | None = None) -> Array:
    """Lay (n, h, w) images out row by row as one (rows * h, columns * w) picture; empty places are zero.

    For 225 filters this is the exercise's ``W.reshape(28, 28, 15, 15).transpose(2, 0, 3, 1).reshape(420, 420)``.
    """
    n, h, w = images.shape
    rows, columns = grid_shape(n) if columns is None else (max(1, math.ceil(n / columns)), columns)
    if rows * columns != n:
        padded = np.zeros((rows * columns, h, w), images.dtype)
        padded[:n] = images
        images = padded
    return images.reshape(rows, columns, h, w).transpose(0, 2, 1, 3).reshape(rows * h, columns * w)


def filters(weights: Floats, shape: tuple[int, int], *, scale_each: bool = False) -> tuple[Floats, float]:
    """Return filters (n_hidden, d) as a mosaic of (h, w) tiles, and the level to show it with, from -level to level.

    ``weights`` is ``W.T`` or ``V``. The common level is the 99.5th percentile of |weights|, so that one large weight
    does not turn all else grey; with ``scale_each`` every tile is divided by its own largest magnitude, and the level
    is 1. Values that are not finite stay as they are, and do not count for the level.
    """
    weights, level = scaled(weights, scale_each=scale_each)
    return tile(weights.reshape(-1, *shape)), level


def scaled(weights: Floats, *, scale_each: bool = False) -> tuple[Floats, float]:
    """Return filters (n, d), scaled or as they are, and their level: what `filters` lays out."""
    magnitudes = np.abs(weights)
    if scale_each:
        largest = np.fmax.reduce(np.where(np.isfinite(magnitudes), magnitudes, 0), axis=1, keepdims=True)
        return weights / np.where(largest > 0, largest, 1), 1.0
    finite = magnitudes[np.isfinite(magnitudes)]
    index = int(0.995 * (finite.size - 1))
    level = float(np.partition(finite, index)[index]) if finite.size else 0.0
    return weights, level or 1.0
