"""What the list of data sets says about each: one frozen row, and how rows are made from what is known."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from dae_core import mosaic
from dae_core.datasets import (
    BUNDLED_SOURCE,
    CATALOGUE,
    OWN_PREFIX,
    Dataset,
    OwnSet,
    is_named,
    open_dataset,
    read_idx_images,
)
from dae_core.texts import format_bytes

_TILES, _COLUMNS = 4, 2


class Kind(Enum):
    """Where a data set comes from."""

    BUNDLED = "bundled"
    CATALOGUE = "catalogue"
    OWN = "own"
    MADE = "made"
    OPENED = "opened"


def kind_of(source: str) -> Kind:
    """Return where a source comes from."""
    if source == BUNDLED_SOURCE:
        return Kind.BUNDLED
    if source in CATALOGUE:
        return Kind.CATALOGUE
    if source.startswith(OWN_PREFIX):
        return Kind.OWN
    return Kind.MADE if is_named(source) else Kind.OPENED


@dataclass(frozen=True, eq=False)
class Preview:
    """What a data set looks like: four of its images as one picture, and its numbers in words."""

    picture: NDArray[np.uint8]
    facts: str


@dataclass(frozen=True, eq=False)
class DataRow:
    """One line of the list.

    Parameters
    ----------
    source
        What opens it.
    title, facts, origin
        Three lines: its name; how many images of which size; who made it, and the licence.
    place, badge
        Whether it is on this machine, in words and in a word; the latter stands beside the name.
    is_here
        Whether it can be used now.
    is_used
        Whether it is the present data set.
    picture
        Four of its images in a square; None before it is known.
    progress
        How far its download is, from 0 to 1; None while there is none. Below 0: not known.
    progress_text
        The same in words.
    problem
        Why its download failed; empty if it did not.
    """

    source: str
    title: str
    facts: str
    origin: str
    place: str
    badge: str
    is_here: bool
    is_used: bool = False
    picture: NDArray[np.uint8] | None = None
    progress: float | None = None
    progress_text: str = ""
    problem: str = ""

    @property
    def kind(self) -> Kind:
        """Where it comes from."""
        return kind_of(self.source)

    def description(self) -> str:
        """Return all of it in words, for tooltips and screen readers."""
        lines = [self.title, self.facts, self.origin, self.problem or self.progress_text or self.place]
        return "\n".join(line for line in lines if line)


def make_row(source: str, title: str, current: str, preview: Preview | None) -> DataRow:
    """Return the row of a source that is in use or not; says what is known without opening it."""
    picture = None if preview is None else preview.picture
    facts = "" if preview is None else preview.facts
    is_used = source == current
    kind = kind_of(source)
    if kind is Kind.CATALOGUE:
        entry = CATALOGUE[source]
        is_here = entry.is_present()
        size = format_bytes(entry.bytes_on_disk() if is_here else entry.bytes)
        facts = facts or _facts(entry.n_train, entry.n_test, entry.shape)
        place = f"On this machine, {size}" if is_here else f"{size} to download"
        badge = "In use" if is_used else "On disk" if is_here else f"{size} ↓"
        origin = f"{entry.licence} · {entry.source}"
        return DataRow(source, entry.title, facts, origin, place, badge, is_here, is_used, picture)
    place, badge = "On this machine", "In use" if is_used else "On disk"
    if kind is Kind.BUNDLED:
        origin = "CC BY 4.0 · UCI, optical recognition of handwritten digits"
        return DataRow(source, title, facts or "Comes with the program", origin, place, badge, True, is_used, picture)
    if kind is Kind.OWN:
        return DataRow(source, title, facts or "Drawn here", "Your own drawings", place, badge, True, is_used, picture)
    if kind is Kind.MADE:
        origin = "Made by the program from another data set"
        return DataRow(source, title, facts or "Made when it is used", origin, place, badge, True, is_used, picture)
    is_here = os.path.exists(source)
    place = "On this machine" if is_here else "Not there now"
    badge = badge if is_here else "Gone"
    return DataRow(source, title, facts or "Opened from disk", source, place, badge, is_here, is_used, picture)


def preview_of(dataset: Dataset) -> Preview:
    """Return what a data set looks like."""
    facts = _facts(len(dataset.train_images), len(dataset.test_images), dataset.shape)
    return Preview(_picture(dataset.test_images), facts)


def load_preview(source: str) -> Preview | None:
    """Open as little of a source as shows what it looks like; None where that would take long. For a thread.

    Raises
    ------
    DataError
        It cannot be read.
    """
    kind = kind_of(source)
    if kind is Kind.BUNDLED:
        return preview_of(open_dataset(source))
    if kind is Kind.OWN:
        own = OwnSet.load(source.removeprefix(OWN_PREFIX))
        count, labels = len(own), sum(label is not None for label in own.labels)
        facts = f"{count:,} drawing{'' if count == 1 else 's'}, {labels:,} labelled, {own.shape[0]} × {own.shape[1]}"
        return Preview(_picture(np.asarray(own.images)), facts) if count else None
    if kind is Kind.CATALOGUE and CATALOGUE[source].is_present():
        entry = CATALOGUE[source]
        images = read_idx_images(entry.folder() / entry.files[2].name)
        return Preview(_picture(images), _facts(entry.n_train, entry.n_test, entry.shape))
    return None


def _facts(n_train: int, n_test: int, shape: Sequence[int]) -> str:
    return f"{n_train + n_test:,} images, {shape[0]} × {shape[1]} pixels"


def _picture(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    picture: NDArray[np.uint8] = mosaic.tile(images[:_TILES], _COLUMNS if len(images) > 1 else 1)
    return picture
