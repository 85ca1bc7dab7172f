"""Reads images from a table of text: one a row, with a label or not."""

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.errors import DataError, printable, quoted
from dae_core.datasets.meaning.orientation import known_orientation
from dae_core.datasets.meaning.raw import RawImages, RawPart
from dae_core.datasets.tables.columns import AUTO, column_choices, understand
from dae_core.datasets.tables.table import Table, read_table
from dae_core.jobs import UNWATCHED, Monitor


def read_table_images(path: Path, monitor: Monitor = UNWATCHED) -> RawImages:
    """Read a table of images: `read_table` says how it may be written, `columns.understand` what its columns may be.

    Raises
    ------
    DataError
        The file is no table, or its columns make no images; the message says what was found where.
    Cancelled
        `monitor` said so.
    """
    table = read_table(path, monitor)
    if len(table.texts) == table.width:
        line, cell = table.odd[0]
        raise DataError(f'{quoted(path)} is no table of numbers: line {line:,} holds "{printable(cell[:20])}".')
    return _images(table, column_choices(table), AUTO)


def _images(table: Table, choices: tuple[str, ...], label: str) -> RawImages:
    """Return the images with the labels of a column, and the rows that a column holds out as test images."""
    found = understand(table, label)
    pixels = table.numbers(found.pixels)
    if found.shape is not None:
        pixels = pixels.reshape(len(pixels), *found.shape, 1)  # with its axis of colours no other layout fits
    labels = found.labels_of(table)

    def part(rows: slice | NDArray[np.bool_]) -> RawPart:
        return RawPart(quoted(table.path), pixels[rows], None if labels is None else labels[rows])

    train = part(slice(None) if found.part is None else ~found.part)
    test = None if found.part is None else part(found.part)
    return RawImages(train, test, found.notes, known_orientation(table.path), choices, partial(_images, table, choices))
