"""The kind of picture a filter is, by three measures: smooth or noise, in one place or spread out, round or long."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]

SMOOTH = 0.25
"""Least correlation of neighbouring weights of a filter that is not noise. Independent weights have 0 ± 0.03."""
CONCENTRATED = 0.10
"""Largest share of the pixels that may hold half of the energy of a localised filter. White noise needs 0.124."""
LONG = 1.5
"""Least length of a stroke's strongest lobe, in widths."""
_LOBE = 0.4
_NUMBERS = 1 << 20  # in one block of filters
_NEIGHBOURS = np.array([np.zeros((3, 3)), np.ones((3, 3)), np.zeros((3, 3))])  # within a filter only

CRITERION = (
    f"A filter counts as smooth when weights of neighbouring pixels correlate with at least {SMOOTH:g} (mean of both "
    f"directions), as localised when {CONCENTRATED:.0%} of the pixels or fewer hold half of its energy Σw², and as "
    f"long when its strongest lobe (the connected pixels of at least {_LOBE:.0%} of the largest weight, of the same "
    f"sign) is at least {LONG:g} times as long as wide (ratio of the standard deviations along its principal axes). "
    "Stroke-like: smooth, localised and long. Spot-like: smooth, localised and not long. Spread out: smooth and not "
    "localised. Noise-like: not smooth."
).replace("%", " %")


class FilterKind(IntEnum):
    """The kinds, in the order in which they are sorted."""

    STROKE = 0
    SPOT = 1
    SPREAD_OUT = 2
    NOISE = 3


KIND_NAMES = {
    FilterKind.STROKE: "stroke-like",
    FilterKind.SPOT: "spot-like",
    FilterKind.SPREAD_OUT: "spread out",
    FilterKind.NOISE: "noise-like",
}
"""What a filter of a kind is called."""


@dataclass(frozen=True, eq=False)
class FilterShapes:
    """Measures of n filters, float64 (n,); NaN for those that are zero or not finite.

    ``correlations`` of neighbouring weights, ``concentrations``: the share of pixels that holds half of the energy,
    ``elongations``: length by width of the strongest lobe, 1 for a round one. None depends on a filter's scale or sign.
    """

    correlations: Doubles
    concentrations: Doubles
    elongations: Doubles

    def kinds(self) -> NDArray[np.uint8]:
        """Return the `FilterKind` (n,), read-only, of each filter; noise also where nothing could be measured."""
        is_noise = ~(self.correlations >= SMOOTH)  # True for NaN
        conditions = [is_noise, self.concentrations > CONCENTRATED, self.elongations >= LONG]
        kinds = [FilterKind.NOISE, FilterKind.SPREAD_OUT, FilterKind.STROKE]
        found = np.select(conditions, kinds, FilterKind.SPOT).astype(np.uint8)
        found.flags.writeable = False
        return found

    def shares(self) -> dict[FilterKind, float]:
        """Return the fraction of the filters that are of each kind."""
        counts = np.bincount(self.kinds(), minlength=len(FilterKind))
        return {kind: float(counts[kind]) / max(1, counts.sum()) for kind in FilterKind}


def filter_shapes(filters: Floats, shape: tuple[int, int]) -> FilterShapes:
    """Measure filters (n, d), columns of W as rows or rows of V, that are pictures of this shape (height, width)."""
    rows = max(1, _NUMBERS // filters.shape[1])
    blocks = [_measures(filters[start : start + rows], shape) for start in range(0, len(filters), rows)]
    return FilterShapes(*np.concatenate(blocks, axis=1))


def filter_kinds(filters: Floats, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the `FilterKind` (n,), read-only, of filters (n, d) that are pictures of this shape (height, width)."""
    return filter_shapes(filters, shape).kinds()


def _measures(filters: Floats, shape: tuple[int, int]) -> Doubles:
    """Return the three measures (3, n) of filters (n, d)."""
    largest = np.abs(filters).max(axis=1).astype(np.float64)
    is_picture = np.isfinite(largest) & (largest > 0)
    measured = np.full((3, len(filters)), np.nan)
    if is_picture.any():
        tiles = (filters[is_picture] / largest[is_picture, None]).reshape(-1, *shape)
        measured[:, is_picture] = _correlations(tiles), _concentrations(tiles), _elongations(tiles)
    return measured


def _correlations(tiles: Doubles) -> Doubles:
    """Mean over both directions of the correlation of each pixel with its neighbour; 0 where nothing varies."""
    centred = tiles - tiles.mean(axis=(1, 2), keepdims=True)
    total = np.zeros(len(tiles))
    for one, other in ((centred[:, 1:], centred[:, :-1]), (centred[:, :, 1:], centred[:, :, :-1])):
        square = np.einsum("nij,nij->n", one, one) * np.einsum("nij,nij->n", other, other)
        total += np.einsum("nij,nij->n", one, other) / np.where(square > 0, np.sqrt(square), np.inf)
    return total / 2


def _concentrations(tiles: Doubles) -> Doubles:
    energies = np.sort(np.square(tiles).reshape(len(tiles), -1), axis=1)[:, ::-1]
    sums = np.cumsum(energies, axis=1)
    shares: Doubles = ((sums < 0.5 * sums[:, -1:]).sum(axis=1) + 1) / energies.shape[1]
    return shares


def _elongations(tiles: Doubles) -> Doubles:
    from scipy.ndimage import label  # 0.3 s to import

    each = np.arange(len(tiles))
    peaks = np.abs(tiles).reshape(len(tiles), -1).argmax(axis=1)
    rows, columns = np.unravel_index(peaks, tiles.shape[1:])
    lobes = tiles * np.sign(tiles[each, rows, columns])[:, None, None]
    numbers, _ = label(lobes >= _LOBE * lobes[each, rows, columns][:, None, None], _NEIGHBOURS)
    lobes = np.where(numbers == numbers[each, rows, columns][:, None, None], lobes, 0)
    lobes /= lobes.sum(axis=(1, 2), keepdims=True)
    (mean_y, yy), (mean_x, xx) = (_moments(lobes.sum(axis=axis)) for axis in (2, 1))
    y, x = (np.arange(side, dtype=np.float64) for side in tiles.shape[1:])
    xy = np.einsum("nij,i,j->n", lobes, y, x) - mean_y * mean_x
    # A pixel is a square with a variance of 1/12 in both directions, so that a single one is as long as wide.
    middle, spread = (yy + xx) / 2 + 1 / 12, np.hypot((yy - xx) / 2, xy)
    elongations: Doubles = np.sqrt((middle + spread) / (middle - spread))
    return elongations


def _moments(profiles: Doubles) -> tuple[Doubles, Doubles]:
    """Return mean and variance (n,) of profiles (n, side) that each sum to 1."""
    places = np.arange(profiles.shape[1], dtype=np.float64)
    means = profiles @ places
    return means, np.einsum("ni,ni->n", profiles, (places - means[:, None]) ** 2)
