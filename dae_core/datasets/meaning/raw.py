"""What a reader finds in files: numbers as they are stored, before anything is made of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.errors import DataError
from dae_core.datasets.meaning.grey_levels import Extent, Scale
from dae_core.datasets.meaning.labels import understand_labels
from dae_core.datasets.meaning.layouts import images_of, to_grey
from dae_core.datasets.reading import MOST_PIXELS
from dae_core.jobs import Monitor

_NUMBERS = 1 << 18  # that are looked at or converted at a time


class RawPart(NamedTuple):
    """The images of one part of a set as they are stored, of any layout, and its labels.

    ``name`` is what an error calls the array: ``"x_train" in "a.npz"``.
    """

    name: str
    images: NDArray[Any]
    labels: NDArray[Any] | None = None


@dataclass(frozen=True, eq=False)
class RawImages:
    """What a reader returns: training images, the held-out images that came with them, and what is to be said.

    ``orientation`` is how they are known to be brought upright, a key of `ORIENTATIONS`; empty: look at them.
    Of a table, ``columns`` are those that could hold labels, by name, and ``with_labels_of`` returns what is found when
    another of them is taken (or "auto" or "none"; DataError when there is none of that name).
    """

    train: RawPart
    test: RawPart | None = None
    notes: tuple[str, ...] = ()
    orientation: str = ""
    columns: tuple[str, ...] = ()
    with_labels_of: Callable[[str], RawImages] | None = None


@dataclass(frozen=True, eq=False)
class Stack:
    """Images of one part, a view (n, h, w) or (n, h, w, colours) of stored numbers, and labels uint8 (n,) or None."""

    values: NDArray[Any]
    labels: NDArray[np.uint8] | None

    def __len__(self) -> int:
        return len(self.values)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width as stored."""
        return self.values.shape[1], self.values.shape[2]

    def levels(self, scale: Scale, chosen: slice | NDArray[np.intp] = slice(None)) -> NDArray[np.uint8]:
        """Return grey levels (k, h, w) of some of the images."""
        return scale.apply(to_grey(self.values[chosen]))

    def pieces(self) -> list[slice]:
        """Return slices that together are all images, each of bounded memory."""
        step = max(1, _NUMBERS // max(1, self.values[0].size))
        return [slice(start, start + step) for start in range(0, len(self), step)]


@dataclass(frozen=True, eq=False)
class ImageSet:
    """A set whose arrays are understood.

    Parameters
    ----------
    parts : tuple of Stack
        The training images and, where they came along, the held-out ones.
    extent : Extent
        Of the values of all parts.
    class_names : mapping of int to str
        The classes' names by their labels.
    notes : tuple of str
        Sentences on how the set was understood, where that is not a matter of course.
    orientation : str
        As in `RawImages`.
    """

    parts: tuple[Stack, ...]
    extent: Extent
    class_names: Mapping[int, str]
    notes: tuple[str, ...]
    orientation: str


def understand(raw: RawImages, monitor: Monitor) -> ImageSet:
    """Work out which axis is which, what the labels are, and from where to where the values of all parts go.

    Raises
    ------
    DataError
        An array holds no images, or something else than finite numbers; or the parts differ in size.
    Cancelled
        `monitor` said so.
    """
    found = (raw.train,) if raw.test is None else (raw.train, raw.test)
    views, notes = [], list(raw.notes)
    for part in found:
        if part.images.dtype.kind not in "buif":
            raise DataError(f"{part.name} holds words; only numbers can be images.")
        view, title = images_of(part.name, part.images)
        views.append(view)
        if title not in _USUAL and view.shape[3:] != (1,):
            notes.append(f"{part.name} is read as {title}.")
    pixels = sum(math.prod(view.shape[:3]) for view in views)
    if pixels > MOST_PIXELS:
        raise DataError(f"{found[0].name} holds {pixels:,} pixels, above the limit of {MOST_PIXELS:,}.")
    labels = understand_labels([part.labels for part in found], [len(view) for view in views])
    stacks = tuple(Stack(view, part_labels) for view, part_labels in zip(views, labels.parts, strict=True))
    sizes = [f"{stack.shape[0]}x{stack.shape[1]}" for stack in stacks]
    if sizes[0] != sizes[-1]:
        raise DataError(f"{found[-1].name} holds images of {sizes[-1]} pixels, but {found[0].name} of {sizes[0]}.")
    extent = Extent.over(_extent(part.name, stack, monitor) for part, stack in zip(found, stacks, strict=True))
    return ImageSet(stacks, extent, labels.names, (*notes, *labels.notes), raw.orientation)


_USUAL = frozenset(("n x height x width", "rows of pixels"))

Reader = Callable[[Path, Monitor], RawImages]
"""Reads a file; raises DataError and Cancelled."""


def _extent(name: str, stack: Stack, monitor: Monitor) -> Extent:
    extents = []
    for piece in stack.pieces():
        monitor.check()
        extents.append(Extent.of(to_grey(stack.values[piece])))
        if not extents[-1].is_finite:
            raise DataError(f"{name} holds values that are not numbers (NaN or infinity).")
    return Extent.over(extents)
