"""The points of a scatter chart, and where they and the numbers of its axes are at some size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from dae_gui.widgets.plots.drawable import pixel, sound_range
from dae_gui.widgets.plots.plot_axis import linear_ticks, log_ticks

_AIR = 0.06  # of the range, beside the outermost points
TICK = 4.0
_MOST_DIGITS = 6


@dataclass(frozen=True)
class Dot:
    """A point: what it is called by, the number of its colour, where it stands, and what its tip says."""

    key: str
    color: int
    x: float
    y: float
    tip: str


@dataclass(frozen=True)
class Mean:
    """A mean with its spread, None where there is none."""

    x: float
    y: float
    spread: float | None
    tip: str


@dataclass(frozen=True)
class Scatter:
    """All that a chart shows.

    Parameters
    ----------
    x_text, y_text
        What is on the axes.
    dots, means
    lines
        Each joins places from left to right.
    names
        What stands at 0, 1, 2, ... of the lower axis; empty for numbers.
    log_x, log_y
        Whether an axis is logarithmic.
    table
        The numbers, a row each.
    """

    x_text: str
    y_text: str
    dots: tuple[Dot, ...] = ()
    means: tuple[Mean, ...] = ()
    lines: tuple[tuple[tuple[float, float], ...], ...] = ()
    names: tuple[str, ...] = ()
    log_x: bool = False
    log_y: bool = False
    table: tuple[tuple[str, ...], ...] = ()


class Frame:
    """Where numbers are in a chart of some size, and which stand on its axes."""

    def __init__(self, scatter: Scatter, room: QRectF, metrics: QFontMetricsF) -> None:
        line = metrics.height()
        self._log = scatter.log_x, scatter.log_y
        spreads = [mean.y + sign * (mean.spread or 0.0) for mean in scatter.means for sign in (-1.0, 1.0)]
        if scatter.log_y:
            spreads = [value for value in spreads if value > 0]
        self._y = self._range([*(dot.y for dot in scatter.dots), *spreads], scatter.log_y)
        if scatter.names:
            self._x = (-0.5, len(scatter.names) - 0.5)
        else:
            self._x = self._range([dot.x for dot in scatter.dots], scatter.log_x)
        top, bottom = line + 8.0, room.height() - 2 * line - 2 * TICK
        self.ticks_y = _ticks(self._y, bottom - top, 2.2 * line, scatter.log_y)
        left = max((metrics.horizontalAdvance(text) for _, text in self.ticks_y), default=0.0) + TICK + 4.0
        self.area = QRectF(left, top, max(room.width() - left - 8.0, 10.0), max(bottom - top, 10.0))
        if scatter.names:
            every = max(1, math.ceil(len(scatter.names) * 40.0 / self.area.width()))
            self.ticks_x = [(float(i), name) for i, name in enumerate(scatter.names) if i % every == 0]
        else:
            self.ticks_x = _ticks(self._x, self.area.width(), 64.0, scatter.log_x)

    def at(self, x: float, y: float) -> QPointF:
        """Return where a point is."""
        return QPointF(self.x(x), self.y(y))

    def x(self, value: float) -> float:
        """Return where a number is on the lower axis."""
        return self.area.left() + _share(value, self._x, self._log[0]) * self.area.width()

    def y(self, value: float) -> float:
        """Return where a number is on the upright axis."""
        share = _share(value, self._y, self._log[1])
        return pixel(self.area.bottom() - share * self.area.height()) - 0.5

    @staticmethod
    def _range(values: Sequence[float], log: bool) -> tuple[float, float]:
        """Return the ends of an axis, as logarithms where it is logarithmic."""
        shown = [math.log10(value) for value in values] if log else list(values)
        low, high = min(shown, default=0.0), max(shown, default=1.0)
        air = _AIR * (high - low) or (0.1 if log else 0.1 * abs(high) or 0.5)
        return sound_range(low - air, high + air)


def _share(value: float, ends: tuple[float, float], log: bool) -> float:
    if log:
        value = math.log10(value) if value > 0 else ends[0]
    return min(max((value - ends[0]) / (ends[1] - ends[0]), -0.05), 1.05)


def _ticks(ends: tuple[float, float], size: float, room: float, log: bool) -> list[tuple[float, str]]:
    """Return the numbers on an axis with their texts."""
    values = (log_ticks if log else linear_ticks)(*ends, max(size, 1.0), room)[0][1]
    numbers = [10.0**value for value in values] if log else values
    return [(number, f"{round(number, 12):,.{_MOST_DIGITS}g}".replace("-", "−")) for number in numbers]
