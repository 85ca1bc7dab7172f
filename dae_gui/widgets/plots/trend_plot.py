"""A small plot of a few curves over a common axis, with their newest values beside the title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, log10

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from dae_gui.support.accessible import tell
from dae_gui.support.scale import line_width
from dae_gui.support.theme import current_theme
from dae_gui.widgets.plots.chart_widget import ChartWidget
from dae_gui.widgets.plots.drawable import pixels

Doubles = NDArray[np.float64]
_MOST_POINTS = 2000  # drawn; a trend this long is thinned
_DOT = 1.8


@dataclass(frozen=True)
class Trend:
    """A curve: its name, and the name of its colour in the theme."""

    name: str
    color: str = "error"


class TrendPlot(ChartWidget):
    """Draws trends; a tooltip reads them, Ctrl+C copies them as a table, the context menu saves the picture.

    Parameters
    ----------
    name
        Object name.
    title
        What stands above the curves, and is read out.
    x_text
        What the common axis is.
    trends
        The curves, from the hindmost to the foremost.
    spec
        How numbers are written.
    log
        Whether the upright axis is logarithmic; what is not above 0 makes a gap.
    dots
        Whether each value gets a dot.
    """

    def __init__(
        self,
        name: str,
        title: str,
        x_text: str,
        trends: Sequence[Trend],
        parent: QWidget | None = None,
        *,
        spec: str = ".3g",
        log: bool = False,
        dots: bool = False,
    ) -> None:
        super().__init__(name, title, name, parent)
        self._title, self._x_text, self._trends = title, x_text, tuple(trends)
        self._spec, self._log, self._has_dots = spec, log, dots
        self._x: Doubles = np.empty(0)
        self._values: dict[str, Doubles] = {}

    # -- what is shown -------------------------------------------------------------------------------------------

    def show_trends(self, x: ArrayLike, values: Mapping[str, ArrayLike]) -> None:
        """Show curves by their names, each (n,) over ``x`` (n,); NaN makes gaps, and n = 0 empties the plot.

        Raises ValueError when a curve is not as long as ``x``.
        """
        self._x = np.asarray(x, np.float64)
        self._values = {name: np.asarray(y, np.float64) for name, y in values.items()}
        for name, y in self._values.items():
            if y.shape != self._x.shape:
                raise ValueError(f"The trend {name!r} has {y.size} values over {self._x.size} places.")
        tell(self)
        self.update()

    def accessible_value(self) -> str:
        """Return the newest values, with where they are and what they were at first."""
        if self.is_empty():
            return "empty"
        now = ", ".join(f"{name} {text}" for name, text, _ in self._readings())
        if len(self._x) < 2:
            return f"{now} at {self._x_text} {_place_text(self._x[-1])}"
        first = ", ".join(self.number(float(self._values[name][0])) for name, _, _ in self._readings())
        return f"{now} at {self._x_text} {_place_text(self._x[-1])}; {first} at {_place_text(self._x[0])}"

    def places(self) -> Doubles:
        """Return the places (n,) that the values belong to."""
        return self._x

    def values(self) -> dict[str, Doubles]:
        """Return what is shown, by the curves' names."""
        return self._values

    def readings(self) -> dict[str, str]:
        """Return the newest values as they are written beside the title, by the curves' names."""
        return {name: text for name, text, _ in self._readings()}

    def number(self, value: float) -> str:
        """Return a number as this plot writes it."""
        return format(value, self._spec).replace("-", "−") if isfinite(value) else "–"

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(200, 110)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size at which a curve still says something."""
        return QSize(104, 3 * self.fontMetrics().height() + 8)

    def _readings(self) -> list[tuple[str, str, str]]:
        shown = [trend for trend in self._trends if trend.name in self._values and len(self._x)]
        return [(trend.name, self.number(float(self._values[trend.name][-1])), trend.color) for trend in shown]

    # -- painting ------------------------------------------------------------------------------------------------

    def _area(self) -> QRectF:
        small = QFontMetricsF(self._small_font()).height()
        return QRectF(self.rect()).adjusted(0.5, self.fontMetrics().height() + 2.5, -0.5, -small - 0.5)

    def _paint(self, painter: QPainter) -> None:
        theme, area = current_theme(self.palette()), self._area()
        metrics, right = self.fontMetrics(), float(self.width())
        readings = self._readings()
        needed = sum(metrics.horizontalAdvance(f"{name} {text}") + 8.0 for name, text, _ in readings)
        is_named = len(self._trends) > 1 and needed + metrics.horizontalAdvance(self._title) <= self.width()
        for name, text, color in reversed(readings):
            label = f"{name} {text}" if is_named else text
            right -= metrics.horizontalAdvance(label)
            painter.setPen(QColor(getattr(theme, color)))
            painter.drawText(QPointF(right, metrics.ascent()), label)
            right -= 8.0
        painter.setPen(QColor(theme.faint_text))
        title = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, max(int(right), 0))
        painter.drawText(QPointF(0.0, metrics.ascent()), title)
        painter.fillRect(area, QColor(theme.plot_background))
        low, high = self._range()
        inside = area.adjusted(4.0, 5.0, -4.0, -5.0)
        painter.save()
        painter.setClipRect(area)
        for trend in self._trends:
            if trend.name in self._values and high > low:
                self._paint_curve(painter, trend, QColor(getattr(theme, trend.color)), inside, (low, high))
        painter.restore()
        painter.setPen(QPen(QColor(theme.hairline), line_width()))
        painter.drawRect(area)
        self._paint_ends(painter, area, (low, high), QColor(theme.faint_text), QColor(theme.plot_background))

    def _paint_curve(
        self, painter: QPainter, trend: Trend, color: QColor, inside: QRectF, ends: tuple[float, float]
    ) -> None:
        step = max(1, len(self._x) // _MOST_POINTS)
        x, y = self._x[::step], self._height(self._values[trend.name])[::step]
        with np.errstate(all="ignore"):
            across = (x - self._x[0]) / max(self._x[-1] - self._x[0], 1e-12)
            left = pixels(inside.left() + across * inside.width())
            up = pixels(inside.bottom() - (y - ends[0]) / (ends[1] - ends[0]) * inside.height())
        painter.setPen(QPen(color, line_width()))
        good = np.isfinite(up) & np.isfinite(left)
        # One polyline for each stretch without a gap.
        for stretch in np.split(np.arange(len(x)), np.flatnonzero(np.diff(good.astype(np.int8))) + 1):
            if len(stretch) and good[stretch[0]]:
                painter.drawPolyline(QPolygonF([QPointF(left[i], up[i]) for i in stretch]))
        if self._has_dots or good.sum() == 1:
            painter.setBrush(color)
            for i in np.flatnonzero(good):
                painter.drawEllipse(QPointF(left[i], up[i]), _DOT, _DOT)

    def _paint_ends(
        self, painter: QPainter, area: QRectF, ends: tuple[float, float], color: QColor, background: QColor
    ) -> None:
        painter.setFont(self._small_font())
        metrics = QFontMetricsF(painter.font())
        painter.setPen(color)
        below = QRectF(area.left(), area.bottom(), area.width(), metrics.height())
        if not len(self._x):
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), "–")
            painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), self._x_text)
            return
        if ends[1] > ends[0] and len(self._x) > 1:
            low, high = (10.0**end if self._log else end for end in ends)
            for value, top in ((high, area.top() + 1.0), (low, area.bottom() - metrics.height() - 1.0)):
                text = self.number(value)
                box = QRectF(area.left() + 1.0, top, metrics.horizontalAdvance(text) + 4.0, metrics.height())
                painter.setOpacity(0.75)
                painter.fillRect(box, background)
                painter.setOpacity(1.0)
                painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
        first, last = _place_text(self._x[0]), _place_text(self._x[-1])
        for named in (f"{self._x_text} {last}", last):  # without what it is where there is no room
            if metrics.horizontalAdvance(f"{first}  {named}") <= area.width():
                break
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), first)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), named)

    def _height(self, values: Doubles) -> Doubles:
        """Return where values are on the upright axis: NaN for what cannot be drawn, logarithms on that axis."""
        with np.errstate(all="ignore"):
            y = np.where(np.isfinite(values) & (np.abs(values) < 1e30), values, np.nan)
            return np.asarray(np.log10(np.where(y > 0, y, np.nan)) if self._log else y)

    def _range(self) -> tuple[float, float]:
        shown = np.concatenate([np.empty(0), *map(self._height, self._values.values())])
        shown = shown[np.isfinite(shown)]
        if not len(shown):
            return 0.0, 0.0
        low, high = float(shown.min()), float(shown.max())
        if high - low < 1e-9 * max(abs(high), 1e-3):  # a constant is drawn in the middle
            if low == 0.0 and not self._log:  # a count that is always 0 stands at the bottom
                return 0.0, 1.0
            air = log10(2.0) if self._log else 0.5 * abs(high) or 1.0
            return low - air, high + air
        return low, high

    # -- asking and copying --------------------------------------------------------------------------------------

    def is_empty(self) -> bool:
        """Whether there are no values."""
        return not len(self._x)

    def tooltip_at(self, position: QPoint) -> str:
        """Return what the curves are at the place nearest to a position; elsewhere the widget's tooltip."""
        area = self._area()
        if not len(self._x) or not area.contains(QPointF(position)):
            return self.toolTip()
        share = (position.x() - area.left() - 4.0) / max(area.width() - 8.0, 1.0)
        with np.errstate(all="ignore"):
            x = self._x[0] + share * (self._x[-1] - self._x[0])
            place = int(np.nan_to_num(np.abs(self._x - x), nan=np.inf).argmin())
        lines = [f"{name}: {self.number(float(y[place]))}" for name, y in self._values.items()]
        return "\n".join([f"{self._x_text} {_place_text(self._x[place])}", *lines])

    def as_text(self) -> str:
        """Return the values as a table, separated by tabs; empty while there are none."""
        if self.is_empty():
            return ""
        lines = ["\t".join([self._x_text, *(f"{self._title}: {name}" for name in self._values)])]
        for place, x in enumerate(self._x):
            lines.append("\t".join([f"{x:g}", *(f"{y[place]:.6g}" for y in self._values.values())]))
        return "\n".join(lines)


def _place_text(x: float) -> str:
    return f"{x:,.0f}" if abs(x) < 1e15 else f"{x:.3g}"
