"""What a benchmark brings: lines of a table, with a target where there is one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Line:
    """One measured figure. ``target`` is in words; ``met`` is None where there is none."""

    what: str
    value: float
    unit: str
    target: str = ""
    met: bool | None = None
    note: str = ""


def at_most(what: str, value: float, limit: float, unit: str = "", note: str = "") -> Line:
    """Return a line whose figure should not lie above ``limit``."""
    return Line(what, float(value), unit, f"≤ {limit:g}", bool(value <= limit), note)


def at_least(what: str, value: float, limit: float, unit: str = "", note: str = "") -> Line:
    """Return a line whose figure should not lie below ``limit``."""
    return Line(what, float(value), unit, f"≥ {limit:g}", bool(value >= limit), note)


@dataclass
class Report:
    """The table of one benchmark, with what was left out and why."""

    name: str
    title: str
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *lines: Line) -> None:
        """Add lines at the end."""
        self.lines += lines

    def skip(self, what: str, reason: str) -> None:
        """Note that something was not measured."""
        self.notes.append(f"skipped: {what} ({reason})")

    def as_json(self) -> dict[str, Any]:
        """Return what goes into the JSON file."""
        return asdict(self)

    def __str__(self) -> str:
        widths = [max([len(row[i]) for row in self._cells()], default=0) for i in range(4)]
        rows = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in self._cells()]
        return "\n".join(
            [f"== {self.title}", *(f"  {row}".rstrip() for row in rows), *(f"  - {n}" for n in self.notes)]
        )

    def _cells(self) -> Iterable[tuple[str, str, str, str]]:
        for line in self.lines:
            verdict = {None: "", True: "met", False: "MISSED"}[line.met]
            figure = f"{number(line.value):>9} {line.unit}"
            yield line.what, figure, f"{line.target} {verdict}".strip(), line.note


def number(value: float) -> str:
    """Return a figure with three or four digits that count."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
