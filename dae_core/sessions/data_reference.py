"""Which data set a session was trained on: where it came from, and its fingerprint."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dae_core.datasets import DataError, Dataset, ImageOptions, is_named, open_dataset
from dae_core.datasets.dataset import SMALLEST_STD, Scale
from dae_core.sessions.array_rules import MOST
from dae_core.sessions.checked_values import Fields
from dae_core.sessions.container import SessionError
from dae_core.texts import plain

LONGEST_SOURCE = 4096
"""Characters of a path that is written, and read."""
LONGEST_NAME = 1000
LARGEST_SIDE = 1024
"""Pixels of an image."""


@dataclass(frozen=True)
class DataReference:
    """A data set without its images.

    Parameters
    ----------
    source : str
        What `open_dataset` takes; absolute where it is a path. Empty where it is not known.
    name : str
        As the user reads it.
    fingerprint : str
        `Dataset.fingerprint`: SHA-256 of shapes and pixels, 64 hexadecimal digits.
    shape : (int, int)
        Height and width of an image in pixels.
    train_images, test_images : int
        How many images are trained on, and held out.
    mean, std : float
        What standardizes the images: (grey level - mean) / std, in grey levels from 0 to 255.
    options : ImageOptions or None
        How the user's own pictures were brought to one size.
    """

    source: str
    name: str
    fingerprint: str
    shape: tuple[int, int]
    train_images: int
    test_images: int
    mean: float
    std: float
    options: ImageOptions | None = None

    @classmethod
    def of(cls, dataset: Dataset, source: str | os.PathLike[str], options: ImageOptions | None = None) -> DataReference:
        """Return the reference to a data set that was opened from ``source`` with ``options``."""
        counts = len(dataset.train_images), len(dataset.test_images)
        known = plain(dataset.name, LONGEST_NAME)[:LONGEST_NAME], dataset.fingerprint(), dataset.shape
        place = lasting(source)
        return cls(place if len(place) <= LONGEST_SOURCE else "", *known, *counts, dataset.mean, dataset.std, options)

    def scaled(self, scale: Scale) -> DataReference:
        """Return the reference to the same images with pixels of another scale."""
        return dataclasses.replace(self, mean=scale.mean, std=scale.std)

    @property
    def scale(self) -> Scale:
        """The mean and the standard deviation as one."""
        return Scale(self.mean, self.std)

    @property
    def n_inputs(self) -> int:
        """Pixels of one image."""
        return self.shape[0] * self.shape[1]

    def matches(self, dataset: Dataset) -> bool:
        """Whether a data set has the very same images in the same order, and the same ones held out."""
        return dataset.shape == self.shape and dataset.fingerprint() == self.fingerprint

    def difference(self, dataset: Dataset) -> str:
        """Return in a sentence what tells a data set from this one; empty where it is the same."""
        if self.matches(dataset):
            return ""
        here = dataset.shape, len(dataset.train_images), len(dataset.test_images)
        if here == (self.shape, self.train_images, self.test_images):
            how = "it has as many images of the same size, but other pixels"
        else:
            how = (
                f"it has {_counts(*here)}, the session's has {_counts(self.shape, self.train_images, self.test_images)}"
            )
        return f"The data set '{plain(dataset.name)}' is not the one that the session was trained on: {how}."

    def check(self, dataset: Dataset) -> None:
        """Raise SessionError, with what differs, unless the data set is the session's."""
        difference = self.difference(dataset)
        if difference:
            raise SessionError(difference)

    def open(self, source: str | os.PathLike[str]) -> Dataset:
        """Open the data set at a place, and make sure that it is the same.

        The session's own place is trusted only where `dae_core.sessions.known_data` says so.

        Raises
        ------
        SessionError
            When it is not there, cannot be read, or has other images; the message says so and what to do.
        """
        place = lasting(source)
        if not place:
            raise SessionError(
                f"The session does not say where its data set '{plain(self.name)}' is: name it (--data)."
            )
        try:
            dataset = open_dataset(place, self.options)
        except DataError as error:
            raise SessionError(
                f"The session's data set '{plain(self.name)}' could not be opened: {error} "
                "If it is elsewhere now, name its new place (--data)."
            ) from None
        self.check(dataset)
        return dataset

    def to_values(self) -> dict[str, Any]:
        """Return a JSON object."""
        return dataclasses.asdict(self)

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> DataReference:
        """Read what ``to_values`` returned. Raises ValueError when a value is missing or impossible."""
        if values.keys() != cls.__dataclass_fields__.keys():
            raise ValueError("its data set is described by other fields than this program knows.")
        fields = Fields(dict(values))
        if "\0" in fields.text("source", LONGEST_SOURCE) or not re.fullmatch(
            "[0-9a-f]{64}", fields.text("fingerprint", 64)
        ):
            raise ValueError("its data set has no proper place or fingerprint.")
        fields.text("name", LONGEST_NAME)
        for name in ("train_images", "test_images"):
            fields.whole(name, 1, MOST)
        shape = _pair(values["shape"])
        if not all(type(side) is int and 1 <= side <= LARGEST_SIDE for side in shape):
            raise ValueError(f"the sides of its images are not whole numbers from 1 to {LARGEST_SIDE:,}.")
        fields.number("mean", 0.0, 255.0)
        fields.number("std", SMALLEST_STD, 255.0)
        options = values["options"]
        try:
            options = None if options is None else ImageOptions(**options)
            if options is not None and type(options.invert) is not bool:
                raise DataError("the background is neither to be inverted nor not.")
        except (DataError, TypeError) as error:
            raise ValueError(f"the options of its data set are wrong: {error}") from None
        name = plain(values["name"], LONGEST_NAME)[:LONGEST_NAME]
        return cls(**{**values, "name": name, "shape": shape, "options": options})


def _pair(value: Any) -> tuple[int, int]:
    if not (isinstance(value, (list, tuple)) and len(value) == 2):
        raise ValueError("the shape of its images is not a pair of numbers.")
    return value[0], value[1]


def lasting(source: str | os.PathLike[str]) -> str:
    """Return a source that means the same from another folder; a folder's name may hold any bytes."""
    text = os.fspath(source)
    if isinstance(source, str) and not is_path(text):
        return text
    return os.path.abspath(os.path.expanduser(text))


def is_path(source: str) -> bool:
    """Return whether a source is a path, and not the name of something that the program has; an empty one is none."""
    return not (source == "" or is_named(source))


def _counts(shape: tuple[int, int], train: int, test: int) -> str:
    return f"{train:,} training and {test:,} held-out images of {shape[0]}x{shape[1]} pixels"
