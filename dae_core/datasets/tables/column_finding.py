"""Sorts the columns of a table, step by step: what their names say first, then what stands in them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.tables.column_names import find_family, is_index, is_part, is_surely_label, key_of, label_rank
from dae_core.datasets.tables.column_values import (
    MOST_CLASSES,
    could_be_label,
    counts_rows,
    end_without_pixels,
    is_empty,
    is_one_hot,
    makes_image,
    part_of_rows,
    tells_rows_apart,
)
from dae_core.datasets.tables.table import Table


@dataclass(eq=False)
class Finding:
    """What is understood of a table so far; ``rest`` are the columns that may still be pixels.

    ``labels`` is one column, or one for each class with a 1 in that of the image's. ``part`` is True for rows that are
    held out.
    """

    table: Table
    rest: list[int]
    shape: tuple[int, int] | None = None
    labels: tuple[int, ...] = ()
    part: NDArray[np.bool_] | None = None
    notes: list[str] = field(default_factory=list)

    def take_label(self, column: int, reason: str = "") -> None:
        """Take a column as the label."""
        self.rest.remove(column)
        if is_empty(self.table, column):
            self.notes.append(f"{self._title(column)} is empty: there are no labels.")
            return
        self.labels = (column,)
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
            both = part is not None and part.any() and not part.all()
            if part is None or not (is_part(name) or (both and label_rank(name) is None)):
                continue
            self.rest.remove(column)
            if both:
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
        if self._take_classes(
            [column for column in others if label_rank(re.sub(r"\d+", "", names[column])) is not None]
        ):
            others = [column for column in others if column not in self.labels]
        ranked = sorted((rank, column) for column in others if (rank := label_rank(names[column])) is not None)
        ranked = [pair for pair in ranked if is_surely_label(names[pair[1]]) or not self._tells_apart(pair[1])]
        for number, (_, column) in enumerate(ranked):
            if number == 0 and not self.labels:
                self.take_label(column)
            else:
                self.drop([column], "is another label")
        indices = [column for column in others if column in self.rest and self._is_index(column)]
        self.drop(indices, "only tells the rows apart")
        others = [column for column in others if column in self.rest]
        if family is not None and (family.shape or makes_image(len(pixels))):
            if not self.labels:
                likely = [column for column in others if could_be_label(self.table, column)]
                if len(likely) == 1:
                    self.take_label(likely[0], ", being the only other one")
                    others.remove(likely[0])
            self.drop(others, "is no pixel")
            self.rest, self.shape = family.columns.tolist(), family.shape
        elif family is not None and not others:
            self.rest = family.columns.tolist()

    def _is_index(self, column: int) -> bool:
        if key_of(self.table.names[column]) in ("", "unnamed"):
            return is_empty(self.table, column) or self._tells_apart(column)
        has_classes = column in self.table.texts and not tells_rows_apart(self.table, column)  # "name" may be theirs
        return is_index(self.table.names[column]) and (bool(self.labels) or not has_classes)

    def _tells_apart(self, column: int) -> bool:
        return counts_rows(self.table, column) or tells_rows_apart(self.table, column)

    def look_at_ends(self) -> None:
        """Where too many columns are left, tell the label or an index at their beginning or end from pixels."""
        for _ in range(3):
            if self.shape or makes_image(len(self.rest)):
                return
            words = [column for column in (*self.rest[:1], *self.rest[-1:]) if column in self.table.texts]
            if not words:
                break
            self._take_words(words[0])
        count = len(self.rest)
        if count > 10 and makes_image(count - 2):
            self._drop_an_index()
        if makes_image(len(self.rest) - 1):
            self._take_an_end()
        elif not makes_image(len(self.rest)):
            for classes in range(2, min(MOST_CLASSES, len(self.rest) - 4)):
                if makes_image(len(self.rest) - classes) and (
                    self._take_classes(self.rest[-classes:]) or self._take_classes(self.rest[:classes])
                ):
                    return

    def _take_classes(self, columns: list[int]) -> bool:
        """Take columns as the label, one for each class, if in each row one is 1 and the others are 0."""
        if self.labels or not is_one_hot(self.table, columns):
            return False
        self.rest = [column for column in self.rest if column not in columns]
        self.labels = tuple(columns)
        self.notes.append(
            f"{self._title(columns[0])} and the {len(columns) - 1} after it are taken as the label, one for each class."
        )
        return True

    def _take_words(self, column: int) -> None:
        if tells_rows_apart(self.table, column):
            self.drop([column], "only tells the rows apart")
        elif not self.labels:
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
        column = end_without_pixels(self.table, np.array(self.rest, np.intp))
        if column is not None and not self.labels and could_be_label(self.table, column):
            self.take_label(column, ", from what stands in it")
        elif column is not None:
            self.drop([column], "is no pixel, from what stands in it,")

    def _title(self, column: int) -> str:
        title = self.table.title(column)
        return f"The {title}" if title.endswith('"') else title.capitalize()


def _is_constant(table: Table, column: int) -> bool:
    values = table.column(column)
    return bool((values == values[0]).all())
