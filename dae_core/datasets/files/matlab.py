"""Reads images from MATLAB files (.mat, up to version 7), which hold numbers and texts and run nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.errors import printable, quoted
from dae_core.datasets.files.array_names import Held, choose_arrays
from dae_core.datasets.files.mat_file import Content, read_mat_file
from dae_core.datasets.meaning.orientation import known_orientation
from dae_core.datasets.meaning.raw import RawImages, RawPart
from dae_core.datasets.parts import TEST, TRAIN
from dae_core.datasets.reading import MOST_BYTES, reading
from dae_core.jobs import UNWATCHED, Monitor

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
    with reading(path, MOST_BYTES):
        arrays = dict(_arrays("", read_mat_file(path, monitor)))
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


def _arrays(prefix: str, content: Content) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the arrays of a file or a structure by their whole names."""
    for name, value in content.items():
        if isinstance(value, dict):
            yield from _arrays(f"{prefix}{name}.", value)
        else:
            yield f"{prefix}{name}", value
