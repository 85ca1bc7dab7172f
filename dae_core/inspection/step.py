"""One iteration of training taken apart: everything that the next step computes, in the order in which it does.

The methods are those of `AutoEncoder`, on the example and with the learning rate that the run itself will use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.model.autoencoder import AutoEncoder, Gradients
from dae_core.model.corruption import Corruption
from dae_core.training import schedules
from dae_core.training.config import TrainingConfig
from dae_core.training.examples import examples_at

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Place:
    """Where in a run a step lies: ``iteration`` steps are done; the rate's schedule goes from ``start`` to ``end``."""

    iteration: int
    start: int = 0
    end: int = 1

    @property
    def is_at_end(self) -> bool:
        """Whether the run takes no further step."""
        return self.iteration >= self.end


@dataclass(frozen=True, eq=False)
class Step:
    """What one iteration computes, for a model with d inputs and h hidden units.

    The rows ``clean``, ``noisy``, ``reconstruction`` (d,) and ``hidden``, ``hidden_gradient`` (h,) are those of the
    first example; with a ``batch_size`` of 1 there is no other. ``hidden_gradient`` is dE/da, where a = x W + B.

    Attributes
    ----------
    number : int
        Which iteration it is, counted from 1.
    learning_rate : float
        That of this iteration; its schedule is taken in.
    gradients : Gradients
        dE/dW, dE/dB, dE/dV, dE/dC; the mean over the batch.
    changes : Gradients
        What the parameters change by, after rounding: with plain gradient descent -rate times the gradients.
    is_exact : bool
        Whether ``changes`` is what the run really does: not with momentum or Adam, whose moments are not known here.
    """

    number: int
    learning_rate: float
    batch_size: int
    clean: Floats
    noisy: Floats
    hidden: Floats
    reconstruction: Floats
    hidden_gradient: Floats
    gradients: Gradients
    changes: Gradients
    is_exact: bool

    @property
    def noise(self) -> Floats:
        """What the corruption did, x - x0 (d,)."""
        return self.noisy - self.clean

    @property
    def error(self) -> Floats:
        """What is left to learn, y - x0 (d,); this is also dE/dy."""
        with np.errstate(all="ignore"):
            return self.reconstruction - self.clean

    @property
    def active(self) -> int:
        """Hidden units with z > 0."""
        return int((self.hidden > 0).sum())


def learning_rate(config: TrainingConfig, place: Place) -> float:
    """Return the rate of the next iteration, rounded to float32 as the trainer does."""
    total = max(1, place.end - place.start)
    factor = schedules.factors(config.schedule, place.iteration - place.start, 1, total)[0]
    return float(np.float32(factor * config.learning_rate))


def next_step(model: AutoEncoder, dataset: Dataset, config: TrainingConfig, place: Place) -> Step:
    """Return what the next iteration of a run computes; nothing is changed by it.

    ``model`` are the weights after ``place.iteration`` iterations, ``config`` the settings in force. A diverged model
    gives numbers that are not finite, and no warning. Raises ValueError when the images have another number of pixels.
    """
    if model.n_inputs != dataset.n_inputs:
        raise ValueError(f"The model has {model.n_inputs} inputs, but the images have {dataset.n_inputs} pixels.")
    corruption = config.corruption.with_range(dataset.black, dataset.white)
    clean, noisy = examples_at(dataset, corruption, config.seed, place.iteration, config.batch_size)
    rate = learning_rate(config, place)
    x, x0 = (rows.astype(model.W.dtype, copy=False) for rows in (noisy, clean))
    with np.errstate(all="ignore"):
        activations = model.forward(x)
        gradients = model.backward(x, x0, activations)
        z, y = activations.z[0], activations.y[0]
        back = (y - x0[0]) @ model.V.T
        hidden_gradient = back if model.gradient == "published" else back * (z > 0)
        after = model.copy()
        after.update(gradients, rate)
        changes = Gradients(*(new - old for new, old in zip(_arrays(after), _arrays(model), strict=True)))
    return Step(
        number=place.iteration + 1,
        learning_rate=rate,
        batch_size=config.batch_size,
        clean=x0[0],
        noisy=x[0],
        hidden=z,
        reconstruction=y,
        hidden_gradient=hidden_gradient,
        gradients=gradients,
        changes=changes,
        is_exact=config.optimizer == "sgd",
    )


def _arrays(model: AutoEncoder) -> tuple[Floats, ...]:
    return tuple(model.parameters.values())


@dataclass(frozen=True)
class Stage:
    """One of the things that a step computes: its name, its equation, and the program's own lines that compute it."""

    key: str
    title: str
    equation: str
    code: str


def stages(corruption: Corruption, gradient: str) -> tuple[Stage, ...]:
    """Return the stages of a step in the order in which they happen, for a kind of noise and of gradient.

    The lines of code are those of the program; a test looks each of them up in the sources.
    """
    published = gradient == "published"
    update = "parameter -= parameter.dtype.type(learning_rate) * gradient"
    return (
        Stage("clean", "Clean digit x₀", "x₀ = (grey − mean) / std", "rows -= self.mean; rows /= self.std"),
        Stage("noise", "Noise n", corruption.equation, corruption.draw_code),
        Stage("noisy", "Input x", "x = x₀ + n", corruption.corrupt_code),
        Stage("hidden", "Hidden units z", "z = max(0, x W + B)", "z = np.maximum(x @ self.W + self.B, 0)"),
        Stage("reconstruction", "Reconstruction y", "y = z V + C", "z @ self.V + self.C"),
        Stage("error", "Error e", "e = y − x₀ = ∂E/∂y = ∂E/∂C", "dy: Floats = y - x0"),
        Stage(
            "hidden_gradient",
            "Back to the units",
            "∂E/∂a = e Vᵀ  ([z > 0] left out)" if published else "∂E/∂a = (e Vᵀ) · [z > 0]",
            'dz: Floats = dy @ self.V.T; da = dz if self.gradient == "published" else dz * (z > 0)',
        ),
        Stage("gradient_V", "Gradient of V", "∂E/∂V = zᵀ e", "z.T @ dy / n"),
        Stage("gradient_W", "Gradient of W", "∂E/∂W = xᵀ ∂E/∂a", "x.T @ da / n"),
        Stage("change_V", "Change of V", "ΔV = −η ∂E/∂V", update),
        Stage("change_W", "Change of W", "ΔW = −η ∂E/∂W", update),
        Stage("change_B", "Change of B", "ΔB = −η ∂E/∂a", update),
        Stage("change_C", "Change of C", "ΔC = −η e", update),
    )
