"""Reads and writes the IDX format of MNIST (plain or gzipped), trusting nothing that a file says about itself."""

import contextlib
import gzip
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.errors import DataError, file_error, quoted
from dae_core.datasets.formats import LOOKED_AT, what_it_seems
from dae_core.datasets.meaning.raw import RawPart
from dae_core.datasets.reading import BEST_RATIO, GZIP_MAGIC, MOST_PIXELS, reading
from dae_core.files import write_atomically

_UNSIGNED_BYTE = 0x08
_TYPES: dict[int, tuple[np.dtype[Any], str]] = {
    0x08: (np.dtype("u1"), "unsigned bytes"),
    0x09: (np.dtype("i1"), "signed bytes"),
    0x0B: (np.dtype(">i2"), "16-bit integers"),
    0x0C: (np.dtype(">i4"), "32-bit integers"),
    0x0D: (np.dtype(">f4"), "32-bit floating-point numbers"),
    0x0E: (np.dtype(">f8"), "64-bit floating-point numbers"),
}
_IMAGE_DIMS = (2, 3, 4)
_CHUNK = 1 << 20


def read_idx_images(path: Path | str) -> NDArray[np.uint8]:
    """Read the grey images (n, h, w) of an IDX file, plain or gzipped; the array is read-only, and no side of it is 0.

    Raises
    ------
    DataError
        The file is missing, unreadable, damaged, too large, not of images, or empty of images.
    """
    images = _read(Path(path), n_dims=3)
    n, h, w = images.shape
    if n == 0:
        raise DataError(f"{quoted(path)} holds no images: it announces none. Fetch or copy it again.")
    if h == 0 or w == 0:
        raise DataError(f"{quoted(path)} holds images of {h}x{w} pixels, which is nothing.")
    return images


def read_idx_labels(path: Path | str) -> NDArray[np.uint8]:
    """Read the labels (n,) of an IDX file, plain or gzipped, as a read-only array. Raises DataError as for images."""
    return _read(Path(path), n_dims=1)


def read_idx(path: Path | str) -> NDArray[Any]:
    """Read an IDX file of any type and 1 to 4 dimensions, plain or gzipped, as a read-only array of native numbers.

    Raises DataError as `read_idx_images` does.
    """
    return _read(Path(path), n_dims=None)


def read_idx_part(images: Path, labels: Path | None) -> RawPart:
    """Read a file of images and that of their labels as they are stored.

    Of labels that are rows of several numbers, as QMNIST's are, the first is the class.
    """
    stored = read_idx(images)
    if stored.ndim not in _IMAGE_DIMS:
        raise DataError(f"{quoted(images)} holds labels (1 dimension) where images (3 dimensions) are expected.")
    if labels is None:
        return RawPart(quoted(images), stored)
    classes = read_idx(labels)
    return RawPart(quoted(images), stored, classes[:, 0] if classes.ndim == 2 and classes.shape[1] > 1 else classes)


