"""Reads and writes the IDX format of MNIST (plain or gzipped), trusting nothing that a file says about itself."""

import contextlib
import gzip
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.errors import DataError, file_error, quoted
from dae_core.datasets.reading import BEST_RATIO, GZIP_MAGIC, MOST_BYTES, reading
from dae_core.files import write_atomically

_UNSIGNED_BYTE = 0x08
_TYPES = {
    0x08: "unsigned bytes",
    0x09: "signed bytes",
    0x0B: "16-bit integers",
    0x0C: "32-bit integers",
    0x0D: "32-bit floating-point numbers",
    0x0E: "64-bit floating-point numbers",
}
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
        raise DataError(f"{quoted(path)} holds 0 images.")
    if h == 0 or w == 0:
        raise DataError(f"{quoted(path)} holds images of {h}x{w} pixels, which is nothing.")
    return images


def read_idx_labels(path: Path | str) -> NDArray[np.uint8]:
    """Read the labels (n,) of an IDX file, plain or gzipped, as a read-only array. Raises DataError as for images."""
    return _read(Path(path), n_dims=1)


def holds_idx_images(path: Path | str) -> bool:
    """Return by its first bytes whether a file says that it holds grey images; False when it cannot be read."""
    try:
        with _opened(Path(path)) as (stream, _):
            return stream.read(4) == bytes((0, 0, _UNSIGNED_BYTE, 3))
    except DataError:
        return False


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


def _read(path: Path, n_dims: int) -> NDArray[np.uint8]:
    """Read an IDX array of unsigned bytes with `n_dims` dimensions, or raise DataError."""
    with _opened(path) as (stream, most):
        return _parse(path, stream, most, n_dims)


def _parse(path: Path, stream: BinaryIO, most: int, n_dims: int) -> NDArray[np.uint8]:
    """Read header and values; `most` bounds what can come out of `stream`, whatever the header announces."""
    shape = _read_header(path, stream, n_dims)
    announced = prod(shape)
    values = " x ".join(f"{d:,}" for d in shape)
    if announced > MOST_BYTES:
        raise DataError(f"{quoted(path)} announces {values} values, above the limit of {MOST_BYTES:,}.")
    if announced > most:
        raise DataError(f"{quoted(path)} is cut off: it announces {values} values and cannot hold so many.")
    array = np.empty(announced, np.uint8)  # the system hands out its memory only as it is filled
    filled = 0
    while filled < announced:
        got = stream.readinto(array.data[filled : filled + _CHUNK])  # type: ignore[attr-defined]
        if not got:
            raise DataError(f"{quoted(path)} is cut off: it announces {values} values and holds only {filled:,}.")
        filled += got
    if stream.read(1):
        raise DataError(f"{quoted(path)} is damaged: more data follow the {values} values that it announces.")
    array.flags.writeable = False
    return array.reshape(shape)


def _read_header(path: Path, stream: BinaryIO, n_dims: int) -> tuple[int, ...]:
    """Read the magic number and the dimensions."""
    magic = stream.read(4)
    if not magic:
        raise DataError(f"{quoted(path)} is empty.")
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _TYPES:
        raise DataError(f"{quoted(path)} is not an IDX file: it starts with the bytes {magic.hex(' ')}.")
    if magic[2] != _UNSIGNED_BYTE:
        raise DataError(f"{quoted(path)} holds {_TYPES[magic[2]]}; only unsigned bytes can be read.")
    if magic[3] != n_dims:
        expected = "images (3 dimensions)" if n_dims == 3 else "labels (1 dimension)"
        held = {1: "labels (1 dimension)", 3: "images (3 dimensions)"}.get(magic[3], f"{magic[3]} dimensions")
        raise DataError(f"{quoted(path)} holds {held} where {expected} are expected.")
    header = stream.read(4 * n_dims)
    if len(header) < 4 * n_dims:
        raise DataError(f"{quoted(path)} is cut off within its header.")
    return tuple(int.from_bytes(header[i : i + 4], "big") for i in range(0, 4 * n_dims, 4))


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
