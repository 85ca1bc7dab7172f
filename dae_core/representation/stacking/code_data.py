"""The data set that the next layer is trained on: the clean code of the layer below, as grey levels from 0 to 255.

So the next layer is a run like any other, on a data set like any other, that is saved, reopened and resumed as any
other. What the 256 levels lose is measured: for 225 ReLU units less than a thousandth of the code's variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.code_set import NOUN
from dae_core.datasets.dataset import GREY_LEVELS, Dataset, Images
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.representation.stacking.stack import MOST_LAYERS, Levels, Stack, StackError

_ROWS = 4000
_LARGEST_SIDE = 1024  # of a data set's image that a session knows


@dataclass(frozen=True, eq=False)
class CodeData:
    """The codes of a stack's top as a data set.

    Parameters
    ----------
    dataset : Dataset
        An image is the code of an image, in the same order, with the same labels.
    levels : Levels
        Which values of the code are its black and its white.
    loss : float
        The mean squared error of the rounding to 256 levels, as a fraction of the code's variance.
    """

    dataset: Dataset
    levels: Levels
    loss: float


def code_data(stack: Stack, pixels: Dataset, monitor: Monitor = UNWATCHED) -> CodeData:
    """Return what the next layer on a stack is trained on; the same bits for the same weights, images and machine.

    ``pixels`` are the images that the first layer was trained on; they are read with that layer's scale. Codes of
    units with a bounded value take the whole of its range; else black and white are the extremes on training images.

    Raises
    ------
    StackError
        When the stack is full, its images have another size, its units cannot be laid out as a picture, or all of
        them are always silent.
    Cancelled
        Where the monitor says so.
    """
    if len(stack.layers) == MOST_LAYERS:
        raise StackError(f"The stack has {MOST_LAYERS} layers already, as many as the published tables have.")
    shape = code_shape(stack.top.model.n_hidden)
    train, test = (_codes(stack, pixels, images, monitor) for images in (pixels.train_images, pixels.test_images))
    levels = levels_of(stack.top.model, train)
    kept = [np.rint(np.clip(levels.greys(code), 0, GREY_LEVELS)).astype(np.uint8) for code in (train, test)]
    error = np.square(levels.greys(train) - kept[0]).mean(dtype=np.float64)
    variance = np.var(levels.greys(train), dtype=np.float64)
    for array in kept:
        array.flags.writeable = False
    images = [array.reshape(len(array), *shape) for array in kept]
    name = f"Code of layer {len(stack.layers)} of {pixels.name}"
    dataset = Dataset(name, images[0], pixels.train_labels, images[1], pixels.test_labels, noun=NOUN)
    return CodeData(dataset, levels, float(error / variance))


def code_shape(units: int) -> tuple[int, int]:
    """Return height and width of the most nearly square picture whose pixels are so many units.

    Raises StackError where a side would be longer than 1,024.
    """
    height = next(side for side in range(int(units**0.5), 0, -1) if units % side == 0)
    if units // height > _LARGEST_SIDE:
        raise StackError(
            f"{units:,} units can only be laid out {height:,} by {units // height:,}, and {_LARGEST_SIDE:,} a side is "
            "the limit: take a number of hidden units with more divisors."
        )
    return height, units // height


def levels_of(model: AutoEncoder, code: NDArray[np.floating]) -> Levels:
    """Return which values of a code (n, h) are to be its black and its white. Raises StackError when it is constant."""
    with np.errstate(over="ignore"):
        near, far = (model.architecture.hidden.function(np.array([-large, large])) for large in (1e3, 1e6))
    bounds = zip(near == far, far, (code.min(), code.max()), strict=True)
    black, white = (float(limit if is_bounded else found) for is_bounded, limit, found in bounds)
    if not (np.isfinite((black, white)).all() and float(code.min()) < float(code.max())):
        raise StackError("All units have the same value on all images: there is no code to train a layer on.")
    return Levels(black, white)


def _codes(stack: Stack, pixels: Dataset, images: Images, monitor: Monitor) -> NDArray[np.float32]:
    if pixels.n_inputs != stack.layers[0].model.n_inputs:
        raise StackError(
            f"The stack reads {stack.layers[0].model.n_inputs:,} pixels, but the images of '{pixels.name}' "
            f"have {pixels.n_inputs:,}."
        )
    scaled = pixels.standardized_by(stack.layers[0].scale)
    found = np.empty((len(images), stack.top.model.n_hidden), np.float32)
    for start in range(0, len(images), _ROWS):
        monitor.count(start, len(images), "images", "Encoding")
        part = slice(start, start + _ROWS)
        found[part] = stack.encode(scaled.standardize(images[part]))
    return found
