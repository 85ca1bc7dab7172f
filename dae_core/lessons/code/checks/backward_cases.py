"""One step of a seeded network: what ``backward`` is given, and the ways in which it may go wrong from there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dae_core.lessons.code.checks.comparing import Doubles, combinations
from dae_core.model.autoencoder import AutoEncoder, Floats

EXERCISE = 784, 225
SMALL = 20, 12
"""Pixels and hidden units of the networks that code is checked with."""

BLOCKS = ("W", "B", "V", "C")
_SILENT = 0.4  # which part of the units is silent: without them a missing ReLU would not show
_MARGIN = 0.2  # how far every unit is from its bend, so that none is passed by the finite differences


@dataclass(frozen=True)
class Step:
    """A network in float64 with one digit: x, x0, y (d,) and z (h,)."""

    model: AutoEncoder
    x: Doubles
    x0: Doubles
    z: Doubles
    y: Doubles

    @classmethod
    def random(cls, n_inputs: int, n_hidden: int, rng: np.random.Generator) -> Step:
        """Return a step in which some units are silent and none is near its bend."""
        x0 = rng.normal(size=n_inputs)
        x = x0 + rng.normal(size=n_inputs)
        W = rng.normal(size=(n_inputs, n_hidden)) / np.sqrt(n_inputs)
        V = rng.normal(size=(n_hidden, n_inputs)) / np.sqrt(n_hidden)
        sums = rng.uniform(_MARGIN, 2.0, n_hidden)
        sums[rng.permutation(n_hidden)[: max(1, int(_SILENT * n_hidden))]] *= -1
        model = AutoEncoder(W, sums - x @ W, V, rng.normal(size=n_inputs))
        z, y = model.forward(x)
        return cls(model, x, x0, np.asarray(z), np.asarray(y))

    @property
    def arguments(self) -> tuple[Floats, ...]:
        """What ``backward`` is called with: the weights are read-only, as they are when it trains."""
        return self.x, self.x0, self.z, self.y, _lent(self.model.W), _lent(self.model.V)

    @property
    def right(self) -> dict[str, Doubles]:
        """The gradients by block, of the specification."""
        return {name: np.asarray(block) for name, block in self.model.backward(self.x, self.x0)._asdict().items()}

    def variants(self, block: str) -> Iterator[tuple[tuple[str, ...], Doubles]]:
        """Yield what ``backward`` would return for a block with some mistakes, and their keys; the fewest first."""
        errors, inputs = self._errors(), self._inputs()
        if block == "C":
            yield from (((key,), error) for key, error in errors.items())
        elif block == "V":
            hidden = self._hidden()
            for keys in combinations((list(errors), list(hidden))):
                yield keys, np.outer(hidden[keys[1]], errors[keys[0]])
        else:
            steps = [list(errors), list(self._back(self.y)), list(self._gated(self.z))]
            for keys in combinations([*steps, list(inputs)] if block == "W" else steps):
                da = self._gated(self._back(errors[keys[0]])[keys[1]])[keys[2]]
                yield keys, np.outer(inputs[keys[3]], da) if block == "W" else da

    def _errors(self) -> dict[str, Doubles]:
        """Return what may be taken for the derivative of E by y."""
        error = self.y - self.x0
        return {
            "": error,
            "no-target": self.y,
            "noisy-target": self.y - self.x,
            "squared-error": error**2,
            "gated-output": error * (self.y > 0),
        }

    def _back(self, error: Doubles) -> dict[str, Doubles]:
        """Return what may be taken for the derivative of E by z."""
        V, W = np.asarray(self.model.V), np.asarray(self.model.W)
        return {"": V @ error, "back-through-w": error @ W, "back-is-z": self.z}

    def _gated(self, dz: Doubles) -> dict[str, Doubles]:
        """Return what may be taken for the derivative of E by the units' sums."""
        z = self.z
        return {
            "": dz * (z > 0),
            "no-relu": dz,
            "gate-by-z": dz * z,
            "gate-by-gradient": dz * (dz > 0),
            "gate-reversed": dz * (z <= 0),
            "gate-half": dz * np.where(z > 0, 1.0, 0.5),
        }

    def _inputs(self) -> dict[str, Doubles]:
        """Return what may be taken for the network's input."""
        x = self.x
        return {"": x, "clean-input": self.x0, "output-as-input": self.y, "gated-input": x * (x > 0)}

    def _hidden(self) -> dict[str, Doubles]:
        """Return what may be taken for the activity of the hidden units."""
        return {
            "": self.z,
            "gated-hidden": (self.z > 0).astype(np.float64),
            "gradient-as-hidden": self._back(self.y - self.x0)[""],
        }


def _lent(array: Floats) -> Floats:
    """Return a view of an array that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view
