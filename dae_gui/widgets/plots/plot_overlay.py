"""What is painted over and under the curves of a plot: grid, reference line, marks with labels, crosshair.

All of it is painted in the pixels of the plot, so that texts and dashes keep their size, also in exported files.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from dae_gui.support.scale import line_width, scaled
from dae_gui.support.theme import LIGHT, Theme
from dae_gui.widgets.plots.drawable import pixel

_ROWS = 3
_HINT_SIZES = (1.3, 1.0, 0.85)  # of the letters, as there is room
_LABEL_WIDTH = 230.0
_PAD = 4.0


@dataclass(frozen=True)
class Mark:
    """A vertical line: something happened at `iteration`."""

    iteration: float
    text: str
    warns: bool = False


@dataclass(frozen=True)
class Reading:
    """One line of what the crosshair reads: with the colour of its curve, or without."""

    name: str
    value: str
    color: str = ""


class PlotItem(QGraphicsObject):
    """Base of what is painted in the pixels of a plot's view box.

    Parameters
    ----------
    view_box
        The `pyqtgraph.ViewBox` to paint in.
    z
        Below 0 behind the curves, above 0 before them.
    """

    def __init__(self, view_box: Any, z: float) -> None:
        super().__init__(view_box)
        self._view_box = view_box
        self._theme = LIGHT
        self.setZValue(z)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_theme(self, theme: Theme) -> None:
        """Take over another theme's colours."""
        self._theme = theme
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the whole plot."""
        return QRectF(self._view_box.rect())

    def geometry_changed(self) -> None:
        """Paint again after the plot's size or range has changed."""
        self.prepareGeometryChange()
        self.update()

    def _pixel(self, x: float, y: float) -> QPointF:
        """Where a point of the view is, in whole pixels' middles, so that lines are sharp."""
        point = self._view_box.mapFromView(QPointF(x, y))
        return QPointF(pixel(point.x()), pixel(point.y()))


