"""A vertical line that stands at one iteration, with the iteration written beside it."""

from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from dae_gui.support.scale import line_width, scaled
from dae_gui.widgets.plots.plot_overlay import PlotItem

_PAD = 5.0


class Marker(PlotItem):
    """The line; its label stands at the lower end, where marks have none.

    Parameters
    ----------
    view_box
        The `pyqtgraph.ViewBox` to paint in.
    """

    def __init__(self, view_box: Any) -> None:
        super().__init__(view_box, 15)
        self._place = 0.0
        self._text = ""
        self.setVisible(False)

    def text(self) -> str:
        """Return the label, empty while there is no line."""
        return self._text if self.isVisible() else ""

    def place(self) -> float:
        """Return where the line is, in the view's coordinates."""
        return self._place

    def show_at(self, place: float, text: str) -> None:
        """Show the line at a place of the view, with a label."""
        if (place, text) != (self._place, self._text):
            if self.isVisible():
                self.update(self._extent())
            self._place, self._text = place, text
            self.update(self._extent())
        self.setVisible(True)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint line and label."""
        area = self.boundingRect()
        x = self._pixel(self._place, 0.0).x()
        if not area.left() <= x <= area.right():
            return
        color = QColor(self._theme.text)
        painter.setPen(QPen(color, line_width()))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        box = self._label_box(x, QFontMetricsF(painter.font()))
        painter.fillRect(box, color)
        painter.setPen(QColor(self._theme.plot_background))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._text)

    def _label_box(self, x: float, metrics: QFontMetricsF) -> QRectF:
        area = self.boundingRect()
        width, height = metrics.horizontalAdvance(self._text) + 2 * _PAD, metrics.height() + 2.0
        left = x if x + width <= area.right() else x - width
        return QRectF(left, area.bottom() - height - 4.0, width, height)

    def _extent(self) -> QRectF:
        """Return a strip that holds line and label, whichever side the label is on."""
        width = scaled(12) * len(self._text) + 4 * _PAD
        return QRectF(self._pixel(self._place, 0.0).x() - width, 0.0, 2 * width, self.boundingRect().height())
