"""The user's own images before they are opened: what there is, what they would look like, what would be left out."""

from __future__ import annotations

import contextlib
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import picture
from dae_core.datasets.dataset import Dataset
from dae_core.datasets.errors import DataError, quoted
from dae_core.datasets.files.archives import Unpacked
from dae_core.datasets.meaning.finishing import finish
from dae_core.datasets.meaning.grey_levels import EIGHT_BITS, Extent, Scale
from dae_core.datasets.meaning.image_options import MOST_SIDE, ImageOptions
from dae_core.datasets.meaning.orientation import ORIENTATIONS
from dae_core.datasets.meaning.raw import ImageSet, RawImages, Stack, understand
from dae_core.datasets.meaning.suggestion import scale_for, suggest, suggested_shape
from dae_core.datasets.pictures.folder import PictureFolder, read_pictures, with_range
from dae_core.datasets.pictures.patches import patches_dataset, preview_patches
from dae_core.datasets.pictures.picture_parts import dataset_of_pictures, shared_by_both
from dae_core.datasets.split import split_dataset
from dae_core.datasets.walk import Skipped
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.texts import plain


@dataclass(frozen=True, eq=False)
class SourceScan:
    """What a folder of pictures or a file of images holds.

    Parameters
    ----------
    path : Path
        The folder or file.
    kind : str
        What it is, as `source_kind` says.
    name : str
        The data set's name.
    count : int
        How many images can be used, judged by their headers.
    sizes : tuple of ((height, width), how many)
        As stored; most frequent first.
    classes : tuple of str
        Their names; empty when classes are not known.
    skipped : tuple of Skipped
        The files that are left out, and why.
    notes : tuple of str
        Sentences on how the source was understood, where that is not a matter of course.
    extent : Extent
        From where to where its values go.
    columns : tuple of str
        Of a table: the columns that could hold the labels.
    suggested : ImageOptions
        The options that suit it.
    """

    path: Path
    kind: str
    name: str
    count: int
    sizes: tuple[tuple[tuple[int, int], int], ...]
    classes: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...] = ()
    extent: Extent = EIGHT_BITS
    columns: tuple[str, ...] = ()
    suggested: ImageOptions = field(default_factory=ImageOptions)
    folder: PictureFolder | None = field(default=None, repr=False)
    raw: RawImages | None = field(default=None, repr=False)
    unpacked: Unpacked | None = field(default=None, repr=False)
    _understood: dict[str, ImageSet] = field(default_factory=dict, repr=False)

    @property
    def is_plain(self) -> bool:
        """Whether nothing is to be asked: a folder of files as MNIST has, of one size, upright, bright on black."""
        plain = ImageOptions(*suggested_shape(self.sizes), black=0.0, white=255.0)
        return self.kind == "files" and not self.notes and not self.skipped and self.suggested == plain

    def skipped_text(self, most: int = 10) -> str:
        """Return what is left out, one file a line, at most `most` of them; empty when there is nothing."""
        return skipped_text(self.skipped, self.path, most)

    def named_as_given(self) -> AbstractContextManager[None]:
        """Let errors name the archive that was opened, not the temporary folder that it was unpacked into."""
        return contextlib.nullcontext() if self.unpacked is None else self.unpacked.speaking_of_the_archive()

    def outside(self, skipped: tuple[Skipped, ...]) -> tuple[Skipped, ...]:
        """Return what was left out with paths as if an archive were a folder."""
        if self.unpacked is None:
            return skipped
        return tuple(Skipped(self.unpacked.outside(entry.path), entry.reason) for entry in skipped)

    def images(self, label: str, monitor: Monitor = UNWATCHED) -> ImageSet:
        """Return the arrays of a source that is no folder of pictures, with a table's column of labels (or "auto").

        Raises DataError when there is no such column or no images without it, Cancelled when `monitor` says so.
        """
        if label not in self._understood:
            assert self.raw is not None  # noqa: S101 - a scan has either a folder or arrays
            choose = self.raw.with_labels_of
            raw = self.raw if choose is None or label == "auto" else choose(label)
            self._understood[label] = understand(raw, monitor)
        return self._understood[label]


@dataclass(frozen=True, eq=False)
class Preview:
    """A sample of images (k, h, w), with the very grey levels that opening gives.

    ``names`` are their files within the folder, or "image 17" within a file, with the class where it is known;
    ``skipped`` could not be read; ``notes`` say how the source was understood.
    """

    images: NDArray[np.uint8]
    names: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class OpenResult:
    """A data set, what was left out of it, and how its source was understood."""

    dataset: Dataset
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...] = ()


