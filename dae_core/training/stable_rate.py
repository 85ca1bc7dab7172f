"""Up to which learning rate training is expected to stay stable on these images, known before anything is trained.

For the decoder a step is one of least mean squares. With inputs u, one example at a time, its mean squared error stays
bounded at rates below 2 / R², where E[|u|² u uᵀ] ≼ R² E[u uᵀ] (Bach & Moulines 2013). R² is here E|u|⁴ / E|u|², in
which single very bright or very dark images have their true weight. A batch of b divides R² by b, and adds
(1 - 1 / b) λ, with λ the largest eigenvalue of E[u uᵀ] (Jain et al. 2018). Momentum β adds up 1 / (1 - β) steps of what
is random, and allows 1 + β times as much of what is not (Polyak 1964).

The network has two such layers. The encoder's inputs are the noisy pixels x; its errors come through V, whose norm is
about 1 once it reconstructs. The decoder's are the activations z, which count from the start where there are thousands
of them. Both act on the same output, so their shares add up.

For another activation than ReLU the encoder's share is times f'(a)², at its steepest; for another loss than the squared
error both are times its curvature by the output, at its largest: 1/4 for cross-entropy.

Adam's steps do not grow with the gradient: each weight moves by about the rate (Kingma & Ba 2015), hence an activation
by up to the rate times |x|₁ and a pixel by up to the rate times |z|₁, and both are to stay near 1, the data's scale.
In batches part of it averages out, as 1 / √b; measured up to b = 16.

The product of rate and `curvature` is a pure number. SGD and momentum trained at up to 1.2 to 1.7 and diverged from 1.7
to 4.2 on; Adam trained at up to 1.4, and from 3.6 on its errors grew a thousandfold. That was measured on digits of 8
and 28 pixels, faces of 25, a page of text, and patches of photographs of 16, 32 and 64.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.training.config import TrainingConfig
from dae_core.training.optimizers import Momentum
from dae_core.training.scaling import scaled_for
from dae_core.training.settings import RANGES

LIMIT = 1.25
"""Up to here a rate is expected to be stable; the exercise's own on MNIST is 0.85."""
SAFE = 0.6
"""Where the suggested rates lie, for long runs meet images that a sample does not hold."""
_AVERAGED = 16
_IMAGES = 512
_TURNS = 30
_SEED = 7
_DEVIATIONS, _PLACES = 8.0, 4001


@dataclass(frozen=True)
class InputMoments:
    """What of the noisy images decides how large a step may be; all of them in standardized units.

    Parameters
    ----------
    squared_norm
        E|x|².
    radius
        E|x|⁴ / E|x|².
    eigenvalue
        The largest of E[x xᵀ].
    absolute_sum
        E|x|₁.
    """

    squared_norm: float
    radius: float
    eigenvalue: float
    absolute_sum: float

    @classmethod
    def of(cls, dataset: Dataset, config: TrainingConfig, monitor: Monitor = UNWATCHED) -> InputMoments:
        """Measure them on up to 512 training images with the corruption of these settings."""
        dataset = scaled_for(dataset, config)
        images = dataset.train_images
        places = np.linspace(0, len(images) - 1, min(_IMAGES, len(images))).astype(np.intp)
        clean = dataset.standardize(images[places])
        corruption = config.corruption.with_range(dataset.black, dataset.white)
        rng = np.random.default_rng(_SEED)
        draws = np.empty_like(clean)
        corruption.draw(draws, rng)
        x: NDArray[np.floating[Any]] = corruption.corrupt(clean, draws)
        monitor.check()
        squares = np.einsum("ij,ij->i", x, x, dtype=np.float64)
        mean = float(squares.mean())
        eigenvalue = _largest_eigenvalue(x, monitor)
        sums = np.abs(x).sum(axis=1, dtype=np.float64)
        return cls(mean, float(np.square(squares).mean()) / max(mean, 1e-12), eigenvalue, float(sums.mean()))


def curvature(moments: InputMoments, config: TrainingConfig) -> float:
    """Return the number that, times the learning rate, is to be at most `LIMIT`."""
    hidden_square, hidden_mean = _start_activations(moments.squared_norm, config)
    slope, bend = _steepness(config)
    if config.optimizer == "adam":
        return max(moments.absolute_sum, hidden_mean) / math.sqrt(min(config.batch_size, _AVERAGED))
    share = 1.0 / config.batch_size
    random = share * bend * (slope * moments.radius + hidden_square)
    steady = (1.0 - share) * bend * (slope * moments.eigenvalue + hidden_square)
    decay = Momentum.decay if config.optimizer == "momentum" else 0.0
    return random / (1.0 - decay) + steady / (1.0 + decay)


def is_stable(moments: InputMoments, config: TrainingConfig) -> bool:
    """Whether training with these settings is expected to stay stable."""
    return config.learning_rate * curvature(moments, config) <= LIMIT


def stable_rate(moments: InputMoments, config: TrainingConfig) -> float:
    """Return a rate of 1, 2 or 5 times a power of ten with which training is expected to stay stable."""
    rate = max(SAFE / curvature(moments, config), RANGES["learning_rate"][0])
    power = 10.0 ** math.floor(math.log10(rate))
    step = max(step for step in (1.0, 2.0, 5.0) if step * power <= rate * (1 + 1e-9))
    return float(f"{step * power:.1g}")


def _start_activations(squared_norm: float, config: TrainingConfig) -> tuple[float, float]:
    """Return E|z|² and E|z|₁ of the start weights, with which each pre-activation is normal around the bias."""
    row = config.architecture.hidden
    deviation = max(row.weight_scale * math.sqrt(squared_norm), 1e-6)  # no noise and no light: all units are alike
    places = np.linspace(-_DEVIATIONS, _DEVIATIONS, _PLACES)
    weights = np.exp(-(places**2) / 2)
    weights /= weights.sum()
    z = np.asarray(row.function(row.start_bias + deviation * places))
    return config.hidden_units * float(weights @ (z * z)), config.hidden_units * float(weights @ np.abs(z))


def _steepness(config: TrainingConfig) -> tuple[float, float]:
    """Return f'(a)² where it is steepest for the start weights, and the largest curvature of E by the output."""
    kind = config.architecture
    z = kind.hidden.function(np.array([0.0, kind.hidden.start_bias]))
    y = kind.output.output(np.zeros(1))
    return float(np.square(kind.hidden.derivative(z), dtype=np.float64).max()), float(kind.output.curvature(y).max())


def _largest_eigenvalue(rows: NDArray[np.floating[Any]], monitor: Monitor) -> float:
    """Return that of the mean of x xᵀ over the rows, by the power method."""
    vector: NDArray[np.floating[Any]] = rows[0] + np.linspace(0.5, 1.0, rows.shape[1]).astype(rows.dtype)
    value = 0.0
    for _ in range(_TURNS):
        monitor.check()
        norm = float(np.linalg.norm(vector))
        if norm == 0.0:
            return 0.0
        vector = rows.T @ (rows @ (vector / norm)) / len(rows)
        value = float(np.linalg.norm(vector))
    return value
