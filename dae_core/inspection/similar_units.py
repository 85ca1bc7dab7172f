"""Which units are most like a unit, in its own network and in another one, and from weakest to strongest what fires it.

The figure is the cosine of two columns of W or two rows of V, or the correlation of two units' activations; see
`unit_profiles`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.inspection.unit_profiles import Likeness, UnitCodes, unit_length
from dae_core.jobs import UNWATCHED, Monitor

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]

QUANTILES = 10
_COLUMNS = 1024  # units of the other network that are compared at a time


@dataclass(frozen=True, eq=False)
class Likes:
    """Units (k,) with the figures (k,) of how like they are to one, the most like first; float64, read-only.

    Empty where that one is like nothing: its weights are zero or not finite, or its activation is always the same.
    """

    units: Integers
    figures: Doubles


@dataclass(frozen=True, eq=False)
class Counterparts:
    """Where the like of a unit is in another network, of h units.

    Attributes
    ----------
    best : Likes
        Units of the other network, the most like first.
    split : Likes
        The units of the other network whose own best match in this network is the unit: where it is one, the unit is
        found there again; where they are several, it has split into them; where there is none, others are more like
        what is there. The most like first.
    found : int
        How many of the h units of the other network have a best match at all.
    """

    best: Likes
    split: Likes
    found: int


@dataclass(frozen=True, eq=False)
class Examples:
    """Images from the weakest to the strongest that a unit is active on; arrays (k,), k at most 10, read-only.

    The images that it is active on are sorted by its activation and cut into ten groups of equal size; the middle one
    of each group is shown, all of them where they are fewer than ten.

    Attributes
    ----------
    indices : ndarray of int64
        Into the data set's ``test_images``.
    activations : ndarray of float64
        z on the noisy image, ascending.
    ranks : ndarray of float64
        Which fraction of the images that it is active on has smaller activations, counting half of itself.
    n_active, n_images : int
        On how many images it is active, and of how many.
    """

    indices: Integers
    activations: Doubles
    ranks: Doubles
    n_active: int
    n_images: int


def most_similar(codes: UnitCodes, unit: int, likeness: Likeness, count: int) -> Likes:
    """Return at most ``count`` other units of the same network, the most like first; of equal ones, by number."""
    profiles = unit_length(likeness.profiles(codes))
    figures = _product(profiles, profiles[unit : unit + 1])[:, 0]
    figures[unit] = np.nan
    return _likes(figures, count)


def counterparts(
    here: UnitCodes, unit: int, there: UnitCodes, likeness: Likeness, count: int, monitor: Monitor = UNWATCHED
) -> Counterparts:
    """Return where the like of a unit is in another network, at most ``count`` best matches.

    Both must have the same inputs, and codes of the same images. Raises ValueError where they have not, and Cancelled.
    """
    own, other = (likeness.profiles(codes) for codes in (here, there))
    if here.model.n_inputs != there.model.n_inputs:
        raise ValueError(f"Networks of {here.model.n_inputs} and {there.model.n_inputs} inputs cannot be compared.")
    if len(here.z) != len(there.z):  # of very many units, fewer images were looked at
        n = min(len(here.z), len(there.z))
        own, other = (likeness.profiles(UnitCodes(c.model, c.z[:n], c.indices[:n])) for c in (here, there))
    own, other = unit_length(own), unit_length(other)
    figures = np.empty(len(other))
    is_its_best = np.zeros(len(other), bool)
    found = 0
    for start in range(0, len(other), _COLUMNS):
        monitor.check()
        block = slice(start, start + _COLUMNS)
        cosines = _product(own, other[block])
        figures[block] = cosines[unit]
        matched = np.isfinite(cosines).any(axis=0)
        found += int(matched.sum())
        is_its_best[block] = matched & (np.argmax(np.where(np.isnan(cosines), -2.0, cosines), axis=0) == unit)
    return Counterparts(_likes(figures, count), _likes(np.where(is_its_best, figures, np.nan), len(other)), found)


def examples(codes: UnitCodes, unit: int) -> Examples:
    """Return images from the weakest to the strongest that a unit is active on; none for one that never is."""
    z = codes.z[:, unit]
    with np.errstate(all="ignore"):
        active = np.flatnonzero(codes.model.active(z) & np.isfinite(z))
    order = active[np.argsort(z[active], kind="stable")]
    n = len(order)
    k = min(QUANTILES, n)
    places = ((2 * np.arange(k) + 1) * n) // (2 * k) if k else np.zeros(0, np.int64)
    chosen = order[places]
    return Examples(
        _frozen(codes.indices[chosen]),
        _frozen(z[chosen].astype(np.float64)),
        _frozen((places + 0.5) / max(n, 1)),
        n,
        len(z),
    )


def _product(rows: NDArray[Any], columns: NDArray[Any]) -> Doubles:
    with np.errstate(all="ignore"):
        return np.asarray(np.clip((rows @ columns.T).astype(np.float64), -1.0, 1.0))


def _likes(figures: Doubles, count: int) -> Likes:
    order = np.argsort(np.where(np.isnan(figures), np.inf, -figures), kind="stable")
    chosen = order[: min(count, int(np.isfinite(figures).sum()))].astype(np.int64)
    return Likes(_frozen(chosen), _frozen(figures[chosen]))


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array
