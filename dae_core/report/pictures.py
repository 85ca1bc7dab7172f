"""The exercise's pictures as PNG files: mosaics of digits and of filters, and rows of digits."""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core import mosaic
from dae_core.report.document import Picture

Floats = NDArray[np.floating[Any]]
_WIDEST = 680  # CSS pixels
_FINEST = 1000  # pixels of the file: what is printed stays sharp


def png(picture: Floats, low: float, high: float, scale: int = 1) -> bytes:
    """Return a picture (h, w) as a grey PNG file: ``low`` is black, ``high`` white, NaN in the middle.

    ``scale`` makes each number a square of so many pixels.
    """
    from PIL import Image

    with np.errstate(all="ignore"):
        grey = np.nan_to_num((picture - low) / (high - low), nan=0.5, posinf=1.0, neginf=0.0)
    pixels = np.round(255 * grey.clip(0.0, 1.0)).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(np.kron(pixels, np.ones((scale, scale), np.uint8))).save(stream, "PNG", compress_level=3)
    return stream.getvalue()


def with_gaps(tiles: Floats, columns: int, gap: int, value: float) -> Floats:
    """Return tiles (n, h, w) as one picture, row by row, with ``gap`` pixels of ``value`` between them."""
    n, h, w = tiles.shape
    padded = np.full((n, h + gap, w + gap), value, np.float64)
    padded[:, :h, :w] = tiles
    rows = math.ceil(n / columns)
    full = np.full((rows * columns, h + gap, w + gap), value, np.float64)
    full[:n] = padded
    return mosaic.tile(full, columns)[: rows * (h + gap) - gap, : columns * (w + gap) - gap]


def digits_picture(images: Floats, columns: int, caption: str) -> Picture:
    """Return images (n, h, w) in grey from 0 to 1 as a mosaic."""
    return _picture(with_gaps(images, columns, 1, 1.0), 0.0, 1.0, caption)


def filters_picture(rows: Floats, shape: tuple[int, int], caption: str) -> tuple[Picture, float]:
    """Return filters (n, d) as the exercise's tiles, and the weight that is white; minus it is black."""
    _, level = mosaic.filters(rows, shape)
    _, columns = mosaic.grid_shape(len(rows))
    with np.errstate(all="ignore"):
        tiles = with_gaps(rows.reshape(-1, *shape) / level, columns, 1, 1.0)
    return _picture(tiles, -1.0, 1.0, caption.format(level=level)), level


def _picture(pixels: Floats, low: float, high: float, caption: str) -> Picture:
    height, width = pixels.shape
    shown = min(width * min(4, max(1, _WIDEST // width)), _WIDEST)
    factor = min(8, max(1, round(_FINEST / width)))
    return Picture(png(pixels, low, high, factor), shown, round(shown * height / width), caption)
