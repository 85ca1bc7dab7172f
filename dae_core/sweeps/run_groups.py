"""Runs in the order of a table: filtered, sorted, and those folded together that differ in nothing but their seed."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from dae_core.sweeps.run_columns import COLUMNS, Kind, RunColumn, Value, shown_by_themselves
from dae_core.sweeps.run_row import RunRow
from dae_core.texts import number_text

T = TypeVar("T")


@dataclass(frozen=True)
class Statistic:
    """Mean and spread of a figure over runs.

    Parameters
    ----------
    mean : float
        NaN where there is no number at all.
    deviation : float or None
        The sample standard deviation, which divides by n - 1; None for fewer than two numbers.
    n : int
        How many numbers there are.
    """

    mean: float
    deviation: float | None
    n: int

    @classmethod
    def of(cls, values: Iterable[float | None]) -> Statistic:
        """Return the statistic of numbers; None and NaN are not counted, as they were not measured."""
        known = [float(value) for value in values if value is not None and not math.isnan(value)]
        n = len(known)
        if not n:
            return cls(math.nan, None, 0)
        if not all(map(math.isfinite, known)):
            return cls(math.inf, None, n)
        mean = math.fsum(known) / n
        if n == 1:
            return cls(mean, None, 1)
        return cls(mean, math.sqrt(math.fsum((value - mean) ** 2 for value in known) / (n - 1)), n)

    def text(self, column: RunColumn) -> str:
        """Return "0.1331 ± 0.0004" as a column writes numbers; no spread for a single run, or equal counts."""
        if self.deviation is None or (column.spec == "," and not self.deviation):
            return column.text(round(self.mean) if column.spec == "," and math.isfinite(self.mean) else self.mean)
        spec = ",.1f" if column.spec == "," else column.spec  # the mean of counts need not be one
        return f"{number_text(self.mean, spec)} ± {number_text(self.deviation, spec.lstrip('+'))}"


@dataclass(frozen=True, eq=False)
class RunGroup:
    """Runs that differ in nothing but their seed; most groups have one."""

    rows: tuple[RunRow, ...]

    @cached_property
    def _statistics(self) -> dict[str, Statistic]:
        return {}

    @property
    def is_single(self) -> bool:
        """Whether it is one run, and nothing to unfold."""
        return len(self.rows) == 1

    @cached_property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of its runs, each once, rising."""
        return tuple(sorted({row.run.config.seed for row in self.rows}))

    @cached_property
    def key(self) -> str:
        """What identifies it among the groups of a table: the key of its oldest run."""
        return self.rows[0].key if self.is_single else f"seeds of {min(self.rows, key=_age).key}"

    @property
    def name(self) -> str:
        """What its runs' names have in common, and how many seeds there are."""
        parts = zip(*(row.run.label.name.split(", ") for row in self.rows), strict=False)
        common = [part[0] for part in itertools.takewhile(lambda part: len(set(part)) == 1, parts)]
        return ", ".join([*common, f"{len(self.seeds):,} seeds"])

    def statistic(self, column: RunColumn) -> Statistic:
        """Return mean and spread of a figure over the seeds.

        A run that was trained twice with one seed came out the same twice, so that only the first one counts.
        """
        if column.key not in self._statistics:
            values: dict[int, float | None] = {}
            for row in sorted(self.rows, key=_age):
                value = column.value(row)
                if values.get(row.run.config.seed) is None and not isinstance(value, str):
                    values[row.run.config.seed] = value
            self._statistics[column.key] = Statistic.of(values.values())
        return self._statistics[column.key]

    def value(self, column: RunColumn) -> Value:
        """Return what stands in a column: the mean of a figure, and what all runs share of all else."""
        if self.is_single:
            return column.value(self.rows[0])
        if column.key == "name":
            return self.name
        if column.key == "seed":
            return ", ".join(map(str, self.seeds))
        if column.kind is Kind.FIGURE:
            found = self.statistic(column)
            return found.mean if found.n else None
        values = {column.value(row) for row in self.rows}
        return values.pop() if len(values) == 1 else ""

    def text(self, column: RunColumn) -> str:
        """Return that as the user reads it, with the spread of figures."""
        if self.is_single or column.kind is not Kind.FIGURE:
            return column.text(self.value(column))
        return self.statistic(column).text(column)

    def rank(self, column: RunColumn) -> object:
        """Return what it is sorted by; None comes last in either direction."""
        if self.is_single or column.kind is not Kind.FIGURE:
            return column.rank(self.rows[0])
        found = self.statistic(column)
        return found.mean if found.n else None


