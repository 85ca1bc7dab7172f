"""Works out which column of a table is the label, which are pixels and in which order, and which are neither."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.column_names import find_family, is_index, is_part, is_surely_label, key_of, label_rank
from dae_core.datasets.column_values import (
    could_be_label,
    counts_rows,
    is_empty,
    is_likelier_first,
    is_square,
    part_of_rows,
    tells_rows_apart,
)
from dae_core.datasets.errors import DataError, printable, quoted
from dae_core.datasets.tables import Table

AUTO, NONE = "auto", "none"
"""What can be given in place of the label column's name: find it, or take none."""


@dataclass(frozen=True, eq=False)
class Columns:
    """What the columns of a table are.

    Parameters
    ----------
    pixels : array of int (h * w,)
        The columns that are pixels, in the order of the image, row by row.
    shape : (int, int)
        Height and width of the images.
    label : int or None
        The column of the label.
    part : array of bool (n,) or None
        Where a column says so: True for rows that are held out, False for those of the training.
    dropped : tuple of int
        The other columns.
    notes : tuple of str
        What was understood, in sentences.
    """

    pixels: NDArray[np.intp]
    shape: tuple[int, int]
    label: int | None
    part: NDArray[np.bool_] | None
    dropped: tuple[int, ...]
    notes: tuple[str, ...]


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
    finding = _Finding(table, list(range(table.width)))
    if label not in (AUTO, NONE):
        finding.take_label(_chosen(table, label))
    finding.take_part()
    if table.names:
        finding.read_names()
    finding.look_at_ends()
    return finding.result(label != NONE)


def column_choices(table: Table) -> tuple[str, ...]:
    """Return the columns that can be chosen as label, the likely ones first: names, or "#17" where there is none."""
    try:
        taken = understand(table)
    except DataError:
        taken = None
    pixels = set() if taken is None else set(taken.pixels.tolist())

    def unlikely(column: int) -> tuple[int, int]:
        if taken is not None and column == taken.label:
            return 0, column
        rank = label_rank(table.names[column]) if table.names else None
        if rank is not None:
            return 1 + rank, column
        likely = column in table.texts or (column not in pixels and could_be_label(table, column))
        return (1000 if likely and not tells_rows_apart(table, column) else 2000 + (column in pixels)), column

    return tuple(_choice(table, column) for column in sorted(range(table.width), key=unlikely))


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


