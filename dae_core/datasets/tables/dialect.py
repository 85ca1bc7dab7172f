"""Tells how a table of text is written: what separates its cells, how it writes fractions, whether it has a header."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from dae_core.datasets.tables.text_lines import readable

_SAMPLE = 50  # lines that decide
_SAMPLE_LENGTH = 200_000  # characters: fewer lines where they are long
UNIT = "\x1f"
"""ASCII's own separator of cells, which no text holds: it separates them once quotes are resolved."""

_FORMS = ((",", "."), (";", "."), (";", ","), ("\t", "."), ("\t", ","), ("|", "."), ("|", ","), (" ", "."), (" ", ","))
_NUMBERS = {
    ".": re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*", re.ASCII),
    ",": re.compile(r"\s*[-+]?(?:\d+,?\d*|,\d+)(?:[eE][-+]?\d+)?\s*", re.ASCII),
}
_MISSING = frozenset(
    ("", "na", "n/a", "#n/a", "nan", "null", "none", "?", "-", ".", "inf", "-inf", "infinity", "-infinity")
)
_COMMENT = re.compile(r"\s*(?:#|%|//)|\"?sep=.\"?$", re.IGNORECASE)
_IN_SINGLE_QUOTES = re.compile(r"(?:^|[,;|\s])'[^']*'(?:$|[,;|\s])")
# With decimal commas the two marks change places, so that words can be changed back.
_TO_POINTS = str.maketrans({",": ".", ".": "\x1e"})
_FROM_POINTS = str.maketrans({".": ",", "\x1e": "."})


def is_comment(line: str) -> bool:
    """Return whether a line says something about the table: it begins with #, % or //, or is Excel's ``sep=;``."""
    return bool(_COMMENT.match(line))


def is_missing(cell: str) -> bool:
    """Return whether a cell stands for a value that is not there, as it is left out or written NA, nan or ?."""
    return cell.strip().casefold() in _MISSING


@dataclass(frozen=True)
class Dialect:
    """How the lines of a table are written.

    Parameters
    ----------
    separator : str
        "," or ";" or "|" or tab, or " " for any run of white space.
    decimal : "." or ","
        The decimal mark.
    quote : str
        The quotation mark that may enclose cells.
    packed : int or None
        The column whose cells are the numbers of a whole image with spaces between them, if there is one.
    """

    separator: str
    decimal: str = "."
    quote: str = '"'
    packed: int | None = None

    def cells(self, line: str) -> list[str]:
        """Return the cells of a line as they are written, without quotation marks."""
        if self.quote not in line:
            found = line.split() if self.separator == " " else line.split(self.separator)
        elif self.separator == " ":
            mark = self.quote
            found = [cell.strip(mark) for cell in re.findall(f"{mark}[^{mark}]*{mark}|[^\\s]+", line)]
        else:
            (found,) = csv.reader([line], delimiter=self.separator, quotechar=self.quote, skipinitialspace=True)
        if self.packed is not None and self.packed < len(found):
            found[self.packed : self.packed + 1] = _unpacked(found[self.packed])
        return found

    def prepared(self, lines: list[str]) -> tuple[list[str], str | None]:
        """Return lines as `numpy.loadtxt` reads them, with points in fractions, and its delimiter."""
        if self.packed is not None or any(self.quote in line for line in lines):
            lines, separator = [UNIT.join(self.cells(line)) for line in lines], UNIT
        else:
            separator = self.separator
        if self.decimal == ",":
            lines = [line.translate(_TO_POINTS) for line in lines]
        return lines, None if separator == " " else separator

    def word(self, prepared: str) -> str:
        """Return a cell of a prepared line as it is written in the file."""
        return readable(prepared.translate(_FROM_POINTS) if self.decimal == "," else prepared)

    def is_number(self, cell: str) -> bool:
        """Return whether a cell, as it is written, is a finite number."""
        return bool(_NUMBERS[self.decimal].fullmatch(cell))

    def is_fraction(self, cell: str) -> bool:
        """Return whether a cell is a number with a decimal mark."""
        return self.decimal in cell and self.is_number(cell)


def _unpacked(cell: str) -> list[str]:
    return cell.strip("[]() \t").replace(",", " ").split()


def tell_dialect(lines: Sequence[str]) -> tuple[Dialect, bool]:
    """Tell from the first lines of a table, comments left out, how they are written, and whether the first is a header.

    Of each separator and decimal mark it is worked out how much of the lines would be numbers, and whether all lines
    would have as many cells.
    """
    lines = _sample(lines)
    quote = '"'
    if not any(quote in line for line in lines) and any(_IN_SINGLE_QUOTES.search(line) for line in lines):
        quote = "'"
    # Of one separator the better decimal mark; of separators that serve about equally, the first.
    best: dict[str, tuple[float, Dialect]] = {}
    for form in _FORMS:
        rating, dialect = _rated(Dialect(*form, quote), lines)
        if rating > best.get(dialect.separator, (-1.0,))[0]:
            best[dialect.separator] = rating, dialect
    most = max(rating for rating, _ in best.values())
    dialect = next(dialect for rating, dialect in best.values() if rating >= most - 0.02)
    return dialect, _has_header(dialect, lines)


def _sample(lines: Sequence[str]) -> list[str]:
    """Return a few dozen lines of usual length, but some of any."""
    sample: list[str] = []
    for line in lines[:_SAMPLE]:
        if len(sample) >= 5 and sum(map(len, sample)) > _SAMPLE_LENGTH:
            break
        sample.append(line)
    return sample