class Backdrop(PlotItem):
    """The horizontal lines of the grid, and the text that an empty plot shows."""

    def __init__(self, view_box: Any) -> None:
        super().__init__(view_box, -10)
        self.levels: Sequence[float] = ()
        self.hint = ""

    def set_hint(self, hint: str) -> None:
        """Show a text in the middle, or none if it is empty."""
        if hint != self.hint:
            self.hint = hint
            self.update()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint grid and hint."""
        area = self.boundingRect()
        painter.setPen(QPen(QColor(self._theme.hairline), line_width()))
        for level in self.levels:
            y = self._pixel(0.0, level).y()
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        if self.hint:
            centred, font = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, painter.font()
            points = font.pointSizeF()
            for size in _HINT_SIZES:
                font.setPointSizeF(size * points)
                painter.setFont(font)
                if area.contains(painter.boundingRect(area, int(centred), self.hint)):
                    break
            painter.setPen(QColor(self._theme.faint_text))
            painter.drawText(area, centred, self.hint)


class Marks(PlotItem):
    """A dashed horizontal reference line, and vertical lines, each with a label where there is room for it."""

    def __init__(self, view_box: Any) -> None:
        super().__init__(view_box, 10)
        self._marks: list[tuple[float, Mark]] = []
        self._reference: tuple[float, float] | None = None

    def set_marks(self, marks: list[tuple[float, Mark]]) -> None:
        """Show these marks, in rising order, each with its place in the view's coordinates."""
        if marks != self._marks:
            self._marks = marks
            self.update()

    def marks(self) -> list[Mark]:
        """Return what is shown."""
        return [mark for _, mark in self._marks]

    def set_reference(self, level: float | None, start: float = -math.inf) -> None:
        """Show the reference line at a level of the view, from some place of it on, or none."""
        reference = None if level is None else (level, start)
        if reference != self._reference:
            self._reference = reference
            self.update()

    def texts_near(self, x: float, distance: float = 5.0) -> list[str]:
        """Return the labels of the marks within some pixels of pixel `x`."""
        return [mark.text for place, mark in self._marks if abs(self._pixel(place, 0.0).x() - x) <= distance]

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint lines, then labels."""
        area = self.boundingRect()
        metrics = QFontMetricsF(painter.font())
        if self._reference is not None:
            self._paint_reference(painter, area, *self._reference)
        ends = [area.left() - 1.0] * _ROWS  # how far each row of labels is taken
        placed: list[tuple[QRectF, str, QColor]] = []
        painted: set[float] = set()
        for place, mark in self._marks:
            x = self._pixel(place, 0.0).x()
            if not area.left() <= x <= area.right():
                continue
            color = QColor(self._theme.warning if mark.warns else self._theme.change_mark)
            if x not in painted or mark.warns:
                style = Qt.PenStyle.SolidLine if mark.warns else Qt.PenStyle.DashLine
                painter.setPen(QPen(color, line_width(), style))
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
                painted.add(x)
            if x + 2.0 <= min(ends):
                continue  # no row has room: thousands of changes are not measured for nothing
            text = metrics.elidedText(mark.text, Qt.TextElideMode.ElideMiddle, scaled(_LABEL_WIDTH))
            width, height = metrics.horizontalAdvance(text) + 2 * _PAD, metrics.height() + 2.0
            left = x + 2.0 if x + 2.0 + width <= area.right() else x - 2.0 - width
            row = next((row for row in range(_ROWS) if left > ends[row]), None)
            if row is not None and left >= area.left():
                ends[row] = max(left + width, x) + 4.0
                placed.append((QRectF(left, area.top() + 3.0 + row * height, width, height), text, color))
        for box, text, color in placed:
            painter.fillRect(box, QColor(self._theme.plot_background))
            painter.setPen(color)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_reference(self, painter: QPainter, area: QRectF, level: float, start: float) -> None:
        y = self._pixel(0.0, level).y()
        left = area.left() if start == -math.inf else max(self._pixel(start, 0.0).x(), area.left())
        if area.top() <= y <= area.bottom() and left < area.right():
            painter.setPen(QPen(QColor(self._theme.linear_bound), line_width(), Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(left, y), QPointF(area.right(), y))


class Crosshair(PlotItem):
    """Two lines through the mouse, dots on the curves, and a box that says what is there."""

    def __init__(self, view_box: Any) -> None:
        super().__init__(view_box, 20)
        self._at: QPointF | None = None
        self._dots: list[tuple[QPointF, str]] = []
        self._readings: list[Reading] = []
        self.setVisible(False)

    def readings(self) -> list[Reading]:
        """Return the lines of the box; none while there is no crosshair."""
        return self._readings if self.isVisible() else []

    def show_at(self, at: QPointF, readings: list[Reading], dots: list[tuple[QPointF, str]]) -> None:
        """Show the crosshair.

        Parameters
        ----------
        at
            The place of the mouse in the pixels of the view box.
        readings
            The lines of the box.
        dots
            Points in the view's coordinates to set a dot on, each with its colour.
        """
        self._at, self._readings, self._dots = at, readings, dots
        self.setVisible(True)
        self.update()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint lines, dots and box."""
        if self._at is None:
            return
        area = self.boundingRect()
        x, y = pixel(self._at.x()), pixel(self._at.y())
        painter.setPen(QPen(QColor(self._theme.faint_text), line_width(), Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for point, color in self._dots:
            painter.setPen(QPen(QColor(self._theme.plot_background), line_width(1.5)))
            painter.setBrush(QColor(color))
            painter.drawEllipse(self._pixel(point.x(), point.y()), scaled(4), scaled(4))
        if self._readings:
            self._paint_box(painter, area, QPointF(x, y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_box(self, painter: QPainter, area: QRectF, mouse: QPointF) -> None:
        metrics = QFontMetricsF(painter.font())
        line = metrics.height() + 2.0
        names = max(metrics.horizontalAdvance(reading.name) for reading in self._readings)
        values = max(metrics.horizontalAdvance(reading.value) for reading in self._readings)
        gap, spot = scaled(14), scaled(8)
        width, height = 2 * spot + names + gap + values + 2 * spot, line * len(self._readings) + 10.0
        left = mouse.x() + gap if mouse.x() + gap + width < area.right() else mouse.x() - gap - width
        top = mouse.y() + gap if mouse.y() + gap + height < area.bottom() else mouse.y() - gap - height
        box = QRectF(max(left, area.left()), min(max(top, area.top() + 2.0), area.bottom() - height), width, height)
        painter.setPen(QPen(QColor(self._theme.border), line_width()))
        painter.setBrush(QColor(self._theme.base))
        painter.drawRoundedRect(box, 4.0, 4.0)
        for number, reading in enumerate(self._readings):
            row = QRectF(box.left() + spot, box.top() + 5.0 + number * line, width - 2 * spot, line)
            if reading.color:
                painter.fillRect(QRectF(row.left(), row.center().y() - spot / 2, spot, spot), QColor(reading.color))
            painter.setPen(QColor(self._theme.faint_text))
            painter.drawText(row.adjusted(gap, 0.0, 0.0, 0.0), Qt.AlignmentFlag.AlignVCenter, reading.name)
            painter.setPen(QColor(self._theme.text))
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(row, right, reading.value)
