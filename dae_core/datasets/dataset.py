"""A data set: grey images with a held-out part, and the two numbers that standardize them."""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dae_core.datasets.errors import DataError
from dae_core.texts import plain

Images = NDArray[np.uint8]
Labels = NDArray[np.uint8]

GREY_LEVELS = 255
"""The grey level that shows as white."""

SMALLEST_STD = 1e-6
"""Grey levels: what is below is no spread of pixels, but a way to infinite numbers."""

STANDARDIZED_UNITS, GREY_UNITS = "standardized units", "grey from 0 to 1"
"""What pixels, errors and noise are measured in, in words: with a mean of 0 and a spread of 1, or as they are."""

PIXEL_UNITS = f"{STANDARDIZED_UNITS} (with cross-entropy: {GREY_UNITS})"
"""What errors and noise are measured in, in words for whatever the scale is; `Dataset.units` for one data set."""

_CHUNK = 1 << 18  # pixels that are converted to float64 at a time: 2 MiB


@dataclass(frozen=True)
class Scale:
    """What standardizes grey levels from 0 to 255: (grey level - mean) / std."""

    mean: float
    std: float

    def __str__(self) -> str:
        return f"mean {self.mean:.3f} and standard deviation {self.std:.3f} of 255 grey levels"

    def differs_from(self, other: "Scale") -> bool:
        """Whether the same picture looks different by more than a little: 1 grey level in the mean, or 1 % of std."""
        return abs(self.mean - other.mean) > 1 or abs(self.std / other.std - 1) > 0.01


