"""Training on mini-batches through BLAS: plain SGD, momentum and Adam, with all arrays made once.

Training one digit at a time, the exercise's way, is in `dae_core.model.kernels` and `family_kernels`; this is for
comparing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.products import matmul
from dae_core.training.activity import RunningActivity

Floats = NDArray[np.floating[Any]]
OptimizerName = Literal["sgd", "momentum", "adam"]

_ADAM_DECAYS = 0.9, 0.999
_ADAM_EPSILON = 1e-8


class Optimizer:
    """Takes steps against the gradient: θ ← θ - rate dE/dθ (plain SGD). Subclasses keep moments of the gradient.

    Parameters
    ----------
    parameters : list of arrays
        Changed in place by ``step``.
    """

    name: OptimizerName = "sgd"
    title = "SGD"
    moments_per_parameter = 0

    def __init__(self, parameters: list[Floats]) -> None:
        self.parameters = parameters
        self.steps = 0
        n = self.moments_per_parameter
        self.moments = [[np.zeros_like(p) for _ in range(n)] for p in parameters]
        self._work = [np.empty_like(p) for p in parameters]

    def step(self, gradients: list[Floats], rate: float) -> None:
        """Take one step; ``gradients`` have the shapes of the parameters and are used up."""
        self.steps += 1
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            gradient *= parameter.dtype.type(rate)
            parameter -= gradient

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

    def step(self, gradients: list[Floats], rate: float) -> None:
        """Take one step."""
        self.steps += 1
        for parameter, gradient, (velocity,), work in zip(
            self.parameters, gradients, self.moments, self._work, strict=True
        ):
            velocity *= parameter.dtype.type(self.decay)
            velocity += gradient
            np.multiply(velocity, parameter.dtype.type(rate), out=work)
            parameter -= work


class Adam(Optimizer):
    """Adam (Kingma & Ba 2015, algorithm 1) with β1 = 0.9, β2 = 0.999, ε = 1e-8."""

    name: OptimizerName = "adam"
    title = "Adam"
    moments_per_parameter = 2

    def step(self, gradients: list[Floats], rate: float) -> None:
        """Take one step."""
        self.steps += 1
        decay_1, decay_2 = _ADAM_DECAYS
        # The bias corrections of both moments, taken into the rate and into ε (the paper's last lines of section 2).
        correction = np.sqrt(1.0 - decay_2**self.steps)
        rate = rate * correction / (1.0 - decay_1**self.steps)
        for parameter, gradient, (first, second), work in zip(
            self.parameters, gradients, self.moments, self._work, strict=True
        ):
            real = parameter.dtype.type
            first *= real(decay_1)
            np.multiply(gradient, real(1.0 - decay_1), out=work)
            first += work
            second *= real(decay_2)
            np.multiply(gradient, gradient, out=gradient)
            gradient *= real(1.0 - decay_2)
            second += gradient
            np.sqrt(second, out=work)
            work += real(_ADAM_EPSILON * correction)
            np.divide(first, work, out=work)
            work *= real(rate)
            parameter -= work


OPTIMIZERS: dict[OptimizerName, type[Optimizer]] = {c.name: c for c in (Optimizer, Momentum, Adam)}


def moments_of(optimizer: OptimizerName) -> int:
    """Return how many moments an optimizer keeps of each parameter's gradient."""
    return OPTIMIZERS[optimizer].moments_per_parameter


def _nothing() -> None:
    pass


class MiniBatchTrainer:
    """Trains a model on batches of examples: the mean gradient of a batch, one step of an optimizer.

    Parameters
    ----------
    model : AutoEncoder
        Its arrays are changed in place. Its architecture may get other strengths of penalties between two steps.
    batch_size : int
    optimizer : str
        A key of `OPTIMIZERS`.
    """

    def __init__(self, model: AutoEncoder, batch_size: int, optimizer: OptimizerName) -> None:
        self.model = model
        self.activity = RunningActivity(model)
        self._WT = model.W.T  # row-contiguous, as BLAS and the optimizer like it
        own_V = [] if model.architecture.tied else [model.V]
        self.optimizer = OPTIMIZERS[optimizer]([self._WT, model.B, *own_V, model.C])
        shape, dtype = (batch_size, model.n_hidden), model.W.dtype
        self._z, self._da = np.empty(shape, dtype), np.empty(shape, dtype)
        self._e = np.empty((batch_size, model.n_inputs), dtype)
        self._gradients: list[Floats] = [np.empty_like(p) for p in (self._WT, model.B, model.V, model.C)]

    def step(
        self, clean: Floats, noisy: Floats, rate: float, check: Callable[[], object] = _nothing
    ) -> tuple[float, float]:
        """Take one step on a batch of rows (batch_size, d); return its mean recorded error and sparsity before it.

        ``check`` is called from time to time, and may raise: the model and the optimizer are as they were then.
        """
        model, z, e, da = self.model, self._z, self._e, self._da
        kind, count = model.architecture, len(clean)
        matmul(noisy, model.W, z, check)
        z += model.B
        z[...] = model.strongest(kind.hidden.function(z))
        active = model.active(z)
        matmul(z, model.V, e, check)
        e += model.C
        error = self._error_and_derivative(clean)
        matmul(e, model.V.T, da, check)
        activity = self.activity.after(z)
        W_factor, V_factor = model.go_back(z, da, activity)
        dWT, dB, dV, dC = self._gradients
        matmul(da.T, noisy, dWT, check)
        matmul(z.T, e, dV, check)
        check()
        da.sum(axis=0, out=dB)
        e.sum(axis=0, out=dC)
        for gradient in self._gradients:
            gradient *= gradient.dtype.type(1.0 / count)
        if kind.penalties:
            dWT += self._WT * W_factor[:, None]
            if not kind.tied:
                dV += model.V * V_factor
        if kind.tied:
            dWT += dV
        check()  # for the last time: what follows is done as a whole
        self.activity.values = activity
        self.optimizer.step([dWT, dB, dC] if kind.tied else self._gradients, rate)
        return error, float(active.mean())

    def _error_and_derivative(self, clean: Floats) -> float:
        """Turn the output's sums into dE/do = y - x0, in place; return the mean recorded error."""
        e, kind = self._e, self.model.architecture
        error = 0.0 if kind.is_exercise else float(kind.output.errors(e, clean).mean())
        e[...] = kind.output.output(e)
        e -= clean
        if kind.is_exercise:  # its own sum, of squares in float64: the bits of its curves do not change
            error = float(np.einsum("ij,ij->", e, e, dtype=np.float64)) / len(clean)
        return error
