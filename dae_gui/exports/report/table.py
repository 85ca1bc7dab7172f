"""A table of a report, with rules between its rows; where a page ends in it, its head is drawn again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from dae_core.report.colors import FAINT_RULE
from dae_core.report.document import Table
from dae_core.report.pages import Box
from dae_gui.exports.report.elements import GAP, Element, rule
from dae_gui.exports.report.texts import CELL, CELL_HEAD, NOTE, Style, Text

_APART = 14.0  # the text of one column from that of the next
_NARROWEST = 48.0
_WHOLE = 12  # rows; a table of no more is not broken
_ABOVE, _BELOW = 2.0, 2.5
_CAPTION_GAP = 4.0


class TableElement(Element):
    """Rows of cells, whose texts are wrapped where the columns would be too wide together."""

    def __init__(self, table: Table, width: float) -> None:
        numeric = table.numeric
        self._widths = _widths(table, width)
        self._caption = Text(table.caption, width, NOTE) if table.caption else None
        self._head = self._cells(table.head, CELL_HEAD, numeric) if table.head else []
        self._rows = [self._cells(row, CELL, numeric) for row in table.rows]
        lines = [_height(row) for row in self._rows]
        self._above = 0.0 if self._caption is None else self._caption.height + _CAPTION_GAP
        if lines:
            lines[0] += self._above
        above = _height(self._head) if self._head else 0.0
        if len(lines) <= _WHOLE:
            self.box = Box((above + sum(lines),), GAP, may_wait=True)
        else:
            self.box = Box(tuple(lines), GAP, repeated=above)

    def _cells(self, texts: Sequence[str], style: Style, numeric: Sequence[bool]) -> list[Text]:
        columns = zip(texts, self._widths, numeric, strict=True)
        return [Text(text, width, style, is_right=is_right) for text, width, is_right in columns]

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw the whole table."""
        self.draw_lines(painter, area, 0, len(self._rows))

    def draw_lines(self, painter: QPainter, area: QRectF, first: int, last: int) -> None:
        """Draw some of the rows, below the head; all of them where it is not broken."""
        last = len(self._rows) if len(self.box.lines) == 1 else last
        top = area.top()
        if self._caption is not None and not first:
            self._caption.draw(painter, area.left(), top)
            top += self._above
        for row in (*([self._head] if self._head else []), *self._rows[first:last]):
            left = area.left()
            for cell, width in zip(row, self._widths, strict=True):
                cell.draw(painter, left, top + _ABOVE)
                left += width + _APART
            top += _height(row)
            rule(painter, area.left(), left - _APART, top, FAINT_RULE)


def _height(row: Sequence[Text]) -> float:
    return max(cell.height for cell in row) + _ABOVE + _BELOW


def _widths(table: Table, width: float) -> list[float]:
    """Return the widths of the columns: as wide as their texts, or, where that is too much, the widest narrower."""
    rows = [(table.head, CELL_HEAD)] if table.head else []
    rows += [(row, CELL) for row in table.rows]
    count = len(rows[0][0]) if rows else 0
    widths = [max(style.width(row[column]) for row, style in rows) + 2.0 for column in range(count)]
    room = width - _APART * (count - 1)
    while sum(widths) > room + 0.5:
        widest = max(widths)
        next_width = max((one for one in widths if one < widest), default=0.0)
        wide = [column for column, one in enumerate(widths) if one == widest]
        fitting = widest - (sum(widths) - room) / len(wide)
        if widest <= _NARROWEST:
            break
        for column in wide:
            widths[column] = max(fitting, next_width, _NARROWEST)
    return widths
