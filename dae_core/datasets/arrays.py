"""Reads images from NumPy's .npy and .npz files, in pieces, never unpickling anything."""

import math
import stat
import zipfile
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.errors import DataError, file_error, quoted
from dae_core.datasets.grey_levels import scale_of
from dae_core.datasets.idx import MOST_BYTES
from dae_core.datasets.progress import IsCancelled, check_cancelled

_CHUNK = 1 << 20  # bytes
_BEST_RATIO = 1032  # deflate cannot make more bytes than this of one
_PARTS = (("images", "labels", None, None), ("x_train", "y_train", "x_test", "y_test"))  # ours, and Keras's mnist.npz
_Opener = Callable[[], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True, eq=False)
class ImageArrays:
    """What one file holds.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, h, w)
        Grey levels; n is at least 1.
    labels : ndarray of uint8, shape (n,), or None
        Their classes.
    test_images, test_labels : like the above, or None
        The test set that came with them.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8] | None = None
    test_images: NDArray[np.uint8] | None = None
    test_labels: NDArray[np.uint8] | None = None


@dataclass(frozen=True)
class _Header:
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool
    offset: int


def read_npy(path: Path, is_cancelled: IsCancelled | None = None) -> ImageArrays:
    """Read images of shape (n, h, w), (n, h, w, 1), or (n, h * w) with h = w from an .npy file.

    Unsigned bytes are grey levels as they are; `grey_levels.scale_of` has the rule for other numbers.

    Parameters
    ----------
    path : Path
        The file.
    is_cancelled : callable or None
        Asked for every megabyte.

    Returns
    -------
    ImageArrays
        Without labels.

    Raises
    ------
    DataError
        The file is unreadable, cut off, damaged, too large, holds objects, NaN or infinity, or no images.
    """
    return _guarded(path, lambda: ImageArrays(_images(str(quoted(path)), _npy_opener(path), _size(path), is_cancelled)))


def read_npz(path: Path, is_cancelled: IsCancelled | None = None) -> ImageArrays:
    """Read "images" and, if it is there, "labels" from an .npz file; also "x_train", "y_train", "x_test", "y_test".

    Parameters
    ----------
    path : Path
        The file.
    is_cancelled : callable or None
        Asked for every megabyte.

    Returns
    -------
    ImageArrays
        Images as `read_npy` reads them; labels are whole numbers from 0 to 255.

    Raises
    ------
    DataError
        As for `read_npy`, and when there are no images, or as many labels as images.
    """

    def read() -> ImageArrays:
        if _size(path) > MOST_BYTES:
            raise DataError(f"{quoted(path)} is larger than the limit of {MOST_BYTES:,} bytes.")
        with zipfile.ZipFile(path) as archive:
            members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            for names in _PARTS:
                if names[0] in members:
                    images, *rest = _parts(path, archive, members, names, is_cancelled)
                    assert images is not None  # noqa: S101 - for the type checker
                    return ImageArrays(images, *rest)
            held = ", ".join(sorted(members))[:200] or "nothing"
            raise DataError(f'{quoted(path)} holds no array "images" (it holds: {_printable(held)}).')

    return _guarded(path, read)


def check_labels(name: str, labels: NDArray[Any], count: int) -> NDArray[np.uint8]:
    """Return labels as bytes.

    Parameters
    ----------
    name : str
        What the sentence of an error calls them.
    labels : ndarray of numbers, shape (count,) or (count, 1)
        The classes.
    count : int
        How many images there are.

    Returns
    -------
    ndarray of uint8, shape (count,)
        The same numbers.

    Raises
    ------
    DataError
        There are more or fewer than images, or they are not whole numbers from 0 to 255.
    """
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1 or labels.dtype.kind not in "buif":
        raise DataError(f"{name} holds labels that are not one number for each image.")
    if len(labels) != count:
        raise DataError(f"{name} holds {len(labels):,} labels for {count:,} images.")
    if not np.isfinite(labels).all() or (labels != np.floor(labels)).any() or labels.min() < 0 or labels.max() > 255:
        raise DataError(f"{name} holds labels that are not whole numbers from 0 to 255.")
    return labels.astype(np.uint8)


def to_images(name: str, shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Return the shape (n, h, w) that an array of `shape` has as images.

    Parameters
    ----------
    name : str
        What the sentence of an error calls the file.
    shape : tuple of int
        (n, h, w), (n, h, w, 1), or (n, h * w) with h = w.

    Returns
    -------
    n, h, w : int
        Each at least 1.

    Raises
    ------
    DataError
        The array holds no images.
    """
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


