"""How images are read unless the user says otherwise: size, scale, polarity and orientation, as the images suggest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.meaning.finishing import finish
from dae_core.datasets.meaning.grey_levels import Extent, Scale, suggested_range
from dae_core.datasets.meaning.ground import is_dark_on_bright, most_are
from dae_core.datasets.meaning.image_options import LEAST_SIDE, MOST_SIDE, ImageOptions
from dae_core.datasets.meaning.orientation import ORIENTATIONS, digits_lie
from dae_core.datasets.meaning.raw import ImageSet

_LOOKED_AT = 15  # images whose paper is looked at; odd, so that there is a majority
_LOOKED_AT_LYING = 60  # images whose orientation is looked at
_STANDARD = (28, 28)


def scale_for(options: ImageOptions, extent: Extent) -> Scale:
    """Return the scale of a set: what the options say, and for what they leave open what suits its extent."""
    black, white = suggested_range(extent)
    return Scale.between(
        black if options.black is None else options.black, white if options.white is None else options.white
    )


def suggest(images: ImageSet) -> ImageOptions:
    """Return the options that suit arrays of images, from their extent and a sample of the training images."""
    stack = images.parts[0]
    black, white = suggested_range(images.extent)
    shape = suggested_shape(((stack.shape, len(stack)),))
    options = ImageOptions(*shape, black=black if black < white else None, white=white if black < white else None)
    sample = stack.levels(scale_for(options, images.extent), _spread(len(stack), _LOOKED_AT_LYING))
    votes = [is_dark_on_bright(sample[number]) for number in _spread(len(sample), _LOOKED_AT)]
    options = replace(options, invert=most_are(votes))
    small = finish(sample, replace(options, height=28, width=28))
    orientation = images.orientation or digits_lie(small)
    if images.orientation and digits_lie(ORIENTATIONS[orientation].apply(small)) != "upright":
        orientation = digits_lie(small)  # somebody has turned them already
    if ORIENTATIONS[orientation].swaps_sides:
        options = replace(options, height=options.width, width=options.height)
    return replace(options, orientation=orientation)


def suggested_shape(sizes: tuple[tuple[tuple[int, int], int], ...]) -> tuple[int, int]:
    """Return the size that more than half of the images have, if images may be so large, otherwise the standard."""
    shape, count = sizes[0]
    is_usual = 2 * count > sum(of_size for _, of_size in sizes)
    return shape if is_usual and all(LEAST_SIDE <= side <= MOST_SIDE for side in shape) else _STANDARD


def _spread(available: int, count: int) -> NDArray[np.intp]:
    """Return at most `count` positions, spread evenly."""
    return np.unique(np.linspace(0, available - 1, min(count, available)).astype(np.intp))
