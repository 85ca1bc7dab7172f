"""A small bar chart with a heading: a histogram, or a number for each class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log1p

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from dae_gui.support.accessible import tell
from dae_gui.support.scale import line_width
from dae_gui.support.theme import current_theme
from dae_gui.widgets.plots.chart_widget import ChartWidget
from dae_gui.widgets.plots.drawable import share

_ROOM = 4.0  # between two texts below the bars
_ELIDE = Qt.TextElideMode.ElideMiddle
_READ_OUT = 40  # bars; more would not be listened to


@dataclass(frozen=True)
class Bars:
    """What a chart shows.

    Attributes
    ----------
    heading
        The line above the bars.
    heights
        Height of each bar, from 0 to ``top``.
    top
        What the full height means; above 0.
    table
        A row for each bar, to be copied: name and number.
    tips
        What the tooltip says of each bar; empty: its row of the table.
    top_text
        How the full height is written above its end; empty: not at all.
    labels
        What stands below each bar, as far as there is room; empty texts leave room for the others.
    ends
        What stands below the two ends of the axis instead.
    line
        Where a dashed line crosses, in the heights' unit; None: nowhere.
    brief
        The heading where there is no room for all of it; empty: as much of it as there is room for.
    """

    heading: str
    heights: tuple[float, ...]
    top: float
    table: tuple[tuple[str, str], ...]
    tips: tuple[str, ...] = ()
    top_text: str = ""
    labels: tuple[str, ...] = ()
    ends: tuple[str, str] = ("", "")
    line: float | None = None
    brief: str = ""

    def __post_init__(self) -> None:
        if len(self.table) != len(self.heights):
            raise ValueError(f"{len(self.heights)} bars need as many names and numbers, not {len(self.table)}.")
        for what, texts in (("labels", self.labels), ("tips", self.tips)):
            if texts and len(texts) != len(self.heights):
                raise ValueError(f"{len(self.heights)} bars need as many {what}, not {len(texts)}.")

    def reading(self, index: int) -> str:
        """Return what a bar says, as a tooltip does."""
        return self.tips[index] if self.tips else ": ".join(self.table[index])


def count_bars(
    heading: str,
    names: Sequence[str],
    counts: Sequence[int],
    unit: str,
    *,
    labels: Sequence[str] = (),
    ends: tuple[str, str] = ("", ""),
    logarithmic: bool = False,
) -> Bars:
    """Return bars that show how many there are of each, the highest as high as there is room.

    Parameters
    ----------
    heading
        The line above the bars.
    names
        What each bar is called in its tooltip, as many as there are bars.
    counts
        How many there are, none below 0.
    unit
        What is counted, as in "12 images".
    labels, ends
        What stands below, see `Bars`.
    logarithmic
        Whether the height goes with the logarithm of 1 + count, for counts of very different sizes.
    """
    if len(names) != len(counts):
        raise ValueError(f"{len(counts)} bars need as many names, not {len(names)}.")
    heights = tuple(log1p(count) if logarithmic else float(count) for count in counts)
    pairs = list(zip(names, counts, strict=True))
    return Bars(
        heading,
        heights,
        top=max(heights, default=0.0) or 1.0,
        table=tuple((name, str(count)) for name, count in pairs),
        tips=tuple(f"{name}: {count:,} {unit}" for name, count in pairs),
        labels=tuple(labels),
        ends=ends,
    )


class BarChart(ChartWidget):
    """Draws `Bars`, shows the number under the mouse, and copies and saves what it shows."""

    _bars: Bars | None = None
    _empty_text = "–"

    def bars(self) -> Bars | None:
        """Return what is shown."""
        return self._bars

    def set_bars(self, bars: Bars) -> None:
        """Show bars."""
        if bars != self._bars:
            self._bars = bars
            tell(self)
            self.update()

    def clear(self, text: str = "–") -> None:
        """Show a text instead of bars."""
        if self._bars is not None or text != self._empty_text:
            self._bars, self._empty_text = None, text
            tell(self)
            self.update()

    def accessible_value(self) -> str:
        """Return the heading and what each bar says, or why there are none."""
        bars = self._bars
        if bars is None:
            return "empty" if self._empty_text == "–" else self._empty_text
        shown = min(len(bars.heights), _READ_OUT)
        more = [f"and {len(bars.heights) - shown:,} more"] if len(bars.heights) > shown else []
        return f"{bars.heading}. " + ", ".join([*map(bars.reading, range(shown)), *more])

    def bar_at(self, position: QPointF) -> int:
        """Return the index of the bar whose column is at a position, or -1."""
        area = self._area()
        if self._bars is None or not self._bars.heights or not area.contains(position):
            return -1
        count = len(self._bars.heights)
        return min(int((position.x() - area.left()) / area.width() * count), count - 1)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(190, 100)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size at which the bars still say something."""
        return QSize(80, 2 * self.fontMetrics().height() + 18)

    def _area(self) -> QRectF:
        """Rectangle of the bars, between the heading and the labels."""
        line = self.fontMetrics().height()
        return QRectF(self.rect()).adjusted(0.5, line + 4.5, -0.5, -line - 0.5)

    # -- painting ------------------------------------------------------------------------------------------------

    def _paint(self, painter: QPainter) -> None:
        theme, bars, area = current_theme(self.palette()), self._bars, self._area()
        if bars is None:
            painter.setPen(QColor(theme.faint_text))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()).adjusted(4, 0, -4, 0), flags, self._empty_text)
            return
        painter.setPen(QColor(theme.text))
        painter.drawText(QPointF(0, self.fontMetrics().ascent()), self._heading_shown(bars))
        painter.fillRect(area, QColor(theme.plot_background))
        inside = area.adjusted(0.5, 0.5, -0.5, -0.5)  # where the frame hides nothing
        pitch = inside.width() / max(len(bars.heights), 1)
        gap = 1.0 if pitch > 3 else 0.0
        for index, height in enumerate(bars.heights):
            length = share(height, bars.top) * inside.height()
            if height > 0:
                length = max(length, 1.0)  # a rare thing is not nothing
            left = inside.left() + index * pitch
            painter.fillRect(
                QRectF(left + gap, inside.bottom() - length, pitch - 2 * gap, length), QColor(theme.accent)
            )
        if bars.line is not None and 0 <= bars.line <= bars.top:
            y = inside.bottom() - share(bars.line, bars.top) * inside.height()
            painter.setPen(QPen(QColor(theme.sparsity), line_width(), Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(QPen(QColor(theme.hairline), line_width()))
        painter.drawRect(area)
        painter.setPen(QColor(theme.faint_text))
        painter.setFont(self._small_font())
        above = QRectF(area.left(), 0, area.width(), area.top() - 2)
        painter.drawText(above, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), bars.top_text)
        self._paint_labels(painter, bars, area)

    def _heading_shown(self, bars: Bars) -> str:
        """Return as much of the heading as fits beside what the full height means, before which no bar lies."""
        beside = QFontMetricsF(self._small_font()).horizontalAdvance(bars.top_text) + _ROOM if bars.top_text else 0.0
        room, letters = int(self.width() - beside), self.fontMetrics()
        fits = letters.horizontalAdvance(bars.heading) <= room
        return letters.elidedText(bars.heading if fits else bars.brief or bars.heading, _ELIDE, room)

    def _paint_labels(self, painter: QPainter, bars: Bars, area: QRectF) -> None:
        metrics = painter.fontMetrics()
        below = QRectF(area.left(), area.bottom() + 1, area.width(), metrics.height())
        for text, side in zip(bars.ends, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True):
            painter.drawText(below, int(side | Qt.AlignmentFlag.AlignVCenter), text)
        pitch, end = area.width() / max(len(bars.heights), 1), float("-inf")
        for index, text in enumerate(bars.labels):
            width = metrics.horizontalAdvance(text)
            left = below.left() + (index + 0.5) * pitch - width / 2
            left = max(below.left(), min(left, below.right() - width))
            if text and left >= end:
                place = QRectF(left, below.top(), width, below.height())
                painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip), text)
                end = left + width + _ROOM

    # -- asking and copying --------------------------------------------------------------------------------------

    def is_empty(self) -> bool:
        """Whether there are no bars."""
        return self._bars is None

    def tooltip_at(self, position: QPoint) -> str:
        """Return the number of the bar at a position, elsewhere what the chart shows."""
        index = self.bar_at(QPointF(position))
        return self._bars.reading(index) if self._bars is not None and index >= 0 else self.toolTip()

    def as_text(self) -> str:
        """Return the bars' names and numbers, a line each, parted by tabs."""
        rows = () if self._bars is None else self._bars.table
        return "\n".join("\t".join(row) for row in rows)