def skipped_text(skipped: tuple[Skipped, ...], root: Path, most: int = 10) -> str:
    """Return what was left out, one file a line and at most `most` of them, with paths within `root`."""
    lines = [f"{_within(entry.path, root)}: {entry.reason}" for entry in skipped[:most]]
    if len(skipped) > most:
        lines.append(f"and {len(skipped) - most:,} more")
    return "\n".join(lines)


def scan_of_folder(folder: PictureFolder, name: str) -> SourceScan:
    """Sum up a folder of pictures."""
    sizes = Counter(entry.size for entry in folder.pictures)
    ordered = tuple(sizes.most_common())
    options = ImageOptions(*suggested_shape(ordered), invert=folder.is_dark_on_bright)
    return SourceScan(
        folder.folder,
        "pictures",
        name,
        len(folder.pictures),
        ordered,
        folder.classes,
        folder.skipped,
        folder.notes,
        folder.extent,
        suggested=with_range(folder, options),
        folder=folder,
    )


def scan_of_arrays(path: Path, kind: str, name: str, raw: RawImages, monitor: Monitor = UNWATCHED) -> SourceScan:
    """Sum up arrays of images, and look at some of them.

    Raises
    ------
    DataError
        They hold no images that can be used.
    Cancelled
        `monitor` said so.
    """
    images = understand(raw, monitor)
    h, w = images.parts[0].shape
    if min(h, w) < picture.LEAST_PICTURE_SIDE:
        raise DataError(f"{quoted(path)} holds images of {h}x{w} pixels, too small to show anything.")
    count = sum(map(len, images.parts))
    suggested = suggest(images)
    notes = images.notes
    if suggested.orientation != "upright":
        title = ORIENTATIONS[suggested.orientation].title.split(":")[0].lower()
        notes = (*notes, f"The images do not lie upright; they are brought upright by this: {title}.")
    return SourceScan(
        path,
        kind,
        name,
        count,
        (((h, w), count),),
        tuple(images.class_names.values()),
        (),
        notes,
        images.extent,
        raw.columns,
        suggested,
        raw=raw,
        _understood={"auto": images},
    )


def suggest_options(scan: SourceScan) -> ImageOptions:
    """Return the options to begin with for what a source holds.

    The size is that of more than half of the images, if it is 8 to 128 pixels a side, else 28x28. Black and white are
    `suggested_range` of all values of the set. `invert` is set where most of fifteen images spread over the source look
    dark on bright, even paper. Arrays of digits that do not lie upright get the orientation that brings them so.
    """
    return scan.suggested


def preview(
    scan: SourceScan, options: ImageOptions, count: int = 24, seed: int = 0, monitor: Monitor = UNWATCHED
) -> Preview:
    """Make some of the images as they will be: at most ``count``, chosen by a seed, in the order of the source.

    The preview is empty when all of the sample are damaged.

    Raises
    ------
    DataError
        A table has no column of labels of that name, or no images without it.
    Cancelled
        `monitor`, which is asked before every image, said so.
    """
    rng = np.random.default_rng(seed)
    if scan.folder is None:
        _check_whole(scan, options)
        found = scan.images(options.label, monitor)
        stack = found.parts[0]
        scale = scale_for(options, found.extent)
        chosen = np.sort(rng.choice(len(stack), min(count, len(stack)), replace=False))
        levels = finish(stack.levels(scale, chosen), options)
        notes = scan.notes if options.label == "auto" else found.notes
        return Preview(levels, tuple(_name_in(found, n) for n in chosen.tolist()), (), notes)
    if options.patches:
        with scan.named_as_given():
            images, titles, skipped = preview_patches(scan.folder, options, count, seed, monitor)
        return Preview(images, titles, scan.outside(skipped), scan.notes)
    chosen = np.sort(rng.choice(scan.count, min(count, scan.count), replace=False))
    with scan.named_as_given():
        images, usable, skipped = read_pictures(scan.folder, options, monitor, chosen)
    names = tuple(scan.folder.title(number) for number in chosen[usable].tolist())
    return Preview(images[usable], names, scan.outside(skipped), scan.notes)


