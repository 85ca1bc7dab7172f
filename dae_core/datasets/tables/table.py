"""Reads a table of numbers from a text file, with the names of its columns and the words in it."""

import contextlib
import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.errors import DataError, printable, quoted
from dae_core.datasets.reading import reading
from dae_core.datasets.tables.blocks import Block, compact, joined, pack, whole_numbers
from dae_core.datasets.tables.dialect import UNIT, Dialect, is_comment, is_missing, is_title, tell_dialect
from dae_core.datasets.tables.text_lines import Lines, read_lines, readable
from dae_core.jobs import UNWATCHED, Monitor

_MOST_ODD = 32  # columns that may hold words or nothing: tables of images have a handful
_LONGEST_WORD = 80  # characters that are kept of a name or a cell of words
_MOST_WORDS = 256 * 1024**2  # bytes that all words together may take


@dataclass(frozen=True, eq=False)
class Table:
    """What a text file holds, as numbers.

    Parameters
    ----------
    path : Path
        The file.
    names : tuple of str
        The names of the columns; empty where the file has no header.
    levels : array (n, columns)
        The numbers: uint8 where all but a few columns hold whole numbers from 0 to 255, else float32, or float64 where
        whole numbers need it.
    aside : mapping of int to float64 array (n,)
        The columns that `levels` does not hold, NaN where a cell is no number.
    texts : mapping of int to array of str (n,)
        The cells of columns that hold words.
    odd : mapping of int to (int, str)
        Of columns with cells that are no finite numbers: the line in the file and the content of the first such cell.
    """

    path: Path
    names: tuple[str, ...]
    levels: NDArray[Any]
    aside: Mapping[int, NDArray[np.float64]]
    texts: Mapping[int, NDArray[np.str_]]
    odd: Mapping[int, tuple[int, str]]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.levels)

    @property
    def width(self) -> int:
        """The number of columns."""
        return int(self.levels.shape[1])

    def column(self, number: int) -> NDArray[np.float64]:
        """Return a column as float64 (n,), NaN where a cell is no number."""
        return self.aside[number] if number in self.aside else self.levels[:, number].astype(np.float64)

    def title(self, number: int) -> str:
        """Return how messages name a column: by its name, or else by its number from 1."""
        name = self.names[number] if self.names else ""
        return f'column "{printable(name)}"' if name else f"column {number + 1:,}"

    def numbers(self, columns: NDArray[np.intp]) -> NDArray[Any]:
        """Return some columns as an array (n, k) of uint8, or of float32 or float64 where they need it.

        Raises
        ------
        DataError
            A cell there is no finite number; the message names its line and column.
        """
        for number in columns.tolist():
            if number in self.odd:
                line, cell = self.odd[number]
                what = f'holds "{printable(cell[:20])}", which is no number,' if cell else "has no value"
                raise DataError(f"{quoted(self.path)} is damaged: line {line:,} {what} in {self.title(number)}.")
        start = int(columns[0])
        in_order = bool((np.diff(columns) == 1).all())
        taken = self.levels[:, start : start + len(columns)] if in_order else self.levels[:, columns]
        apart = [place for place, number in enumerate(columns.tolist()) if number in self.aside]
        if apart:
            block = np.stack([self.aside[int(columns[place])] for place in apart], axis=1)
            block = compact(block, most_aside=0).levels
            taken = taken.astype(np.result_type(taken, block))
            taken[:, apart] = block
        return taken


def read_table(path: Path, monitor: Monitor = UNWATCHED) -> Table:
    """Read a table of numbers and words, however it is written: see `tell_dialect` and `read_lines`.

    Lines that begin with #, % or // are comments; the last of them before the numbers names the columns where it has as
    many words. Trailing separators make no column. Progress is in bytes; it may be cancelled after each megabyte.

    Raises
    ------
    DataError
        The file is unreadable, too large or no table, or its lines differ in length; the message names the line.
    Cancelled
        `monitor` said so.
    """
    reader: _Reader | None = None
    remark = ""
    with reading(path), contextlib.closing(read_lines(path, monitor)) as blocks:
        for block in blocks:
            lines, comment = _without_comments(block, to_the_first=reader is None)
            remark = comment or remark
            try:
                if reader is None and lines.texts:
                    reader, skipped = _begin(path, lines.texts, remark)
                    lines = Lines(lines.texts[skipped:], lines.numbers[skipped:])
                if reader is not None and lines.texts:
                    reader.read(lines)
            except csv.Error as error:
                where = f"between the lines {lines.numbers[0]:,} and {lines.numbers[-1]:,}"
                raise DataError(f"{quoted(path)} is no table of numbers: {error}, {where}.") from None
        if reader is None or not reader.blocks:
            raise DataError(f"{quoted(path)} holds no images: there is no row of numbers in it, one for each image.")
        return reader.table()


def _without_comments(lines: Lines, to_the_first: bool) -> tuple[Lines, str]:
    """Leave comments out; return the last of those before the first other line, where these are asked for."""
    said = [is_comment(text) for text in lines.texts]
    if not any(said):
        return lines, ""
    before = said.index(False) if False in said else len(said)
    remark = lines.texts[before - 1] if to_the_first and before else ""
    kept = [place for place, comment in enumerate(said) if not comment]
    return Lines([lines.texts[place] for place in kept], [lines.numbers[place] for place in kept]), remark


