"""Heads of a table that stand back: faint texts on the table's own ground, and one line below them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QHeaderView, QWidget

from dae_gui.support.theme import current_theme

_AIR, _ARROW, _ARROW_AIR = 5, 3.0, 12
_GRIP = 0.3  # of the height, left free above and below the line at which a column is made wider


class QuietHeader(QHeaderView):
    """Paints the heads; all else is Qt's."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("quietHeader")
        self.setSectionsClickable(True)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Paint a head: its text on the side of its numbers, and an arrow where the table is sorted by it."""
        theme, model = current_theme(self.palette()), self.model()
        role = Qt.ItemDataRole
        painter.save()
        painter.fillRect(rect, self.palette().color(QPalette.ColorRole.Base))
        is_sorted = self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex
        text = str(model.headerData(logicalIndex, self.orientation(), role.DisplayRole) or "")
        side = model.headerData(logicalIndex, self.orientation(), role.TextAlignmentRole)
        is_right = side is not None and bool(Qt.AlignmentFlag(side) & Qt.AlignmentFlag.AlignRight)
        area = rect.adjusted(_AIR, 0, -_AIR, -1)
        if is_sorted:
            self._paint_arrow(painter, area, QColor(theme.accent), is_right)
            area.adjust(_ARROW_AIR if is_right else 0, 0, 0 if is_right else -_ARROW_AIR, 0)
        painter.setPen(QColor(theme.text if is_sorted else theme.faint_text))
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        across = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, int(across | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.setPen(QPen(QColor(theme.hairline), 1.0))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        free = round(_GRIP * rect.height())
        painter.drawLine(rect.right(), rect.top() + free, rect.right(), rect.bottom() - free)
        painter.restore()

    def _paint_arrow(self, painter: QPainter, area: QRect, color: QColor, at_left: bool) -> None:
        middle = QPointF(area.left() + _ARROW if at_left else area.right() - _ARROW, area.center().y() + 0.5)
        tip = _ARROW if self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder else -_ARROW
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        corners = ((-_ARROW - 1, -tip / 1.5), (_ARROW + 1, -tip / 1.5), (0.0, tip))
        painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in corners]))
