"""A small chart of points over numbers or names, with means and their spread; points can be chosen."""

from __future__ import annotations

import math
from collections.abc import Collection

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from dae_gui.support.accessible import tell
from dae_gui.support.broken_lines import broken_pen
from dae_gui.support.theme import current_theme, run_color, run_pattern
from dae_gui.widgets.plots.chart_widget import ChartWidget
from dae_gui.widgets.plots.scatter_frame import TICK, Dot, Frame, Mean, Scatter

_DOT, _MEAN, _NEAR = 4.5, 3.5, 12.0
_LINE, _LINE_BELOW = 17.0, 10.0  # a piece of the run's line, and how far below the point it is
_READ_OUT = 20  # points, for screen readers


class ScatterChart(ChartWidget):
    """Draws points; a click chooses one, the arrow keys go from one to the next, and a tooltip reads it.

    Below a point is a piece of its run's line, where that is broken.

    Signals
    -------
    dotChosen(str)
        The user chose the point of this key.
    """

    dotChosen = Signal(str)

    def __init__(self, name: str, accessible_name: str, picture_name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, accessible_name, picture_name, parent)
        self._scatter = Scatter("", "")
        self._selected: frozenset[str] = frozenset()
        self._empty_text = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    # What is shown

    def show_scatter(self, scatter: Scatter, empty_text: str = "") -> None:
        """Show these points, or a text where there are none."""
        self._scatter, self._empty_text = scatter, empty_text
        tell(self)
        self.update()

    def accessible_value(self) -> str:
        """Return what each point says, or why there are none."""
        dots = self._scatter.dots
        spoken = [dot.tip.replace("\n", ", ") for dot in dots[:_READ_OUT]]
        more = [f"and {len(dots) - _READ_OUT:,} more"] if len(dots) > _READ_OUT else []
        return "; ".join([*spoken, *more]) or self._empty_text

    def select(self, keys: Collection[str]) -> None:
        """Mark these points."""
        if frozenset(keys) != self._selected:
            self._selected = frozenset(keys)
            self.update()

    def scatter(self) -> Scatter:
        """Return what is shown."""
        return self._scatter

    def is_empty(self) -> bool:
        """Whether there are no points."""
        return not self._scatter.dots

    def as_text(self) -> str:
        """Return the numbers, a line a row, its cells parted by tabs."""
        return "\n".join("\t".join(row) for row in self._scatter.table)

    def place_of(self, key: str) -> QPointF | None:
        """Return where a point is drawn; None where it is not."""
        frame = self._frame()
        return next((frame.at(dot.x, dot.y) for dot in self._scatter.dots if dot.key == key), None)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(340, 220)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size at which points are told apart."""
        return QSize(160, 110)

    # Painting

    def _paint(self, painter: QPainter) -> None:
        theme, scatter = current_theme(self.palette()), self._scatter
        if not scatter.dots:
            painter.setPen(QColor(theme.faint_text))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()).adjusted(12, 0, -12, 0), flags, self._empty_text)
            return
        frame = self._frame()
        painter.fillRect(frame.area, QColor(theme.plot_background))
        painter.setFont(self._small_font())
        self._paint_axes(painter, frame)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.change_mark), 1.0))
        for line in scatter.lines:
            painter.drawPolyline(QPolygonF([frame.at(x, y) for x, y in line]))
        ground, strong = QColor(theme.plot_background), QColor(theme.text)
        chosen_last = sorted(scatter.dots, key=lambda dot: dot.key in self._selected)
        for dot in chosen_last:
            place, color = frame.at(dot.x, dot.y), run_color(dot.color, theme.is_dark)
            if dot.key in self._selected:
                painter.setPen(QPen(strong, 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(place, _DOT + 3.0, _DOT + 3.0)
            painter.setPen(QPen(ground, 1.0))
            painter.setBrush(color)
            painter.drawEllipse(place, _DOT, _DOT)
            if pattern := run_pattern(dot.color):
                left = place + QPointF(-_LINE / 2, _LINE_BELOW)
                painter.setPen(broken_pen(color, 2.0, pattern))
                painter.drawLine(left, left + QPointF(_LINE, 0.0))
        painter.setBrush(ground)
        for mean in scatter.means:
            self._paint_mean(painter, frame, mean, strong)

    def _paint_mean(self, painter: QPainter, frame: Frame, mean: Mean, color: QColor) -> None:
        place = frame.at(mean.x, mean.y)
        painter.setPen(QPen(color, 1.5))
        if mean.spread is not None:
            low, high = frame.at(mean.x, mean.y - mean.spread), frame.at(mean.x, mean.y + mean.spread)
            painter.drawLine(low, high)
            for end in (low, high):
                painter.drawLine(end - QPointF(_DOT, 0), end + QPointF(_DOT, 0))
        offsets = ((0.0, -_MEAN), (_MEAN, 0.0), (0.0, _MEAN), (-_MEAN, 0.0))
        painter.drawPolygon(QPolygonF([place + QPointF(x, y) for x, y in offsets]))

    def _paint_axes(self, painter: QPainter, frame: Frame) -> None:
        theme, area, scatter = current_theme(self.palette()), frame.area, self._scatter
        metrics = QFontMetricsF(painter.font())
        grid, texts = QColor(theme.hairline), QColor(theme.axis)
        for value, text in frame.ticks_y:
            y = frame.y(value)
            painter.setPen(QPen(grid, 1.0))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(texts)
            box = QRectF(0.0, y - metrics.height() / 2, area.left() - TICK, metrics.height())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
        below = area.bottom() + TICK
        room = area.width() / max(1, len(frame.ticks_x)) - 6.0
        for value, text in frame.ticks_x:
            x = frame.x(value)
            painter.setPen(QPen(QColor(theme.border), 1.0))
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, below - 1.0))
            painter.setPen(texts)
            if scatter.names:
                text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, max(room, 24.0))
            width = metrics.horizontalAdvance(text) + 2.0
            left = min(max(x - width / 2, 0.0), self.width() - width)
            painter.drawText(QRectF(left, below, width, metrics.height()), int(Qt.AlignmentFlag.AlignCenter), text)
        painter.setPen(QPen(QColor(theme.border), 1.0))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(QColor(theme.faint_text))
        room = self.width() - 4.0
        shown = metrics.elidedText(scatter.y_text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(2.0, metrics.ascent()), shown)
        bottom = QRectF(0.0, self.height() - metrics.height(), self.width() - 4.0, metrics.height())
        shown = metrics.elidedText(scatter.x_text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(bottom, int(Qt.AlignmentFlag.AlignRight), shown)

    def _frame(self) -> Frame:
        return Frame(self._scatter, QRectF(self.rect()), QFontMetricsF(self._small_font()))

    # The user

    def tooltip_at(self, position: QPoint) -> str:
        """Return what the point or the mean at a position is; elsewhere nothing."""
        dot = self._dot_at(QPointF(position))
        if dot is not None:
            return dot.tip
        frame = self._frame()
        for mean in self._scatter.means:
            if _distance(frame.at(mean.x, mean.y), QPointF(position)) <= _NEAR:
                return mean.tip
        return ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the point under the mouse."""
        dot = self._dot_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and dot is not None:
            self.dotChosen.emit(dot.key)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that a point can be chosen."""
        near = self._dot_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if near else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from point to point, from left to right."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        dots = sorted(self._scatter.dots, key=lambda dot: (dot.x, dot.y))
        if steps is None or not dots:
            super().keyPressEvent(event)
            return
        here = [place for place, dot in enumerate(dots) if dot.key in self._selected]
        start = (here[-1] if steps > 0 else here[0]) if here else (-1 if steps > 0 else len(dots))
        self.dotChosen.emit(dots[min(max(start + steps, 0), len(dots) - 1)].key)

    def _dot_at(self, position: QPointF) -> Dot | None:
        frame = self._frame()
        near = [(_distance(frame.at(dot.x, dot.y), position), place) for place, dot in enumerate(self._scatter.dots)]
        distance, place = min(near, default=(math.inf, -1))
        return self._scatter.dots[place] if distance <= _NEAR else None


def _distance(a: QPointF, b: QPointF) -> float:
    return math.hypot(a.x() - b.x(), a.y() - b.y())
