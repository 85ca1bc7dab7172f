"""A figure of runs over two settings: the mean for each pair of their values, as plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from dae_core.sweeps.run_chart import settings
from dae_core.sweeps.run_columns import RunColumn
from dae_core.sweeps.run_groups import Statistic
from dae_core.sweeps.run_row import RunRow

_FILLED = 0.5
"""From this part of all pairs of values on, runs are seen as a sweep over both."""
_FEWEST = 4  # pairs


@dataclass(frozen=True)
class HeatCell:
    """The runs with one pair of values.

    Parameters
    ----------
    column, row : int
        Places of the pair's values among those of the map.
    keys : tuple of str
        Of the runs, in the order in which they came.
    figure : Statistic
        Mean and spread over the runs that did not diverge; its mean is NaN where there is none.
    diverged : int
        How many runs diverged: their figures are those of their last good weights, and say nothing of the pair.
    """

    column: int
    row: int
    keys: tuple[str, ...]
    figure: Statistic
    diverged: int

    def text(self, figure: RunColumn) -> str:
        """Return what is written in it: the mean, or that all its runs diverged."""
        return Statistic(self.figure.mean, None, 1).text(figure) if self.figure.n else "diverged"

    def long_text(self, figure: RunColumn) -> str:
        """Return mean and spread in words, with how many runs they are of."""
        if not self.figure.n:
            return "all diverged"
        diverged = f", {self.diverged:,} diverged and not counted" if self.diverged else ""
        return f"{self.figure.text(figure)}, n = {self.figure.n:,}{diverged}"


@dataclass(frozen=True)
class RunHeat:
    """All that a heat map shows.

    Parameters
    ----------
    x, y : RunColumn
        The two settings.
    figure : RunColumn
    columns, rows : tuple of str
        The values of ``x`` and ``y`` as the user reads them, rising.
    cells : tuple of HeatCell
        Pairs without a run have none.
    over : tuple of str
        Titles of other settings in which the runs of a cell differ: the mean is over them.
    """

    x: RunColumn
    y: RunColumn
    figure: RunColumn
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[HeatCell, ...]
    over: tuple[str, ...]

    @property
    def title(self) -> str:
        """What a cell holds: the figure with its unit, and what it is a mean over."""
        over = f", mean over {', '.join(title.lower() for title in self.over)}" if self.over else ""
        return f"{self.figure.long_head}{over}"

    def table(self) -> list[list[str]]:
        """Return the map as a table: a line for each value of ``y``, nothing where there is no run."""
        texts = {(cell.row, cell.column): cell.text(self.figure) for cell in self.cells}
        head = [f"{self.y.title} \\ {self.x.title}", *self.columns]
        places = range(len(self.columns))
        return [head, *([name, *(texts.get((row, at), "") for at in places)] for row, name in enumerate(self.rows))]


def heat(rows: Sequence[RunRow], x: RunColumn, y: RunColumn, figure: RunColumn) -> RunHeat:
    """Return the map of a figure of runs over the settings ``x`` and ``y``.

    A run that was trained twice counts once; one whose figure is not known is left out.
    """
    rows = [row for row in rows if _has_diverged(row) or _number(figure, row) is not None]
    columns, lines = _values(rows, x), _values(rows, y)
    members: dict[tuple[int, int], list[RunRow]] = {}
    for row in rows:
        pair = columns.index(x.text(x.value(row))), lines.index(y.text(y.value(row)))
        members.setdefault(pair, []).append(row)
    cells = tuple(_cell(pair, found, figure) for pair, found in sorted(members.items()))
    over = tuple(
        column.title
        for column in settings()
        if column.key not in (x.key, y.key, "level")
        and any(len({column.value(row) for row in found}) > 1 for found in members.values())
    )
    return RunHeat(x, y, figure, columns, lines, cells, over)


def best_pair(rows: Sequence[RunRow]) -> tuple[str, str] | None:
    """Return the keys of two settings, no seed, over which the runs are a sweep; None where there are none.

    There must be runs for four pairs of values, and for half of all pairs. Of several, the one with most is taken.
    """
    offered = [column for column in settings() if column.key not in ("seed", "level")]
    differing = [column for column in offered if len({column.value(row) for row in rows}) > 1]
    found: dict[tuple[str, str], int] = {}
    for one, two in combinations(differing, 2):
        pairs = {(one.value(row), two.value(row)) for row in rows}
        grid = len({pair[0] for pair in pairs}) * len({pair[1] for pair in pairs})
        if len(pairs) >= _FEWEST and len(pairs) >= _FILLED * grid:
            found[one.key, two.key] = len(pairs)
    return max(found, key=found.__getitem__, default=None)


def _values(rows: Sequence[RunRow], column: RunColumn) -> tuple[str, ...]:
    """Return the values of a setting as texts, in their order."""
    ranks = {column.text(column.value(row)): column.rank(row) for row in rows}
    known = sorted((text for text, rank in ranks.items() if rank is not None), key=lambda text: ranks[text])
    return (*known, *(text for text, rank in ranks.items() if rank is None))


def _cell(pair: tuple[int, int], rows: Sequence[RunRow], figure: RunColumn) -> HeatCell:
    once = {(row.but_for_the_seed, row.run.config.seed): row for row in reversed(rows)}
    good = [row for row in once.values() if figure.key == "diverged_at" or not _has_diverged(row)]
    diverged = sum(map(_has_diverged, once.values()))
    return HeatCell(*pair, tuple(row.key for row in rows), Statistic.of(_number(figure, row) for row in good), diverged)


def _has_diverged(row: RunRow) -> bool:
    return row.live is None and row.run.checkpoint.divergence is not None


def _number(figure: RunColumn, row: RunRow) -> float | None:
    value = figure.value(row)
    return None if isinstance(value, str) else value
