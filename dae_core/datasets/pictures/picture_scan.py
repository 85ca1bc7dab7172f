"""Finds the pictures of a folder by their names, measures them by their headers, and looks at some of them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from dae_core.datasets import picture
from dae_core.datasets.errors import DataError, quoted
from dae_core.datasets.meaning.grey_levels import EIGHT_BITS, Extent, suggested_range
from dae_core.datasets.meaning.ground import most_are
from dae_core.datasets.parts import TEST
from dae_core.datasets.picture import PictureError
from dae_core.datasets.pictures.folder import (
    Picture,
    PictureFolder,
    batches,
    check_still_there,
    each_picture,
    is_named_as_picture,
    nothing_usable,
    skipped_picture,
)
from dae_core.datasets.pictures.folder_parts import Folders, Place, arrange, with_parts_of_names
from dae_core.datasets.pictures.pages import Page, read_pages
from dae_core.datasets.pictures.threads import Ticker, in_threads
from dae_core.datasets.walk import FoundFile, Skipped, walk_files
from dae_core.jobs import UNWATCHED, Monitor

MOST_PICTURES = 2_000_000
"""A folder with more pictures is refused, before its names alone fill the memory."""


_LOOKED_AT = 15  # pictures whose paper is looked at; odd, so that there is a majority
_LOOKED_AT_PIXELS = 60_000_000  # that they have together, or a few seconds would pass


def count_pictures(folder: Path, most: int) -> int:
    """Return how many files in a folder and those within it are named as pictures; counting stops at `most`."""
    named = (file for file in walk_files(folder, [], UNWATCHED) if is_named_as_picture(file.path))
    return sum(1 for _ in islice(named, most))


def scan_pictures(folder: Path, monitor: Monitor = UNWATCHED) -> PictureFolder:
    """Find the pictures in a folder and the folders within it, or in one file of several pages, and read their headers.

    Pictures of more than eight bits are read as a whole, for one scale is to serve them all. Hidden files and folders
    are passed over; links to folders are followed, each folder once. What is wrong with single files is in the result.

    Raises
    ------
    DataError
        The folder cannot be read, or holds no usable picture.
    Cancelled
        `monitor` said so.
    """
    picture.prepare()
    skipped: list[Skipped] = []
    named = [FoundFile(str(folder), ())] if folder.is_file() else _named(folder, skipped, monitor)
    monitor.stage(0.0, 0.4, "Looking at the pictures")
    files = [file.path for file in named]
    headers = _headers(folder, named, skipped, monitor)
    if not headers:
        raise nothing_usable(folder, skipped)
    try:
        places = with_parts_of_names([(file.folders, os.path.splitext(file.name)[0]) for file, _ in headers])
        counts = Counter[Folders]()
        for where, (_, pages) in zip(places, headers, strict=True):
            counts[where] += len(pages)
        arrangement = arrange(counts)
    except DataError as error:
        raise DataError(f"{quoted(folder)} cannot be opened: {error}") from None
    found = []
    for where, (file, pages) in zip(places, headers, strict=True):
        place: Place = arrangement.places[where]
        if place.reason:
            skipped.append(Skipped(Path(file.path), place.reason))
            continue
        found += [Picture(file.path, p.size, place.label, p.number, place.part, p.is_deep) for p in pages]
    monitor.stage(0.4, 0.9, "Measuring the pictures")
    found, extent = _measured(folder, found, skipped, monitor)
    if not found:
        raise nothing_usable(folder, skipped)
    if arrangement.is_split and len({entry.part for entry in found}) < 2:
        raise nothing_usable(folder, skipped, "training" if found[0].part == TEST else "test")
    monitor.stage(0.9, 1.0, "Looking at the paper")
    dark = most_are(_votes(found, extent, monitor))
    several = sum(len(pages) > 1 for _, pages in headers)
    notes = arrangement.notes
    if several:
        which = "1 file holds" if several == 1 else f"{several:,} files hold"
        notes = (f"{which} several pages: each page is an image.", *notes)
    order = {path: number for number, path in enumerate(files)}
    skipped.sort(key=lambda entry: order.get(str(entry.path), -1))
    return PictureFolder(
        folder, tuple(found), arrangement.classes, tuple(skipped), arrangement.is_split, notes, extent, dark
    )


def _named(folder: Path, skipped: list[Skipped], monitor: Monitor) -> list[FoundFile]:
    """Return the files that are named as pictures; the others are appended to `skipped`."""
    named = []
    for file in walk_files(folder, skipped, monitor):
        if is_named_as_picture(file.path):
            named.append(file)
            if len(named) > MOST_PICTURES:
                raise _too_many(folder)
        else:
            ending = os.path.splitext(file.path)[1]
            skipped.append(Skipped(Path(file.path), f"not a picture ({ending})" if ending else "not a picture"))
    return named


def _headers(
    folder: Path, named: list[FoundFile], skipped: list[Skipped], monitor: Monitor
) -> list[tuple[FoundFile, tuple[Page, ...]]]:
    """Return the sound pages of each file that has some; what is wrong is appended to `skipped`."""
    headers = []
    count = 0
    for number, file in enumerate(named):
        try:
            pages = read_pages(file.path, monitor.is_cancelled)
        except PictureError as error:
            monitor.check()
            check_still_there(folder)
            skipped.append(Skipped(Path(file.path), str(error)))
        else:
            headers.append((file, pages.sound))
            skipped += [Skipped(Path(file.path), reason) for reason in pages.reasons]
            count += len(pages.sound)
            if count > MOST_PICTURES:
                raise _too_many(folder)
        monitor.count(number + 1, len(named), "images")
    return headers


def _measured(
    folder: Path, found: list[Picture], skipped: list[Skipped], monitor: Monitor
) -> tuple[list[Picture], Extent]:
    """Read all deep pictures; return those that can be read, with all others, and the extent of the deep ones."""
    deep = [(number, entry) for number, entry in enumerate(found) if entry.is_deep]
    extents: list[Extent] = []
    failed: dict[int, str] = {}

    def measure(batch: list[tuple[int, Picture]], ticker: Ticker) -> list[tuple[int, Extent | PictureError]]:
        return list(each_picture(batch, picture.page_extent, ticker))

    def note(results: list[tuple[int, Extent | PictureError]]) -> None:
        for number, result in results:
            if isinstance(result, PictureError):
                check_still_there(folder)
                failed[number] = str(result)
            else:
                extents.append(result)

    in_threads(measure, list(batches(deep)), len(deep), monitor, note)
    skipped += [skipped_picture(found[number], reason) for number, reason in sorted(failed.items())]
    extent = Extent.over(extents) if extents else EIGHT_BITS
    return [entry for number, entry in enumerate(found) if number not in failed], extent


def _votes(found: Sequence[Picture], extent: Extent, monitor: Monitor) -> list[bool]:
    """Return what some pictures, spread over all, say of their paper."""
    chosen: list[tuple[int, Picture]] = []
    pixels = 0
    places = np.linspace(0, len(found) - 1, min(_LOOKED_AT, len(found)))
    for number in sorted(set(places.astype(int).tolist()), key=lambda n: n % 5):
        pixels += found[number].size[0] * found[number].size[1]
        if pixels <= _LOOKED_AT_PIXELS or not chosen:
            chosen.append((number, found[number]))
    votes: list[bool] = []
    scale = suggested_range(extent)

    def look(batch: list[tuple[int, Picture]], ticker: Ticker) -> list[bool]:
        results = each_picture(batch, lambda image: picture.looks_dark_on_bright(image, scale), ticker)
        return [result for _, result in results if not isinstance(result, PictureError)]

    in_threads(look, list(batches(sorted(chosen))), len(chosen), monitor, votes.extend)
    return votes


def _too_many(folder: Path) -> DataError:
    return DataError(f"{quoted(folder)} holds more than {MOST_PICTURES:,} pictures.")
