"""Finding the classical filters' best parameters, on training digits with the same kind of noise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.evaluation import classical
from dae_core.jobs import Monitor
from dae_core.model.corruption import Corruption

Floats = NDArray[np.floating[Any]]
Filter = Callable[[Floats, Monitor], Floats]

TUNING_SEED = 20_240_301
TUNING_IMAGES = 100
PCA_IMAGES = 1000
_BLURS = (0.4, 0.6, 0.9, 1.3, 2.0)  # pixels
_WEIGHTS = (0.03, 0.1, 0.3, 0.6, 1.2, 2.4, 5.0)  # standardized units
_SIMILARITIES = (0.1, 0.2, 0.4, 0.6, 0.9, 1.4, 2.5)
_NEAR, _FAR = 6, 11
_COARSE = 40  # images are enough to choose among far settings


@dataclass(frozen=True)
class Tuned:
    """A filter with its best parameters: name, their description, what it does, its MSE on the training digits."""

    key: str
    setting: str
    apply: Filter
    tuning_mse: float


class TrainingPairs:
    """Training images (n, h, w), clean and corrupted, in standardized units; a fixed choice with fixed noise.

    Parameters
    ----------
    dataset, corruption
        The corruption's black and white are taken from the data set.
    count
        How many images, at most all.
    clip
        Whether the noisy images are cut off at black and white.
    """

    def __init__(self, dataset: Dataset, corruption: Corruption, count: int, clip: bool = False) -> None:
        rng = np.random.default_rng(TUNING_SEED)
        images = dataset.train_images[np.sort(rng.permutation(len(dataset.train_images))[:count])]
        rows = dataset.standardize(images)
        noisy = corruption.with_range(dataset.black, dataset.white).apply(rows, rng)
        self.clean: Floats = rows.reshape(-1, *dataset.shape)
        self.noisy: Floats = clipped(dataset, noisy, clip).reshape(-1, *dataset.shape)

    def mse(self, result: Floats) -> float:
        """Return the mean squared error of the denoised images, or of the first ones (n, h, w)."""
        return float(np.mean(np.square(np.asarray(result, np.float64) - self.clean[: len(result)])))


def clipped(dataset: Dataset, rows: Floats, clip: bool) -> NDArray[np.float32]:
    """Return rows in standardized units, cut off at black and white if ``clip``."""
    rows = np.asarray(rows, np.float32)
    return rows.clip(np.float32(dataset.black), np.float32(dataset.white)) if clip else rows


def tune_median(pairs: TrainingPairs, monitor: Monitor) -> Tuned:
    """Return the best median of 3x3, 5x5 and 7x7 pixels; 3x3 where no larger one fits."""
    sizes = [3, *(size for size in (5, 7) if size <= min(pairs.clean.shape[1:]))]
    scores = []
    for size in sizes:
        monitor.check()
        scores.append(pairs.mse(classical.median(pairs.noisy, size)))
    best = int(np.argmin(scores))
    size = sizes[best]
    return Tuned("median", f"{size}×{size}", lambda images, _monitor: classical.median(images, size), scores[best])


def tune_blur(pairs: TrainingPairs, monitor: Monitor) -> Tuned:
    """Return the best Gaussian blur."""

    def score(sigma: float) -> float:
        monitor.check()
        return pairs.mse(classical.gaussian_blur(pairs.noisy, sigma))

    sigma, mse = best_positive(score, _BLURS)
    return Tuned("blur", f"σ = {sigma:.2g} px", lambda images, _monitor: classical.gaussian_blur(images, sigma), mse)


def tune_total_variation(pairs: TrainingPairs, monitor: Monitor) -> Tuned:
    """Return the best total variation."""

    def score(weight: float) -> float:
        monitor.check()
        return pairs.mse(classical.total_variation(pairs.noisy, weight))

    weight, mse = best_positive(score, _WEIGHTS)
    return Tuned(
        "tv", f"weight {weight:.2g}", lambda images, inner: classical.total_variation(images, weight, inner), mse
    )


def tune_non_local_means(pairs: TrainingPairs, monitor: Monitor) -> Tuned:
    """Return the best non-local means: patch, distance, h, and whether it gets the noise level."""
    noise = float(np.sqrt(np.mean(np.square(pairs.noisy - pairs.clean))))
    patches = [patch for patch in (3, 5, 7) if patch <= min(pairs.clean.shape[1:])] or [3]

    def score(patch: int, distance: int, h: float, sigma: float, count: int | None = None) -> float:
        monitor.check()
        return pairs.mse(classical.non_local_means(pairs.noisy[:count], patch, distance, h, sigma))

    tries: list[tuple[float, int, float, float]] = []
    for place, patch in enumerate(patches):
        monitor.report(0.7 * place / len(patches))
        for sigma in (0.0, noise):
            tries += [(score(patch, _NEAR, h, sigma, _COARSE), patch, sigma, h) for h in _SIMILARITIES]
    _, patch, sigma, h = min(tries)
    mse, distance = np.inf, _NEAR
    for far in (_NEAR, _FAR):
        monitor.report(0.7 if far == _NEAR else 0.8)
        grid = (h / 1.4, h, h * 1.4)
        found, value = best_positive(lambda x, d=far: score(patch, d, x, sigma), grid, rounds=1)  # type: ignore[misc]
        if value < mse:
            mse, distance, h = value, far, found
    noise_text = f", noise {sigma:.2g}" if sigma else ""
    return Tuned(
        "nlm",
        f"{patch}×{patch} within {distance}, h = {h:.2g}{noise_text}",
        lambda images, inner: classical.non_local_means(images, patch, distance, h, sigma, inner),
        mse,
    )


def best_positive(score: Callable[[float], float], grid: Sequence[float], rounds: int = 2) -> tuple[float, float]:
    """Return the positive number with the least score, and the score.

    It is looked for on a rising grid, then between the best one and its neighbours, each time at the geometric means.
    """
    scores = {x: score(x) for x in grid}
    for _ in range(rounds):
        known = sorted(scores)
        place = known.index(min(scores, key=scores.__getitem__))
        for neighbour in (place - 1, place + 1):
            if 0 <= neighbour < len(known):
                between = float(np.sqrt(known[place] * known[neighbour]))
                scores[between] = score(between)
    best = min(scores, key=scores.__getitem__)
    return best, scores[best]
