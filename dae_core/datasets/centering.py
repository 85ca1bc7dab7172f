"""Centre and scale a drawing as the digits of MNIST were."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

BOX = 20 / 28
"""MNIST's digits fit into a box of 20 x 20 in 28 x 28 pixels."""

LARGEST_SCALE = 3.0
"""A drawing is enlarged no further, so that the first dot of a stroke does not fill the picture."""

_INK = 0.25  # of the brightest pixel: from here on a pixel belongs to the ink for certain
_SAME_SCALE = 0.05  # a drawing whose size is so nearly right is only moved, by whole pixels, and stays crisp


def center_digit(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a drawing scaled and moved as MNIST's digits were.

    The ink's bounding box is scaled, with its aspect kept, to just fit a box of 20/28 of the height and of the width;
    then the ink's centre of mass comes to row h / 2, column w / 2: in MNIST that is the pixel (14, 14). Unlike there,
    nothing is enlarged more than `LARGEST_SCALE` times, and nothing moved so far that ink would be lost at the rim.

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w)
        White ink (255) on black (0).

    Returns
    -------
    ndarray of uint8, shape (h, w)
        A new array; blank if `image` is.
    """
    from scipy import ndimage  # 0.1 s to import, and only this needs it

    ink = np.asarray(image, np.float64)
    if not ink.any():
        return np.array(image)
    size = np.array(ink.shape, np.float64)
    low, high = np.array([_extent(ink.max(axis=1)), _extent(ink.max(axis=0))]).T
    scale = float(min((BOX * size / (high - low)).min(), LARGEST_SCALE))
    mass = np.array(ndimage.center_of_mass(ink)) + 0.5  # from here on, a pixel's centre lies at a half
    if abs(scale - 1.0) <= _SAME_SCALE:
        shift = np.rint(_target(size, mass, low, high, 1.0) - mass).astype(int)
        moved = ndimage.shift(np.asarray(image), shift, order=0)
        return np.asarray(moved, np.uint8)
    if scale < 1.0:
        ink = ndimage.gaussian_filter(ink, (1.0 / scale - 1.0) / 2.0)
    target = _target(size, mass, low, high, scale)
    # Pixel i of the result lies at (i + 0.5 - target) / scale + mass - 0.5 of the drawing.
    offset = (0.5 - target) / scale + mass - 0.5
    moved = ndimage.affine_transform(ink, np.full(2, 1.0 / scale), offset, order=1, mode="constant")
    return np.asarray(np.rint(moved.clip(0, 255)), np.uint8)


def _extent(profile: NDArray[np.float64]) -> tuple[float, float]:
    """Return where the ink begins and ends along one axis; a faint rim counts as the part of a pixel that it is."""
    profile = profile / profile.max()
    inside = np.flatnonzero(profile >= _INK)
    padded = np.concatenate([[0.0], profile, [0.0]])
    return float(inside[0] - padded[inside[0]]), float(inside[-1] + 1 + padded[inside[-1] + 2])


def _target(
    size: NDArray[np.float64], mass: NDArray[Any], low: NDArray[Any], high: NDArray[Any], scale: float
) -> NDArray[np.float64]:
    """Return where the centre of mass goes: to its place in MNIST, unless ink would leave the picture there."""
    return np.clip(size / 2.0 + 0.5, (mass - low) * scale, size - (high - mass) * scale)
