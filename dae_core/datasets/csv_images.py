"""Reads images from a text table: one image a line, its label first, then its pixels, with or without a header."""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.errors import DataError, quoted
from dae_core.datasets.raw import RawImages, RawPart
from dae_core.datasets.reading import MOST_BYTES, reading
from dae_core.jobs import UNWATCHED, Monitor

_LINES = 512  # that are parsed at a time
_LONGEST = 1 << 20  # bytes of one line: 128x128 pixels take at most 30 times less
_SEPARATORS = (",", ";", "\t")


def read_csv(path: Path, monitor: Monitor = UNWATCHED) -> RawImages:
    """Read a table of images: h * w pixels with h = w a line, and a label before them where a line has one more value.

    Commas, semicolons or tabs separate the values; a first line of words is passed over. Progress is in bytes;
    it may be cancelled every 512 lines.

    Raises
    ------
    DataError
        The file is unreadable or not such a table; the message names the line.
    Cancelled
        `monitor` said so.
    """
    with reading(path, MOST_BYTES) as size:
        return _images(path, _read(path, size, monitor))


def _read(path: Path, size: int, monitor: Monitor) -> list[NDArray[Any]]:
    """Read the lines as blocks of numbers; a block of grey levels is kept as bytes."""
    blocks: list[NDArray[Any]] = []
    columns = done = number = 0
    separator = ","
    with path.open("rb") as stream:
        at_end = False
        while not at_end:
            lines: list[str] = []
            first = number + 1
            while len(lines) < _LINES:
                raw = stream.readline(_LONGEST)
                if not raw:
                    at_end = True
                    break
                number += 1
                done += len(raw)
                if len(raw) == _LONGEST:
                    raise DataError(f"{quoted(path)} is not a table of images: line {number:,} is too long.")
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8", "replace").strip()
                if number == 1:
                    separator = max(_SEPARATORS, key=line.count)
                    if not _is_number(line.split(separator)[0]):
                        first += 1
                        continue
                if line:
                    lines.append(line)
            if lines:
                columns = columns or lines[0].count(separator) + 1
                blocks.append(_compact(_parse(path, lines, first, separator, columns)))
            monitor.count(done, size, "bytes", path.name)
    return blocks


def _parse(path: Path, lines: list[str], first: int, separator: str, columns: int) -> NDArray[np.float32]:
    """Turn lines into numbers, or name the line that has none."""
    for offset, line in enumerate(lines):
        count = line.count(separator) + 1
        if count != columns:
            raise DataError(
                f"{quoted(path)} is damaged: line {first + offset:,} has {count:,} values and the first {columns:,}."
            )
    try:
        return np.loadtxt(lines, np.float32, comments=None, delimiter=separator, ndmin=2)
    except (ValueError, OverflowError):
        for offset, line in enumerate(lines):
            for value in line.split(separator):
                if not _is_number(value):
                    shown = "".join(c for c in value.strip()[:20] if c.isprintable())
                    raise DataError(
                        f'{quoted(path)} is no table of numbers: line {first + offset:,} holds "{shown}".'
                    ) from None
        raise DataError(f"{quoted(path)} is no table of numbers (near line {first:,}).") from None


def _compact(block: NDArray[np.float32]) -> NDArray[Any]:
    """Keep whole numbers from 0 to 255 as bytes: a quarter of the memory."""
    with np.errstate(invalid="ignore"):
        levels = block.astype(np.uint8)
    return levels if (levels == block).all() else block


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _images(path: Path, blocks: list[NDArray[Any]]) -> RawImages:
    """Cut the label off, if there is one, and bring the pixels to grey levels."""
    if not blocks:
        raise DataError(f"{quoted(path)} holds 0 images.")
    columns = blocks[0].shape[1]
    labelled = _is_square(columns - 1)
    if not labelled and not _is_square(columns):
        raise DataError(
            f"{quoted(path)} has {columns:,} values a line: not a label and a square image (such as 1 + 784)."
        )
    skip = int(labelled)
    side = math.isqrt(columns - skip)
    for block in blocks:
        if not np.isfinite(block).all():
            raise DataError(f"{quoted(path)} holds values that are not numbers (NaN or infinity).")
    table = np.concatenate(blocks)
    labels = table[:, 0] if labelled else None
    return RawImages(RawPart(quoted(path), table[:, skip:].reshape(-1, side, side), labels))


def _is_square(count: int) -> bool:
    return count > 0 and math.isqrt(count) ** 2 == count
