"""Which hidden units of a model are active how often, and which are dead, counted block by block.

A unit that is not active is silent where the activation is sparse (ReLU) or only the strongest units pass: it adds
nothing, and gets no gradient. There a unit is dead that is active on no image. With every other activation a unit that
is not active still works, and it is dead where its value does not vary: it says the same of every image.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.model.architecture import Architecture
from dae_core.model.autoencoder import AutoEncoder

STILL = 1e-3
"""A value varies where the largest is further than this from the smallest."""


class ActivityCount:
    """Counts on how many images each of h hidden units is active, and how far its value goes."""

    def __init__(self, model: AutoEncoder) -> None:
        self._model = model
        self.images = 0
        self.active = np.zeros(model.n_hidden)
        self._low = np.full(model.n_hidden, np.inf)
        self._high = np.full(model.n_hidden, -np.inf)

    def add(self, z: NDArray[np.floating[Any]]) -> NDArray[np.bool_]:
        """Count the values z (n, h) of some images; returns which of them are active."""
        active = self._model.active(z)
        self.images += len(z)
        self.active += active.sum(axis=0)
        if self.still is not None and len(z):
            self._low, self._high = np.minimum(self._low, z.min(axis=0)), np.maximum(self._high, z.max(axis=0))
        return active

    @property
    def rates(self) -> NDArray[np.float64]:
        """The fraction of images (h,) that each unit is active on."""
        return self.active / self.images

    @property
    def still(self) -> NDArray[np.bool_] | None:
        """Units (h,) whose value does not vary; None where units that are not active are silent."""
        if is_silent(self._model.architecture):
            return None
        with np.errstate(invalid="ignore"):  # nothing counted yet, or a diverged model
            return np.asarray(self._high - self._low < STILL)


def dead_of(rates: NDArray[np.float64], still: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """Return which units (h,) are dead, from what `ActivityCount` has counted."""
    return np.equal(rates, 0) if still is None else still


def is_silent(kind: Architecture) -> bool:
    """Whether a unit that is not active has z = 0."""
    return kind.hidden.is_sparse or kind.k_sparse > 0


def dead_words(kind: Architecture) -> str:
    """Return what a dead unit does, as a clause: "is active on no image (z > 0)"."""
    if is_silent(kind):
        return f"is active on no image ({active_equation(kind)})"
    return f"has the same z on all images, to {STILL:g}"


def active_equation(kind: Architecture) -> str:
    """Return when a unit is active: "z > 0"."""
    return f"z > {kind.hidden.threshold:g}"
