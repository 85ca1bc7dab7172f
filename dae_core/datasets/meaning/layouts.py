"""How an array of any shape holds its images: which axis counts them, which are rows, columns and colours."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.errors import DataError

_COLOURS = (1, 3, 4)  # grey, RGB, RGB and opacity
_LOOKED_AT = 32  # images that are compared where the shape alone does not tell
_CLEARLY = 0.8  # of the other layout's roughness
_LEAST_SIDE = 2
_LEAST_COLOUR_SIDE = 8


class Layout(NamedTuple):
    """One reading of an array: what it is called, and the view (n, h, w) or (n, h, w, c) of the array."""

    title: str
    view: Callable[[NDArray[Any]], NDArray[Any]]


def images_of(name: str, array: NDArray[Any]) -> tuple[NDArray[Any], str]:
    """Return a view (n, h, w) or (n, h, w, c) of an array, and the title of the layout that it was found to have.

    Of several that its shape allows, square images go first; then the one whose neighbouring pixels differ least.

    Raises
    ------
    DataError
        No layout fits; ``name`` is what the message calls the array.
    """
    shape = array.shape
    dimensions = " x ".join(f"{d:,}" for d in shape) or "a single number"
    if 0 in shape:
        raise DataError(f"{name} holds no images: its shape is {dimensions}, which has no values. Save it anew.")
    readings = _LAYOUTS.get(len(shape))
    found = list(readings(shape)) if readings else []
    if not found:
        if len(shape) == 2:
            raise DataError(f"{name} holds {dimensions} values: rows of {shape[1]:,} are not square images.")
        raise DataError(f"{name} holds {dimensions} values: images are n x height x width, or n x pixels.")
    views = [(layout.view(array), layout.title) for layout in found]
    square = [(view, title) for view, title in views if view.shape[1] == view.shape[2]]
    return _smoothest(square or views)


def to_grey(images: NDArray[Any]) -> NDArray[Any]:
    """Return images (n, h, w) of images (n, h, w) or (n, h, w, c) by the luma of Rec. 601; opacity is not looked at."""
    if images.ndim == 3:
        return images
    if images.shape[3] == 1:
        return images[..., 0]
    red, green, blue = (images[..., channel] for channel in range(3))
    if images.dtype == np.uint8:
        wide = red.astype(np.uint32) * 299 + green.astype(np.uint32) * 587 + blue.astype(np.uint32) * 114
        return ((wide + 500) // 1000).astype(np.uint8)
    return 0.299 * red.astype(np.float64) + 0.587 * green.astype(np.float64) + 0.114 * blue.astype(np.float64)


def _two_axes(shape: tuple[int, ...]) -> Iterator[Layout]:
    for title, length, turn in (("rows of pixels", shape[1], False), ("columns of pixels", shape[0], True)):
        side, colour_side = math.isqrt(length), math.isqrt(length // 3)
        if side * side == length and side >= _LEAST_SIDE:
            yield Layout(title, partial(_unfolded, turn, (side, side)))
        if colour_side * colour_side * 3 == length and colour_side >= _LEAST_COLOUR_SIDE:
            # As CIFAR has them: all red, then all green, then all blue.
            yield Layout(f"{title}, a colour after the other", partial(_unfolded, turn, (3, colour_side, colour_side)))
            yield Layout(
                f"{title}, the colours of each together", partial(_unfolded, turn, (colour_side, colour_side, 3))
            )


def _unfolded(turn: bool, shape: tuple[int, ...], array: NDArray[Any]) -> NDArray[Any]:
    images = (array.T if turn else array).reshape(-1, *shape)
    return np.moveaxis(images, 1, 3) if len(shape) == 3 and shape[0] == 3 else images


def _three_axes(shape: tuple[int, ...]) -> Iterator[Layout]:
    if min(shape[1:]) >= _LEAST_SIDE or min(shape[:2]) < _LEAST_SIDE:
        yield Layout("n x height x width", lambda a: a)
    if min(shape[:2]) >= _LEAST_SIDE:
        yield Layout("height x width x n", lambda a: np.moveaxis(a, 2, 0))


def _four_axes(shape: tuple[int, ...]) -> Iterator[Layout]:
    channels = [axis for axis in (1, 2, 3) if shape[axis] in _COLOURS]
    if not channels and min(shape[2:]) >= _LEAST_SIDE:
        yield Layout("groups x n x height x width", lambda a: a.reshape(-1, *a.shape[2:]))
    for title, axis, order in (
        ("n x height x width x colour", 3, (0, 1, 2, 3)),
        ("n x colour x height x width", 1, (0, 2, 3, 1)),
        ("height x width x colour x n", 2, (3, 0, 1, 2)),
    ):
        sides = [shape[side] for side in order[1:3]]
        if shape[axis] in _COLOURS and (axis == 3 or min(sides) >= _LEAST_SIDE):
            yield Layout(title, partial(np.transpose, axes=order))


_LAYOUTS: dict[int, Callable[[tuple[int, ...]], Iterator[Layout]]] = {2: _two_axes, 3: _three_axes, 4: _four_axes}


def _smoothest(views: list[tuple[NDArray[Any], str]]) -> tuple[NDArray[Any], str]:
    """Return the first, unless another is clearly smoother."""
    best, *others = views
    if not others:
        return best
    least = _roughness(best[0])
    for other in others:
        roughness = _roughness(other[0])
        if roughness < _CLEARLY * least:
            best, least = other, roughness
    return best


def _roughness(images: NDArray[Any]) -> float:
    """Return how much neighbours differ, above and beside one another, as a share of how much all pixels differ."""
    chosen = np.unique(np.linspace(0, len(images) - 1, min(_LOOKED_AT, len(images))).astype(int))
    sample = to_grey(np.ascontiguousarray(images[chosen])).astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):  # numbers that are no grey levels are refused after this
        spread = float(np.abs(sample - sample.mean()).mean())
        if not np.isfinite(spread) or spread == 0:
            return 1.0
        steps = [np.abs(np.diff(sample, axis=axis)) for axis in (1, 2)]
        return sum(float(step.mean()) for step in steps if step.size) / spread  # a single row has nothing above it
