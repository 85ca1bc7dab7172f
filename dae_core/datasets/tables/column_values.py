"""Tells from what stands in the columns of a table which of them are no pixels."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.tables.table import Table

_ROWS = 5000  # that are looked at
MOST_CLASSES = 62
"""Digits and letters, of either case."""

_TRAINING = ("train", "learn", "lern", "fit", "apprentissage", "entrainement")
_FLAGS = {"istest": 1, "test": 1, "istrain": 0, "train": 0, "istraining": 0}  # the value of rows that are held out
_TEST = ("test", "publictest", "privatetest", "val", "valid", "dev", "eval", "holdout", "heldout", "held-out")


def makes_image(count: int) -> bool:
    """Return whether as many pixels make a square of 2 x 2 or more, grey or, from 8 x 8 on, with three colours."""
    return _is_square(count) or (count % 3 == 0 and count >= 3 * 8 * 8 and _is_square(count // 3))


def _is_square(count: int) -> bool:
    return count >= 4 and math.isqrt(count) ** 2 == count


def is_one_hot(table: Table, columns: Sequence[int]) -> bool:
    """Return whether of some columns, one for each class, each row has a 1 in one and 0 in the others."""
    if len(columns) < 2 or any(column in table.odd for column in columns):
        return False
    values = np.stack([table.column(column) for column in columns], axis=1)
    return bool(np.isin(values, (0, 1)).all() and (values.sum(axis=1) == 1).all() and values.any(axis=0).all())


def is_empty(table: Table, column: int) -> bool:
    """Return whether no row has anything in a column."""
    return column in table.odd and column not in table.texts and bool(np.isnan(table.column(column)).all())


def counts_rows(table: Table, column: int) -> bool:
    """Return whether a column counts the rows up, each by one more."""
    values = table.column(column)
    with np.errstate(invalid="ignore", over="ignore"):
        return len(values) > 1 and column not in table.texts and bool((np.diff(values) == 1).all())


def tells_rows_apart(table: Table, column: int) -> bool:
    """Return whether (nearly) each row has a word or a whole number of its own in a column, as names of files are."""
    cells = table.texts.get(column, table.column(column))
    if column not in table.texts and not _whole(table.column(column)):
        return False
    return len(cells) > 10 and len(np.unique(cells)) > 0.9 * len(cells)


def could_be_label(table: Table, column: int) -> bool:
    """Return whether a column has few enough different words or whole numbers, from 0, to tell classes."""
    if column in table.texts:
        return not tells_rows_apart(table, column)
    values = _sample(table.column(column))
    values = values[~np.isnan(values)]
    if not len(values) or not _whole(values) or values.min() < -1:
        return False
    return values.max() < MOST_CLASSES or len(np.unique(values)) <= min(256, len(values) // 2)


def part_of_rows(table: Table, column: int, key: str) -> NDArray[np.bool_] | None:
    """Return which rows are held out, True for test rows, by a column's words; None where they are other words.

    All that is no training is held out: validation, public and private tests. In columns with a key of `_FLAGS`, 0 and
    1 say so.
    """
    if column not in table.texts:
        if key not in _FLAGS or not could_be_label(table, column):
            return None
        values = table.column(column)
        return values == _FLAGS[key] if np.isin(values, (0, 1)).all() else None
    words, places = np.unique(table.texts[column], return_inverse=True)
    tests = [word.casefold().startswith(_TEST) for word in words.tolist()]
    if not all(test or word.casefold().startswith(_TRAINING) for test, word in zip(tests, words.tolist(), strict=True)):
        return None
    return np.array(tests)[places]


def end_without_pixels(table: Table, columns: NDArray[np.intp]) -> int | None:
    """Return which of k * k + 1 columns is none of the image's, the first or the last, or None where nothing tells.

    A pixel in a corner holds about what its neighbours hold; a label does not. Where both ends could be labels, and no
    more alike to their neighbours, the images are laid both ways: between the end of a line and the start of the next
    they are less smooth than elsewhere. If that does not tell either, labels go first.
    """
    ends = int(columns[0]), int(columns[-1])
    first = _difference(table, ends[0], columns[1:3])
    last = _difference(table, ends[1], columns[-3:-1])
    if abs(first - last) > 0.5:
        return ends[0] if first > last else ends[1]
    possible = [could_be_label(table, column) for column in ends]
    if possible[0] != possible[1]:
        return ends[0] if possible[0] else ends[1]
    if any(possible) and abs(first - last) > 0.1:
        return ends[0] if first > last else ends[1]
    side = math.isqrt(len(columns) - 1)
    if side >= 4:
        inner = np.stack([_sample(table.column(int(column))) for column in columns[1:-1]], axis=1)
        with np.errstate(invalid="ignore", over="ignore"):
            steps = np.abs(np.diff(inner, axis=1)).mean(axis=0)  # step k is from column k + 1 to column k + 2
        rough = [float(steps[start::side].mean()) for start in (side - 1, side - 2)]
        if np.isfinite(rough).all() and max(rough) > 1.25 * min(rough):
            return ends[0] if rough[0] > rough[1] else ends[1]
    return ends[0] if any(possible) else None


def _difference(table: Table, column: int, others: NDArray[np.intp]) -> float:
    """Return how much a column's histogram differs from that of the likest of others, from 0 to 1."""
    values = _sample(table.column(column))
    distances = []
    for other in others.tolist():
        beside = _sample(table.column(other))
        levels, places = np.unique(np.concatenate([values, beside]), return_inverse=True)
        counts = [np.bincount(part, minlength=len(levels)) for part in np.split(places, [len(values)])]
        distances.append(float(np.abs(counts[0] - counts[1]).sum()) / (2 * len(values)))
    return min(distances, default=0.0)


def _sample(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[:: max(1, len(values) // _ROWS)]


def _whole(values: NDArray[np.float64]) -> bool:
    with np.errstate(invalid="ignore"):
        return bool((values % 1 == 0).all())
