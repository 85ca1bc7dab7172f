"""Reads images from NumPy's .npy and .npz files, never unpickling anything."""

import math
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.errors import DataError, printable, quoted
from dae_core.datasets.grey_levels import scale_of
from dae_core.datasets.reading import MOST_BYTES, reading
from dae_core.jobs import UNWATCHED, Monitor

_NUMBERS = 1 << 18  # that are converted at a time
_HEADERS: dict[tuple[int, int], Callable[[IO[bytes]], tuple[tuple[int, ...], bool, np.dtype[Any]]]] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
# Pairs of images and labels: our own names, and those of Keras's mnist.npz, whose second pair is the test set.
_PAIRS = ((("images", "labels"),), (("x_train", "y_train"), ("x_test", "y_test")))


@dataclass(frozen=True, eq=False)
class ImageArrays:
    """What one file holds: images (n, h, w), at least one, their labels (n,), and the test set that came with them."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8] | None = None
    test_images: NDArray[np.uint8] | None = None
    test_labels: NDArray[np.uint8] | None = None


def read_npy(path: Path, monitor: Monitor = UNWATCHED) -> ImageArrays:
    """Read images of shape (n, h, w), (n, h, w, 1), or (n, h * w) with h = w from an .npy file.

    Unsigned bytes are grey levels as they are; `grey_levels.scale_of` has the rule for other numbers. The file is
    mapped and converted in pieces, so that no more memory is taken than the grey levels need.

    Raises
    ------
    DataError
        The file is unreadable, cut off, damaged, too large, holds objects, NaN or infinity, or no images.
    Cancelled
        `monitor`, which is asked before each piece, said so.
    """
    with reading(path) as size:
        with path.open("rb") as stream:
            _check_header(quoted(path), stream, size)
        return ImageArrays(_images(quoted(path), np.load(path, mmap_mode="r", allow_pickle=False), monitor))


def read_npz(path: Path, monitor: Monitor = UNWATCHED) -> ImageArrays:
    """Read "images" and, if it is there, "labels" from an .npz file; also "x_train", "y_train", "x_test", "y_test".

    Images are as for `read_npy`; labels are whole numbers from 0 to 255.

    Raises
    ------
    DataError
        As for `read_npy`, and when there are no images, or not as many labels as images.
    Cancelled
        `monitor` said so.
    """
    with reading(path, MOST_BYTES), zipfile.ZipFile(path) as archive:
        members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}

        def read(part: str) -> tuple[str, NDArray[Any]]:
            name, member = f'"{part}" in {quoted(path)}', members[part]
            with archive.open(member) as stream:
                _check_header(name, stream, min(member.file_size, MOST_BYTES))
            with archive.open(member) as stream:
                return name, np.load(stream, allow_pickle=False)

        def read_pair(images: str, labels: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
            found = _images(*read(images), monitor)
            return found, check_labels(*read(labels), len(found)) if labels in members else None

        for first, *others in _PAIRS:
            if first[0] in members:
                tests = [read_pair(*pair) for pair in others if pair[0] in members]
                return ImageArrays(*read_pair(*first), *(tests[0] if tests else ()))
        held = ", ".join(sorted(members))[:200] or "nothing"
        raise DataError(f'{quoted(path)} holds no array "images" (it holds: {printable(held)}).')


def check_labels(name: str, labels: NDArray[Any], count: int) -> NDArray[np.uint8]:
    """Return labels (count,) or (count, 1) as uint8 (count,); ``name`` is what an error calls them.

    Raises DataError when there are not as many as images, or they are not whole numbers from 0 to 255.
    """
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1:
        raise DataError(f"{name} holds labels that are not one number for each image.")
    if len(labels) != count:
        raise DataError(f"{name} holds {len(labels):,} labels for {count:,} images.")
    if not np.isfinite(labels).all() or (labels != np.floor(labels)).any() or labels.min() < 0 or labels.max() > 255:
        raise DataError(f"{name} holds labels that are not whole numbers from 0 to 255.")
    return labels.astype(np.uint8)


def _as_images(name: str, shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Return the shape (n, h, w) that an array of a shape has as images, each at least 1, or raise DataError."""
    if len(shape) == 4 and shape[3] == 1:
        shape = shape[:3]
    dimensions = " x ".join(f"{d:,}" for d in shape) or "a single number"
    if len(shape) == 2:
        side = math.isqrt(shape[1])
        if side * side != shape[1]:
            raise DataError(f"{name} holds {dimensions} values: rows of {shape[1]:,} are not square images.")
        shape = (shape[0], side, side)
    if len(shape) != 3:
        raise DataError(f"{name} holds {dimensions} values: images are n x height x width, or n x pixels.")
    if shape[0] == 0:
        raise DataError(f"{name} holds 0 images.")
    if 0 in shape:
        raise DataError(f"{name} holds images of {shape[1]}x{shape[2]} pixels, which is nothing.")
    return shape[0], shape[1], shape[2]


def _images(name: str, array: NDArray[Any], monitor: Monitor) -> NDArray[np.uint8]:
    """Bring an array to grey levels piece by piece; what is not of bytes is read once before, for its extremes."""
    array = array.reshape(shape := _as_images(name, array.shape))
    step = max(1, _NUMBERS // (shape[1] * shape[2]))
    rows = [slice(start, start + step) for start in range(0, len(array), step)]
    scale = None
    if array.dtype != np.uint8:
        extremes = []
        for some in rows:
            monitor.check()
            extremes += [float(array[some].min()), float(array[some].max())]
        if not np.isfinite(extremes).all():
            raise DataError(f"{name} holds values that are not numbers (NaN or infinity).")
        scale = scale_of(min(extremes), max(extremes))
    levels = np.empty(shape, np.uint8)
    for some in rows:
        monitor.check()
        levels[some] = array[some] if scale is None else scale.apply(array[some])
    return levels


def _check_header(name: str, stream: IO[bytes], most: int) -> None:
    """Refuse an array that is not of numbers, or announces more of them than ``most`` bytes can hold."""
    magic = stream.read(8)
    if not magic:
        raise DataError(f"{name} is empty.")
    if magic[:6] != b"\x93NUMPY":
        raise DataError(f"{name} is not a NumPy array: it starts with the bytes {magic[:4].hex(' ')}.")
    if tuple(magic[6:]) not in _HEADERS:
        raise DataError(f"{name} has a NumPy header of an unknown version ({magic[6:].hex('.')}).")
    try:
        shape, _, dtype = _HEADERS[magic[6], magic[7]](stream)
    except OSError:
        raise
    except Exception:  # the header is a Python literal: it fails in as many ways as Python's syntax
        raise DataError(f"{name} is damaged: its header cannot be read.") from None
    if dtype.hasobject:
        raise DataError(f"{name} holds Python objects, which could run a program when loaded: it is not read.")
    if dtype.kind not in "buif" or dtype.itemsize > 8:
        raise DataError(f"{name} holds {printable(str(dtype))[:60]}; only numbers can be images or labels.")
    values = " x ".join(f"{d:,}" for d in shape)[:200]
    if any(d < 0 for d in shape) or math.prod(shape) > MOST_BYTES:
        raise DataError(f"{name} announces {values} values, above the limit of {MOST_BYTES:,}.")
    if math.prod(shape) * dtype.itemsize > most - stream.tell():
        raise DataError(f"{name} is cut off: it announces {values} values and cannot hold so many.")
