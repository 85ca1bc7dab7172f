"""The optimizers that mini-batches are trained with: plain SGD, momentum and Adam.

Training one digit at a time, the exercise's way, is in `dae_core.model.kernels` and `family_kernels`; these are for
comparing.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
OptimizerName = Literal["sgd", "momentum", "adam"]

_ADAM_DECAYS = 0.9, 0.999
_ADAM_EPSILON = 1e-8


class Optimizer:
    """Takes steps against the gradient: θ ← θ - rate dE/dθ (plain SGD). Subclasses keep moments of the gradient.

    Parameters
    ----------
    parameters : list of arrays
        C-contiguous, of one dtype; changed in place by ``update``.
    """

    name: OptimizerName = "sgd"
    title = "SGD"
    moments_per_parameter = 0

    def __init__(self, parameters: list[Floats]) -> None:
        self.parameters = parameters
        self.steps = 0
        n = self.moments_per_parameter
        self.moments = [[np.zeros_like(p) for _ in range(n)] for p in parameters]
        self._compiled: Any = None
        self._numbers: tuple[Any, ...] = ()

    def begin_step(self, rate: float) -> None:
        """Begin the next step, of this rate; each element of the parameters is then updated once."""
        from dae_core.training import batch_loops  # numba takes 0.4 s to import

        self.steps += 1
        self._compiled = getattr(batch_loops, self.name)
        self._numbers = tuple(self.parameters[0].dtype.type(number) for number in self._factors(rate))

    def update(self, which: int, rows: slice, gradient: Floats, scale: float = 1.0) -> None:
        """Update some rows of a parameter, by its place in the list, with their gradient times ``scale``.

        Any number of threads may update different rows at the same time.
        """
        arrays = self.parameters[which], *self.moments[which]
        parameter, *moments = (array[rows].reshape(-1) for array in arrays)
        real = parameter.dtype.type
        self._compiled(parameter, gradient.reshape(-1), *moments, real(scale), *self._numbers)

    def _factors(self, rate: float) -> tuple[float, ...]:
        """Return what the compiled step takes after the scale."""
        return (rate,)

    def state(self) -> dict[str, Floats]:
        """Return own copies of all that the next step depends on besides the parameters."""
        arrays = {f"moment_{i}_{k}": m.copy() for i, ms in enumerate(self.moments) for k, m in enumerate(ms)}
        return {"steps": np.array([float(self.steps)]), **arrays}

    def restore(self, state: dict[str, Floats]) -> None:
        """Go on where an optimizer of the same kind was.

        Raises
        ------
        ValueError
            When the state belongs to another optimizer or other parameters.
        """
        wanted = self.state()
        if wanted.keys() != state.keys() or any(wanted[key].shape != state[key].shape for key in wanted):
            raise ValueError(f"The optimizer's saved state does not belong to {self.name} and this model.")
        self.steps = int(state["steps"][0])
        for i, moments in enumerate(self.moments):
            for k, moment in enumerate(moments):
                moment[...] = state[f"moment_{i}_{k}"]


class Momentum(Optimizer):
    """Gradient descent with momentum 0.9 (Polyak 1964): v ← 0.9 v + dE/dθ, θ ← θ - rate v."""

    name: OptimizerName = "momentum"
    title = "momentum"
    moments_per_parameter = 1
    decay = 0.9

    def _factors(self, rate: float) -> tuple[float, ...]:
        return rate, self.decay


class Adam(Optimizer):
    """Adam (Kingma & Ba 2015, algorithm 1) with β1 = 0.9, β2 = 0.999, ε = 1e-8."""

    name: OptimizerName = "adam"
    title = "Adam"
    moments_per_parameter = 2

    def _factors(self, rate: float) -> tuple[float, ...]:
        decay_1, decay_2 = _ADAM_DECAYS
        # The bias corrections of both moments, taken into the rate and into ε (the paper's last lines of section 2).
        correction = float(np.sqrt(1.0 - decay_2**self.steps))
        rate = rate * correction / (1.0 - decay_1**self.steps)
        return rate, decay_1, 1.0 - decay_1, decay_2, 1.0 - decay_2, _ADAM_EPSILON * correction


OPTIMIZERS: dict[OptimizerName, type[Optimizer]] = {c.name: c for c in (Optimizer, Momentum, Adam)}


def moments_of(optimizer: OptimizerName) -> int:
    """Return how many moments an optimizer keeps of each parameter's gradient."""
    return OPTIMIZERS[optimizer].moments_per_parameter
