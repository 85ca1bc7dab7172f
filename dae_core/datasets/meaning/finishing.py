"""The last steps from grey levels to the images that a network sees: upright, of one size, contrast and polarity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.meaning.image_options import ImageOptions
from dae_core.datasets.meaning.orientation import ORIENTATIONS

_FLAT = 10.0  # grey levels squared: what is flat is not blown up (Coates, Ng & Lee 2011, section 3.2.1)


def finish(levels: NDArray[np.uint8], options: ImageOptions, resize: bool = True) -> NDArray[np.uint8]:
    """Bring grey levels (h, w) or (n, h, w), of uint8, to the options' orientation, size, contrast and polarity.

    Images that have this size already, and all where `resize` is False, keep their very grey levels (but for contrast
    and `invert`); the result may then be a view of `levels`. Margins are black, whatever the polarity.
    """
    upright = ORIENTATIONS[options.orientation].apply(levels)
    if not resize or upright.shape[-2:] == options.shape:
        return _toned(upright, options)
    if upright.ndim == 2:
        return _fitted(upright, options)
    finished = np.empty((len(upright), *options.shape), np.uint8)
    for number, image in enumerate(upright):
        finished[number] = _fitted(image, options)
    return finished


def _fitted(levels: NDArray[np.uint8], options: ImageOptions) -> NDArray[np.uint8]:
    """Bring one image (h, w) to size."""
    from PIL import Image, ImageOps

    grey = Image.fromarray(np.ascontiguousarray(levels))
    size = (options.width, options.height)
    bicubic = Image.Resampling.BICUBIC
    if options.fit == "crop":
        grey = ImageOps.fit(grey, size, bicubic)
    elif options.fit == "stretch":
        grey = grey.resize(size, bicubic)
    else:
        scale = min(size[0] / grey.width, size[1] / grey.height)
        grey = grey.resize((max(1, round(grey.width * scale)), max(1, round(grey.height * scale))), bicubic)
    toned = _toned(np.asarray(grey), options)
    if toned.shape == options.shape:
        return toned
    finished = np.zeros(options.shape, np.uint8)
    top, left = ((whole - part) // 2 for whole, part in zip(options.shape, toned.shape, strict=True))
    finished[top : top + toned.shape[0], left : left + toned.shape[1]] = toned
    return finished


def _toned(levels: NDArray[np.uint8], options: ImageOptions) -> NDArray[np.uint8]:
    """Apply contrast and polarity to images (..., h, w), each by itself."""
    if options.contrast == "stretch":
        low = levels.min((-2, -1), keepdims=True).astype(np.int32)
        span = levels.max((-2, -1), keepdims=True) - low
        stretched = ((levels - low) * 255 + span // 2) // np.maximum(span, 1)
        levels = np.where(span > 0, stretched, levels).astype(np.uint8)
    elif options.contrast == "normalize":
        centred = levels - levels.mean((-2, -1), keepdims=True)
        z = centred / np.sqrt((centred**2).mean((-2, -1), keepdims=True) + _FLAT)
        levels = np.round(np.clip(127.5 + 42.5 * z, 0, 255)).astype(np.uint8)
    return 255 - levels if options.invert else levels