def _guarded(path: Path, read: Callable[[], ImageArrays]) -> ImageArrays:
    """Turn what reading can raise into sentences."""
    try:
        return read()
    except DataError:
        raise
    except OSError as error:
        raise file_error(path, error) from None
    except MemoryError:
        raise DataError(f"{quoted(path)} holds more than this computer has memory for.") from None
    except EOFError:
        raise DataError(f"{quoted(path)} is cut off: its data end early.") from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, UnicodeError, ValueError, KeyError,
            IndexError, TypeError, OverflowError) as error:  # fmt: skip
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise DataError(f"{quoted(path)} is damaged: {_printable(reason)}.") from None
    except Exception as error:  # struct.error, lzma's and bz2's own
        raise DataError(f"{quoted(path)} is damaged ({type(error).__name__}).") from None


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _size(path: Path) -> int:
    """Return the bytes of an ordinary file; opening anything else, such as a pipe, could wait for ever."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise DataError(f"{quoted(path)} is not an ordinary file.")
    return status.st_size


def _npy_opener(path: Path) -> _Opener:
    return lambda: path.open("rb")


def _parts(
    path: Path,
    archive: zipfile.ZipFile,
    members: dict[str, zipfile.ZipInfo],
    names: tuple[str | None, ...],
    is_cancelled: IsCancelled | None,
) -> list[NDArray[np.uint8] | None]:
    """Read images, labels, test images and test labels, each as far as it is there."""
    parts: list[NDArray[np.uint8] | None] = []
    for number, part in enumerate(names):
        member = members.get(part) if part else None
        if member is None or (number % 2 and parts[number - 1] is None):
            parts.append(None)
            continue
        name = f'"{part}" in {quoted(path)}'
        most = min(member.file_size, member.compress_size * _BEST_RATIO)
        opener = _member_opener(archive, member)
        images = parts[number - 1] if number % 2 else None
        if images is None:
            parts.append(_images(name, opener, most, is_cancelled))
        else:
            parts.append(check_labels(name, _whole(name, opener, most), len(images)))
    return parts


def _member_opener(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> _Opener:
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:  # others have no bound on their ratio
        raise zipfile.BadZipFile("it is compressed in a way that NumPy does not use")
    return lambda: archive.open(member)


def _images(name: str, opener: _Opener, most: int, is_cancelled: IsCancelled | None) -> NDArray[np.uint8]:
    """Read an array of images piece by piece: once for its extremes unless it holds bytes, once for its values."""
    header = _header(name, opener, most)
    shape = to_images(name, header.shape)
    scale = None
    if header.dtype != np.uint8:
        least, most_value = math.inf, -math.inf
        for _, chunk in _chunks(name, opener, header, is_cancelled):
            low, high = float(chunk.min()), float(chunk.max())
            if not (math.isfinite(low) and math.isfinite(high)):
                raise DataError(f"{name} holds values that are not numbers (NaN or infinity).")
            least, most_value = min(least, low), max(most_value, high)
        scale = scale_of(least, most_value)
    levels = np.empty(math.prod(shape), np.uint8)
    for start, chunk in _chunks(name, opener, header, is_cancelled):
        levels[start : start + len(chunk)] = chunk if scale is None else scale.apply(chunk)
    images = levels.reshape(header.shape, order="F" if header.fortran else "C")
    return np.ascontiguousarray(images).reshape(shape)


def _whole(name: str, opener: _Opener, most: int) -> NDArray[Any]:
    """Read a small array as it is."""
    header = _header(name, opener, most)
    if math.prod(header.shape) == 0:
        return np.zeros(header.shape, header.dtype)
    values = np.concatenate([chunk.copy() for _, chunk in _chunks(name, opener, header, None)])
    return values.reshape(header.shape, order="F" if header.fortran else "C")


def _header(name: str, opener: _Opener, most: int) -> _Header:
    """Read what the array says about itself, and believe it only if the file is as long."""
    with opener() as stream:
        if not (magic := stream.read(6)):
            raise DataError(f"{name} is empty.")
        if magic != b"\x93NUMPY":
            raise DataError(f"{name} is not a NumPy array: it starts with the bytes {magic[:4].hex(' ')}.")
        version = (stream.read(1) + stream.read(1))[:2]
        readers = {b"\1\0": np.lib.format.read_array_header_1_0, b"\2\0": np.lib.format.read_array_header_2_0}
        if version not in readers:
            raise DataError(f"{name} has a NumPy header of an unknown version ({version.hex('.')}).")
        try:
            shape, fortran, dtype = readers[version](stream)
            shape = tuple(int(d) for d in shape)
        except OSError:
            raise
        except Exception:  # the header is a Python literal: it fails in as many ways as Python's syntax
            raise DataError(f"{name} is damaged: its header cannot be read.") from None
        offset = stream.tell()
    if dtype.hasobject:
        raise DataError(f"{name} holds Python objects, which could run a program when loaded: it is not read.")
    if dtype.kind not in "buif" or dtype.itemsize > 8:
        raise DataError(f"{name} holds {_printable(str(dtype))[:60]}; only numbers can be images or labels.")
    count = math.prod(shape)
    values = " x ".join(f"{d:,}" for d in shape)[:200]
    if any(d < 0 for d in shape) or count > MOST_BYTES:
        raise DataError(f"{name} announces {values} values, above the limit of {MOST_BYTES:,}.")
    if count * dtype.itemsize > most - offset:
        raise DataError(f"{name} is cut off: it announces {values} values and cannot hold so many.")
    return _Header(shape, dtype, bool(fortran), offset)


def _chunks(name: str, opener: _Opener, header: _Header, is_cancelled: IsCancelled | None) -> Any:
    """Yield (position, values) of the flat array in pieces of about a megabyte."""
    count = math.prod(header.shape)
    step = _CHUNK // header.dtype.itemsize
    with opener() as stream:
        stream.read(header.offset)
        for start in range(0, count, step):
            check_cancelled(is_cancelled)
            wanted = min(step, count - start) * header.dtype.itemsize
            data = stream.read(wanted)
            if len(data) < wanted:
                raise DataError(f"{name} is cut off: its data end early.")
            yield start, np.frombuffer(data, header.dtype)