@dataclass(eq=False)
class _Reader:
    """Turns lines into blocks of numbers; where a column ever held a word it keeps the cells."""

    path: Path
    dialect: Dialect
    names: list[str]
    columns: int
    blocks: list[Block] = field(default_factory=list)
    large: int = 0  # of the blocks, those that have been joined to large ones
    watched: set[int] = field(default_factory=set)  # columns in which cells were found that are no numbers
    wordy: set[int] = field(default_factory=set)  # those in which these are words, and not just left out
    odd: dict[int, tuple[int, str]] = field(default_factory=dict)
    bytes_of_words: int = 0

    def read(self, lines: Lines) -> None:
        """Read the lines of one block."""
        values, cells = self._parse(lines)
        if values.dtype == np.float64:
            rows, columns = np.nonzero(~np.isfinite(values))
            for column, first in zip(*np.unique(columns, return_index=True), strict=True):
                if column not in self.odd:
                    row = rows[first]
                    self.odd[int(column)] = lines.numbers[row], readable(self.dialect.cells(lines.texts[row])[column])
        words = {}
        for column, found in cells.items():
            if column not in self.wordy and not all(map(_is_number_or_missing, found)):
                self.wordy.add(column)
            if column in self.wordy:
                words[column] = np.array([self.dialect.word(cell)[:_LONGEST_WORD] for cell in found], np.str_)
                self.bytes_of_words += words[column].nbytes
        if self.bytes_of_words > _MOST_WORDS:
            raise DataError(f"{quoted(self.path)} holds too many words to be a table of images.")
        self.blocks.append(compact(values, words))
        self.large = pack(self.blocks, self.large)

    def _parse(self, lines: Lines) -> tuple[NDArray[Any], dict[int, list[str]]]:
        """Return the numbers (n, columns) of some lines, and the cells of the columns that are watched as written."""
        while True:
            prepared, delimiter = self.dialect.prepared(lines.texts)
            if not self.watched and delimiter is not None and self.dialect.decimal == ".":
                whole = whole_numbers(prepared, delimiter, self.columns)
                if whole is not None:
                    return whole, {}
            cells: dict[int, list[str]] = {column: [] for column in self.watched}
            converters: dict[int | str, Callable[[str], Any]] = {
                column: partial(_kept, found) for column, found in cells.items()
            }
            with contextlib.suppress(ValueError, OverflowError):
                values = np.loadtxt(
                    prepared, np.float64, comments=None, delimiter=delimiter, ndmin=2, converters=converters or None
                )
                if values.shape == (len(prepared), self.columns):
                    return values, cells
            self._learn(lines)

    def _learn(self, lines: Lines) -> None:
        """Find out in which columns there is something else than numbers; raise DataError where that is damage."""
        found: dict[int, tuple[int, str]] = {}
        for number, text in zip(lines.numbers, lines.texts, strict=True):
            cells = self.dialect.cells(text)
            if len(cells) != self.columns:
                raise DataError(
                    f"{quoted(self.path)} is damaged: line {number:,} has {len(cells):,} values "
                    f"and the first {self.columns:,}."
                )
            for column, cell in enumerate(cells):
                if column not in self.watched and column not in found and not self.dialect.is_number(cell):
                    found[column] = number, cell
        commas = replace(self.dialect, decimal=",")
        if "," not in (self.dialect.separator, self.dialect.decimal) and any(
            commas.is_fraction(cell) for _, cell in found.values()
        ):
            self.dialect = commas  # so far all numbers were whole
            return
        if not found or len(found) + len(self.watched) > _MOST_ODD:
            column, (line, cell) = next(iter(found.items()), (0, (lines.numbers[0], lines.texts[0])))
            if not cell.strip():
                raise DataError(f"{quoted(self.path)} is damaged: line {line:,} has no value in column {column + 1:,}.")
            shown = "".join(c for c in readable(cell)[:20] if c.isprintable())
            raise DataError(f'{quoted(self.path)} is no table of numbers: line {line:,} holds "{shown}".')
        self.watched.update(found)

    def table(self) -> Table:
        """Join what was read."""
        block = joined(self.blocks)
        table = Table(self.path, (), *block, self.odd)
        width, names = self.columns, self.names
        while width > 1 and not any(names[width - 1 :]) and np.isnan(table.column(width - 1)).all():
            if width - 1 in block.words:
                break
            width -= 1
        if names and len(names) == width - 1:
            names = ["", *names]  # R leaves the column with the names of its rows without one
        if len(names) > width and not any(names[width:]):
            names = names[:width]
        if names and len(names) != width:
            raise DataError(
                f"{quoted(self.path)} is damaged: its header has {len(names):,} names, but its lines {width:,} values."
            )
        return replace(table, names=tuple(names), levels=block.levels[:, :width])


def _begin(path: Path, texts: list[str], remark: str) -> tuple[_Reader, int]:
    """Make a reader from the first lines and the comment before them; tell how many are titles and header."""
    dialect, has_header = tell_dialect(texts)
    if is_title(dialect, texts):
        reader, skipped = _begin(path, texts[1:], texts[0])
        return reader, skipped + 1
    names = replace(dialect, packed=None).cells(texts[0] if has_header else remark.strip().lstrip("#%/ "))
    names = [readable(name)[:_LONGEST_WORD] for name in names]
    if has_header and len(texts) == 1:
        return _Reader(path, dialect, names, len(names)), 1
    columns = len(dialect.cells(texts[int(has_header)]))
    if dialect.packed is not None and dialect.packed < len(names):
        name = names[dialect.packed]
        names[dialect.packed : dialect.packed + 1] = [
            f"{name} {place}".strip() for place in range(columns - len(names) + 1)
        ]
    return _Reader(path, dialect, names if has_header or len(names) == columns else [], columns), int(has_header)


def _kept(cells: list[str], cell: str) -> float:
    """Keep a cell, and return its number or NaN."""
    cells.append(cell)
    return float(cell) if _READ.is_number(cell) else np.nan


def _is_number_or_missing(cell: str) -> bool:
    return _READ.is_number(cell) or is_missing(cell)


_READ = Dialect(UNIT)  # what has been prepared for NumPy is written so
