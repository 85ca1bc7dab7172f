"""The user's own images before they are opened: what there is, what they would look like, what would be left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import picture
from dae_core.datasets.arrays import ImageArrays
from dae_core.datasets.dataset import Dataset
from dae_core.datasets.errors import DataError, quoted
from dae_core.datasets.image_options import LEAST_SIDE, MOST_SIDE, ImageOptions
from dae_core.datasets.picture import PictureError
from dae_core.datasets.pictures import PictureFolder, Skipped, read_pictures
from dae_core.datasets.split import held_out_split
from dae_core.jobs import UNWATCHED, Monitor

_LOOKED_AT = 15  # pictures whose paper is looked at; odd, so that there is a majority
_REPORT_EVERY = 256  # images between two looks at the Cancel button


@dataclass(frozen=True, eq=False)
class SourceScan:
    """What a folder of pictures or a file of images holds.

    Parameters
    ----------
    path : Path
        The folder or file.
    kind : str
        "pictures", "npy", "npz", "csv" or "idx".
    name : str
        The data set's name.
    count : int
        How many images can be used, judged by their headers.
    sizes : tuple of ((height, width), how many)
        Most frequent first.
    classes : tuple of str
        Their names; empty when classes are not known.
    skipped : tuple of Skipped
        What is left out, and why.
    """

    path: Path
    kind: str
    name: str
    count: int
    sizes: tuple[tuple[tuple[int, int], int], ...]
    classes: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    folder: PictureFolder | None = field(default=None, repr=False)
    arrays: ImageArrays | None = field(default=None, repr=False)

    def skipped_text(self, most: int = 10) -> str:
        """Return what is left out, one file a line, at most `most` of them; empty when there is nothing."""
        return skipped_text(self.skipped, self.path, most)


@dataclass(frozen=True, eq=False)
class Preview:
    """A sample of images (k, h, w), with the very grey levels that opening gives.

    ``names`` are their files within the folder, or "image 17" within a file; ``skipped`` could not be read.
    """

    images: NDArray[np.uint8]
    names: tuple[str, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, eq=False)
class OpenResult:
    """A data set, and what was left out of it."""

    dataset: Dataset
    skipped: tuple[Skipped, ...]


def skipped_text(skipped: tuple[Skipped, ...], root: Path, most: int = 10) -> str:
    """Return what was left out, one file a line and at most `most` of them, with paths within `root`."""
    lines = [f"{_within(entry.path, root)}: {entry.reason}" for entry in skipped[:most]]
    if len(skipped) > most:
        lines.append(f"and {len(skipped) - most:,} more")
    return "\n".join(lines)


def scan_of_folder(folder: PictureFolder, name: str) -> SourceScan:
    """Sum up a folder of pictures."""
    sizes = Counter(entry.size for entry in folder.pictures)
    count = len(folder.pictures)
    ordered = tuple(sizes.most_common())
    return SourceScan(folder.folder, "pictures", name, count, ordered, folder.classes, folder.skipped, folder=folder)


def scan_of_arrays(path: Path, kind: str, name: str, arrays: ImageArrays) -> SourceScan:
    """Sum up a file of images."""
    n, h, w = arrays.images.shape
    if min(h, w) < picture.LEAST_PICTURE_SIDE:
        raise DataError(f"{quoted(path)} holds images of {h}x{w} pixels, too small to show anything.")
    count = n + (0 if arrays.test_images is None else len(arrays.test_images))
    classes = () if arrays.labels is None else tuple(str(label) for label in np.unique(arrays.labels))
    return SourceScan(path, kind, name, count, (((h, w), count),), classes, (), arrays=arrays)


def suggest_options(scan: SourceScan) -> ImageOptions:
    """Return the options to begin with for what a source holds.

    The size is the images' own if all have the same, of 8 to 128 pixels a side, else 28x28. `invert` is set where most
    of fifteen pictures spread over the folder look dark on bright paper; for files of arrays it never is.
    """
    shape = scan.sizes[0][0]
    if len(scan.sizes) > 1 or not all(LEAST_SIDE <= side <= MOST_SIDE for side in shape):
        shape = (28, 28)
    return ImageOptions(*shape, invert=_looks_inverted(scan))


def preview(
    scan: SourceScan, options: ImageOptions, count: int = 24, seed: int = 0, monitor: Monitor = UNWATCHED
) -> Preview:
    """Make some of the images as they will be: at most ``count``, chosen by a seed, in the order of the folder.

    The preview is empty when all of the sample are damaged. Raises Cancelled when `monitor`, which is asked before
    every image, says so.
    """
    images, names, skipped = [], [], []
    available = len(scan.folder.pictures) if scan.folder else len(_arrays_of(scan).images)
    chosen = np.sort(np.random.default_rng(seed).choice(available, min(count, available), replace=False))
    for number in map(int, chosen):
        monitor.check()
        if scan.folder is None:
            images.append(_finish_one(_arrays_of(scan).images[number], options))
            names.append(f"image {number + 1:,}")
            continue
        path = scan.folder.pictures[number].path
        try:
            images.append(picture.read_picture(path, options))
            names.append(_within(Path(path), scan.path))
        except PictureError as error:
            skipped.append(Skipped(Path(path), str(error)))
    stacked = np.stack(images) if images else np.zeros((0, *options.shape), np.uint8)
    return Preview(stacked, tuple(names), tuple(skipped))


def open_images(
    scan: SourceScan,
    options: ImageOptions | None = None,
    monitor: Monitor = UNWATCHED,
) -> OpenResult:
    """Open what was scanned; everything that was skipped, while scanning and while reading, comes with it.

    Without options, pictures are opened with `suggest_options`, and arrays as they are.

    Raises
    ------
    DataError
        Nothing can be used, fewer than two images are left, or they are too large to train on.
    Cancelled
        `monitor` said so.
    """
    if scan.folder is None:
        return OpenResult(_dataset_of_arrays(scan, options, monitor), scan.skipped)
    options = options or suggest_options(scan)
    images, usable, skipped = read_pictures(scan.folder, options, monitor)
    labels = None
    if scan.classes:
        labels = np.array([entry.label for entry in scan.folder.pictures], np.uint8)
    return OpenResult(split_dataset(scan.name, scan.path, images, labels, usable), scan.skipped + skipped)


def split_dataset(
    name: str,
    path: Path,
    images: NDArray[np.uint8],
    labels: NDArray[np.uint8] | None,
    usable: NDArray[np.intp] | None = None,
) -> Dataset:
    """Return images (n, h, w) and their labels (n,) as a data set of new arrays, a fixed part of them held out.

    Where ``usable`` (m,) is given, only these positions count. Raises DataError, with the path, for fewer than two.
    """
    count = len(images) if usable is None else len(usable)
    if count < 2:
        raise DataError(f"{quoted(path)} holds a single image; two are needed, one to train on and one held out.")
    train, test = held_out_split(count)
    if usable is not None:
        train, test = usable[train], usable[test]
    train_images, test_images = images[train], images[test]
    train_labels = test_labels = None
    if labels is not None:
        train_labels, test_labels = labels[train], labels[test]
    for array in (train_images, train_labels, test_images, test_labels):
        if array is not None:
            array.flags.writeable = False  # so that Dataset needs no copy
    return Dataset(name, train_images, train_labels, test_images, test_labels)


def _dataset_of_arrays(scan: SourceScan, options: ImageOptions | None, monitor: Monitor) -> Dataset:
    arrays = _arrays_of(scan)
    images, test_images = arrays.images, arrays.test_images
    _, h, w = images.shape
    if options is None and max(h, w) > MOST_SIDE:
        raise DataError(
            f"{quoted(scan.path)} holds images of {h}x{w} pixels, above the limit of {MOST_SIDE}x{MOST_SIDE}: "
            "choose a size to bring them to."
        )
    if options is not None:
        monitor.stage(0.0, 1.0, "Bringing the images to size")
        images = _finish_all(images, options, 0, scan.count, monitor)
        if test_images is not None:
            test_images = _finish_all(test_images, options, len(images), scan.count, monitor)
    if test_images is None:
        return split_dataset(scan.name, scan.path, images, arrays.labels)
    return Dataset(scan.name, images, arrays.labels, test_images, arrays.test_labels)


def _finish_all(
    images: NDArray[np.uint8], options: ImageOptions, before: int, total: int, monitor: Monitor
) -> NDArray[np.uint8]:
    finished = np.empty((len(images), *options.shape), np.uint8)
    for number, image in enumerate(images):
        if number % _REPORT_EVERY == 0:
            monitor.count(before + number, total, "images")
        finished[number] = _finish_one(image, options)
    monitor.count(before + len(images), total, "images")
    return finished


def _finish_one(image: NDArray[np.uint8], options: ImageOptions) -> NDArray[np.uint8]:
    from PIL import Image

    return picture.finish(Image.fromarray(image), options)


def _looks_inverted(scan: SourceScan) -> bool:
    if scan.folder is None:
        return False
    pictures = scan.folder.pictures
    votes = []
    for number in np.unique(np.linspace(0, len(pictures) - 1, min(_LOOKED_AT, len(pictures))).astype(int)):
        try:
            votes.append(picture.looks_dark_on_bright(pictures[number].path))
        except PictureError:
            continue
    return 2 * sum(votes) > len(votes)


def _arrays_of(scan: SourceScan) -> ImageArrays:
    assert scan.arrays is not None  # noqa: S101 - a scan has either a folder or arrays
    return scan.arrays


def _within(path: Path, root: Path) -> str:
    text = str(path.relative_to(root)) if path.is_relative_to(root) and path != root else path.name
    return text.encode("utf-8", "replace").decode()
