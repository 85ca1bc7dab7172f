"""Ten thousand points as pixels: discs drawn by array operations, which pan and zoom at the screen's pace."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

Colors = NDArray[np.uint32]
Pixels = NDArray[np.uint32]


def draw_discs(places: NDArray[np.float64], colors: Colors, radius: float, size: tuple[int, int], rim: int) -> Pixels:
    """Return an image with a disc at each place, later ones over earlier ones, on transparent ground.

    Parameters
    ----------
    places
        Columns and rows in pixels (n, 2), in the order in which they are drawn; what is outside is left out.
    colors
        Opaque colours 0xffRRGGBB of shape (n,).
    radius
        In pixels.
    size
        Height and width of the image.
    rim
        The colour around each disc, by which those that touch are told apart.

    Returns
    -------
    ndarray of uint32, shape ``size``
        0xAARRGGBB, premultiplied.
    """
    height, width = size
    disc, around, reach = _offsets(radius)
    margin = 2 * reach  # discs that are seen in part are drawn in whole
    pad_width = width + 2 * margin
    image = np.zeros((height + 2 * margin) * pad_width, np.uint32)
    with np.errstate(invalid="ignore"):
        column, row = np.floor(places[:, 0]), np.floor(places[:, 1])
        inside = (column >= -reach) & (column < width + reach) & (row >= -reach) & (row < height + reach)
    column, row, colors = column[inside].astype(np.int64), row[inside].astype(np.int64), colors[inside]
    start = (row + margin) * pad_width + column + margin
    # Piece by piece, so that the rim of a later disc lies over an earlier one and not over its own.
    steps = disc[:, 0] * pad_width + disc[:, 1]
    outer = around[:, 0] * pad_width + around[:, 1]
    piece = max(1, -(-len(start) // 12))
    for first in range(0, len(start), piece):
        some = start[first : first + piece]
        image[(some[:, None] + outer).ravel()] = rim
        image[(some[:, None] + steps).ravel()] = np.repeat(colors[first : first + piece], len(steps))
    padded = image.reshape(height + 2 * margin, pad_width)
    return np.ascontiguousarray(padded[margin : margin + height, margin : margin + width])


@functools.lru_cache(32)
def _offsets(radius: float) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Return rows and columns of a disc about a pixel, those of the ring around it, and how far they reach."""
    reach = int(np.ceil(radius)) + 1
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    distance = np.hypot(rows, columns)
    disc = distance <= radius
    ring = (distance <= radius + 1.0) & ~disc
    return np.argwhere(disc) - reach, np.argwhere(ring) - reach, reach


def image_of(pixels: Pixels) -> QImage:
    """Return premultiplied pixels as an image that shares their memory, which must be kept as long as it."""
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)


def tint(pictures: NDArray[np.uint8], colors: Colors) -> Pixels:
    """Return grey pictures (k, h, w) as ink of a colour each (k,): black is transparent, white is the colour."""
    alpha = pictures.astype(np.uint32)
    result = alpha << np.uint32(24)
    for shift in (16, 8, 0):
        channel = (colors >> np.uint32(shift)) & np.uint32(255)
        result |= (alpha * channel[:, None, None] // np.uint32(255)) << np.uint32(shift)
    return result
