"""Reads images from MATLAB files (.mat, up to version 7), which hold numbers and texts and run nothing."""

from __future__ import annotations

import itertools
import math
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.array_names import Held, choose_arrays
from dae_core.datasets.errors import DataError, printable, quoted
from dae_core.datasets.orientation import known_orientation
from dae_core.datasets.parts import TEST, TRAIN
from dae_core.datasets.raw import RawImages, RawPart
from dae_core.datasets.reading import MOST_BYTES, reading
from dae_core.jobs import UNWATCHED, Monitor

_HEADER = 128
_COMPRESSED = 15  # the type of an element that zlib packed
_CHUNK = 1 << 20
_DEEPEST = 4  # structures within structures
_MOST_ARRAYS = 1000
_OF_A_CLASS = re.compile(r"(train|test)_?([0-9]{1,3})")


def read_mat(path: Path, monitor: Monitor = UNWATCHED) -> RawImages:
    """Read images, and labels where there are some, by the names and shapes of a file's arrays.

    Arrays within structures count by their whole name (dataset.train.images). Where a file holds an array for each
    class (train0, train1 ...), the classes are put together.

    Raises
    ------
    DataError
        The file is unreadable, damaged, larger than 2 GiB when it is unpacked, of version 7.3, or no array is images.
    Cancelled
        `monitor` said so.
    """
    from scipy.io import loadmat

    with reading(path, MOST_BYTES):
        _check_size(path, monitor)
        try:
            content = loadmat(path, struct_as_record=True, squeeze_me=False, verify_compressed_data_integrity=True)
        except NotImplementedError:
            raise DataError(
                f"{quoted(path)} is a MATLAB file of version 7.3, which is not read here: in MATLAB, save it with the "
                "option -v7."
            ) from None
        arrays = dict(_arrays("", content, 0))
        return replace(
            _by_class(path, arrays) or _by_name(path, arrays),
            orientation=known_orientation(path),
        )


def _by_name(path: Path, arrays: dict[str, NDArray[Any]]) -> RawImages:
    """Choose among arrays by their names."""
    chosen = choose_arrays(quoted(path), [Held(name, array.shape) for name, array in arrays.items()])

    def part(images: str, labels: str | None) -> RawPart:
        return RawPart(_called(images, path), arrays[images], None if labels is None else arrays[labels])

    return RawImages(part(*chosen.train), None if chosen.test is None else part(*chosen.test), chosen.notes)


def _by_class(path: Path, arrays: dict[str, NDArray[Any]]) -> RawImages | None:
    """Put together the arrays of single classes, (n, pixels) each; None where there are none."""
    parts: dict[str, list[tuple[int, NDArray[Any]]]] = {TRAIN: [], TEST: []}
    for name, array in arrays.items():
        match = _OF_A_CLASS.fullmatch(name.lower())
        if match and array.ndim == 2:
            parts[match[1]].append((int(match[2]), array))
    found = []
    for part, pieces in parts.items():
        if len({array.shape[1] for _, array in pieces}) == 1:
            labels = np.concatenate([np.full(len(array), label, np.int64) for label, array in pieces])
            found.append(RawPart(_called(f"{part}0 …", path), np.concatenate([a for _, a in pieces]), labels))
    return RawImages(found[0], found[1] if len(found) > 1 else None) if found else None


def _called(name: str, path: Path) -> str:
    return f'"{printable(name)[:80]}" in {quoted(path)}'


def _arrays(prefix: str, content: Any, depth: int) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the arrays of numbers and texts of a file or a structure, by their whole names."""
    for name, value in itertools.islice(content.items(), _MOST_ARRAYS):
        if name.startswith("__"):
            continue
        whole = f"{prefix}{name}"
        if hasattr(value, "toarray") and math.prod(value.shape) <= MOST_BYTES // 8:
            value = value.toarray()
        if not isinstance(value, np.ndarray):
            continue
        if value.dtype.names and value.size == 1 and depth < _DEEPEST:
            fields = value.reshape(-1)[0]
            yield from _arrays(f"{whole}.", {field: fields[field] for field in value.dtype.names}, depth + 1)
        elif value.dtype.kind in "buifSU" and value.ndim >= 1:
            yield whole, value


def _check_size(path: Path, monitor: Monitor) -> None:
    """Refuse a file whose packed elements are larger than the limit when they are unpacked; nothing of them is kept."""
    with path.open("rb") as file:
        header = file.read(_HEADER)
        if not header.startswith(b"MATLAB 5.0"):
            return  # version 4 packs nothing
        order = "<" if header[126:128] == b"IM" else ">"
        unpacked = 0
        while len(tag := file.read(8)) == 8:
            kind, size = struct.unpack(f"{order}II", tag)
            if kind != _COMPRESSED:
                file.seek(size, 1)
                continue
            unzip = zlib.decompressobj()
            left = size
            while left > 0 and (piece := file.read(min(left, _CHUNK))):
                monitor.check()
                left -= len(piece)
                while piece:
                    unpacked += len(unzip.decompress(piece, _CHUNK))
                    piece = unzip.unconsumed_tail
                    if unpacked > MOST_BYTES:
                        raise DataError(f"{quoted(path)} holds more than the limit of {MOST_BYTES:,} bytes, unpacked.")
