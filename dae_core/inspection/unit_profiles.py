"""What two hidden units are compared by: their columns of W, their rows of V, or what they fire on; a table of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.evaluation.held_out import HeldOut
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.autoencoder import AutoEncoder

Floats = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]

MOST_NUMBERS = 1 << 24
"""So many activations are held at most, 64 MiB of float32: of very many units, fewer images are looked at."""

_NUMBERS = 1 << 19  # in one block of rows, of the widest array


@dataclass(frozen=True, eq=False)
class UnitCodes:
    """A model with what its h units do on n noisy held-out images.

    Attributes
    ----------
    model : AutoEncoder
        Only read.
    z : ndarray of the model's dtype, shape (n, h)
        The activations.
    indices : ndarray of int64, shape (n,)
        The images, as indices into the data set's ``test_images``.
    """

    model: AutoEncoder
    z: Floats
    indices: NDArray[np.int64]


@dataclass(frozen=True)
class Likeness:
    """A way in which two units can be alike.

    Attributes
    ----------
    key, name, tip
        What settings and code, a menu and its tip call it.
    measure
        What the figure is: "cosine" or "correlation".
    profiles
        Returns a row for each unit, shape (h, anything); their cosines are the figures.
    filters
        Returns the filters (h, d) that such units are shown by.
    """

    key: str
    name: str
    tip: str
    measure: str
    profiles: Callable[[UnitCodes], Floats]
    filters: Callable[[AutoEncoder], Floats] = lambda model: model.W.T


def _centred(codes: UnitCodes) -> Floats:
    with np.errstate(all="ignore"):  # of diverged weights
        return np.asarray((codes.z - codes.z.mean(axis=0, dtype=np.float64).astype(codes.z.dtype)).T)


LIKENESSES: dict[str, Likeness] = {
    row.key: row
    for row in (
        Likeness(
            "w",
            "What they look for (W)",
            "Cosine of the angle between their columns of W",
            "cosine",
            lambda codes: codes.model.W.T,
        ),
        Likeness(
            "v",
            "What they add (V)",
            "Cosine of the angle between their rows of V",
            "cosine",
            lambda codes: codes.model.V,
            filters=lambda model: model.V,
        ),
        Likeness(
            "fires",
            "What they fire on",
            "Correlation of their activations z over the noisy held-out images",
            "correlation",
            _centred,
        ),
    )
}


def unit_codes(model: AutoEncoder, held_out: HeldOut, monitor: Monitor = UNWATCHED) -> UnitCodes:
    """Return what a model's units do on held-out images, on the first of them where there are very many units.

    Raises ValueError when the images are not of the model's size, and Cancelled.
    """
    if held_out.clean.shape[1] != model.n_inputs:
        raise ValueError(f"Images of {held_out.clean.shape[1]} pixels do not fit a model of {model.n_inputs} inputs.")
    n = max(1, min(len(held_out), MOST_NUMBERS // model.n_hidden))
    z = np.empty((n, model.n_hidden), model.W.dtype)
    rows = max(1, _NUMBERS // max(model.n_hidden, model.n_inputs))
    for start in range(0, n, rows):
        monitor.count(start, n, "images", "Looking at what the units fire on")
        with np.errstate(all="ignore"):
            z[start : start + rows] = model.code(held_out.noisy[start : min(n, start + rows)].astype(model.W.dtype))
    return UnitCodes(model, z, held_out.indices[:n].astype(np.int64))


def unit_length(profiles: Floats) -> Floats:
    """Return profiles (h, p) as rows of length 1; NaN where a row is zero or not finite: it is like nothing.

    Numbers so small that they are the rounding of a mean count as zero.
    """
    with np.errstate(all="ignore"):
        lengths = np.sqrt(np.einsum("ij,ij->i", profiles, profiles, dtype=np.float64))
        usable = np.isfinite(lengths) & (lengths > 1e-30)
        return np.asarray(profiles / np.where(usable, lengths, np.nan)[:, None].astype(profiles.dtype))
