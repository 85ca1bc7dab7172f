"""A figure of runs against a setting: what a chart draws, as plain numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dae_core.sessions.run_comparison import settings_and_changes
from dae_core.sweeps.run_columns import COLUMNS, Kind, RunColumn
from dae_core.sweeps.run_groups import RunGroup, Statistic, arranged
from dae_core.sweeps.run_row import RunRow
from dae_core.training.settings import SETTINGS

_LOG_SPAN = 8.0
"""From this ratio of the largest to the smallest number on, a logarithmic axis spreads them better."""


@dataclass(frozen=True)
class ChartPoint:
    """One run: its key and colour, and where it stands."""

    key: str
    color: int
    x: float
    y: float


@dataclass(frozen=True)
class ChartMean:
    """Runs that differ only in their seed: where their mean stands, with its spread."""

    x: float
    figure: Statistic


@dataclass(frozen=True)
class RunChart:
    """All that a chart shows.

    Parameters
    ----------
    x, y : RunColumn
        What is on the axes.
    points : tuple of ChartPoint
    means : tuple of ChartMean
        Of groups of at least two seeds.
    lines : tuple of tuple of (float, float)
        Each joins the groups that differ in nothing but the setting on the axis, from left to right.
    categories : tuple of str
        The values at 0, 1, 2, ... of a setting that is no number; else empty.
    log_x, log_y : bool
        Whether a logarithmic axis suits the numbers.
    left_out : int
        Runs that have no place, as the figure is not known of them or is no finite number.
    """

    x: RunColumn
    y: RunColumn
    points: tuple[ChartPoint, ...]
    means: tuple[ChartMean, ...]
    lines: tuple[tuple[tuple[float, float], ...], ...]
    categories: tuple[str, ...]
    log_x: bool
    log_y: bool
    left_out: int


def figures() -> tuple[RunColumn, ...]:
    """Return what can stand on the upright axis."""
    return tuple(column for column in COLUMNS.values() if column.kind is Kind.FIGURE)


def settings() -> tuple[RunColumn, ...]:
    """Return what can stand on the other axis."""
    return tuple(column for column in COLUMNS.values() if column.kind is Kind.SETTING)


def best_setting(rows: Sequence[RunRow]) -> str:
    """Return the key of the setting that these runs differ in most; one that is no seed if possible."""
    counts = {column.key: len({column.value(row) for row in rows}) for column in settings()}
    counts["seed"] = min(counts["seed"], 1)
    return max(counts, key=counts.__getitem__, default="hidden_units") if rows else "hidden_units"


def chart(rows: Sequence[RunRow], x: RunColumn, y: RunColumn) -> RunChart:
    """Return the chart of a figure ``y`` of runs against a setting ``x``."""
    known = [row for row in rows if _is_finite(y.value(row))]
    texts = [] if x.is_number else sorted(known, key=lambda row: x.rank(row) or "")
    categories = tuple(dict.fromkeys(str(x.value(row)) for row in texts))
    places = {name: float(place) for place, name in enumerate(categories)}

    def place(row: RunRow) -> float:
        value = x.value(row)
        return places[value] if isinstance(value, str) else float(value or 0)

    points = tuple(ChartPoint(row.key, row.run.label.color, place(row), float(y.value(row) or 0)) for row in known)
    groups = arranged(known)
    means = tuple(ChartMean(place(group.rows[0]), group.statistic(y)) for group in groups if not group.is_single)
    log_x = bool(not categories and _suits_log([point.x for point in points]))
    log_y = _suits_log([point.y for point in points])
    lines = _lines(groups, x, y, place_of={group.key: place(group.rows[0]) for group in groups})
    return RunChart(x, y, points, means, lines, categories, log_x, log_y, len(rows) - len(known))


def _lines(
    groups: Sequence[RunGroup], x: RunColumn, y: RunColumn, place_of: dict[str, float]
) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Join the groups that differ only in the setting on the axis; one place has one point, or there is no line."""
    series: dict[tuple[object, ...], dict[float, list[float]]] = {}
    apart = ("seed", *_names(x))
    for group in groups:
        run = group.rows[0].run
        kind = run.config.corruption.kind if x.key == "level" else ""
        places = series.setdefault((kind, *settings_and_changes(run, apart)), {})
        places.setdefault(place_of[group.key], []).append(group.statistic(y).mean)
    return tuple(
        tuple((at, places[at][0]) for at in sorted(places))
        for places in series.values()
        if len(places) > 1 and all(len(values) == 1 for values in places.values())
    )


def _names(x: RunColumn) -> tuple[str, ...]:
    """Return what `settings_and_changes` calls the setting on the axis."""
    if x.key == "level":
        return (SETTINGS["corruption"].name,)
    if x.key == "data":
        return ("data set", "image size")
    return (SETTINGS[x.key].name,)


def _is_finite(value: object) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)


def _suits_log(values: Sequence[float]) -> bool:
    return bool(values) and min(values) > 0 and max(values) / min(values) >= _LOG_SPAN
