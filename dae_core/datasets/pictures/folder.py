"""A folder of pictures: found by name, measured by their headers, read by several threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import picture
from dae_core.datasets.errors import DataError, quoted
from dae_core.datasets.meaning.grey_levels import EIGHT_BITS, Extent, suggested_range
from dae_core.datasets.meaning.image_options import ImageOptions
from dae_core.datasets.parts import TRAIN
from dae_core.datasets.picture import ENDINGS, KINDS_TEXT, PictureError
from dae_core.datasets.pictures.threads import Ticker, in_threads
from dae_core.datasets.walk import Skipped
from dae_core.jobs import UNWATCHED, Monitor

if TYPE_CHECKING:
    from PIL.Image import Image

_T = TypeVar("_T")

_BATCH = 64  # pictures that a thread takes at a time, and no more than some pixels
_BATCH_PIXELS = 4_000_000


class Picture(NamedTuple):
    """A picture that can be read: its file, its size as seen (height, width), its class or None, and where it belongs.

    ``page`` counts from 0 within the file, ``part`` is `TRAIN` or `TEST`; the former is all where nothing is split.
    """

    path: str
    size: tuple[int, int]
    label: int | None
    page: int = 0
    part: str = TRAIN
    is_deep: bool = False


@dataclass(frozen=True)
class PictureFolder:
    """What was found in a folder, or in one file of several pages.

    Parameters
    ----------
    folder : Path
        The folder or file.
    pictures : tuple of Picture
        In the order of their names; those whose header is sound.
    classes : tuple of str
        The names of the classes, where the folders tell them; the label of a picture is the position of its class
        here, or the class's own number where all are called by numbers from 0 to 255.
    skipped : tuple of Skipped
        What was left out.
    is_split : bool
        Whether the folders say what is held out.
    notes : tuple of str
        Sentences on what was understood or left out as a whole.
    extent : Extent
        Of all pictures of more than eight bits, or of eight bits where there are none.
    is_dark_on_bright : bool
        Whether most of fifteen pictures spread over the folder seem to be dark ink on bright paper.
    """

    folder: Path
    pictures: tuple[Picture, ...]
    classes: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    is_split: bool = False
    notes: tuple[str, ...] = ()
    extent: Extent = EIGHT_BITS
    is_dark_on_bright: bool = False

    @property
    def is_mixed(self) -> bool:
        """Whether some pictures have eight bits and others more: then black and white are those of the latter."""
        return len({entry.is_deep for entry in self.pictures}) > 1

    def title(self, number: int) -> str:
        """Return what a picture is called: its path within the folder, and its page where there are several."""
        entry = self.pictures[number]
        path = Path(entry.path)
        text = str(path.relative_to(self.folder)) if path != self.folder else path.name
        text = text.encode("utf-8", "replace").decode()
        paged = any(
            0 <= other < len(self.pictures) and self.pictures[other].path == entry.path
            for other in (number - 1, number + 1)
        )
        return f"{text}, page {entry.page + 1:,}" if paged or entry.page else text


def read_pictures(
    found: PictureFolder,
    options: ImageOptions,
    monitor: Monitor = UNWATCHED,
    chosen: Sequence[int] | NDArray[np.intp] | None = None,
) -> tuple[NDArray[np.uint8], NDArray[np.intp], tuple[Skipped, ...]]:
    """Read all pictures that `scan_pictures` found, or some by their ascending positions, in several threads.

    The images (n, h, w) are returned in the order of `found`, with the positions (m,) of those that could be read and
    the others as skipped; the latter are black. Where the options do not say what is black and white, what suits the
    whole folder holds. Cancel acts within a moment.

    Raises
    ------
    DataError
        The folder has gone, there is too little memory, or none could be read.
    Cancelled
        `monitor` said so.
    """
    picture.prepare()
    pictures = found.pictures if chosen is None else [found.pictures[number] for number in chosen]
    options = with_range(found, options)
    keeps = found.is_mixed
    try:
        images = np.zeros((len(pictures), *options.shape), np.uint8)
    except MemoryError:
        raise DataError(f"{quoted(found.folder)} holds more pictures than this computer has memory for.") from None
    failed: dict[int, str] = {}

    def read(batch: list[tuple[int, Picture]], ticker: Ticker) -> list[tuple[int, str]]:
        failures = []
        for number, result in each_picture(
            batch, lambda image: picture.finished_page(image, options, keeps_eight_bits=keeps), ticker
        ):
            if isinstance(result, PictureError):
                failures.append((number, str(result)))
            else:
                images[number] = result
        return failures

    def note(failures: list[tuple[int, str]]) -> None:
        if failures:
            failed.update(failures)
            check_still_there(found.folder)

    monitor.stage(0.0, 1.0, "Reading the pictures")
    in_threads(read, list(batches(enumerate(pictures))), len(pictures), monitor, note)
    skipped = tuple(skipped_picture(pictures[n], failed[n]) for n in sorted(failed))
    usable = np.array([n for n in range(len(pictures)) if n not in failed], np.intp)
    if not len(usable) and chosen is None:
        raise nothing_usable(found.folder, list(skipped))
    return images, usable, skipped


def with_range(found: PictureFolder, options: ImageOptions) -> ImageOptions:
    """Return options that say what is black and white, as suits all pictures of a folder; theirs where they do."""
    black, white = suggested_range(found.extent)
    black = black if options.black is None else options.black
    white = white if options.white is None else options.white
    return replace(options, black=black, white=max(white, np.nextafter(black, np.inf)))


def each_picture(
    batch: list[tuple[int, Picture]], use: Callable[[Image], _T], ticker: Ticker
) -> Iterator[tuple[int, _T | PictureError]]:
    """Hand each picture of a batch to `use`, every file opened once; yield its number and what came of it."""
    for path, group in groupby(batch, lambda item: item[1].path):
        entries = list(group)
        numbers = {entry.page: number for number, entry in entries}
        for page, result in picture.each_page(path, list(numbers), use, ticker.is_stopped):
            ticker.tick()
            yield numbers[page], result
            if ticker.is_stopped():
                return


def batches(pictures: Iterable[tuple[int, Picture]]) -> Iterator[list[tuple[int, Picture]]]:
    """Cut numbered pictures into pieces of work; the pages of a file stay together, as each leads to the next."""
    batch: list[tuple[int, Picture]] = []
    pixels = 0
    for number, entry in pictures:
        is_new_file = not batch or batch[-1][1].path != entry.path
        if batch and is_new_file and (len(batch) >= _BATCH or pixels >= _BATCH_PIXELS):
            yield batch
            batch, pixels = [], 0
        batch.append((number, entry))
        pixels += entry.size[0] * entry.size[1]
    if batch:
        yield batch


def skipped_picture(entry: Picture, reason: str) -> Skipped:
    """Return that a picture is left out, with its page if it is not the first of its file."""
    return Skipped(Path(entry.path), f"page {entry.page + 1:,}: {reason}" if entry.page else reason)


def check_still_there(folder: Path) -> None:
    """Raise DataError when the folder itself has gone, as with a drive that was pulled out."""
    try:
        os.stat(folder)
    except OSError:
        raise DataError(
            f"{quoted(folder)} cannot be read any more: the folder or its drive has gone while it was being read."
        ) from None


def nothing_usable(folder: Path, skipped: list[Skipped], part: str = "") -> DataError:
    """Return the error that a folder holds no picture, or none of a part, with a reason if one was found."""
    bad = [entry for entry in skipped if is_named_as_picture(str(entry.path))]
    which = f"{part} picture" if part else "picture"
    if not bad:
        return DataError(f"{quoted(folder)} holds no {which}: 0 images ({KINDS_TEXT}).")
    return DataError(
        f"{quoted(folder)} holds no {which} that can be used: 0 images. "
        f"{quoted(bad[0].path.name)}, for instance: {bad[0].reason}."
    )


def is_named_as_picture(path: str) -> bool:
    """Return whether a file's name ends as those of pictures do."""
    return os.path.splitext(path)[1].lower() in ENDINGS
