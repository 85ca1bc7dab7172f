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
_ACTIVITY_IMAGES = 1000


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
    first example; with a ``batch_size`` of 1 there is no other. ``hidden_gradient`` is dE/da, where a = x W + B, with
    the penalties' terms. Where the weights are tied, the gradients of W and V are that of the one matrix.

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
    active : int
        Hidden units that are active.
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
    active: int

    @property
    def noise(self) -> Floats:
        """What the corruption did, x - x0 (d,)."""
        return self.noisy - self.clean

    @property
    def error(self) -> Floats:
        """What is left to learn, y - x0 (d,); this is also dE/do."""
        with np.errstate(all="ignore"):
            return self.reconstruction - self.clean


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
        activity = _activity(model, dataset, corruption)
        gradients = model.backward(x, x0, activations, activity)
        z, y = activations.z[0], activations.y[0]
        hidden_gradient = model.backward(x[0], x0[0], activity=activity).B
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
        active=int(model.active(z).sum()),
    )


def _activity(model: AutoEncoder, dataset: Dataset, corruption: Corruption) -> Floats | None:
    """Return the mean of z (h,) over some images; a run averages it on its way. None where no penalty asks for it."""
    if not model.architecture.kl_weight:
        return None
    clean = dataset.standardize(dataset.train_images[:_ACTIVITY_IMAGES])
    noisy = corruption.apply(clean, np.random.default_rng(0))
    return np.asarray(model.code(noisy.astype(model.W.dtype, copy=False)).mean(axis=0))


def _arrays(model: AutoEncoder) -> tuple[Floats, ...]:
    return tuple(model.parameters.values())
