"""How close weights and curves that were trained again come to those that are claimed.

The same machine gives the same bits. Another processor adds up in another order, and the tolerances say how far that
may lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.model.autoencoder import AutoEncoder

TOLERANCE = 1e-4
"""Of weights, relative to the norm of all: NUMBA_CPU_NAME=generic, which does without AVX and fused products, is off by
1e-6 as a rule."""
OF_THE_WAY = 0.25
"""Of weights, relative to how far they move in the piece.

Where a hidden unit is a rounding away from z = 0, it fires on one processor and not on the other. Of 15 runs of the
exercise made with NUMBA_CPU_NAME=generic, 12 stayed within 1e-3 of the norm of the weights in every piece, and the
furthest was off by 3 % of it. Another seed or data set is off by as much as the way itself, half the rate by about
half of it.
"""
OF_THE_CURVE = 0.1
"""Of each recorded error to itself; 0.4 % was seen after a unit that fired on one processor only."""
SAME_PROCESSOR = 1e-5
"""Of each recorded error to itself, where the weights are the same bit for bit."""

Doubles = NDArray[np.float64]
Singles = NDArray[np.float32]
Curves = tuple[Singles, Singles]
"""Errors and sparsities, (n,) each."""


class Closeness(Enum):
    """How a piece that was trained again compares."""

    EXACT = "bit for bit"
    CLOSE = "within the tolerance for another processor"
    UNSTABLE = "the run enlarges what is rounded"
    APART = "not as recorded"


def is_same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """Whether two arrays have the same shape and numbers, NaN being the same as itself."""
    return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=True))


def are_same(a: Sequence[AutoEncoder], b: Sequence[AutoEncoder]) -> bool:
    """Whether all weights of two series of models are the same bit for bit."""
    return all(
        is_same(values, theirs.parameters[name])
        for ours, theirs in zip(a, b, strict=True)
        for name, values in ours.parameters.items()
    )


def distance(a: Sequence[AutoEncoder], b: Sequence[AutoEncoder]) -> float:
    """Return the greatest |a - b| / |b| of the weights of two series of models; infinite where that is no number."""
    worst = 0.0
    for ours, theirs in zip(a, b, strict=True):
        with np.errstate(over="ignore", invalid="ignore"):
            one, other = _flat(ours), _flat(theirs)
            off = float(np.linalg.norm(one - other) / np.linalg.norm(other))
        worst = max(worst, off if np.isfinite(off) else np.inf)
    return worst


def relative(a: Singles, b: Singles) -> Doubles:
    """Return |a - b| / |b| (n,) of two curves; 0 where they are the same, infinite where only one is finite."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        off = np.abs(a.astype(np.float64) - b) / np.abs(b.astype(np.float64))
    off[(a == b) | (np.isnan(a) & np.isnan(b))] = 0.0
    return np.asarray(np.where(np.isnan(off), np.inf, off))


def first_apart(found: Curves, claimed: Curves, limits: Doubles, units: float) -> int | None:
    """Return the first place at which curves are further apart than their limits; None where they never are.

    Parameters
    ----------
    found, claimed : (errors, sparsities)
        Those found may be shorter, where the run diverged on the way: that is told unless limits are above 1 there.
    limits : (n,)
        Relative, of the errors.
    units : float
        By which share of the hidden units sparsities may differ; more where the limits are wider than that.
    """
    count = min(len(found[0]), len(claimed[0]))
    far = relative(found[0][:count], claimed[0][:count]) > limits[:count]
    apart = np.abs(found[1][:count].astype(np.float64) - claimed[1][:count])
    far |= ~(apart <= np.maximum(units, limits[:count]) + 1e-6)
    if far.any():
        return int(np.argmax(far))
    return count if count < len(claimed[0]) and limits[count] < 1 else None


def _flat(model: AutoEncoder) -> Doubles:
    return np.concatenate([values.ravel().astype(np.float64) for values in model.parameters.values()])
