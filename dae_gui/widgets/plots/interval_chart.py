"""Shares that were counted, as bars with their confidence intervals: groups of a few bars, one below the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from dae_gui.support.accessible import tell
from dae_gui.support.scale import line_width, scaled
from dae_gui.support.theme import current_theme
from dae_gui.widgets.plots.chart_widget import ChartWidget
from dae_gui.widgets.plots.drawable import share

_GAP = 6.0
_HIGHEST, _LOWEST = 26, 5  # a bar, in pixels
_MOST_FOR_NAMES = 0.34  # of the width
_AIR = 1.02


@dataclass(frozen=True)
class Bar:
    """A bar: which series it is of, its value with the ends of its interval, and what its tooltip adds.

    What is not known yet is NaN.
    """

    series: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    tip: str = ""


@dataclass(frozen=True)
class Group:
    """A name and its bars, one for each series."""

    name: str
    bars: tuple[Bar, ...]


class IntervalChart(ChartWidget):
    """Draws groups of bars; a tooltip reads them, Ctrl+C copies them as a table, the context menu saves the picture.

    Parameters
    ----------
    name
        Object name.
    title
        What stands above the bars, and is read out.
    series
        The name of each series, and that of its colour in the theme.
    unit
        What stands behind the numbers.
    """

    def __init__(
        self, name: str, title: str, series: Sequence[tuple[str, str]], unit: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, title, name, parent)
        self._title, self._series, self._unit = title, dict(series), unit
        self._groups: tuple[Group, ...] = ()
        self._hint = ""

    # -- what is shown -------------------------------------------------------------------------------------------

    def show_groups(self, groups: Sequence[Group], hint: str = "") -> None:
        """Show groups, or a text where there are none."""
        if (tuple(groups), hint) != (self._groups, self._hint):
            self._groups, self._hint = tuple(groups), hint
            tell(self)
            self.update()

    def groups(self) -> tuple[Group, ...]:
        """Return what is shown."""
        return self._groups

    def is_empty(self) -> bool:
        """Whether there are no groups."""
        return not self._groups

    def text(self, bar: Bar) -> str:
        """Return a bar's number as it is written beside it."""
        return "…" if math.isnan(bar.value) else f"{bar.value:.2f} {self._unit}"

    def reading(self, group: Group, bar: Bar) -> str:
        """Return what a bar says, as its tooltip does."""
        between = "" if math.isnan(bar.value) else f" (95 %: {bar.low:.2f} to {bar.high:.2f})"
        return f"{group.name}, {bar.series}: {self.text(bar)}{between}{bar.tip and f', {bar.tip}'}"

    def accessible_value(self) -> str:
        """Return what each bar says, or why there are none."""
        return "; ".join(self.reading(group, bar) for group in self._groups for bar in group.bars) or self._hint

    def as_text(self) -> str:
        """Return the numbers as a table, separated by tabs."""
        lines = [
            "\t".join(
                [group.name, bar.series, *("" if math.isnan(x) else f"{x:.4f}" for x in (bar.value, bar.low, bar.high))]
            )
            for group in self._groups
            for bar in group.bars
        ]
        head = "\t".join([self._title, "", self._unit, "95 % low", "95 % high"])
        return "\n".join([head, *lines]) if lines else ""

    def tooltip_at(self, position: QPoint) -> str:
        """Return what the bar at this height says; elsewhere the widget's tooltip."""
        for group, bar, place in self._places():
            if place.top() - 1 <= position.y() <= place.bottom() + 1:
                return self.reading(group, bar)
        return self.toolTip()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(scaled(380), scaled(210))

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size at which names and numbers can be read."""
        return QSize(scaled(170), scaled(120))

    # -- painting ------------------------------------------------------------------------------------------------

    def _paint(self, painter: QPainter) -> None:
        theme = current_theme(self.palette())
        if not self._groups:
            painter.setPen(QColor(theme.faint_text))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()).adjusted(8, 0, -8, 0), flags, self._hint)
            return
        self._paint_heading(painter)
        places = self._places()
        top = max((bar.high for _, bar, _ in places if not math.isnan(bar.high)), default=1.0) * _AIR
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        named: set[str] = set()
        for group, bar, place in places:
            if group.name not in named:
                named.add(group.name)
                box = QRectF(0, place.top(), place.left() - _GAP, len(group.bars) * place.height())
                painter.setPen(QColor(theme.text))
                painter.drawText(box, middle | int(Qt.TextFlag.TextWordWrap), group.name)
            end = place.left()
            if not math.isnan(bar.value):
                length = share(bar.value, top) * place.width()
                color = QColor(getattr(theme, self._series[bar.series]))
                painter.fillRect(QRectF(place.left(), place.top() + 0.5, length, place.height() - 1.0), color)
                low, end = (place.left() + share(x, top) * place.width() for x in (bar.low, bar.high))
                y, cap = place.center().y(), place.height() / 4
                painter.setPen(QPen(QColor(theme.text), line_width()))
                painter.drawLines([QLineF(low, y, end, y), *(QLineF(x, y - cap, x, y + cap) for x in (low, end))])
            painter.setPen(QColor(theme.text))
            painter.setFont(self._small_font())
            line = painter.fontMetrics().height()
            box = QRectF(end + _GAP, place.center().y() - line / 2, place.width(), line)
            painter.drawText(box, middle, self.text(bar))
            painter.setFont(self.font())

    def _paint_heading(self, painter: QPainter) -> None:
        """Write the title, and behind it which colour is which."""
        theme, metrics = current_theme(self.palette()), self.fontMetrics()
        x, side = 0.0, metrics.ascent() * 0.7
        for text, color in ((self._title, ""), *self._series.items()):
            if color:
                painter.fillRect(QRectF(x, metrics.ascent() - side, side, side), QColor(getattr(theme, color)))
                x += side + 4
            painter.setPen(QColor(theme.faint_text if color else theme.text))
            painter.drawText(QPointF(x, metrics.ascent()), text)
            x += metrics.horizontalAdvance(text) + 2 * _GAP

    def _places(self) -> list[tuple[Group, Bar, QRectF]]:
        """Return each bar with the room that the longest one may take."""
        if not self._groups:
            return []
        metrics = self.fontMetrics()
        names = max(metrics.horizontalAdvance(group.name) for group in self._groups)
        left = min(names + _GAP, self.width() * _MOST_FOR_NAMES)
        numbers = max(metrics.horizontalAdvance(self.text(bar)) for group in self._groups for bar in group.bars)
        room = max(self.width() - left - numbers - 2 * _GAP, 10.0)
        top = metrics.height() + 4.0
        bars = sum(len(group.bars) for group in self._groups)
        gap = 0.45  # between groups, of a bar
        height = (self.height() - top) / (bars + gap * (len(self._groups) - 1))
        height = min(max(height, scaled(_LOWEST)), scaled(_HIGHEST))
        places, y = [], top
        for group in self._groups:
            for bar in group.bars:
                places.append((group, bar, QRectF(left, y, room, height)))
                y += height
            y += gap * height
        return places