def open_images(
    scan: SourceScan,
    options: ImageOptions | None = None,
    monitor: Monitor = UNWATCHED,
) -> OpenResult:
    """Open what was scanned; everything that was skipped, while scanning and while reading, comes with it.

    Without options, `suggest_options` says how; arrays then keep their size.

    Raises
    ------
    DataError
        Nothing can be used, fewer than two images are left, or they are too large to train on.
    Cancelled
        `monitor` said so.
    """
    if scan.folder is None:
        _check_whole(scan, options)
        found = scan.images("auto" if options is None else options.label, monitor)
        notes = scan.notes if options is None or options.label == "auto" else found.notes
        dataset = _dataset_of_arrays(scan, found, options, monitor)
        return OpenResult(dataset, scan.skipped, notes + shared_by_both(dataset) * (len(found.parts) > 1))
    options = options or suggest_options(scan)
    if options.patches:
        with scan.named_as_given():
            dataset, left_out = patches_dataset(scan.name, scan.folder, options, monitor)
        return OpenResult(dataset, scan.skipped + scan.outside(left_out), scan.notes)
    with scan.named_as_given():
        images, usable, skipped = read_pictures(scan.folder, options, monitor)
    dataset = dataset_of_pictures(scan.name, scan.path, scan.folder, images, usable)
    return OpenResult(
        dataset, scan.skipped + scan.outside(skipped), scan.notes + shared_by_both(dataset) * scan.folder.is_split
    )


def _check_whole(scan: SourceScan, options: ImageOptions | None) -> None:
    """Raise DataError when patches are to be cut from something else than pictures."""
    if options is not None and options.patches:
        raise DataError(f"{quoted(scan.path)} holds images as data: patches can be cut from pictures only.")


def dataset_as_stored(name: str, path: Path, raw: RawImages) -> Dataset:
    """Open arrays whose grey levels are known to be right just as they are: the files of a published set.

    Raises DataError as `open_images` does.
    """
    images = understand(raw, UNWATCHED)
    return _dataset(name, path, images, [stack.levels(Scale.between(0, 255)) for stack in images.parts])


def _dataset_of_arrays(scan: SourceScan, found: ImageSet, options: ImageOptions | None, monitor: Monitor) -> Dataset:
    h, w = found.parts[0].shape
    if options is None and max(h, w) > MOST_SIDE:
        raise DataError(
            f"{quoted(scan.path)} holds images of {h}x{w} pixels, above the limit of {MOST_SIDE}x{MOST_SIDE}: "
            "choose a size to bring them to."
        )
    used = suggest_options(scan) if options is None else options
    scale = scale_for(used, found.extent)
    monitor.stage(0.0, 1.0, "Bringing the images to size")
    total, done = sum(map(len, found.parts)), 0
    parts = []
    for stack in found.parts:
        if _is_as_stored(stack, scale, used):
            parts.append(stack.values)
            continue
        levels = None
        for piece in stack.pieces():
            monitor.count(done, total, "images")
            finished = finish(stack.levels(scale, piece), used, resize=options is not None)
            if levels is None:
                levels = np.empty((len(stack), *finished.shape[1:]), np.uint8)
            levels[piece] = finished
            done += len(finished)
        assert levels is not None  # noqa: S101 - a part has images
        levels.flags.writeable = False  # so that Dataset needs no copy
        parts.append(levels)
    monitor.count(total, total, "images")
    return _dataset(scan.name, scan.path, found, parts)


def _is_as_stored(stack: Stack, scale: Scale, options: ImageOptions) -> bool:
    """Whether the stored bytes are the finished images, so that they need not be held twice."""
    values = stack.values
    is_grey = values.ndim == 3 and values.dtype == np.uint8
    is_ours = not values.flags.writeable and not isinstance(values, np.memmap)  # a mapped file may change or go
    as_it_is = ImageOptions(*options.shape, black=options.black, white=options.white, label=options.label)
    return is_grey and is_ours and scale.is_identity and options == as_it_is and stack.shape == options.shape


def _dataset(name: str, path: Path, found: ImageSet, levels: list[NDArray[np.uint8]]) -> Dataset:
    labels = [stack.labels for stack in found.parts]
    if len(levels) == 1:
        return split_dataset(name, path, levels[0], labels[0])
    return Dataset(name, levels[0], labels[0], levels[1], labels[1], noun="images")


def _name_in(found: ImageSet, number: int) -> str:
    labels = found.parts[0].labels
    text = f"image {number + 1:,}"
    return text if labels is None else f"{text}, class {found.class_names[int(labels[number])]}"


def _within(path: Path, root: Path) -> str:
    text = str(path.relative_to(root)) if path.is_relative_to(root) and path != root else path.name
    return plain(text.encode("utf-8", "replace").decode())
