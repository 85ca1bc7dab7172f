"""The eight ways in which stored images can lie, and how each is brought upright."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Orientation(NamedTuple):
    """A way to bring images upright: what the user reads, and the map of arrays (..., h, w), which returns a view."""

    title: str
    apply: Callable[[NDArray[Any]], NDArray[Any]]
    swaps_sides: bool


ORIENTATIONS: dict[str, Orientation] = {
    "upright": Orientation("As they are", lambda a: a, swaps_sides=False),
    "transpose": Orientation("Transpose: rows become columns", lambda a: a.swapaxes(-1, -2), swaps_sides=True),
    "turn left": Orientation("Turn left", lambda a: np.rot90(a, 1, (-2, -1)), swaps_sides=True),
    "turn right": Orientation("Turn right", lambda a: np.rot90(a, -1, (-2, -1)), swaps_sides=True),
    "turn round": Orientation("Turn upside down", lambda a: a[..., ::-1, ::-1], swaps_sides=False),
    "mirror": Orientation("Mirror: left becomes right", lambda a: a[..., ::-1], swaps_sides=False),
    "flip": Orientation("Flip: top becomes bottom", lambda a: a[..., ::-1, :], swaps_sides=False),
    "transverse": Orientation(
        "Transpose about the other diagonal", lambda a: a[..., ::-1, ::-1].swapaxes(-1, -2), swaps_sides=True
    ),
}
"""All orientations by the name that options have for them; "upright" leaves images as they are."""


def known_orientation(path: Path) -> str:
    """Return how images of a published set are brought upright that is known to lie transposed, else an empty text."""
    return "transpose" if "emnist" in path.name.lower() else ""


_KEPT = 40  # components that describe upright digits
_CLEARLY = 0.87  # of what the images as they lie leave over
_NEXT = 0.95  # of what the second-best way leaves over: sevens alone can lie in several ways
_DIGIT_LIKE = 0.25  # of the images' variance may at most be left over
_FEW = 16  # images that are too few to tell


def digits_lie(images: NDArray[np.uint8]) -> str:
    """Return the orientation that brings images (n, 28, 28), bright on black, upright if they are digits.

    They are described by the principal components of the bundled digits in each of the eight ways. The name of the
    best way is returned if it leaves clearly less over than the images as they lie and describes them well; other
    images than digits, and too few, are "upright".
    """
    if len(images) < _FEW:
        return "upright"
    mean, components = _upright_digits()
    small = _halved(images)
    left_over = {}
    for name, orientation in ORIENTATIONS.items():
        rows = orientation.apply(small).reshape(len(small), -1) - mean
        rest = rows - (rows @ components.T) @ components
        left_over[name] = float((rest**2).sum() / max(float((rows**2).sum()), 1e-12))
    (best, least), (_, second), *_ = sorted(left_over.items(), key=lambda way: way[1])
    is_clear = least < min(_CLEARLY * left_over["upright"], _NEXT * second, _DIGIT_LIKE)
    return best if is_clear else "upright"


def _halved(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return images (n, 28, 28) of bytes at half the size, (n, 14, 14), in 0 ... 1."""
    return np.asarray(images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)) / 255.0)


@cache
def _upright_digits() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean (196,) of the bundled digits at half their size and their first components (k, 196)."""
    from dae_core.datasets.bundled import load_bundled_digits

    digits = _halved(load_bundled_digits().train_images[:2000]).reshape(-1, 196)
    mean = digits.mean(axis=0)
    centred = digits - mean
    _, vectors = np.linalg.eigh(centred.T @ centred)  # in ascending order of variance
    return mean, np.ascontiguousarray(vectors[:, -_KEPT:].T)
