"""The figures of a network at one moment by which problems of its training are diagnosed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.evaluation.activity_count import ActivityCount, dead_of
from dae_core.evaluation.denoising import add_noise
from dae_core.evaluation.held_out import NOISE_SEED, HeldOut
from dae_core.evaluation.metrics import squared_error
from dae_core.inspection.units import unit_weights
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption

Rows = NDArray[np.float32]
Doubles = NDArray[np.float64]

DIGITS = 500
"""Digits of each part, held-out and training, that a measurement looks at."""
GRADIENT_DIGITS = 100
"""Held-out digits of the mini-batch that the gradients belong to."""

MOST_ENTRIES = 1000
"""Measurements that a log holds at most."""

_ROWS = 125  # at a time, so that a measurement can be given up soon
_TRAINING_STREAM = 3  # of NOISE_SEED: which training digits are looked at


@dataclass(frozen=True, eq=False)
class HealthMetrics:
    """Figures of one model; errors are mean |y - x0|² over digits in standardized units.

    Attributes
    ----------
    iteration : int
    learning_rate : float
        The rate that was set; with a schedule, the one that it starts from.
    corruption : Corruption
        The noise that was set, also on the digits measured.
    n_images, n_training : int
        Held-out digits and training digits measured.
    error, training_error : float
        On held-out and on training digits; each digit with one fixed noise.
    mean_error : float
        Held-out error of showing the mean training digit, whatever comes in.
    sparsity : float
        Population sparsity: mean over held-out digits of the fraction of active units.
    firing_rates : ndarray of float64, shape (h,)
        Lifetime sparsity of each unit: fraction of held-out digits that it is active on.
    biases : ndarray of float64, shape (h,)
        B.
    norm_w, norm_v : float
        Frobenius norms of W and V.
    gradient_w, gradient_v : float
        Frobenius norms of dE/dW and dE/dV as ``backward`` gives them, the mean over the first held-out digits.
    cosine : float
        Mean over units of the cosine between a column of W and the row of V; NaN where no unit has one.
    n_units, n_dead : int
        Hidden units, and those of them that are dead.
    mean_bias : float
        Mean of B.
    still : ndarray of bool, shape (h,), or None
        See `dae_core.evaluation.activity_count`.
    """

    iteration: int
    learning_rate: float
    corruption: Corruption
    n_images: int
    n_training: int
    error: float
    training_error: float
    mean_error: float
    sparsity: float
    firing_rates: Doubles
    biases: Doubles
    norm_w: float
    norm_v: float
    gradient_w: float
    gradient_v: float
    cosine: float
    n_units: int
    n_dead: int
    mean_bias: float
    still: NDArray[np.bool_] | None = None

    @property
    def dead(self) -> tuple[int, ...]:
        """Units that are dead on the held-out digits, ascending."""
        return tuple(int(unit) for unit in np.flatnonzero(dead_of(self.firing_rates, self.still)))


class HealthLog:
    """The measurements of one run in order; the arrays are kept of the newest only, and old ones are thinned."""

    def __init__(self) -> None:
        self.entries: list[HealthMetrics] = []

    def add(self, metrics: HealthMetrics) -> None:
        """Add a measurement. One of an earlier iteration than the last begins anew, one of the same replaces it."""
        if self.entries and metrics.iteration < self.entries[-1].iteration:
            self.entries.clear()
        if self.entries and metrics.iteration == self.entries[-1].iteration:
            self.entries.pop()
        if self.entries:
            self.entries[-1] = _without_units(self.entries[-1])
        self.entries.append(metrics)
        self._thin()

    def insert(self, earlier: Iterable[HealthMetrics]) -> None:
        """Add measurements of iterations before the last one that was added; of an iteration that is there, nothing."""
        known = {metrics.iteration: metrics for metrics in self.entries}
        last = self.entries[-1].iteration if self.entries else 0
        for metrics in earlier:
            if metrics.iteration < last:
                known.setdefault(metrics.iteration, _without_units(metrics))
        self.entries = [known[iteration] for iteration in sorted(known)]
        self._thin()

    def gaps(self, iterations: Sequence[int]) -> list[int]:
        """Return which of some rising iterations would tell more: between whose neighbours nothing was measured."""
        at = np.array([metrics.iteration for metrics in self.entries])
        if not len(at):
            return []
        bounds = [-1, *iterations, max(int(at[-1]), iterations[-1]) + 1] if iterations else []
        return [
            iteration
            for before, iteration, after in zip(bounds, iterations, bounds[2:], strict=False)
            if iteration < at[-1] and not np.any((at > before) & (at < min(after, at[-1])))
        ]

    def _thin(self) -> None:
        if len(self.entries) > MOST_ENTRIES:
            old = MOST_ENTRIES * 4 // 5
            self.entries = self.entries[:old:2] + self.entries[old:]


def _without_units(metrics: HealthMetrics) -> HealthMetrics:
    """Return a measurement without what only the last one is asked for."""
    nothing = np.empty(0)
    return dataclasses.replace(metrics, firing_rates=nothing, biases=nothing, still=None)


class HealthEvaluator:
    """The digits that all measurements of a run look at: held-out and training digits with one fixed noise each.

    Parameters
    ----------
    dataset : Dataset
    corruption : Corruption
        Its black and white are taken from the data set.
    count : int
        Digits of each part; at most all of them.
    """

    def __init__(self, dataset: Dataset, corruption: Corruption, count: int = DIGITS) -> None:
        self.dataset = dataset
        self.corruption = corruption.with_range(dataset.black, dataset.white)
        self.held_out = HeldOut(dataset, corruption, count)
        rng = np.random.default_rng(np.random.SeedSequence(NOISE_SEED, spawn_key=(_TRAINING_STREAM,)))
        n = len(dataset.train_images)
        self.indices = rng.choice(n, min(count, n), replace=False)
        self.clean, self.noisy = add_noise(dataset, dataset.train_images[self.indices], corruption, NOISE_SEED)
        mean = (np.mean(dataset.train_images, axis=0, dtype=np.float64).ravel() - dataset.mean) / dataset.std
        self.mean_error = float(squared_error(mean, self.held_out.clean).mean())

    def measure(
        self,
        model: AutoEncoder,
        iteration: int,
        learning_rate: float,
        monitor: Monitor = UNWATCHED,
    ) -> HealthMetrics:
        """Return the figures of a model, which is only read. Raises Cancelled when ``monitor`` says so.

        A diverged model gives figures that are not finite, and no warning.
        """
        sums = []
        for clean, noisy in ((self.held_out.clean, self.held_out.noisy), (self.clean, self.noisy)):
            total, count = 0.0, ActivityCount(model)
            for start in range(0, len(clean), _ROWS):
                monitor.check()
                rows = slice(start, start + _ROWS)
                total += _add(count, model, clean[rows], noisy[rows])
            sums.append((total / len(clean), count))
        (error, count), (training_error, _) = sums
        rates = count.rates
        monitor.check()
        few = slice(0, GRADIENT_DIGITS)
        with np.errstate(all="ignore"):
            gradients = model.backward(_as(self.held_out.noisy[few], model), _as(self.held_out.clean[few], model))
        weights = unit_weights(model)
        known = weights.cosines[np.isfinite(weights.cosines)]
        return HealthMetrics(
            iteration=iteration,
            learning_rate=learning_rate,
            corruption=self.corruption,
            n_images=len(self.held_out),
            n_training=len(self.clean),
            error=error,
            training_error=training_error,
            mean_error=self.mean_error,
            sparsity=float(rates.mean()),
            firing_rates=rates,
            biases=weights.biases,
            norm_w=_norm(model.W),
            norm_v=_norm(model.V),
            gradient_w=_norm(gradients.W),
            gradient_v=_norm(gradients.V),
            cosine=float(known.mean()) if len(known) else float("nan"),
            n_units=model.n_hidden,
            n_dead=int(dead_of(rates, count.still).sum()),
            mean_bias=float(weights.biases.mean()),
            still=count.still,
        )


def _add(count: ActivityCount, model: AutoEncoder, clean: Rows, noisy: Rows) -> float:
    """Count the units on rows (n, d), and return the sum of |y - x0|² over them."""
    with np.errstate(all="ignore"):
        z, y = model.forward(_as(noisy, model))
        count.add(z)
        return float(squared_error(y, clean).sum())


def _as(rows: Rows, model: AutoEncoder) -> NDArray[np.floating[Any]]:
    return rows.astype(model.W.dtype, copy=False)


def _norm(array: NDArray[np.floating[Any]]) -> float:
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.einsum("ij,ij->", array, array, dtype=np.float64)))
