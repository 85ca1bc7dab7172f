"""Measures of how close a reconstruction is to the clean image.

Errors are in standardized units unless said otherwise; PSNR and SSIM are of pictures with grey values from 0 to 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.evaluation.ssim import SimilarityReference

Floats = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]


def squared_error(reconstruction: Floats, clean: Floats) -> Doubles:
    """Return |y - x0|² of each image, (n,) for rows (n, d): the error that the exercise records."""
    difference = np.asarray(reconstruction, np.float64) - clean
    return np.asarray(np.einsum("...k,...k->...", difference, difference))


def psnr(mse: Doubles | float, pixel_scale: float) -> Doubles:
    """Return the peak signal-to-noise ratio in dB, 10 log10(1 / mse), for a peak of 1.

    ``mse`` is in standardized units; ``pixel_scale`` is what one such unit is in grey values from 0 to 1.
    A perfect image gives infinity.
    """
    with np.errstate(divide="ignore"):
        return np.asarray(-10.0 * np.log10(np.asarray(mse, np.float64) * pixel_scale**2))


def ssim(image: Floats, clean: Floats) -> float:
    """Return the structural similarity (Wang et al. 2004) of two pictures (h, w) with grey values from 0 to 1.

    ``image`` is clipped to that range, as it is seen. The window is 7x7, or the largest odd one that fits a smaller
    picture; NaN below 3x3 and for non-finite pictures. The figure is that of scikit-image, which takes 0.3 s to import.
    """
    return float(SimilarityReference(clean[np.newaxis]).similarity(image[np.newaxis])[0])