def _rated(dialect: Dialect, lines: Sequence[str]) -> tuple[float, Dialect]:
    """Rate a dialect from 0 to 1, and complete it where a column holds whole images."""
    below = lines[1:] or lines
    rows = [dialect.cells(line) for line in below]
    if dialect.separator == "," and _only_blanks_separate(lines):
        return 0.0, dialect
    if (dialect.separator, dialect.decimal) == (" ", ",") and not _only_blanks_separate(lines):
        fractions = {column for row in rows for column, cell in enumerate(row) if "," in cell}
        if len(fractions) < 2:  # "0,70 80 82": the comma separates a label from an image
            return 0.0, dialect
    if dialect.separator != " ":
        lists = {column for row in rows for column, cell in enumerate(row) if _is_list(cell)}
        alone = max(map(len, rows)) == 1
        enclosed = below[-1].strip().startswith(dialect.quote) and below[-1].strip().endswith(dialect.quote)
        if len(lists) == 1 and (enclosed or not alone or len(lines[0].split()) == 1):
            dialect = replace(dialect, packed=lists.pop())
            rows = [dialect.cells(line) for line in below]
        elif alone:
            return 0.0, dialect
    ((_, frequency),) = Counter(map(len, rows)).most_common(1)
    cells = Counter(chain.from_iterable(rows))  # of a million pixels few differ
    good = sum(count for cell, count in cells.items() if dialect.is_number(cell) or is_missing(cell))
    first = dialect.cells(lines[0])
    also = sum(map(dialect.is_number, first)) / len(first)  # where all fractions are in it, or else it is a header
    return good / max(1, cells.total()) * frequency / len(rows) + 0.001 * also, dialect


def _only_blanks_separate(lines: Sequence[str]) -> bool:
    """Return whether the first line has no comma, and as many words as each below it: a comma there is in a number."""
    words = len(lines[0].split())
    return len(lines) > 1 and "," not in lines[0] and words > 2 and all(len(line.split()) == words for line in lines)


def _is_list(cell: str) -> bool:
    """Return whether a cell holds several numbers with spaces, or commas in brackets, between them."""
    if " " not in cell and "[" not in cell:
        return False
    values = _unpacked(cell)
    return len(values) > 3 and all(_NUMBERS["."].fullmatch(value) for value in values)


def _has_header(dialect: Dialect, lines: Sequence[str]) -> bool:
    """Tell whether the first line names the columns."""
    first, *rows = (dialect.cells(line) for line in lines)
    words = [not dialect.is_number(cell) and not is_missing(cell) for cell in first]
    if not rows:
        return sum(words) > len(first) / 2
    if dialect.packed is not None:
        apart = replace(dialect, packed=None).cells(lines[0])
        return dialect.packed >= len(apart) or not _is_list(apart[dialect.packed])
    shift = len(rows[0]) - len(first)  # 1 where the names of R's rows have no name themselves
    if abs(shift) > 1:
        return False
    columns = list(zip(*(row for row in rows if len(row) == len(rows[0])), strict=True))[max(0, shift) :]
    if any(
        word and sum(map(dialect.is_number, column)) > len(column) / 2
        for word, column in zip(words, columns, strict=False)
    ):
        return True
    if all(words):  # classes come again, their column's name does not
        again = [name in column for name, column in zip(first, columns, strict=False) if len({*column}) < len(column)]
        return bool(again) and not any(again)
    if any(words):
        return False
    quotes = [line.count(dialect.quote) for line in lines]
    if quotes[0] >= 2 * len(first) > 4 * max(quotes[1:]):
        return True  # all names are in quotes, the numbers below are not
    return (_counts_columns(first) and not any(map(_counts_columns, rows))) or _numbers_repeated(first)


def is_title(dialect: Dialect, lines: Sequence[str]) -> bool:
    """Return whether the first line is a title: it has words, and less than half the cells of a line soon after."""
    first = dialect.cells(lines[0])
    longest = max((len(dialect.cells(line)) for line in lines[1:6]), default=0)
    return 2 * len(first) < longest and not all(map(dialect.is_number, first))


def _counts_columns(cells: Sequence[str]) -> bool:
    """Return whether all cells but two count, 0, 1, 2, … or 1, 2, 3, …: in this order, or in that of 1, 10, 11, 2."""
    stripped = (cell.strip().removesuffix(".0") for cell in cells)
    whole = [cell for cell in stripped if cell.isdecimal() and len(cell) < 9]
    if len(whole) < max(9, len(cells) - 2):
        return False
    numbers = list(map(int, whole))
    steps = sum(after - before == 1 for before, after in pairwise(numbers))
    as_text = whole == sorted(whole) and sorted(numbers) in (list(range(len(whole))), list(range(1, len(whole) + 1)))
    return steps >= len(numbers) - 3 or as_text


def _numbers_repeated(cells: Sequence[str]) -> bool:
    """Return whether pandas took an image for a header and told repeated values apart: 0, 0.1, 12, 0.2, 12.1."""
    seen: Counter[str] = Counter()
    for cell in cells:
        base, _, repeated = cell.strip().partition(".")
        if repeated != (str(seen[base]) if seen[base] else ""):
            return False
        seen[base] += 1
    return seen.total() - len(seen) > 2
