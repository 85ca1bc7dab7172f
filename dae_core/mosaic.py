"""Many small pictures laid out as one: filters as in the exercise, or images."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Floats = NDArray[np.floating[Any]]

_ENOUGH = 1 << 19  # numbers that a level is taken from


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
    if scale_each:
        magnitudes = np.abs(weights)
        largest = np.fmax.reduce(np.where(np.isfinite(magnitudes), magnitudes, 0), axis=1, keepdims=True)
        return weights / np.where(largest > 0, largest, 1), 1.0
    return weights, _level(weights)


_SAMPLED = 16
"""One of so many weights is in the sample from which the level of all is guessed."""


def quick_level(weights: Floats) -> float:
    """Return the common level of filters (n, d), of very many by every so many of them, for pictures that follow."""
    return _level(weights[:: max(1, weights.size // _ENOUGH)])


def _level(weights: Floats) -> float:
    magnitudes = np.abs(weights)
    finite = magnitudes[np.isfinite(magnitudes)]
    largest = finite.size - int(0.995 * (finite.size - 1))  # how many are at the level or above
    # Looking for it among those above a bound that a sample gives takes a fifth of the time, and finds the same.
    sample = finite[::_SAMPLED]
    bound = np.partition(sample, int(0.98 * sample.size))[int(0.98 * sample.size)] if sample.size else 0.0
    top = finite[finite >= bound]
    if top.size < largest:
        top = finite
    level = float(np.partition(top, -largest)[-largest]) if top.size else 0.0
    return level or 1.0


@dataclass(frozen=True, eq=False)
class FilterTiles:
    """Filters as a mosaic of which any part can be cut out, at the cost of that part.

    Attributes
    ----------
    weights
        Filters (n, d), ``W.T`` or ``V``; only read.
    shape
        Height and width (h, w) of a tile.
    places
        The filter at each position, int (k,); None: all by index.
    scale_each
        Whether each tile is divided by its own largest magnitude.
    """

    weights: Floats
    shape: tuple[int, int]
    places: NDArray[np.integer[Any]] | None = None
    scale_each: bool = False

    @property
    def count(self) -> int:
        """How many tiles there are."""
        return len(self.weights) if self.places is None else len(self.places)

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of all tiles."""
        return grid_shape(self.count)

    def cut(self, rows: range, columns: range, step: int = 1) -> Floats:
        """Return the tiles in these rows and columns as one picture, of every ``step`` numbers one; else it is 0."""
        positions = np.arange(rows.start, rows.stop)[:, None] * self.grid[1] + np.arange(columns.start, columns.stop)
        positions = positions.ravel()
        is_tile = positions < self.count
        which = positions[is_tile] if self.places is None else self.places[positions[is_tile]]
        thinned = self.weights.reshape(-1, *self.shape)[:, step // 2 :: step, step // 2 :: step]
        images = np.zeros((len(positions), *thinned.shape[1:]), self.weights.dtype)
        images[is_tile] = thinned[which]
        if self.scale_each:
            images = scaled(images.reshape(len(images), -1), scale_each=True)[0].reshape(images.shape)
        return tile(images, len(columns))
