"""How good a model is on images that it was not trained on: fixed images, fixed noise, the same for every method."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.evaluation import metrics
from dae_core.evaluation.activity_count import ActivityCount, dead_of
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption

# The noise on held-out images is the same in every run, whatever the run's own seed.
NOISE_SEED = 20_240_229
_ROWS = 1000


@dataclass(frozen=True)
class Figures:
    """Held-out figures: errors in standardized units, PSNR in dB for grey values from 0 to 1.

    ``mse`` is the mean over pixels and images, ``psnr`` the mean over images of each image's PSNR. ``sparsity`` is the
    mean fraction of active hidden units, ``firing_rates`` (h,) the fraction of images that each unit is active on; both
    are absent for methods without hidden units. ``still`` (h,) are the units whose value does not vary, where those
    that are not active are not silent; see `activity_count`. ``loss_error`` is the mean over images of what the model's
    loss records, where that is not |y - x0|².
    """

    mse: float
    psnr: float
    n_images: int
    n_inputs: int
    sparsity: float | None = None
    firing_rates: NDArray[np.float64] | None = None
    loss_error: float | None = None
    still: NDArray[np.bool_] | None = None

    @property
    def error(self) -> float:
        """Mean over images of the error that the run's curves show: |y - x0|², or what its loss records."""
        return self.mse * self.n_inputs if self.loss_error is None else self.loss_error

    @property
    def dead(self) -> NDArray[np.bool_]:
        """Which hidden units (h,) are dead: active on none of the images, or always of the same value."""
        return np.zeros(0, bool) if self.firing_rates is None else dead_of(self.firing_rates, self.still)

    @property
    def dead_units(self) -> int:
        """How many hidden units are dead."""
        return int(self.dead.sum())


class HeldOut:
    """Held-out images of a data set with one fixed corruption of each.

    Parameters
    ----------
    dataset : Dataset
    corruption : Corruption
        Its black and white are taken from the data set.
    count : int, optional
        Use only the first ``count`` images of a fixed random order; all of them by default.
    """

    def __init__(self, dataset: Dataset, corruption: Corruption, count: int | None = None) -> None:
        self.dataset = dataset
        self.corruption = corruption.with_range(dataset.black, dataset.white)
        rng = np.random.default_rng(NOISE_SEED)
        images = dataset.test_images
        self.indices = rng.permutation(len(images))[:count] if count else np.arange(len(images))
        self.clean: NDArray[np.float32] = dataset.standardize(images[self.indices])
        self.noisy: NDArray[np.float32] = np.asarray(self.corruption.apply(self.clean, rng), np.float32)

    def __len__(self) -> int:
        return len(self.clean)

    def evaluate(self, model: AutoEncoder, monitor: Monitor = UNWATCHED) -> Figures:
        """Return the figures of a model, with sparsity and firing rates. Raises Cancelled where the monitor says so."""
        count = ActivityCount(model)
        errors, recorded = np.empty(len(self)), np.empty(len(self))
        loss = model.architecture.output
        for start in range(0, len(self), _ROWS):
            monitor.check()
            rows = slice(start, start + _ROWS)
            with np.errstate(over="ignore", invalid="ignore"):  # a diverged model has figures of inf or NaN
                z = model.code(self.noisy[rows].astype(model.W.dtype, copy=False))
                sums = z @ model.V + model.C
                errors[rows] = metrics.squared_error(loss.output(sums), self.clean[rows])
                if not loss.is_squared:
                    recorded[rows] = loss.errors(sums, self.clean[rows])
            count.add(z)
        rates = count.rates
        figures = replace(self._figures(errors, float(rates.mean()), rates), still=count.still)
        return figures if loss.is_squared else replace(figures, loss_error=float(recorded.mean()))

    def score(self, reconstructions: NDArray[np.floating[Any]]) -> Figures:
        """Return the figures of any method's reconstructions (n, d) of ``noisy``."""
        return self._figures(metrics.squared_error(reconstructions, self.clean))

    def _figures(
        self, errors: NDArray[np.float64], sparsity: float | None = None, rates: NDArray[np.float64] | None = None
    ) -> Figures:
        n_inputs = self.clean.shape[1]
        psnr = float(metrics.psnr(errors / n_inputs, self.dataset.pixel_scale).mean())
        return Figures(float(errors.mean()) / n_inputs, psnr, len(self), n_inputs, sparsity, rates)
