"""What the network has to beat: the best linear denoiser."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.evaluation.beside_linear import LinearErrors
from dae_core.evaluation.held_out import HeldOut
from dae_core.evaluation.linear_memory import TooLargeError, reason_to_leave_out
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.corruption import Corruption

Floats = NDArray[np.floating[Any]]
# Of so many rows of grey levels up to 255, all sums of products stay below 2^24: float32 holds them exactly.
_ROWS = 256


@dataclass(frozen=True)
class PixelStatistics:
    """Mean (d,) and covariance (d, d) of the training images in standardized units, float64."""

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    @classmethod
    def of(cls, dataset: Dataset, monitor: Monitor = UNWATCHED) -> PixelStatistics:
        """Measure a data set's training images; about a second for MNIST.

        The sums are exact, so that pixels that never change have a variance of exactly zero: without noise, a variance
        a little below zero would leave nothing to be solved. Raises Cancelled, and TooLargeError when the fit of the
        linear denoiser would not fit into memory; see `reason_to_leave_out`.
        """
        too_large = reason_to_leave_out(dataset.shape)
        if too_large:
            raise TooLargeError(too_large)
        images = dataset.train_images.reshape(-1, dataset.n_inputs)
        n = len(images)
        total = np.zeros(dataset.n_inputs)
        products = np.zeros((dataset.n_inputs, dataset.n_inputs))
        for start in range(0, n, _ROWS):
            monitor.check()
            rows = images[start : start + _ROWS].astype(np.float32)
            total += rows.sum(axis=0, dtype=np.float64)
            products += rows.T @ rows
        # In place, some rows at a time: each matrix takes as much memory as the covariance itself.
        covariance = products
        for start in range(0, dataset.n_inputs, _ROWS):
            part = covariance[start : start + _ROWS]
            part *= n
            part -= np.outer(total[start : start + _ROWS], total)
            part /= (n * dataset.std) ** 2
        return cls((total / n - dataset.mean) / dataset.std, covariance)


@dataclass(frozen=True)
class LinearDenoiser:
    """The affine map y = x A + b with the least mean squared error for one data set and corruption.

    With x = g x0 + b0 + noise, where Cov(x0) = S and the noise adds a diagonal D, it is the Wiener filter
    A = (g² S + D)⁻¹ g S (closed form for all corruptions here, since they treat every pixel by itself).
    """

    matrix: NDArray[np.float32]
    offset: NDArray[np.float32]

    @classmethod
    def fit(cls, statistics: PixelStatistics, corruption: Corruption) -> LinearDenoiser:
        """Return the best linear denoiser; ``corruption`` must know the data set's black and white."""
        mean, covariance = statistics.mean, statistics.covariance
        gain, offset, added = corruption.moments(mean, covariance.diagonal() + mean**2)
        noisy_covariance = gain**2 * covariance
        # Pixels that never change make this singular where the noise adds nothing; a trace of ridge settles them.
        ridge = 1e-9 * max(1.0, float(covariance.diagonal().max()))
        noisy_covariance[np.diag_indices_from(noisy_covariance)] += np.maximum(added, 0) + ridge
        matrix = np.linalg.solve(noisy_covariance, gain * covariance)
        return cls(matrix.astype(np.float32), (mean - (gain * mean + offset) @ matrix).astype(np.float32))

    @classmethod
    def estimate(cls, pairs: Iterable[tuple[Floats, Floats]]) -> LinearDenoiser:
        """Return the affine map with the least squared error on samples, for noise without a closed form.

        ``pairs`` are any number of batches of noisy and clean rows (n, d), of which only sums are kept. Raises
        ValueError when there are no rows.
        """
        count, gram, mixed = 0, np.zeros(0), np.zeros(0)
        for noisy, clean in pairs:
            # In float64: pixels that never change are multiples of the ones, and rounding would make that a mess.
            x = np.column_stack([np.asarray(noisy, np.float64), np.ones(len(noisy))])
            if not count:
                gram, mixed = np.zeros((x.shape[1], x.shape[1])), np.zeros((x.shape[1], clean.shape[1]))
            gram += x.T @ x
            mixed += x.T @ np.asarray(clean, np.float64)
            count += len(noisy)
        if not count:
            raise ValueError("A linear denoiser cannot be estimated without samples.")
        # A ridge settles these pixels; it is far below any noise that matters.
        gram[np.diag_indices_from(gram)] += 1e-7 * count
        solution = np.linalg.solve(gram, mixed).astype(np.float32)
        return cls(solution[:-1], solution[-1])

    def reconstruct(self, x: Floats) -> Floats:
        """Return the denoised rows of ``x`` (..., d)."""
        return x @ self.matrix + self.offset


def linear_bound(statistics: PixelStatistics, held_out: HeldOut) -> float:
    """Return the MSE of the best linear denoiser on held-out images, in standardized units."""
    denoiser = LinearDenoiser.fit(statistics, held_out.corruption)
    return held_out.score(denoiser.reconstruct(held_out.noisy)).mse


def linear_errors(
    statistics: PixelStatistics, some: HeldOut, whole: HeldOut, monitor: Monitor = UNWATCHED
) -> LinearErrors:
    """Fit the denoiser to the noise of ``some`` and measure it on both; raises Cancelled where the monitor says so."""
    denoiser = LinearDenoiser.fit(statistics, some.corruption)
    errors = []
    for held_out in (some, whole):
        monitor.check()
        errors.append(held_out.score(denoiser.reconstruct(held_out.noisy)).error)
    return LinearErrors(errors[0], len(some), errors[1], len(whole))