def idx_dimensions(path: Path | str) -> int:
    """Return how many dimensions the array of an IDX file has, by its first bytes; 0 when it is none."""
    try:
        with _opened(Path(path)) as (stream, _):
            magic = stream.read(4)
    except DataError:
        return 0
    return magic[3] if len(magic) == 4 and magic[:2] == b"\0\0" and magic[2] in _TYPES else 0


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Open a file: its content, unzipped if need be, and the most bytes that can come of it."""
    with reading(path) as size, path.open("rb") as file:
        is_gzip = file.read(2) == GZIP_MAGIC
        file.seek(0)
        if is_gzip:
            yield gzip.GzipFile(fileobj=file, mode="rb"), size * BEST_RATIO  # type: ignore[misc]
        else:
            yield file, size


def _read(path: Path, n_dims: int | None) -> NDArray[Any]:
    """Read an IDX array of unsigned bytes with `n_dims` dimensions, or of any kind, or raise DataError."""
    with _opened(path) as (stream, most):
        return _parse(path, stream, most, n_dims)


def _parse(path: Path, stream: BinaryIO, most: int, n_dims: int | None) -> NDArray[Any]:
    """Read header and values; `most` bounds what can come out of `stream`, whatever the header announces."""
    shape, dtype = _read_header(path, stream, n_dims)
    announced = prod(shape) * dtype.itemsize
    values = " x ".join(f"{d:,}" for d in shape)
    if announced > MOST_PIXELS:
        raise DataError(f"{quoted(path)} announces {values} values, above the limit of {MOST_PIXELS:,} bytes.")
    if announced > most:
        raise DataError(f"{quoted(path)} is cut off: it announces {values} values and cannot hold so many.")
    array = np.empty(announced, np.uint8)  # the system hands out its memory only as it is filled
    filled = 0
    while filled < announced:
        got = stream.readinto(array.data[filled : filled + _CHUNK])  # type: ignore[attr-defined]
        if not got:
            raise DataError(
                f"{quoted(path)} is cut off: it announces {values} values and holds only {filled // dtype.itemsize:,}."
            )
        filled += got
    if stream.read(1):
        raise DataError(f"{quoted(path)} is damaged: more data follow the {values} values that it announces.")
    values_read = array.view(dtype).reshape(shape)
    if not dtype.isnative:
        values_read = values_read.astype(dtype.newbyteorder("="))
    values_read.flags.writeable = False
    return values_read


def _read_header(path: Path, stream: BinaryIO, n_dims: int | None) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Read the magic number and the dimensions."""
    magic = stream.read(4)
    if not magic:
        raise DataError(f"{quoted(path)} is empty.")
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _TYPES:
        seems = what_it_seems(magic + stream.read(LOOKED_AT), path.name)
        raise DataError(f"{quoted(path)} is not an IDX file: {seems}.")
    dtype, title = _TYPES[magic[2]]
    if n_dims is not None and magic[2] != _UNSIGNED_BYTE:
        raise DataError(f"{quoted(path)} holds {title}; only unsigned bytes can be read.")
    if n_dims is None and not 1 <= magic[3] <= _IMAGE_DIMS[-1]:
        raise DataError(f"{quoted(path)} holds {magic[3]} dimensions; images have 2 to 4, labels 1.")
    if n_dims is not None and magic[3] != n_dims:
        expected = "images (3 dimensions)" if n_dims == 3 else "labels (1 dimension)"
        held = {1: "labels (1 dimension)", 3: "images (3 dimensions)"}.get(magic[3], f"{magic[3]} dimensions")
        raise DataError(f"{quoted(path)} holds {held} where {expected} are expected.")
    header = stream.read(length := 4 * magic[3])
    if len(header) < length:
        raise DataError(f"{quoted(path)} is cut off within its header.")
    return tuple(int.from_bytes(header[i : i + 4], "big") for i in range(0, length, 4)), dtype


def write_idx(path: Path | str, array: NDArray[np.uint8]) -> None:
    """Write an array of uint8 with 1 to 255 dimensions as an IDX file, gzipped if the name ends in ``.gz``.

    It appears whole or not at all; a file that is there is replaced.

    Raises
    ------
    DataError
        The file cannot be written (no folder, no permission, disk full ...).
    TypeError
        `array` does not hold unsigned bytes.
    ValueError
        `array` has no dimensions.
    """
    array = np.asarray(array)
    if array.dtype != np.uint8:
        raise TypeError(f"only unsigned bytes (uint8) can be written, not {array.dtype}")
    if array.ndim == 0:
        raise ValueError("an array without dimensions cannot be written")
    data = bytes((0, 0, _UNSIGNED_BYTE, array.ndim)) + b"".join(d.to_bytes(4, "big") for d in array.shape)
    data += array.tobytes()
    try:
        write_atomically(path, gzip.compress(data, mtime=0) if str(path).endswith(".gz") else data)
    except (OSError, ValueError) as error:
        raise file_error(path, error, "written") from None
