"""How active each hidden unit is on average, which the KL penalty compares with its target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.penalties import MEMORY

Floats = NDArray[np.floating[Any]]


class RunningActivity:
    """The running mean of z over about the last 1,000 examples; it starts at the target.

    Parameters
    ----------
    model : AutoEncoder
        Whose units they are. Kept as a state where z lies between 0 and 1, so that it may be read as a frequency.

    Attributes
    ----------
    values : (h,)
        In the dtype of the model.
    """

    def __init__(self, model: AutoEncoder) -> None:
        self._target = model.architecture.kl_target
        self._is_kept = model.architecture.hidden.unit_interval
        self.values: Floats = np.full(model.n_hidden, self._target, model.B.dtype)

    def after(self, z: Floats) -> Floats:
        """Return the values (h,) after a batch of z (n, h)."""
        if not self._is_kept:
            return self.values
        share = min(1.0, len(z) / MEMORY)
        return np.asarray(self.values + (z.mean(axis=0) - self.values) * self.values.dtype.type(share))

    def state(self) -> dict[str, Floats]:
        """Return an own copy, by name; nothing where it is not kept."""
        return {"activity": self.values.copy()} if self._is_kept else {}

    def restore(self, state: dict[str, Floats]) -> dict[str, Floats]:
        """Go on with the values of a state; return the rest of it.

        Raises
        ------
        ValueError
            When it is missing, or of other units.
        """
        rest = dict(state)
        if self._is_kept:
            values = rest.pop("activity", None)
            if values is None or values.shape != self.values.shape:
                raise ValueError("The saved state lacks the mean activity of the hidden units.")
            self.values[...] = values
        return rest

    def forget_units(self, units: Sequence[int]) -> None:
        """Let these units begin at the target."""
        self.values[list(units)] = self._target
