"""What kind of picture each unit adds: a stroke, a spot, a pattern of many parts, or noise."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

LEAST_SMOOTHNESS = 0.3
LEAST_COHERENCE = 0.4
LARGEST_SPOT = 0.35
_NUMBERS = 1 << 20  # in one block of filters


class FilterKind(IntEnum):
    """The kinds, in the order in which they are sorted."""

    STROKE = 0
    SPOT = 1
    PATTERN = 2
    NOISE = 3


def filter_kinds(filters: Floats, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the `FilterKind` (n,), read-only, of filters (n, d) that are pictures of this shape (height, width).

    A unit is judged by its row of V, which holds less noise than its column of W.
    """
    rows = max(1, _NUMBERS // filters.shape[1])
    kinds = np.concatenate([_kinds(filters[start : start + rows], shape) for start in range(0, len(filters), rows)])
    kinds.flags.writeable = False
    return kinds


def _kinds(filters: Floats, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Classify filters (n, d) by three figures, none of which depends on a filter's scale or sign.

    Smoothness is the correlation of neighbouring pixels: near 0 for white noise. Coherence, from 0 to 1, is that of the
    structure tensor, the mean outer product of the gradient: 1 where all edges run the same way. The radius is the
    distance of the squared weights from their centre (root of the mean square), 1 where they cover all of the tile.
    """
    tiles = np.asarray(filters, np.float64).reshape(-1, *shape)
    largest = np.abs(tiles).max(axis=(1, 2))
    is_picture = np.isfinite(largest) & (largest > 0)
    tiles = np.where(is_picture[:, None, None], tiles, 0) / np.where(is_picture, largest, 1)[:, None, None]
    energy = np.einsum("nij,nij->n", tiles, tiles)
    energy[~is_picture] = 1
    along = np.einsum("nij,nij->n", tiles[:, 1:], tiles[:, :-1]) + np.einsum(
        "nij,nij->n", tiles[:, :, 1:], tiles[:, :, :-1]
    )
    down, right = np.diff(tiles, axis=1)[:, :, :-1], np.diff(tiles, axis=2)[:, :-1]
    yy, xx, xy = (np.einsum("nij,nij->n", a, b) for a, b in ((down, down), (right, right), (down, right)))
    coherence = np.hypot(xx - yy, 2 * xy) / np.where(xx + yy > 0, xx + yy, 1)
    share = tiles**2 / energy[:, None, None]
    by_row, by_column = share.sum(axis=2), share.sum(axis=1)
    variance = sum(
        by_side @ np.arange(side) ** 2 - (by_side @ np.arange(side)) ** 2
        for by_side, side in ((by_row, shape[0]), (by_column, shape[1]))
    )
    radius = np.sqrt(np.maximum(variance, 0) / ((shape[0] ** 2 + shape[1] ** 2) / 12))
    is_noise = ~is_picture | (along / 2 / energy < LEAST_SMOOTHNESS)
    conditions = [is_noise, coherence >= LEAST_COHERENCE, radius <= LARGEST_SPOT]
    return np.select(conditions, [FilterKind.NOISE, FilterKind.STROKE, FilterKind.SPOT], FilterKind.PATTERN).astype(
        np.uint8
    )
