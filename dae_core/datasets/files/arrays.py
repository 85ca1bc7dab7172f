"""Reads images from NumPy's .npy and .npz files, never unpickling anything."""

import math
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.errors import DataError, printable, quoted
from dae_core.datasets.files.array_names import Held, choose_arrays
from dae_core.datasets.formats import LOOKED_AT, what_it_seems
from dae_core.datasets.meaning.raw import RawImages, RawPart
from dae_core.datasets.reading import MOST_BYTES, reading
from dae_core.jobs import UNWATCHED, Monitor

_HEADERS: dict[tuple[int, int], Callable[[IO[bytes]], tuple[tuple[int, ...], bool, np.dtype[Any]]]] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read_npy(path: Path, monitor: Monitor = UNWATCHED) -> RawImages:
    """Read an array of images of any layout of `layouts` from an .npy file; it is mapped and read when it is used.

    Raises
    ------
    DataError
        The file is unreadable, cut off, damaged, too large, or holds objects.
    Cancelled
        `monitor` said so.
    """
    monitor.check()
    with reading(path) as size:
        with path.open("rb") as stream:
            _check_header(quoted(path), stream, size)
        return RawImages(RawPart(quoted(path), np.load(path, mmap_mode="r", allow_pickle=False)))


def read_npz(path: Path, monitor: Monitor = UNWATCHED) -> RawImages:
    """Read images, and labels where there are some, from an .npz file by the names and shapes of its arrays.

    Which arrays are which is told by `array_names.choose_arrays`. Labels that cannot be read without unpickling are
    left out with a note.

    Raises
    ------
    DataError
        As for `read_npy`, and when no array is images.
    Cancelled
        `monitor` said so.
    """
    with reading(path, MOST_BYTES), zipfile.ZipFile(path) as archive:
        members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        notes: list[str] = []
        left = MOST_BYTES

        def shape_of(part: str) -> tuple[int, ...]:
            with archive.open(members[part]) as stream:
                return _read_header(_name(part, path), stream)[0]

        def read(part: str) -> NDArray[Any]:
            nonlocal left
            monitor.check()
            name, member = _name(part, path), members[part]
            with archive.open(member) as stream:
                _check_header(name, stream, min(member.file_size, left))
            left -= member.file_size
            with archive.open(member) as stream:
                return np.load(stream, allow_pickle=False)  # type: ignore[no-any-return]

        chosen = choose_arrays(quoted(path), [Held(part, shape_of(part)) for part in members])
        notes += chosen.notes

        def part_of(images: str, labels: str | None) -> RawPart:
            name = _name(images, path)
            values = read(images)
            if labels is None:
                return RawPart(name, values)
            try:
                return RawPart(name, values, read(labels))
            except DataError as error:
                notes.append(f"The labels are left out: {error}")
                return RawPart(name, values)

        train = part_of(*chosen.train)
        test = None if chosen.test is None else part_of(*chosen.test)
        return RawImages(train, test, tuple(notes))


def _name(part: str, path: Path) -> str:
    return f'"{printable(part)[:80]}" in {quoted(path)}'


def _read_header(name: str, stream: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Read the shape and the type that an array announces."""
    magic = stream.read(8)
    if not magic:
        raise DataError(f"{name} is empty.")
    if magic[:6] != b"\x93NUMPY":
        raise DataError(f"{name} is not a NumPy array: {what_it_seems(magic + stream.read(LOOKED_AT))}.")
    if tuple(magic[6:]) not in _HEADERS:
        version = ".".join(map(str, magic[6:]))
        raise DataError(f"{name} is a NumPy array of a version that is not read here ({version}); save it anew.")
    try:
        shape, _, dtype = _HEADERS[magic[6], magic[7]](stream)
    except OSError:
        raise
    except Exception:  # the header is a Python literal: it fails in as many ways as Python's syntax
        raise DataError(f"{name} is damaged: its header cannot be read. Save or copy it again.") from None
    return shape, dtype


def _check_header(name: str, stream: IO[bytes], most: int) -> None:
    """Refuse an array that is not of numbers or words, or announces more of them than ``most`` bytes can hold."""
    shape, dtype = _read_header(name, stream)
    if dtype.hasobject:
        raise DataError(f"{name} holds Python objects, which could run a program when loaded: it is not read.")
    if not (dtype.kind in "buif" and dtype.itemsize <= 8) and dtype.kind not in "SU":
        raise DataError(f"{name} holds {printable(str(dtype))[:60]}; only numbers can be images or labels.")
    values = " x ".join(f"{d:,}" for d in shape)[:200]
    if any(d < 0 for d in shape) or math.prod(shape) > MOST_BYTES:
        raise DataError(f"{name} announces {values} values, above the limit of {MOST_BYTES:,}.")
    if math.prod(shape) * dtype.itemsize > most - stream.tell():
        raise DataError(f"{name} is cut off: it announces {values} values and cannot hold so many.")


def npz_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the arrays of an .npz file by their names. Raises DataError as `read_npz` does."""
    with reading(path, MOST_BYTES), zipfile.ZipFile(path) as archive:
        shapes = {}
        for name in archive.namelist():
            with archive.open(name) as stream:
                shapes[name.removesuffix(".npy")] = _read_header(_name(name, path), stream)[0]
        return shapes


def read_only_array(path: Path) -> NDArray[Any]:
    """Read an .npy file, or the only array of an .npz file. Raises DataError as `read_npz` does, or for several."""
    if path.suffix.lower() == ".npy":
        return read_npy(path).train.images
    with reading(path, MOST_BYTES), zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) != 1:
            raise DataError(f"{quoted(path)} holds {len(members)} arrays where one is expected.")
        with archive.open(members[0]) as stream:
            _check_header(_name(members[0].filename, path), stream, min(members[0].file_size, MOST_BYTES))
        with archive.open(members[0]) as stream:
            return np.load(stream, allow_pickle=False)  # type: ignore[no-any-return]
