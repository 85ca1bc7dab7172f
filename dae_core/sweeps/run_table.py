"""A table of runs as text: to print, to copy, and as a CSV file with all digits."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from dae_core.files import replacing
from dae_core.sweeps.run_columns import COLUMNS, RunColumn, Value
from dae_core.sweeps.run_groups import RunGroup
from dae_core.sweeps.run_row import RunRow
from dae_core.texts import table_cell


def write_runs_csv(rows: Sequence[RunRow], path: str | Path, columns: Iterable[RunColumn] | None = None) -> None:
    """Write one line for each run below the columns' titles with their units; all columns by default.

    Numbers have all their digits, and nothing stands where one is not known. A text that a spreadsheet would take for a
    formula, as it begins with ``=``, ``+``, ``-`` or ``@``, has an apostrophe before it (`dae_core.texts.table_cell`).

    Raises
    ------
    OSError
        When the file cannot be written; what was there before stays as it was.
    """
    text = csv_text(rows, COLUMNS.values() if columns is None else columns)
    with replacing(path) as stream:
        stream.write(text.encode("utf-8"))


def csv_text(rows: Iterable[RunRow], columns: Iterable[RunColumn]) -> str:
    """Return what `write_runs_csv` writes."""
    columns = list(columns)
    stream = io.StringIO()
    lines = csv.writer(stream, lineterminator="\n")
    lines.writerow([column.long_head for column in columns])
    lines.writerows([_exact(column.value(row)) for column in columns] for row in rows)
    return stream.getvalue()


def as_shown(groups: Iterable[RunGroup], columns: Iterable[RunColumn]) -> list[list[str]]:
    """Return heads and cells as a table shows them: a line for each group, which is one run or some seeds."""
    columns = list(columns)
    cells = [[table_cell(" ".join(group.text(column).split())) for column in columns] for group in groups]
    return [[column.head for column in columns], *cells]


def printed(lines: Sequence[Sequence[str]], columns: Sequence[RunColumn]) -> list[str]:
    """Return lines of cells as texts whose columns stand below one another, numbers at the right of theirs."""
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    sides = [">" if column.is_number else "<" for column in columns]
    return [
        "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(line, sides, widths, strict=True)).rstrip()
        for line in lines
    ]


def _exact(value: Value) -> str:
    if isinstance(value, str):
        return table_cell(value)
    if value is None or math.isnan(value):
        return ""
    return repr(value)
