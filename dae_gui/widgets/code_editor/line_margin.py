"""The margin of an editor: the numbers of its lines, and a mark where one is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from dae_gui.support.accessible import Kind, attach
from dae_gui.support.plain_text import show_tip
from dae_gui.support.theme import current_theme

if TYPE_CHECKING:
    from dae_gui.widgets.code_editor.editor import CodeEditor

_LEAST_DIGITS = 2


class LineMargin(QWidget):
    """Stands at the left of an editor, which tells it when to paint, and where its lines are."""

    accessible_kind = Kind.PICTURE

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Line numbers")
        attach(self)

    def accessible_value(self) -> str:
        """Return which lines are to be seen, and what is wrong with one."""
        lines = [line for line, _, _ in self._editor.visible_lines()]
        marked = self._editor.marked_line()
        mark = "" if marked is None else f"; line {marked}: {self._editor.mark_text()}"
        return f"Lines {lines[0]} to {lines[-1]}{mark}" if lines else ""

    def sizeHint(self) -> QSize:
        """Return the width that the numbers need, and a mark beside them."""
        digits = max(_LEAST_DIGITS, len(str(self._editor.blockCount())))
        letter = self._editor.fontMetrics().horizontalAdvance("0")
        return QSize(letter * (digits + 3), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the numbers of the lines to be seen, that of the cursor's line in the colour of texts."""
        editor, theme = self._editor, current_theme(self.palette())
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.base))
        painter.setFont(editor.font())
        letter = editor.fontMetrics().horizontalAdvance("0")
        current, marked = editor.textCursor().blockNumber() + 1, editor.marked_line()
        for line, area in self._lines(event.rect()):
            is_marked = line == marked
            if is_marked:
                painter.fillRect(area, QColor(theme.warning_background))
                _paint_mark(painter, QRect(area.left(), area.top(), 2 * letter, area.height()), QColor(theme.warning))
            color = theme.warning if is_marked else theme.text if line == current else theme.faint_text
            painter.setPen(QColor(color))
            where = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(area.adjusted(0, 0, -letter, 0), where, str(line))

    def event(self, event: QEvent) -> bool:
        """Tell in a tooltip what is wrong with the line under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            places = self._lines(self.rect())
            line = next((line for line, area in places if area.contains(event.pos())), None)
            text = self._editor.mark_text() if line is not None and line == self._editor.marked_line() else ""
            show_tip(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _lines(self, within: QRect) -> Iterator[tuple[int, QRect]]:
        """Yield number and place of each line that is to be seen in an area."""
        for line, top, height in self._editor.visible_lines():
            area = QRect(0, round(top), self.width(), round(height))
            if area.intersects(within):
                yield line, area


def _paint_mark(painter: QPainter, area: QRect, color: QColor) -> None:
    """Paint a triangle, so that it is not told by the colour alone."""
    side = 0.6 * min(area.width(), area.height())
    middle = QRect(area).center()
    corners = (-0.5, 0.45), (0.5, 0.45), (0.0, -0.45)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(color)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPolygon(QPolygonF([QPointF(middle.x() + x * side, middle.y() + y * side) for x, y in corners]))
    painter.restore()
