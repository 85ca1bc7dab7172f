"""A folder of pictures: found by name, measured by their headers, read by several threads."""

import os
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import picture
from dae_core.datasets.errors import DataError, file_error, quoted
from dae_core.datasets.image_options import ImageOptions
from dae_core.datasets.picture import ENDINGS, PictureError
from dae_core.jobs import UNWATCHED, Monitor

MOST_PICTURES = 2_000_000
"""A folder with more files is refused, before its names alone fill the memory."""

_DEEPEST = 32  # folders within folders
_BATCH = 64  # pictures that a thread takes at a time
_POLL = 0.05  # seconds between two looks at the Cancel button
_MOST_CLASSES = 256  # labels are bytes


class Skipped(NamedTuple):
    """A file that was left out, and why; the reason follows the file's name and a colon."""

    path: Path
    reason: str


class Picture(NamedTuple):
    """A picture that can be read: its path, its size as seen (height, width), its class or None."""

    path: str
    size: tuple[int, int]
    label: int | None


@dataclass(frozen=True)
class PictureFolder:
    """What was found in a folder.

    Parameters
    ----------
    folder : Path
        The folder.
    pictures : tuple of Picture
        In the order of their names; those whose header is sound.
    classes : tuple of str
        The names of the sub-folders, where every picture lies in one; the label of a picture is the position of its
        class here, or the class's own number where all are called by numbers from 0 to 255.
    skipped : tuple of Skipped
        What was left out.
    """

    folder: Path
    pictures: tuple[Picture, ...]
    classes: tuple[str, ...]
    skipped: tuple[Skipped, ...]


def has_pictures(folder: Path) -> bool:
    """Return whether a folder, or one within it, has a file that is named as a picture; stops at the first."""
    return any(_is_named_as_picture(path) for path, _ in _walk(folder, [], UNWATCHED))


def scan_pictures(folder: Path, monitor: Monitor = UNWATCHED) -> PictureFolder:
    """Find the pictures in a folder and the folders within it, and read their headers.

    Hidden files and folders are passed over; links to folders are followed, each folder once. What is wrong with single
    files is in the result.

    Raises
    ------
    DataError
        The folder cannot be read, or holds no usable picture.
    Cancelled
        `monitor` said so.
    """
    picture.prepare()
    skipped: list[Skipped] = []
    named: list[tuple[str, str | None]] = []
    for path, group in _walk(folder, skipped, monitor):
        if _is_named_as_picture(path):
            named.append((path, group))
            if len(named) > MOST_PICTURES:
                raise DataError(f"{quoted(folder)} holds more than {MOST_PICTURES:,} pictures.")
        else:
            ending = os.path.splitext(path)[1]
            skipped.append(Skipped(Path(path), f"not a picture ({ending})" if ending else "not a picture"))
    monitor.stage(0.0, 1.0, "Looking at the pictures")
    found: list[tuple[str, tuple[int, int], str | None]] = []
    for number, (path, group) in enumerate(named):
        try:
            found.append((path, picture.read_size(path), group))
        except PictureError as error:
            _check_still_there(folder)
            skipped.append(Skipped(Path(path), str(error)))
        monitor.count(number + 1, len(named), "images")
    if not found:
        raise _nothing_usable(folder, skipped)
    classes, labels = _classes_of([group for _, _, group in found])
    pictures = tuple(Picture(path, size, None if group is None else labels.get(group)) for path, size, group in found)
    return PictureFolder(folder, pictures, classes, tuple(skipped))