@dataclass(eq=False)
class _Finding:
    """What is understood of a table so far; ``rest`` are the columns that may still be pixels."""

    table: Table
    rest: list[int]
    shape: tuple[int, int] | None = None
    label: int | None = None
    part: NDArray[np.bool_] | None = None
    notes: list[str] = field(default_factory=list)

    def take_label(self, column: int, reason: str = "") -> None:
        """Take a column as the label."""
        self.rest.remove(column)
        if is_empty(self.table, column):
            self.notes.append(f"{self._title(column)} is empty: there are no labels.")
            return
        self.label = column
        self.notes.append(f"{self._title(column)} is taken as the label{reason}.")

    def drop(self, columns: Iterable[int], reason: str) -> None:
        """Leave columns out."""
        for column in columns:
            self.rest.remove(column)
            self.notes.append(f"{self._title(column)} {reason} and is left out.")

    def take_part(self) -> None:
        """Look for a column that says which rows are for training and which for testing."""
        for column in list(self.rest):
            name = self.table.names[column] if self.table.names else ""
            part = part_of_rows(self.table, column, key_of(name))
            if part is None or (name and not is_part(name)):
                continue
            self.rest.remove(column)
            if part.any() and not part.all():
                self.part = part
                self.notes.append(
                    f"{self._title(column)} tells training from test: {int(part.sum()):,} rows are held out."
                )
            return

    def read_names(self) -> None:
        """Take label, indices and pixels by their names."""
        names = self.table.names
        family = find_family([name if column in self.rest else "" for column, name in enumerate(names)])
        if family is not None and 2 * len(family.columns) <= self.table.width:
            family = None
        pixels = set() if family is None else set(family.columns.tolist())
        others = [column for column in self.rest if column not in pixels]
        ranked = sorted((rank, column) for column in others if (rank := label_rank(names[column])) is not None)
        ranked = [pair for pair in ranked if is_surely_label(names[pair[1]]) or not self._tells_apart(pair[1])]
        for number, (_, column) in enumerate(ranked):
            if number == 0 and self.label is None:
                self.take_label(column)
            else:
                self.drop([column], "is another label")
        indices = [column for column in others if column in self.rest and self._is_index(column)]
        self.drop(indices, "only tells the rows apart")
        others = [column for column in others if column in self.rest]
        if family is not None and (family.shape or is_square(len(pixels))):
            if self.label is None:
                likely = [column for column in others if could_be_label(self.table, column)]
                if len(likely) == 1:
                    self.take_label(likely[0], ", being the only other one")
                    others.remove(likely[0])
            self.drop(others, "is no pixel")
            self.rest, self.shape = family.columns.tolist(), family.shape
        elif family is not None and not others:
            self.rest = family.columns.tolist()

    def _is_index(self, column: int) -> bool:
        name = self.table.names[column]
        if not name:
            return is_empty(self.table, column) or self._tells_apart(column)
        return is_index(name)

    def _tells_apart(self, column: int) -> bool:
        return counts_rows(self.table, column) or tells_rows_apart(self.table, column)

    def look_at_ends(self) -> None:
        """Where too many columns are left, tell the label or an index at their beginning or end from pixels."""
        for _ in range(3):
            if self.shape or is_square(len(self.rest)):
                return
            words = [column for column in (*self.rest[:1], *self.rest[-1:]) if column in self.table.texts]
            if not words:
                break
            self._take_words(words[0])
        count = len(self.rest)
        if count > 10 and is_square(count - 2):
            self._drop_an_index()
        if is_square(len(self.rest) - 1):
            self._take_an_end()

    def _take_words(self, column: int) -> None:
        if tells_rows_apart(self.table, column):
            self.drop([column], "only tells the rows apart")
        elif self.label is None:
            self.take_label(column)
        else:
            self.drop([column], "is no pixel")

    def _drop_an_index(self) -> None:
        ends = [self.rest[place] for place in (0, -1, 1, -2)]
        for test in (counts_rows, tells_rows_apart, _is_constant):
            for column in ends if test is not _is_constant else ends[:2]:
                if test(self.table, column):
                    self.drop(
                        [column], "only tells the rows apart" if test is not _is_constant else "is always the same"
                    )
                    return

    def _take_an_end(self) -> None:
        ends = self.rest[0], self.rest[-1]
        counting = [column for column in ends if len(self.table) > 10 and counts_rows(self.table, column)]
        if counting:
            self.drop(counting[:1], "only counts the rows")
            return
        if not any(could_be_label(self.table, column) for column in ends):
            return
        column = ends[0] if is_likelier_first(self.table, np.array(self.rest, np.intp)) else ends[1]
        if self.label is None:
            self.take_label(column, ", from what stands in it")
        else:
            self.drop([column], "is no pixel, from what stands in it,")

    def result(self, with_label: bool) -> Columns:
        """Return what was found, or raise DataError where the columns make no image."""
        count = len(self.rest)
        if self.shape is None and not is_square(count):
            guessed = "no label" if self.label is None else f"{self.table.title(self.label)} as the label"
            near = max(1, round(math.sqrt(count)))
            raise DataError(
                f"{quoted(self.table.path)} has {self.table.width:,} columns: not a label and a square image. With "
                f"{guessed}, {count:,} would be pixels, but {near} x {near} are {near * near:,}. Choose the column of "
                "the label, or name the columns: label, pixel0, pixel1 and so on."
            )
        shape = self.shape or (math.isqrt(count), math.isqrt(count))
        label = self.label if with_label else None
        if self.label is not None and not with_label:
            self.notes.append("Labels are left out, as was chosen.")
        used = {*self.rest, label}
        dropped = tuple(column for column in range(self.table.width) if column not in used)
        return Columns(np.array(self.rest, np.intp), shape, label, self.part, dropped, tuple(self.notes))

    def _title(self, column: int) -> str:
        title = self.table.title(column)
        return f"The {title}" if title.endswith('"') else title.capitalize()


def _is_constant(table: Table, column: int) -> bool:
    values = table.column(column)
    return bool((values == values[0]).all())
