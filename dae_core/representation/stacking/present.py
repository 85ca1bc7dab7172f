"""The stack whose top is the run that is under way: the layers below it, and what all of them make of an image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dae_core import mosaic
from dae_core.datasets import Dataset, ImageOptions
from dae_core.evaluation.denoising import add_noise
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption
from dae_core.representation.stacking.code_data import code_data
from dae_core.representation.stacking.fine_tuning import FineTuned, FineTuning, fine_tune
from dae_core.representation.stacking.stack import Layer, Stack
from dae_core.representation.stacking.stack_file import PixelSource, SavedStack, save_next_data, stack_below
from dae_core.training.config import TrainingConfig
from dae_core.training.scaling import scaled_for

Picture = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Below:
    """What a run stands on: the layers below, None for a first layer, and the images that the first one reads."""

    saved: SavedStack | None
    pixels: Dataset
    source: PixelSource

    def stack(self, model: AutoEncoder, config: TrainingConfig, codes: Dataset) -> Stack:
        """Return the stack with the run's weights on top; ``codes`` is the data set that it is trained on."""
        layer = Layer(model, config, scaled_for(codes, config).scale)
        if self.saved is None:
            return Stack((layer,))
        return Stack((*self.saved.stack.layers, layer))


def below_of(dataset: Dataset, source: str, options: ImageOptions | None, monitor: Monitor = UNWATCHED) -> Below:
    """Return what a run on a data set stands on, which was opened from ``source`` with ``options``.

    Raises StackError where the layers below or their images are gone or damaged, and Cancelled.
    """
    saved = stack_below(source)
    if saved is None:
        return Below(None, dataset, PixelSource.of(dataset, source, options))
    return Below(saved, saved.pixels.open(monitor), saved.pixels)


@dataclass(frozen=True, eq=False)
class Looks:
    """A stack in pictures.

    Parameters
    ----------
    filters : ndarray (rows * h, columns * w)
        The mosaic of the top's filters in pixels, carried through the decoders below.
    level : float
        Filters are shown from -level to level.
    rows : ndarray (3 * n, h, w)
        n held-out images: clean, noisy, and cleaned by the whole stack; grey from 0 to 1.
    mse : float
        The mean squared error of the cleaned ones, in standardized pixels of the first layer.
    """

    filters: Picture
    level: float
    rows: Picture
    mse: float


def look(stack: Stack, pixels: Dataset, indices: NDArray[np.intp], corruption: Corruption, seed: int) -> Looks:
    """Return a stack in pictures; ``indices`` (n,) are held-out images, corrupted with the numbers of a seed."""
    scaled = pixels.standardized_by(stack.layers[0].scale)
    with np.errstate(all="ignore"):  # a diverged run is to be seen
        filters, level = mosaic.filters(np.asarray(stack.filters()), pixels.shape)
        clean, noisy = add_noise(scaled, pixels.test_images[indices], corruption, seed)
        cleaned = stack.reconstruct(noisy)
        rows = np.concatenate([scaled.to_pixels(rows) for rows in (clean, noisy, cleaned)])
        mse = float(np.square(cleaned - clean).mean(dtype=np.float64))
    return Looks(filters, level, rows, mse)


def make_next_data(stack: Stack, below: Below, monitor: Monitor = UNWATCHED) -> tuple[str, float]:
    """Write the codes of a stack's top, and return the source that opens them and what their rounding lost.

    Raises StackError, DataError and Cancelled.
    """
    data = code_data(stack, below.pixels, monitor)
    return save_next_data(SavedStack(stack, below.source), data), data.loss


def fine_tune_both(
    stack: Stack, pixels: Dataset, how: FineTuning, monitor: Monitor = UNWATCHED
) -> tuple[FineTuned, FineTuned]:
    """Return the classifiers that start from the stack's weights and from random ones. Raises as `fine_tune` does."""
    monitor.stage(0.0, 0.5, "Pre-trained")
    pre_trained = fine_tune(stack, pixels, how, monitor.part())
    monitor.stage(0.5, 1.0, "Not pre-trained")
    return pre_trained, fine_tune(stack, pixels, how, monitor.part(), pre_trained=False)