UNIT_SCALE = Scale(0.0, float(GREY_LEVELS))
"""Black is 0 and white is 1."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Grey images to train on and others held out, all of one size.

    The arrays are read-only. Arrays that are handed in writeable are copied, read-only ones are taken as they are.

    Parameters
    ----------
    name : str
        As the user reads it, for instance the folder's name.
    train_images : ndarray of uint8, shape (n, h, w)
        Grey levels from 0 (black) to 255 (white).
    train_labels : ndarray of uint8, shape (n,), or None
        The class of each training image, where known.
    test_images : ndarray of uint8, shape (m, h, w)
        The held-out images, which no training sees.
    test_labels : ndarray of uint8, shape (m,), or None
        The class of each held-out image, where known.
    given_scale : Scale or None
        Standardizes the images instead of their own mean and standard deviation: for a model of other images.
    noun : str
        What the images are counted as, in the plural.

    Raises
    ------
    DataError
        A part has no images, or images without pixels, shapes or data types are not as above, labels do not match
        their images, or all training pixels are equal (then nothing can be standardized).
    """

    is_stand_in: ClassVar[bool] = False
    """Whether its images stand in for those of a data set that is missing: figures on them say nothing of a run."""

    name: str
    train_images: Images
    train_labels: Labels | None
    test_images: Images
    test_labels: Labels | None
    given_scale: Scale | None = None
    noun: str = "digits"

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", plain(self.name))  # a folder may be called anything
        for part, images, labels in (
            ("training", self.train_images, self.train_labels),
            ("held-out", self.test_images, self.test_labels),
        ):
            self._check_images(part, images)
            if labels is not None:
                self._check_labels(part, labels, len(images))
        if self.train_images.shape[1:] != self.test_images.shape[1:]:
            train, test = (f"{a.shape[1]}x{a.shape[2]}" for a in (self.train_images, self.test_images))
            raise self._error(f"the training images are {train} pixels and the held-out images {test}")
        if self.train_images.min() == self.train_images.max():
            level = int(self.train_images.flat[0])
            raise self._error(f"every pixel of the training images has the same grey level ({level})")
        for field in ("train_images", "train_labels", "test_images", "test_labels"):
            array = getattr(self, field)
            if array is not None:
                object.__setattr__(self, field, _frozen(array))

    def _error(self, reason: str) -> DataError:
        return DataError(f'The data set "{self.name}" cannot be used: {reason}.')

    def _check_images(self, part: str, images: object) -> None:
        if not isinstance(images, np.ndarray) or images.dtype != np.uint8:
            raise self._error(f"its {part} images are not an array of unsigned bytes")
        if images.ndim != 3:
            raise self._error(f"its {part} images have {images.ndim} dimensions and not 3 (number, height, width)")
        if len(images) == 0:
            raise self._error(f"it has no {part} images")
        if images.size == 0:
            raise self._error(f"its {part} images are {images.shape[1]}x{images.shape[2]} pixels, which is nothing")

    def _check_labels(self, part: str, labels: object, count: int) -> None:
        if not isinstance(labels, np.ndarray) or labels.dtype != np.uint8 or labels.ndim != 1:
            raise self._error(f"its {part} labels are not a row of unsigned bytes")
        if len(labels) != count:
            raise self._error(f"it has {count:,} {part} images and {len(labels):,} labels for them")

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of every image in pixels."""
        return self.train_images.shape[1], self.train_images.shape[2]

    @property
    def n_inputs(self) -> int:
        """Pixels of one image, h * w."""
        return self.shape[0] * self.shape[1]

    @property
    def scale(self) -> Scale:
        """What standardizes the images: the mean and standard deviation of all pixels of the training images."""
        return self.given_scale or self._own_scale

    @cached_property
    def _own_scale(self) -> Scale:
        return own_scale(self.train_images)

    @property
    def mean(self) -> float:
        """Mean of all pixels of the training images, or that of the given scale, in grey levels (0 to 255)."""
        return self.scale.mean

    @property
    def std(self) -> float:
        """Standard deviation of the same, in grey levels; always above 0."""
        return self.scale.std

    @property
    def black(self) -> float:
        """The standardized value of grey level 0."""
        return -self.mean / self.std

    @property
    def white(self) -> float:
        """The standardized value of grey level 255."""
        return (GREY_LEVELS - self.mean) / self.std

    @property
    def pixel_scale(self) -> float:
        """What one standardized unit is in grey from 0 (black) to 1 (white)."""
        return self.std / GREY_LEVELS

    @property
    def units(self) -> str:
        """What pixels, errors and noise are measured in, in words."""
        return GREY_UNITS if self.scale == UNIT_SCALE else STANDARDIZED_UNITS

    def standardized_by(self, scale: Scale | None) -> "Dataset":
        """Return the same images, standardized as those that a model was trained on, or by their own with None."""
        other = replace(self, given_scale=scale)
        for known in ("_own_scale", "_fingerprint"):  # which the images alone decide
            if known in self.__dict__:
                other.__dict__[known] = self.__dict__[known]
        return other

    def standardize(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return images (..., h, w) of uint8 as rows of the network, (grey level - mean) / std.

        They are a new C-contiguous array of float32, shape (..., h * w). Raises TypeError when the images are not
        unsigned bytes, ValueError when they are not h pixels high and w wide.
        """
        images = np.asarray(images)
        if images.dtype != np.uint8:
            raise TypeError(f"images must be unsigned bytes (uint8), not {images.dtype}")
        if images.shape[-2:] != self.shape:
            raise ValueError(f"images must have the shape (..., {self.shape[0]}, {self.shape[1]}), not {images.shape}")
        rows = images.astype(np.float32, order="C").reshape(*images.shape[:-2], self.n_inputs)
        rows -= self.mean
        rows /= self.std
        return rows

    def to_pixels(self, rows: ArrayLike) -> NDArray[np.floating[Any]]:
        """Return rows (..., h * w) in standardized units as grey images (..., h, w), the inverse of `standardize`.

        Black is 0 and white 1; nothing is clipped, as noise may lie outside. It is a new array of the rows' floating
        type, float64 for integers. Raises ValueError when the last axis is not h * w long.
        """
        rows = np.asarray(rows)
        if rows.ndim == 0 or rows.shape[-1] != self.n_inputs:
            raise ValueError(f"rows must have the shape (..., {self.n_inputs}), not {rows.shape}")
        dtype = rows.dtype if np.issubdtype(rows.dtype, np.floating) else np.dtype(np.float64)
        pixels: NDArray[np.floating[Any]] = rows.astype(dtype, order="C").reshape(*rows.shape[:-1], *self.shape)
        pixels *= self.pixel_scale
        pixels += self.mean / GREY_LEVELS
        return pixels

    @cached_property
    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        for images in (self.train_images, self.test_images):
            digest.update(repr(tuple(map(int, images.shape))).encode())
            digest.update(images.data)
        return digest.hexdigest()

    def fingerprint(self) -> str:
        """Return the SHA-256 (64 hexadecimal digits) of the shapes and pixels of both parts; labels do not count."""
        return self._fingerprint


def own_scale(images: NDArray[np.uint8]) -> Scale:
    """Return mean and standard deviation of all pixels of images (any shape), exact up to the last rounding.

    Integers below 2**53 are added in float64 without any error.
    """
    pixels = images.reshape(-1)
    total = squares = 0
    for start in range(0, pixels.size, _CHUNK):
        chunk = pixels[start : start + _CHUNK].astype(np.float64)
        total += int(chunk.sum())
        squares += int(chunk @ chunk)
    n = pixels.size
    return Scale(total / n, sqrt((n * squares - total * total) / (n * n)))


def _frozen(array: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return `array` C-contiguous and read-only, copied if it is writeable or otherwise laid out."""
    if array.flags.writeable or not array.flags.c_contiguous:
        array = array.copy(order="C")
        array.flags.writeable = False
    return array
