"""Works out which column of a table is the label, which are pixels and in which order, and which are neither."""

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.errors import DataError, printable, quoted
from dae_core.datasets.tables.column_finding import Finding
from dae_core.datasets.tables.column_names import key_of, label_rank
from dae_core.datasets.tables.column_values import could_be_label, makes_image, tells_rows_apart
from dae_core.datasets.tables.table import Table

AUTO, NONE = "auto", "none"
"""What can be given in place of the label column's name: find it, or take none."""


@dataclass(frozen=True, eq=False)
class Columns:
    """What the columns of a table are.

    Parameters
    ----------
    pixels : array of int (h * w,)
        The columns that are pixels, in the order of the image, row by row.
    shape : (int, int) or None
        Height and width of the images; None where they are square and have three colours, in whichever order.
    labels : tuple of int
        The column of the label, none, or one column for each class, in which the rows of the class have a 1.
    part : array of bool (n,) or None
        Where a column says so: True for rows that are held out, False for those of the training.
    dropped : tuple of int
        The other columns.
    notes : tuple of str
        What was understood, in sentences.
    """

    pixels: NDArray[np.intp]
    shape: tuple[int, int] | None
    labels: tuple[int, ...]
    part: NDArray[np.bool_] | None
    dropped: tuple[int, ...]
    notes: tuple[str, ...]

    def labels_of(self, table: Table) -> NDArray[Any] | None:
        """Return the labels as they stand in a table: numbers or words (n,), or (n, classes) with a 1 in each row."""
        if not self.labels:
            return None
        if len(self.labels) > 1:
            return table.numbers(np.array(self.labels, np.intp))
        (column,) = self.labels
        return table.texts[column] if column in table.texts else table.column(column)


@np.errstate(over="ignore", invalid="ignore")  # what is no grey level is refused after this, in a sentence
def understand(table: Table, label: str = AUTO) -> Columns:
    """Tell the columns of a table by their names, and where these say nothing, by what stands in them.

    Parameters
    ----------
    table : Table
        Of images, one a row.
    label : str
        `AUTO`, `NONE`, or one of `column_choices`.

    Raises
    ------
    DataError
        There is no such column, or what remains makes no image; the message says what was taken for what.
    """
    finding = Finding(table, list(range(table.width)))
    if label not in (AUTO, NONE):
        finding.take_label(_chosen(table, label))
    finding.take_part()
    if table.names:
        finding.read_names()
    finding.look_at_ends()
    count = len(finding.rest)
    if not finding.shape and not makes_image(count):
        guessed = f"{table.title(finding.labels[0])} as the label" if finding.labels else "no label"
        near = max(2, round(math.sqrt(count)))
        raise DataError(
            f"{quoted(table.path)} has {table.width:,} columns: not a label and a square image. "
            f"With {guessed}, {count:,} would be pixels, but {near} x {near} are {near * near:,}. "
            "Name the columns in a line before them: label, pixel0, pixel1 and so on."
        )
    if label == NONE and finding.labels:
        finding.labels = ()
        finding.notes.append("Labels are left out, as was chosen.")
    used = {*finding.rest, *finding.labels}
    dropped = tuple(column for column in range(table.width) if column not in used)
    side = math.isqrt(count)
    shape = finding.shape or ((side, side) if side * side == count else None)
    return Columns(np.array(finding.rest, np.intp), shape, finding.labels, finding.part, dropped, tuple(finding.notes))


def column_choices(table: Table) -> tuple[str, ...]:
    """Return the columns that can be chosen as label, the likely ones first: names, or "#17" where there is none."""
    return tuple(_choice(table, column) for column in _likely_first(table))


def labels_alone(table: Table) -> NDArray[Any]:
    """Return the labels (n,), numbers or words, of a table that holds nothing else but an index or names of files."""
    column = _likely_first(table)[0]
    return table.texts[column] if column in table.texts else table.column(column)


def _likely_first(table: Table) -> list[int]:
    """Return the columns in the order in which they may be the label."""
    try:
        taken = understand(table)
    except DataError:
        taken = None
    pixels = set() if taken is None else set(taken.pixels.tolist())

    def unlikely(column: int) -> tuple[int, int]:
        if taken is not None and column in taken.labels[:1]:
            return 0, column
        rank = label_rank(table.names[column]) if table.names else None
        if rank is not None:
            return 1 + rank, column
        likely = column in table.texts or (column not in pixels and could_be_label(table, column))
        return (1000 if likely and not tells_rows_apart(table, column) else 2000 + (column in pixels)), column

    return sorted(range(table.width), key=unlikely)


def _choice(table: Table, column: int) -> str:
    name = table.names[column] if table.names else ""
    serves = name and name not in (AUTO, NONE) and not name.startswith("#") and table.names.index(name) == column
    return name if serves else f"#{column + 1}"


def _chosen(table: Table, label: str) -> int:
    """Return the column that a user names; case does not matter where it tells none apart."""
    if label in table.names:
        return table.names.index(label)
    number = re.fullmatch(r"#(\d{1,9})", label)
    if number and 0 < int(number[1]) <= table.width:
        return int(number[1]) - 1
    alike = [column for column, name in enumerate(table.names) if key_of(name) == key_of(label)]
    if len(alike) == 1:
        return alike[0]
    few = ", ".join(f'"{printable(name)}"' for name in column_choices(table)[:6])
    raise DataError(f'{quoted(table.path)} has no column "{printable(label)}" for the label; it has {few} …')