def arranged(
    rows: Sequence[RunRow],
    sort_by: str = "",
    *,
    descending: bool = False,
    words: str = "",
    fold: bool = True,
) -> tuple[RunGroup, ...]:
    """Return runs as a table shows them.

    Parameters
    ----------
    rows : sequence of RunRow
        In the order in which they came, which is kept where ``sort_by`` is empty or two are alike.
    sort_by : str
        Key of a column. What is not known comes last in either direction.
    descending : bool
    words : str
        Only runs are taken that have each of these words; see `matching`.
    fold : bool
        Whether runs that differ only in their seed make one group.
    """
    rows = matching(rows, words)
    groups = _folded(rows) if fold else [RunGroup((row,)) for row in rows]
    column = COLUMNS.get(sort_by)
    if column is None:
        return tuple(groups)
    groups = [
        group if group.is_single else RunGroup(tuple(_sorted(group.rows, map(column.rank, group.rows), descending)))
        for group in groups
    ]
    return tuple(_sorted(groups, (group.rank(column) for group in groups), descending))


def matching(rows: Sequence[RunRow], words: str) -> list[RunRow]:
    """Return the runs in whose name, note or differing settings each of some words occurs, in capitals or not.

    A word that begins with a digit must be the beginning of a number: "5" finds 5 and 50, but not 0.0005 or 225.
    """
    wanted = words.casefold().split()
    if not wanted:
        return list(rows)
    differing = set(shown_by_themselves(rows))
    columns = [column for column in COLUMNS.values() if _is_searched(column, differing)]

    def has_all(row: RunRow) -> bool:
        text = " ".join(f"{column.title} {column.text(column.value(row))}" for column in columns).casefold()
        numbers = _BETWEEN.split(text)
        return all(
            any(number.startswith(word) for number in numbers) if word[0].isdigit() else word in text for word in wanted
        )

    return [row for row in rows if has_all(row)]


def _is_searched(column: RunColumn, differing: Collection[str]) -> bool:
    return column.key in ("name", "notes", "origin") or (column.kind is Kind.SETTING and column.key in differing)


_BETWEEN = re.compile(r"[\s,;:()/]+")


def _folded(rows: Sequence[RunRow]) -> list[RunGroup]:
    """Return groups in the order of their first runs; runs of one and the same seed are not folded."""
    alike: dict[tuple[object, ...], list[RunRow]] = {}
    for row in rows:
        alike.setdefault(row.but_for_the_seed, []).append(row)
    groups = []
    for found in alike.values():
        group = RunGroup(tuple(found))
        groups += [group] if len(group.seeds) > 1 else [RunGroup((row,)) for row in found]
    places = {row.key: place for place, row in enumerate(rows)}
    return sorted(groups, key=lambda group: places[group.rows[0].key])


def _sorted(things: Sequence[T], ranks: Iterable[Any], descending: bool) -> list[T]:
    """Return things by rank, with those that have none last."""
    pairs = list(zip(things, ranks, strict=True))
    known = sorted((pair for pair in pairs if pair[1] is not None), key=lambda pair: pair[1], reverse=descending)
    return [thing for thing, _ in known] + [thing for thing, rank in pairs if rank is None]


def _age(row: RunRow) -> tuple[str, str]:
    return row.run.label.created, row.key
