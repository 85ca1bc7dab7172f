"""What a model makes of one image, and of the exercise's ten: clean, noisy and reconstructed, with figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.evaluation import metrics
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption

Picture = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class NoisyDigit:
    """A digit with fixed noise: a clean image (h, w) of uint8, its corruption, and the seed of the random numbers."""

    image: NDArray[np.uint8]
    corruption: Corruption
    seed: int

    def rows(self, dataset: Dataset) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the clean and the noisy digit as rows (d,) in the standardized units of a data set."""
        clean, noisy = add_noise(dataset, self.image, self.corruption, self.seed)
        return clean, noisy


@dataclass(frozen=True)
class Quality:
    """How close a picture is to the clean one.

    ``mse`` is the mean over pixels of the squared difference in standardized units; ``psnr`` the peak signal-to-noise
    ratio in dB, for a peak of 1 in grey values from 0 to 1; ``ssim`` the structural similarity of the two pictures
    clipped to grey values from 0 to 1, as they are seen (NaN for pictures below 3x3). After a divergence they are
    NaN or infinite.
    """

    mse: float
    psnr: float
    ssim: float


@dataclass(frozen=True)
class Denoised:
    """One image as it passes through the network.

    ``clean``, ``noisy`` and ``reconstruction`` (h, w) are grey, 0 black to 1 white, not clipped; ``error`` (h, w) is
    reconstruction - clean in standardized units; ``before`` judges the noisy picture, ``after`` the reconstruction.
    """

    clean: Picture
    noisy: Picture
    reconstruction: Picture
    error: Picture
    before: Quality
    after: Quality


def add_noise(
    dataset: Dataset, images: NDArray[np.uint8], corruption: Corruption, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return images (..., h, w) as standardized rows (..., d), clean and noisy; the same seed gives the same noise.

    The corruption's black and white are taken from the data set.
    """
    clean = dataset.standardize(images)
    corruption = corruption.with_range(dataset.black, dataset.white)
    return clean, np.asarray(corruption.apply(clean, np.random.default_rng(seed)), np.float32)


def denoise(
    model: AutoEncoder, dataset: Dataset, image: NDArray[np.uint8], corruption: Corruption, seed: int
) -> Denoised:
    """Corrupt one image, reconstruct it, and measure both.

    Parameters
    ----------
    model : AutoEncoder
        Only read. A diverged one gives pictures and figures that are not finite, and no warning.
    dataset : Dataset
        The data that the model was trained on; its mean and standard deviation are used.
    image : ndarray of uint8, shape (h, w)
        As the data set's images.
    corruption : Corruption
        Its black and white are taken from the data set.
    seed : int
        The same seed gives the same noise.
    """
    clean, noisy = add_noise(dataset, image, corruption, seed)
    reconstruction = _reconstruct(model, noisy)
    with np.errstate(all="ignore"):
        error = reconstruction - clean
        return Denoised(
            _picture(dataset, clean),
            _picture(dataset, noisy),
            _picture(dataset, reconstruction),
            error.reshape(dataset.shape),
            _quality(dataset, noisy, clean),
            _quality(dataset, reconstruction, clean),
        )


def denoise_rows(
    model: AutoEncoder, dataset: Dataset, images: NDArray[np.uint8], corruption: Corruption, seed: int
) -> tuple[Picture, Picture, Picture]:
    """Return the exercise's three rows for images (n, h, w): clean, noisy and reconstruction, each (n, h, w) grey.

    Grey is 0 black to 1 white, not clipped. See `denoise` for the parameters.
    """
    clean, noisy = add_noise(dataset, images, corruption, seed)
    # Row by row: a product of matrices is shared among all cores by BLAS, and while a training keeps one of them busy,
    # waiting for it takes twenty times as long as the work.
    reconstruction = np.stack([_reconstruct(model, row) for row in noisy])
    with np.errstate(all="ignore"):
        return _picture(dataset, clean), _picture(dataset, noisy), _picture(dataset, reconstruction)


def _reconstruct(model: AutoEncoder, noisy: NDArray[np.float32]) -> NDArray[np.float32]:
    with np.errstate(all="ignore"):  # a diverged model overflows, and that is to be seen, not to be warned of
        return np.asarray(model.reconstruct(noisy), np.float32)


def _picture(dataset: Dataset, rows: NDArray[np.floating[Any]]) -> Picture:
    return np.asarray(dataset.to_pixels(rows), np.float32)


def _quality(dataset: Dataset, row: NDArray[np.float32], clean: NDArray[np.float32]) -> Quality:
    mse = float(metrics.squared_error(row, clean)) / dataset.n_inputs
    seen, truth = (dataset.to_pixels(r).clip(0.0, 1.0) for r in (row, clean))
    ssim = metrics.ssim(seen, truth) if np.isfinite(row).all() else float("nan")  # clipping hides what is infinite
    return Quality(mse, float(metrics.psnr(mse, dataset.pixel_scale)), ssim)
