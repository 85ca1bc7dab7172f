"""How a row of the runs is painted: the mark of its curve, its picture, name and note, and a hairline below."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dae_gui.panels.runs_panel.run_model import (
    COLOR_ROLE,
    CURRENT_ROLE,
    CURVE,
    PLACES,
    SECOND_LINE_ROLE,
    THUMBNAIL_ROLE,
)
from dae_gui.panels.runs_panel.thumbnails import COUNT, GAP, SIDE
from dae_gui.support.broken_lines import broken_pen
from dae_gui.support.theme import current_theme, run_color, run_pattern

_Index = QModelIndex | QPersistentModelIndex
_MARK = 15
_LINE = 2.0  # pixels around a piece of the line
_AIR = 4
_LEAST_TEXT = 120  # pixels for a name, before the picture has room for another filter
_ELIDE = Qt.TextElideMode.ElideMiddle  # names differ at their ends
_SELECTED = QStyle.StateFlag.State_Selected


class RowDelegate(QStyledItemDelegate):
    """Paints cells and places the field in which a name is typed."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return room for the picture, or for two lines."""
        width = QFontMetrics(option.font).horizontalAdvance(str(index.data() or "")) + 4 * _AIR
        if index.column() == PLACES["name"]:
            width += _picture_width(10_000) + 2 * _AIR
        return QSize(width, max(SIDE + 2 * _AIR, 2 * QFontMetrics(option.font).height() + _AIR))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a cell."""
        super().paint(painter, option, index)
        column = index.column()
        painter.save()
        painter.setClipRect(option.rect)
        if column == PLACES[CURVE]:
            self._paint_mark(painter, option, index)
        elif column == PLACES["name"]:
            self._paint_run(painter, option, index)
        painter.restore()

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:
        """Leave to the style what it is to paint: no ring around a cell, and no text where this paints it."""
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus  # the whole row shows where the keys go
        if index.column() in (PLACES[CURVE], PLACES["name"]):
            option.text = ""
            option.features &= ~QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        """Offer what stands in the cell, but leave alone what the user has typed: rows change at any moment."""
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        """Put the field where the text is."""
        area = QRect(option.rect)
        if index.column() == PLACES["name"]:
            area = self._text_area(option, index)
        height = min(area.height(), editor.sizeHint().height())
        editor.setGeometry(area.left(), area.center().y() - height // 2, area.width(), height)
        if isinstance(editor, QLineEdit):
            editor.setFrame(True)

    # The mark of the curve

    def _paint_mark(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a box in the run's colour, full where its curve is shown; the current run has a disc.

        Below the box is a piece of the run's line, where that is broken.
        """
        theme = current_theme(option.palette)
        number, state = index.data(COLOR_ROLE), index.data(Qt.ItemDataRole.CheckStateRole)
        color = QColor(theme.axis) if number is None else run_color(int(number), theme.is_dark)
        area = QRectF(0.0, 0.0, _MARK, _MARK)
        area.moveCenter(QRectF(option.rect).center())
        pattern = () if number is None or state is None else run_pattern(int(number))
        if pattern:
            area.translate(0.0, -_LINE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.base), 3.0))  # a rim, which stands out from the selection
        painter.drawRoundedRect(area, 3.5, 3.5)
        painter.setPen(QPen(color, 2.0))
        inner = area.adjusted(1.0, 1.0, -1.0, -1.0)
        if state is None:
            painter.setBrush(color)
            painter.drawEllipse(inner)
            return
        if pattern:
            painter.setPen(broken_pen(color, 2.0, pattern))
            below = area.bottom() + 2 * _LINE
            painter.drawLine(QPointF(area.left(), below), QPointF(area.right() + _LINE, below))
            painter.setPen(QPen(color, 2.0))
        state = Qt.CheckState(state)
        painter.setBrush(color if state == Qt.CheckState.Checked else QColor(theme.base))
        painter.drawRoundedRect(inner, 3.0, 3.0)
        left, top = area.left(), area.top()
        if state == Qt.CheckState.Checked:
            painter.setPen(QPen(QColor(theme.base), 2.0))
            tick = ((4.0, 8.0), (6.8, 10.8), (11.5, 4.8))
            painter.drawPolyline(QPolygonF([QPointF(left + x, top + y) for x, y in tick]))
        elif state == Qt.CheckState.PartiallyChecked:
            painter.drawLine(QPointF(left + 4.5, top + 7.5), QPointF(left + 10.5, top + 7.5))

    def editorEvent(self, event: Any, model: Any, option: QStyleOptionViewItem, index: _Index) -> bool:
        """Take a click anywhere on the mark's cell for one on the box."""
        if index.column() != PLACES[CURVE]:
            return super().editorEvent(event, model, option, index)
        pressed = event.type() == event.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton
        if pressed and index.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            return bool(model.setData(index, None, Qt.ItemDataRole.CheckStateRole))
        return event.type() in (event.Type.MouseButtonPress, event.Type.MouseButtonDblClick)

    # Picture, name and note

    def _text_area(self, option: QStyleOptionViewItem, index: _Index) -> QRect:
        width = _picture_width(option.rect.width() - _LEAST_TEXT) if index.data(THUMBNAIL_ROLE) is not None else 0
        return option.rect.adjusted(_AIR + (width + 2 * _AIR if width else 0), 1, -_AIR, -1)

    def _paint_run(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        area, picture = self._text_area(option, index), index.data(THUMBNAIL_ROLE)
        width = area.left() - option.rect.left() - 3 * _AIR
        if isinstance(picture, QPixmap) and width > 0:
            place = QRectF(option.rect.left() + _AIR, option.rect.center().y() - SIDE // 2 + 1, width, SIDE)
            ratio = picture.devicePixelRatio()
            painter.drawPixmap(place, picture, QRectF(0.0, 0.0, width * ratio, SIDE * ratio))
        selected = bool(option.state & _SELECTED)
        group = QPalette.ColorGroup.Active if option.state & QStyle.StateFlag.State_Active else _INACTIVE
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        strong = option.palette.color(group, role)
        faint = strong if selected else option.palette.color(QPalette.ColorRole.PlaceholderText)
        name_font, note_font = QFont(option.font), QFont(option.font)
        name_font.setBold(bool(index.data(CURRENT_ROLE)))
        note_font.setPointSizeF(0.88 * option.font.pointSizeF())
        note = str(index.data(SECOND_LINE_ROLE) or "")
        lines = [(str(index.data() or ""), name_font, strong), *([(note, note_font, faint)] if note else [])]
        heights = [QFontMetrics(font).height() for _, font, _ in lines]
        top = area.center().y() - sum(heights) // 2 + 1
        for (text, font, color), height in zip(lines, heights, strict=True):
            painter.setFont(font)
            painter.setPen(color)
            line = QRect(area.left(), top, area.width(), height)
            shown = QFontMetrics(font).elidedText(text, _ELIDE, area.width())
            painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
            top += height


def _picture_width(room: int) -> int:
    """Return how wide as many filters are as fit into some room."""
    count = min(COUNT, (room + GAP) // (SIDE + GAP))
    return count * SIDE + (count - 1) * GAP if count > 0 else 0


_INACTIVE = QPalette.ColorGroup.Inactive
