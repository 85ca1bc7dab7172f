"""The classical ways to remove noise: median, Gaussian blur, total variation, non-local means, principal components.

The filters take pictures (n, h, w) on any scale of grey; parameters with the unit of a pixel (``weight``, ``h``,
``sigma``) are on the same scale: for pictures ``a x + b`` and parameters times ``a`` they return ``a`` times the result
plus ``b``. Borders are continued by reflection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.evaluation.linear_denoiser import PixelStatistics
from dae_core.jobs import UNWATCHED, Monitor

Floats = NDArray[np.floating[Any]]
_REPORT_EVERY = 20


def median(images: Floats, size: int) -> Floats:
    """Return each pixel's median over a square of ``size`` x ``size`` pixels around it, for images (n, h, w)."""
    from scipy.ndimage import median_filter

    return np.asarray(median_filter(images, size=(1, size, size), mode="reflect"))


def gaussian_blur(images: Floats, sigma: float) -> Floats:
    """Return images (n, h, w) blurred by a Gaussian with a standard deviation of ``sigma`` pixels."""
    from scipy.ndimage import gaussian_filter

    return np.asarray(gaussian_filter(images, sigma=(0.0, sigma, sigma), mode="reflect"))


def total_variation(images: Floats, weight: float, monitor: Monitor = UNWATCHED) -> Floats:
    """Return the images (n, h, w) that are near in squares and have little total variation.

    Rudin, Osher & Fatemi 1992, with Chambolle's algorithm (2004) of scikit-image; ``weight`` > 0 is in the unit of a
    pixel. Raises Cancelled when ``monitor`` says so.
    """
    from skimage.restoration import denoise_tv_chambolle

    result = np.empty_like(images)
    for index, image in enumerate(images):
        _report(monitor, index, len(images))
        result[index] = denoise_tv_chambolle(image, weight=weight)
    return result


def non_local_means(
    images: Floats, patch: int, distance: int, h: float, sigma: float, monitor: Monitor = UNWATCHED
) -> Floats:
    """Return images (n, h, w) in which each pixel is the mean of those with similar surroundings.

    Buades, Coll & Morel 2005, with scikit-image's fast algorithm (Darbon et al. 2008).

    Parameters
    ----------
    images : ndarray, shape (n, h, w)
    patch : int
        Width of the square surroundings, in pixels.
    distance : int
        How far away similar pixels are looked for, in pixels; never farther than the picture is large.
    h : float
        How different surroundings may be, in the unit of a pixel.
    sigma : float
        Standard deviation of the noise in the same unit; the difference that it makes by itself is taken off.
    monitor : Monitor, optional
        Gets the progress; may raise Cancelled.
    """
    from skimage.restoration import denoise_nl_means

    distance = min(distance, max(images.shape[1:]) - 1)
    result = np.empty_like(images)
    for index, image in enumerate(images):
        _report(monitor, index, len(images))
        result[index] = denoise_nl_means(
            image, patch_size=patch, patch_distance=distance, h=h, sigma=sigma, fast_mode=True, preserve_range=True
        )
    return result


@dataclass(frozen=True, eq=False)
class PcaDenoiser:
    """Keeps only what the leading principal components of clean training images can express.

    ``mean`` (d,) and ``components`` (d, d), orthonormal rows with falling variance, are of the clean training images
    in standardized units.
    """

    mean: NDArray[np.float64]
    components: NDArray[np.float64]

    @classmethod
    def fit(cls, statistics: PixelStatistics) -> PcaDenoiser:
        """Return the principal components of training images of which mean and covariance are known."""
        _, vectors = np.linalg.eigh(statistics.covariance)
        return cls(statistics.mean, np.ascontiguousarray(vectors.T[::-1]))

    def best_count(self, noisy: Floats, clean: Floats) -> int:
        """Return the number of components, 0 to d, with the least squared error for rows (n, d)."""
        found = (noisy - self.mean) @ self.components.T
        wanted = (clean - self.mean) @ self.components.T
        kept = np.square(found - wanted).sum(axis=0)
        lost = np.square(wanted).sum(axis=0)
        return int(np.argmin(np.concatenate([[0.0], np.cumsum(kept - lost)])))

    def reconstruct(self, x: Floats, count: int) -> Floats:
        """Return rows ``x`` (..., d) as the mean and the first ``count`` components express them."""
        used = self.components[:count]
        return np.asarray((x - self.mean) @ used.T @ used + self.mean)


def _report(monitor: Monitor, index: int, count: int) -> None:
    if index % _REPORT_EVERY == 0:
        monitor.report(index / count)
