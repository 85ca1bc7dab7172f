"""Holds ``AutoEncoder.backward`` against finite differences of E.

Central differences (E(θ + s) - E(θ - s)) / 2s err by O(s²), but only where E is smooth: an entry for which any hidden
unit switches on or off between the two evaluations straddles a kink of the ReLU. Such entries are skipped, and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.autoencoder import AutoEncoder

Floats = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]

TOLERANCE = 1e-6


@dataclass(frozen=True)
class BlockCheck:
    """What the check of one parameter block found.

    ``worst`` is the greatest relative error |g - n| / max(|g|, |n|, m) of the checked entries, where g is the entry of
    ``backward``, n its numerical counterpart, and m the mean of all |g| and |n| checked in this block: an entry far
    below the block's usual size is measured against that size, for the differences' rounding does not shrink with it.
    """

    worst: float
    checked: int
    skipped: int

    @property
    def ok(self) -> bool:
        """Whether entries were checked and all agree to ``TOLERANCE``."""
        return self.checked > 0 and self.worst <= TOLERANCE


def check_gradient(
    model: AutoEncoder,
    x: Floats,
    x0: Floats,
    *,
    samples_per_block: int = 50,
    rng: np.random.Generator,
    step: float = 1e-6,
) -> dict[str, BlockCheck]:
    """Compare ``model.backward(x, x0)`` with central differences, for random entries of W, B, V and C.

    Parameters
    ----------
    model : AutoEncoder
        In float64; left as it is.
    x, x0 : (d,) or (n, d)
        Corrupted and clean examples. For a batch, E is the mean over its rows.
    samples_per_block : int
        Entries drawn from each block, without repetition; all of a smaller block.
    rng : Generator
        Draws the entries.
    step : float
        s, what is added to and taken off an entry.

    Returns
    -------
    dict
        ``BlockCheck`` by the name of the block: W, B, V, C.

    Raises
    ------
    ValueError
        When the model is not float64: float32 has too few digits for differences.
    """
    if model.W.dtype != np.float64:
        raise ValueError(f"The gradient check needs a model in float64, not {model.W.dtype}.")
    gradients = model.backward(x, x0)._asdict()
    model = model.copy()
    checks = {}
    for name, block in model.parameters.items():
        chosen = rng.permutation(block.size)[:samples_per_block]
        entries = [np.unravel_index(index, block.shape) for index in chosen]
        numerical = np.array([_difference(model, block, entry, x, x0, step) for entry in entries])
        smooth = np.isfinite(numerical)
        exact = np.array([gradients[name][entry] for entry in entries])
        checks[name] = BlockCheck(_worst(exact[smooth], numerical[smooth]), int(smooth.sum()), int((~smooth).sum()))
    return checks


def _worst(exact: Doubles, numerical: Doubles) -> float:
    """Return the greatest relative error as ``BlockCheck`` defines it; 0 where nothing was checked."""
    sizes = np.maximum(np.abs(exact), np.abs(numerical))
    if not sizes.any():
        return 0.0
    usual = (np.abs(exact).mean() + np.abs(numerical).mean()) / 2
    return float((np.abs(exact - numerical) / np.maximum(sizes, usual)).max())


def _difference(model: AutoEncoder, block: Floats, entry: tuple[Any, ...], x: Floats, x0: Floats, step: float) -> float:
    """Return the central difference of E by one entry of ``block``, an array of ``model``; NaN at a kink."""
    value = block[entry]
    block[entry] = value + step
    above, z_above = _energy(model, x, x0)
    block[entry] = value - step
    below, z_below = _energy(model, x, x0)
    block[entry] = value
    if not np.array_equal(z_above > 0, z_below > 0):
        return float("nan")
    return (above - below) / (2 * step)


def _energy(model: AutoEncoder, x: Floats, x0: Floats) -> tuple[float, Floats]:
    """Return E, the mean over examples of |y - x0|² / 2, and the hidden activations z."""
    z, y = model.forward(x)
    return float((np.atleast_2d(y - x0) ** 2).sum(axis=1).mean() / 2), z
