"""A strip of text under a picture, drawn with the font that comes with Pillow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

_PAPER, _INK = 24, 232  # grey levels
_SIZES = (11, 22)  # the smallest and the largest size of the font, in pixels
_PER_WIDTH = 30  # pixels of width for each pixel of the font's size


def with_caption(picture: Pixels, wordings: Sequence[str], narrowest: int = 0) -> Pixels:
    """Return a picture (h, w, 3) of uint8 with a strip of text under it.

    Parameters
    ----------
    picture : ndarray of uint8, shape (h, w, 3)
    wordings : sequence of str
        The text, from the longest wording to the shortest: the first that fits is used, else the last is cut off.
    narrowest : int
        A picture of fewer pixels across is put in the middle of a strip that is so wide.

    Returns
    -------
    ndarray of uint8, shape (h + strip, max(w, narrowest), 3)
        The strip's height is a function of the width alone.
    """
    from PIL import Image, ImageDraw, ImageFont

    height, width = picture.shape[:2]
    full = max(width, narrowest)
    size = _font_size(full)
    font = ImageFont.load_default(size)
    strip = Image.new("L", (full, strip_height(full)), _PAPER)
    draw = ImageDraw.Draw(strip)
    margin = size // 2
    fitting = (text for text in wordings if draw.textlength(text, font) <= full - 2 * margin)
    draw.text((margin, strip.height / 2), next(fitting, wordings[-1]), fill=_INK, font=font, anchor="lm")
    result = np.full((height + strip.height, full, 3), _PAPER, np.uint8)
    left = (full - width) // 2
    result[:height, left : left + width] = picture
    result[height:] = np.asarray(strip)[..., None]
    return result


def strip_height(width: int) -> int:
    """Return the height in pixels of the strip under a picture of a width."""
    return round(1.7 * _font_size(width))


def _font_size(width: int) -> int:
    return min(max(width // _PER_WIDTH, _SIZES[0]), _SIZES[1])
