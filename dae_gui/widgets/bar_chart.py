"""Counts as bars on one line: a histogram, or how many there are of each class."""

from __future__ import annotations

from collections.abc import Sequence
from math import log1p

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from dae_gui.widgets.canvas_paint import faint_line_color

_GAP = 2


class BarChart(QWidget):
    """Bars side by side, the highest as high as there is room; each number is told in a tooltip, all are copied.

    Parameters
    ----------
    title
        What stands above the bars, in small letters, and is read out.
    logarithmic
        Whether the height goes with the logarithm of 1 + count, for counts of very different sizes.
    parent
        The widget that this one stands in.
    """

    def __init__(self, title: str, parent: QWidget | None = None, *, logarithmic: bool = False) -> None:
        super().__init__(parent)
        self._title = title
        self._logarithmic = logarithmic
        self._names: tuple[str, ...] = ()
        self._counts: tuple[int, ...] = ()
        self._marks: dict[int, str] = {}
        self._unit = ""
        self._empty_text = "–"
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(title)

    def set_counts(
        self, names: Sequence[str], counts: Sequence[int], unit: str, marks: dict[int, str] | None = None
    ) -> None:
        """Show bars.

        Parameters
        ----------
        names
            What each bar is called in its tooltip, as many as there are bars.
        counts
            How high each is, none below 0.
        unit
            What is counted, as in "12 images".
        marks
            Texts below some of the bars, by their places. None: the name below each bar, as far as there is room.
        """
        if len(names) != len(counts):
            raise ValueError(f"{len(counts)} bars need as many names, not {len(names)}.")
        self._names, self._counts, self._unit = tuple(names), tuple(int(c) for c in counts), unit
        self._marks = dict(enumerate(self._names)) if marks is None else dict(marks)
        self.setAccessibleDescription(", ".join(f"{n}: {c:,}" for n, c in self.table()[:20]))
        self.update()

    def clear(self, text: str = "–") -> None:
        """Show no bars but a text."""
        self._names, self._counts, self._empty_text = (), (), text
        self.setAccessibleDescription(text)
        self.update()

    def table(self) -> list[tuple[str, int]]:
        """Return all bars as pairs (name, count)."""
        return list(zip(self._names, self._counts, strict=True))

    def title(self) -> str:
        """Return what stands above the bars."""
        return self._title

    def share(self, place: int) -> float:
        """Return how high the bar at a place is, as a share of the highest one, 0 to 1."""
        count, most = self._counts[place], max(max(self._counts), 1)
        return log1p(count) / log1p(most) if self._logarithmic else count / most

    def bar_at(self, position: QPointF) -> int:
        """Return the place of the bar at a position in this widget, also above it; -1 where there is none."""
        area = self._area()
        if not self._counts or not area.left() <= position.x() < area.right():
            return -1
        return min(int((position.x() - area.left()) / area.width() * len(self._counts)), len(self._counts) - 1)

    def sizeHint(self) -> QSize:
        """Return room for a small chart with its title and its marks."""
        return QSize(180, 2 * self.fontMetrics().height() + 40)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size at which the bars still say something."""
        return QSize(80, 2 * self.fontMetrics().height() + 18)

    def _area(self) -> QRectF:
        """Return where the bars are."""
        text = self.fontMetrics().height()
        return QRectF(self.rect()).adjusted(1, text + _GAP, -1, -text - _GAP - 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint title, bars, the line below them, and the marks."""
        painter, palette, text = QPainter(self), self.palette(), self.fontMetrics().height()
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(QRect(0, 0, self.width(), text), int(Qt.AlignmentFlag.AlignLeft), self._title)
        area = self._area()
        if not self._counts:
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._empty_text)
            return
        step = area.width() / len(self._counts)
        gap = 1.0 if step >= 4 else 0.0
        for place, count in enumerate(self._counts):
            if count:  # a bar of one image among 60,000 must still be seen
                height = max(area.height() * self.share(place), 1.0)
                left = area.left() + place * step
                bar = QRectF(left, area.bottom() - height, step - gap, height)
                painter.fillRect(bar, palette.color(QPalette.ColorRole.Highlight))
        painter.setPen(QPen(faint_line_color(palette), 1.0))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        self._draw_marks(painter, area, step)

    def _draw_marks(self, painter: QPainter, area: QRectF, step: float) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        metrics, end = self.fontMetrics(), -1e9
        for place, mark in sorted(self._marks.items()):
            width = metrics.horizontalAdvance(mark)
            left = area.left() + (place + 0.5) * step - width / 2
            left = max(0.0, min(left, self.width() - width))
            if mark and left >= end:
                painter.drawText(QPointF(left, area.bottom() + _GAP + metrics.ascent()), mark)
                end = left + width + 4

    def event(self, event: QEvent) -> bool:
        """Answer questions for a tooltip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.bar_at(QPointF(event.pos()))
            text = f"{self._names[place]}: {self._counts[place]:,} {self._unit}" if place >= 0 else self.toolTip()
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy all numbers with the usual key."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_numbers()
        else:
            super().keyPressEvent(event)

    def copy_numbers(self) -> None:
        """Put all bars on the clipboard, a line each: name, tabulator, count."""
        QApplication.clipboard().setText("\n".join(f"{name}\t{count}" for name, count in self.table()))