def read_pictures(
    found: PictureFolder,
    options: ImageOptions,
    monitor: Monitor = UNWATCHED,
) -> tuple[NDArray[np.uint8], NDArray[np.intp], tuple[Skipped, ...]]:
    """Read all pictures that `scan_pictures` found, in a thread for each processor (decoders let go of the lock).

    The images (n, h, w) are returned in the order of `found`, with the positions (m,) of those that could be read and
    the others as skipped; the latter are black. Cancel acts as soon as the pictures at hand are decoded.

    Raises
    ------
    DataError
        The folder has gone, there is too little memory, or none could be read.
    Cancelled
        `monitor` said so.
    """
    picture.prepare()
    pictures = found.pictures
    try:
        images = np.zeros((len(pictures), *options.shape), np.uint8)
    except MemoryError:
        raise DataError(f"{quoted(found.folder)} holds more pictures than this computer has memory for.") from None
    stopped = threading.Event()

    def read(start: int) -> list[tuple[int, str]]:
        failures = []
        for number in range(start, min(start + _BATCH, len(pictures))):
            if stopped.is_set():
                break
            try:
                images[number] = picture.read_picture(pictures[number].path, options)
            except PictureError as error:
                failures.append((number, str(error)))
        return failures

    failed: dict[int, str] = {}
    monitor.stage(0.0, 1.0, "Reading the pictures")
    with ThreadPoolExecutor(max(1, min(8, os.cpu_count() or 1)), thread_name_prefix="pictures") as pool:
        running = {pool.submit(read, start) for start in range(0, len(pictures), _BATCH)}
        try:
            while running:
                finished, running = wait(running, _POLL, FIRST_COMPLETED)
                for future in finished:
                    failed.update(future.result())
                if failed and finished:
                    _check_still_there(found.folder)
                monitor.count(max(0, len(pictures) - _BATCH * len(running)), len(pictures), "images")
        except BaseException:
            stopped.set()
            raise
    skipped = tuple(Skipped(Path(pictures[n].path), failed[n]) for n in sorted(failed))
    usable = np.array([n for n in range(len(pictures)) if n not in failed], np.intp)
    if not len(usable):
        raise _nothing_usable(found.folder, list(skipped))
    return images, usable, skipped


def _is_named_as_picture(path: str) -> bool:
    return os.path.splitext(path)[1].lower() in ENDINGS


def _walk(folder: Path, skipped: list[Skipped], monitor: Monitor) -> Iterator[tuple[str, str | None]]:
    """Yield (path, name of the sub-folder of `folder` it lies in, or None) of every ordinary file, by name."""
    seen: set[tuple[int, int]] = set()
    stack: list[tuple[str, str | None, int]] = [(str(folder), None, 0)]
    while stack:
        monitor.check()
        current, group, depth = stack.pop()
        try:
            identity = os.stat(current)
            if (identity.st_dev, identity.st_ino) in seen:
                skipped.append(Skipped(Path(current), "a link to a folder that was already read"))
                continue
            seen.add((identity.st_dev, identity.st_ino))
            with os.scandir(current) as listing:
                entries = sorted((entry for entry in listing if not entry.name.startswith(".")), key=lambda e: e.name)
        except OSError as error:
            if depth == 0:
                raise file_error(folder, error) from None
            skipped.append(Skipped(Path(current), f"the folder cannot be read ({error.strerror})"))
            continue
        deeper = []
        for entry in entries:
            try:
                mode = entry.stat().st_mode
            except OSError as error:
                skipped.append(Skipped(Path(entry.path), error.strerror or "it cannot be read"))
                continue
            if stat.S_ISREG(mode):
                yield entry.path, group
            elif not stat.S_ISDIR(mode):
                skipped.append(Skipped(Path(entry.path), "not an ordinary file"))
            elif depth >= _DEEPEST:
                skipped.append(Skipped(Path(entry.path), f"more than {_DEEPEST} folders deep"))
            else:
                deeper.append((entry.path, group if depth else entry.name, depth + 1))
        stack += reversed(deeper)


def _classes_of(groups: list[str | None]) -> tuple[tuple[str, ...], dict[str, int]]:
    """Give each sub-folder a number; none where a picture lies outside of them, or bytes cannot count them."""
    names = {group for group in groups if group is not None}
    if None in groups or len(names) > _MOST_CLASSES:
        return (), {}
    if all(name.isascii() and name.isdigit() and int(name) < _MOST_CLASSES for name in names):
        labels = {name: int(name) for name in names}
        if len(set(labels.values())) == len(names):
            return tuple(sorted(names, key=int)), labels
    ordered = tuple(sorted(names))
    return ordered, {name: number for number, name in enumerate(ordered)}


def _check_still_there(folder: Path) -> None:
    """Raise DataError when the folder itself has gone, as with a drive that was pulled out."""
    try:
        with os.scandir(folder):
            pass
    except OSError:
        raise DataError(
            f"{quoted(folder)} cannot be read any more: the folder or its drive has gone while it was being read."
        ) from None


def _nothing_usable(folder: Path, skipped: list[Skipped]) -> DataError:
    bad = [entry for entry in skipped if _is_named_as_picture(str(entry.path))]
    if not bad:
        return DataError(f"{quoted(folder)} holds 0 images (PNG, JPEG, BMP, TIFF or WebP).")
    return DataError(
        f"{quoted(folder)} holds no picture that can be used: 0 images. "
        f"{quoted(bad[0].path.name)}, for instance: {bad[0].reason}."
    )
