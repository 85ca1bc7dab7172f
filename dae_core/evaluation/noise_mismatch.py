"""Noise that a network was not trained on: its quality over the noise level, and a series trained at several levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import Figures, HeldOut
from dae_core.evaluation.linear_denoiser import LinearDenoiser, PixelStatistics
from dae_core.evaluation.linear_memory import reason_to_leave_out
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption
from dae_core.training.config import TrainingConfig
from dae_core.training.trainer import Trainer, train
from dae_core.typed_numbers import NumberError, TwoMeaningsError, read_number, split_list

Floats = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]
_CHUNK = 2000


class NoiseLadder:
    """The same held-out images under one kind of noise at several levels; the same random numbers at each.

    Parameters
    ----------
    dataset : Dataset
    kind : Corruption
        Its level does not count.
    levels : sequence of float
        Rising. Raises ValueError when one is out of the corruption's range.
    count : int
        How many held-out images, at most all.
    monitor : Monitor, optional
        Gets the progress; may raise Cancelled.

    Attributes
    ----------
    levels : ndarray of float64, shape (k,)
    noisy_psnr, linear_psnr, linear_mse : ndarray of float64, shape (k,)
        PSNR in dB (mean over images, peak 1) of the noisy images and of the best linear denoiser for each level, and
        the latter's MSE in standardized units; NaN where it is left out.
    units : str
        What levels of Gaussian noise are measured in, in words: `Dataset.units`.
    left_out : str
        Why the linear denoiser is left out, in a sentence; empty where it is not.
    """

    def __init__(
        self, dataset: Dataset, kind: Corruption, levels: Sequence[float], count: int, monitor: Monitor = UNWATCHED
    ) -> None:
        monitor.stage(0.0, 0.4, "measuring the training digits")
        self.left_out = reason_to_leave_out(dataset.shape)
        statistics = None if self.left_out else PixelStatistics.of(dataset, monitor)
        self.kind, self.units = kind.kind, dataset.units
        self.levels = np.asarray(levels, np.float64)
        monitor.stage(0.4, 1.0, "fitting a linear denoiser at each level")
        self._rungs: list[HeldOut] = []
        noisy: list[Figures] = []
        linear: list[Figures] = []
        for place, level in enumerate(levels):
            monitor.report(place / len(levels))
            held_out = HeldOut(dataset, kind.with_level(level), count)
            self._rungs.append(held_out)
            noisy.append(held_out.score(held_out.noisy))
            if statistics is not None:
                denoiser = LinearDenoiser.fit(statistics, held_out.corruption)
                linear.append(held_out.score(denoiser.reconstruct(held_out.noisy)))
        self.noisy_psnr = np.array([figures.psnr for figures in noisy])
        unknown = np.full(len(levels), np.nan)
        self.linear_psnr = np.array([figures.psnr for figures in linear]) if linear else unknown
        self.linear_mse = np.array([figures.mse for figures in linear]) if linear else unknown

    def __len__(self) -> int:
        return len(self._rungs[0])

    def evaluate(self, model: AutoEncoder, monitor: Monitor = UNWATCHED) -> tuple[Figures, ...]:
        """Return the figures of a network, which is only read, at each level."""
        figures = []
        for place, rung in enumerate(self._rungs):
            monitor.report(place / len(self._rungs))
            figures.append(rung.evaluate(model))
        return tuple(figures)


@dataclass(frozen=True, eq=False)
class Series:
    """Networks trained at several noise levels, each tested at all of them.

    ``mse`` and ``psnr`` (k, k) have a row for each training level and a column for each test level: MSE in
    standardized units, PSNR in dB (mean over images, peak 1). ``config`` holds what all share, the seed too: the
    networks start from the same weights and see the same digits in the same order. ``diverged`` are the training
    levels whose run diverged; their rows are those of the last good weights.
    """

    config: TrainingConfig
    levels: tuple[float, ...]
    mse: Doubles
    psnr: Doubles
    images: int
    diverged: tuple[float, ...] = ()


def train_series(
    dataset: Dataset, config: TrainingConfig, levels: Sequence[float], count: int, monitor: Monitor = UNWATCHED
) -> Series:
    """Train one network for each noise level, with trainers of its own, and test each at all levels.

    The settings of the runs are ``config`` but for the level; tests are on ``count`` held-out images, at most all.
    Raises ValueError when a level is out of range, and Cancelled.
    """
    configs = [config.replace(corruption=config.corruption.with_level(level)) for level in levels]
    tests = [HeldOut(dataset, one.corruption, count) for one in configs]
    mse, psnr = np.empty((len(levels), len(levels))), np.empty((len(levels), len(levels)))
    diverged = []
    for row, (level, one) in enumerate(zip(levels, configs, strict=True)):
        monitor.stage(row / len(levels), (row + 1) / len(levels), f"training at level {level:g}")
        trainer = Trainer(dataset, one)
        trainer.chunk = _CHUNK
        runs = train(trainer)
        try:
            for progress in runs:
                monitor.report(progress.iteration / progress.end)
        finally:
            runs.close()  # type: ignore[attr-defined]  # a generator: closing it ends the trainer's thread
        if trainer.divergence is not None:
            diverged.append(level)
        for column, held_out in enumerate(tests):
            monitor.check()
            figures = held_out.evaluate(trainer.model)
            mse[row, column], psnr[row, column] = figures.mse, figures.psnr
    return Series(config, tuple(levels), mse, psnr, len(tests[0]), tuple(diverged))


def parse_levels(text: str, kind: Corruption) -> tuple[float, ...]:
    """Read levels such as ``"0.5, 1, 2"`` or ``"0,5; 1; 2"``; two to eight different ones, returned rising.

    Raises
    ------
    ValueError
        With a sentence that names what is allowed.
    """
    try:
        levels = tuple(sorted({level for entry in split_list(text, whole=False) if entry for level in _levels(entry)}))
    except TwoMeaningsError:
        raise
    except NumberError:
        raise ValueError(f"The levels “{text}” are not numbers; write for example 0.5, 1, 2.") from None
    if not 2 <= len(levels) <= 8:
        raise ValueError(f"Choose two to eight different noise levels, not {len(levels)}.")
    for level in levels:
        kind.with_level(level)
    return levels


def _levels(entry: str) -> list[float]:
    """Read an entry of a list: a number, or several with spaces between them."""
    try:
        return [read_number(entry)]
    except NumberError:
        if len(entry.split()) == 1:
            raise
        return [read_number(part) for part in entry.split()]
