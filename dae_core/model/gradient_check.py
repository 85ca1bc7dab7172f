"""Holds ``AutoEncoder.backward``, or gradients from elsewhere, against finite differences of E.

In any single entry of a parameter the exercise's E is a parabola, as long as no hidden unit switches on or off; there
central differences (E(θ + s) - E(θ - s)) / 2s are exact but for rounding, which asks for a large s. For other members
of the family they are off by s²/6 times a third derivative, far below the tolerance. An entry for which a unit's z
changes its sign, or becomes or ceases to be 0, between the two evaluations straddles a kink. Such entries are skipped,
and counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.texts import listed

Floats = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]

TOLERANCE = 1e-6


@dataclass(frozen=True)
class BlockCheck:
    """What the check of one parameter block found.

    ``worst`` is the greatest relative error |g - n| / max(|g|, |n|, m) of the checked entries, where g is the entry of
    ``backward``, n its numerical counterpart, and m the mean of all |g| and |n| checked in this block: an entry far
    below the block's usual size is measured against that size, for the differences' rounding does not shrink with it.

    ``wrong`` counts the checked entries whose error is above ``TOLERANCE``, and ``wrong_silent`` those of them that
    belong to a hidden unit which is silent on every example (not active); for C, which has no unit, it is 0.
    """

    worst: float
    checked: int
    skipped: int
    wrong: int = 0
    wrong_silent: int = 0

    @property
    def ok(self) -> bool:
        """Whether entries were checked and all agree to ``TOLERANCE``."""
        return self.checked > 0 and self.worst <= TOLERANCE


def check_gradient(
    model: AutoEncoder,
    x: Floats,
    x0: Floats,
    *,
    gradients: Mapping[str, Floats] | None = None,
    samples_per_block: int = 50,
    rng: np.random.Generator,
    step: float = 1e-4,
    monitor: Monitor = UNWATCHED,
) -> dict[str, BlockCheck]:
    """Compare gradients with central differences, for random entries of W, B, V and C.

    Parameters
    ----------
    model : AutoEncoder
        In float64, for float32 has too few digits for differences (ValueError); left as it is.
    x, x0 : (d,) or (n, d)
        Corrupted and clean examples. For a batch, E is the mean over its rows.
    gradients : mapping of str to array, optional
        The gradients to check, by the name of the block and in its shape; blocks that are not among them are left
        out. By default those of ``model.backward(x, x0)``.
    samples_per_block : int
        Entries drawn from each block by ``rng``, without repetition; all of a smaller block.
    step : float
        s, what is added to and taken off an entry.

    Returns
    -------
    dict
        ``BlockCheck`` by the name of the block, in the order W, B, V, C; without V where it is Wᵀ.
    """
    if model.W.dtype != np.float64:
        raise ValueError(f"The gradient check needs a model in float64, not {model.W.dtype}.")
    with np.errstate(all="ignore"):  # a model that is not finite is found wrong, without a warning
        if gradients is None:
            gradients = model.backward(x, x0)._asdict()
        silent = np.logical_not(model.active(np.atleast_2d(model.code(x))).any(axis=0))
        model = model.copy()
        checks = {}
        blocks = {name: block for name, block in model.trained.items() if name in gradients}
        for place, (name, block) in enumerate(blocks.items()):
            monitor.stage(place / len(blocks), (place + 1) / len(blocks), f"Checking {name}")
            chosen = rng.permutation(block.size)[:samples_per_block]
            entries = [np.unravel_index(index, block.shape) for index in chosen]
            numerical = np.empty(len(entries))
            for number, entry in enumerate(entries):
                numerical[number] = _difference(model, block, entry, x, x0, step)
                monitor.report((number + 1) / len(entries))
            exact = np.array([gradients[name][entry] for entry in entries])
            of_silent = np.array([_is_of(name, entry, silent) for entry in entries])
            smooth = np.isfinite(numerical)
            errors = _relative_errors(exact[smooth], numerical[smooth])
            wrong = ~(errors <= TOLERANCE)
            checks[name] = BlockCheck(
                float(errors.max()) if len(errors) else 0.0,
                int(smooth.sum()),
                int((~smooth).sum()),
                int(wrong.sum()),
                int((wrong & of_silent[smooth]).sum()),
            )
    return checks


def in_doubles(model: AutoEncoder) -> AutoEncoder:
    """Return a copy of a model in float64, as the check needs it."""
    return model.astype(np.float64)


def explain(checks: dict[str, BlockCheck], gradient: str) -> str:
    """Return the verdict in words: which blocks are wrong, and why, as far as the check can tell."""
    wrong = [name for name, check in checks.items() if check.checked and not check.ok]
    unchecked = [name for name, check in checks.items() if not check.checked]
    if unchecked:
        return f"Nothing can be said of {listed(unchecked)}: no entry has a finite difference quotient."
    if not wrong:
        number = {3: "three", 4: "four"}.get(len(checks), str(len(checks)))
        text = f"All {number} blocks agree with finite differences to {TOLERANCE:.0e}: the gradient is right."
        if gradient == "published":
            text += (
                " Here the published gradient is the exact one: none of the entries checked belongs to a silent unit."
            )
        return text
    count = sum(checks[name].wrong for name in wrong)
    silent = sum(checks[name].wrong_silent for name in wrong)
    text = f"{listed(wrong)} {'is' if len(wrong) == 1 else 'are'} wrong, in {count:,} of the entries checked"
    if gradient == "published" and silent == count:
        return (
            f"{text}, all of which belong to units that are silent on this digit (z = 0). The published gradient "
            "leaves out the derivative of the ReLU, the factor [z > 0] on dE/dz: it gives silent units a gradient "
            "where the true one is 0. V and C do not pass through that factor."
        )
    return f"{text}; {silent:,} of these belong to silent units."


def _is_of(name: str, entry: tuple[Any, ...], silent: NDArray[np.bool_]) -> bool:
    """Return whether an entry of a block belongs to a silent unit."""
    unit = {"W": entry[-1], "B": entry[0], "V": entry[0]}.get(name)
    return unit is not None and bool(silent[unit])


def _relative_errors(exact: Doubles, numerical: Doubles) -> Doubles:
    """Return the relative errors (n,) as ``BlockCheck`` defines them; zeros where all is zero."""
    sizes = np.maximum(np.abs(exact), np.abs(numerical))
    if not sizes.any():
        return np.zeros(len(exact))
    usual = (np.abs(exact).mean() + np.abs(numerical).mean()) / 2
    return np.asarray(np.abs(exact - numerical) / np.maximum(sizes, usual))


def _difference(model: AutoEncoder, block: Floats, entry: tuple[Any, ...], x: Floats, x0: Floats, step: float) -> float:
    """Return the central difference of E by one entry of ``block``, an array of ``model``; NaN at a kink."""
    value = block[entry]
    block[entry] = value + step
    above, signs_above = model.energy(x, x0), np.sign(model.code(x))
    block[entry] = value - step
    below, signs_below = model.energy(x, x0), np.sign(model.code(x))
    block[entry] = value
    if not np.array_equal(signs_above, signs_below):
        return float("nan")
    return (above - below) / (2 * step)
