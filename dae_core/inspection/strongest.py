"""Which hidden units matter most, by their weights alone: for a first look at a network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dae_core.model.autoencoder import AutoEncoder


def strongest_units(model: AutoEncoder, count: int) -> NDArray[np.intp]:
    """Return the hidden units (at most ``count``) with the largest |column of W| times |row of V|, largest first.

    Units whose weights are not finite come last.
    """
    with np.errstate(all="ignore"):
        size = np.einsum("ij,ij->j", model.W, model.W) * np.einsum("ij,ij->i", model.V, model.V)
    size = np.where(np.isfinite(size), size, -1.0)
    return np.argsort(-size, kind="stable")[:count]
