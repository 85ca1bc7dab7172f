"""What a filter looks like, measured: smooth or noise, in one place or spread out, round or long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]

KINDS = ("stroke-like", "spot-like", "spread out", "noise-like")
SMOOTH = 0.25
"""Least correlation of neighbouring weights of a filter that is not noise. Independent weights have 0 ± 0.03."""
CONCENTRATED = 0.10
"""Largest share of the pixels that may hold half of the energy of a localised filter. White noise needs 0.124."""
LONG = 1.5
"""Least length of a stroke's strongest lobe, in widths."""
_LOBE = 0.4

CRITERION = (
    f"A filter counts as smooth when weights of neighbouring pixels correlate with at least {SMOOTH:g} (mean of both "
    f"directions), as localised when {CONCENTRATED:.0%} of the pixels or fewer hold half of its energy Σw², and as "
    f"long when its strongest lobe (the connected pixels of at least {_LOBE:.0%} of the largest weight, of the same "
    f"sign) is at least {LONG:g} times as long as wide (ratio of the standard deviations along its principal axes). "
    "Stroke-like: smooth, localised and long. Spot-like: smooth, localised and not long. Spread out: smooth and not "
    "localised. Noise-like: not smooth."
).replace("%", " %")


@dataclass(frozen=True, eq=False)
class FilterShapes:
    """Measures of n filters, float64 (n,); NaN for those that are zero or not finite.

    ``correlations`` of neighbouring weights, ``concentrations``: the share of pixels that holds half of the energy,
    ``elongations``: length by width of the strongest lobe, 1 for a round one.
    """

    correlations: Doubles
    concentrations: Doubles
    elongations: Doubles

    def kinds(self) -> NDArray[np.int64]:
        """Return the index into `KINDS` of each filter; noise-like also where nothing could be measured."""
        smooth = self.correlations >= SMOOTH  # False for NaN
        local = self.concentrations <= CONCENTRATED
        long = self.elongations >= LONG
        return np.where(~smooth, 3, np.where(~local, 2, np.where(long, 0, 1)))

    def shares(self) -> dict[str, float]:
        """Return the fraction of the filters that are of each kind."""
        counts = np.bincount(self.kinds(), minlength=len(KINDS))
        return {kind: float(count) / max(1, counts.sum()) for kind, count in zip(KINDS, counts, strict=True)}


def filter_shapes(rows: Floats, shape: tuple[int, int]) -> FilterShapes:
    """Measure filters: columns of W as rows, or rows of V (n, d), for images of a shape (h, w)."""
    measured = np.full((3, len(rows)), np.nan)
    for index, row in enumerate(rows):
        picture = row.reshape(shape).astype(np.float64)
        largest = np.abs(picture).max()
        if np.isfinite(largest) and largest > 0:
            picture /= largest
            measured[:, index] = _correlation(picture), _concentration(picture), _elongation(picture)
    return FilterShapes(*measured)


def _correlation(picture: Doubles) -> float:
    """Mean over both directions of the correlation of each pixel with its neighbour; 0 where nothing varies."""
    centred = picture - picture.mean()
    values = []
    for first, second in ((centred[1:], centred[:-1]), (centred[:, 1:], centred[:, :-1])):
        product = np.sqrt(np.square(first).sum() * np.square(second).sum())
        values.append(float((first * second).sum() / product) if product > 0 else 0.0)
    return float(np.mean(values))


def _concentration(picture: Doubles) -> float:
    energies = np.sort(np.square(picture).ravel())[::-1]
    needed = int(np.searchsorted(np.cumsum(energies), 0.5 * energies.sum())) + 1
    return needed / energies.size


def _elongation(picture: Doubles) -> float:
    from scipy.ndimage import label  # 0.3 s to import

    place = np.unravel_index(int(np.abs(picture).argmax()), picture.shape)
    lobes = picture * np.sign(picture[place])
    numbers, _ = label(lobes >= _LOBE * lobes[place], np.ones((3, 3)))
    rows, columns = np.nonzero(numbers == numbers[place])
    weights = lobes[rows, columns]
    places = np.stack([rows, columns]).astype(np.float64)
    places -= np.average(places, axis=1, weights=weights)[:, None]
    # A pixel is a square with a variance of 1/12 in both directions, so that a single one is as long as wide.
    spread = (weights * places) @ places.T / weights.sum() + np.eye(2) / 12
    short, long = np.linalg.eigvalsh(spread)
    return float(np.sqrt(long / short))
