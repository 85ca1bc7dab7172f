"""What the colours of points mean, in words: a swatch for each name, or a ramp between two of them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter

_SWATCH, _GAP, _COLUMNS = 9.0, 5.0, 3


@dataclass(frozen=True)
class Legend:
    """What colours mean.

    Parameters
    ----------
    title
        What is told by the colours.
    names
        A colour with its name each; of a ramp, its ends, from low to high.
    is_ramp
        Whether there are all colours between the two.
    """

    title: str = ""
    names: tuple[tuple[QColor, str], ...] = ()
    is_ramp: bool = False

    def width(self, metrics: QFontMetricsF, height: float) -> float:
        """Return the room that it needs at the side of a plot of some height; none where it says nothing."""
        if not self.names:
            return 0.0
        columns = 1 if self.is_ramp else -(-len(self._shown(metrics, height)) // _fitting(metrics, height))
        return max(columns * self._column(metrics), metrics.horizontalAdvance(self.title)) + _GAP

    def _column(self, metrics: QFontMetricsF) -> float:
        return max(metrics.horizontalAdvance(name) for _, name in self.names) + _SWATCH + 2 * _GAP

    def _shown(self, metrics: QFontMetricsF, height: float) -> tuple[tuple[QColor | None, str], ...]:
        """Return the names for which there is room, and in the last line how many there are besides."""
        most = _COLUMNS * _fitting(metrics, height)
        if len(self.names) <= most:
            return self.names
        return (*self.names[: most - 1], (None, f"+{len(self.names) - most + 1}"))

    def paint(self, painter: QPainter, room: QRectF, texts: QColor) -> None:
        """Paint it from the top of its room."""
        metrics = QFontMetricsF(painter.font())
        line = metrics.height()
        painter.setPen(texts)
        painter.drawText(QPointF(room.left(), room.top() + metrics.ascent()), self.title)
        top = room.top() + line + _GAP
        if self.is_ramp:
            self._paint_ramp(painter, QRectF(room.left(), top, _SWATCH, max(room.bottom() - top, 2 * line)), texts)
            return
        lines = _fitting(metrics, room.height())
        for place, (color, name) in enumerate(self._shown(metrics, room.height())):
            left = room.left() + place // lines * self._column(metrics)
            y = top + place % lines * line
            if color is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color)
                painter.drawEllipse(QRectF(left, y + (line - _SWATCH) / 2, _SWATCH, _SWATCH))
            painter.setPen(texts)
            painter.drawText(QPointF(left + _SWATCH + _GAP, y + metrics.ascent()), name)

    def _paint_ramp(self, painter: QPainter, bar: QRectF, texts: QColor) -> None:
        metrics = QFontMetricsF(painter.font())
        (low, low_text), (high, high_text) = self.names
        gradient = QLinearGradient(bar.topLeft(), bar.bottomLeft())
        gradient.setColorAt(0.0, high)
        gradient.setColorAt(1.0, low)
        painter.fillRect(bar, gradient)
        painter.setPen(texts)
        left = bar.right() + _GAP
        painter.drawText(QPointF(left, bar.top() + metrics.ascent()), high_text)
        painter.drawText(QPointF(left, bar.bottom() - metrics.descent()), low_text)


def _fitting(metrics: QFontMetricsF, height: float) -> int:
    """Return how many lines fit below the title."""
    return max(1, int((height - _GAP) / metrics.height()) - 1)
