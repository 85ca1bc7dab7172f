"""How an entry looks in the palette: its name with what was looked for in bold, where it stands, its key, its kind."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from dae_gui.window.palette.entries import Entry
from dae_gui.window.palette.entry_model import ENTRY_ROLE, EntryModel
from dae_gui.window.palette.matching import spans

_PADDING, _GAP, _CAP = 10, 10, 6
_NAME_SHARE = 0.55
"""Of the width, what a long name may take from what is said beside it."""
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_MIDDLE, _END = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight


class EntryDelegate(QStyledItemDelegate):
    """Paints an `Entry` on one line."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return room for a line with a keycap in it."""
        return QSize(200, option.fontMetrics.height() + 2 * _CAP + 1)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one line."""
        entry, model = index.data(ENTRY_ROLE), index.model()
        if not isinstance(entry, Entry):
            return
        area, palette, font = option.rect, option.palette, option.font
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            ground = palette.color(QPalette.ColorRole.Highlight)
            ground.setAlpha(48)
            painter.fillRect(area, ground)
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), palette.highlight())
        normal, faint = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.PlaceholderText)
        left, right = area.left() + _PADDING, area.right() - _PADDING
        right = _draw_right(painter, QRect(left, area.top(), right - left, area.height()), entry, palette, font) - _GAP
        query = model.query if isinstance(model, EntryModel) else ""
        beside = option.fontMetrics.horizontalAdvance(_beside(entry))
        most = max(round((right - left) * _NAME_SHARE), right - left - beside - _GAP)
        room = QRect(left, area.top(), most, area.height())
        end = _draw_name(painter, room, entry.name, query, font, normal if entry.why_not is None else faint)
        rest = QRect(end + _GAP, area.top(), right - end - _GAP, area.height())
        painter.setFont(font)
        painter.setPen(faint)
        painter.drawText(rest, _LEFT, option.fontMetrics.elidedText(_beside(entry), _MIDDLE, max(0, rest.width())))
        painter.restore()


def _beside(entry: Entry) -> str:
    """Return what stands beside a name: where it is found, and why it cannot be chosen now."""
    if entry.why_not is None:
        return entry.place
    return " · ".join(filter(None, (entry.place, entry.why_not or "not now")))


def _draw_right(painter: QPainter, area: QRect, entry: Entry, palette: QPalette, font: QFont) -> int:
    """Draw the key, or else the kind, at the right end; return where it begins."""
    text = entry.shortcut or entry.kind.value
    metrics = QFontMetrics(font)
    width = metrics.horizontalAdvance(text) + 2 * _CAP
    cap = QRect(area.right() - width, area.top() + _CAP // 2, width, area.height() - _CAP)
    painter.setFont(font)
    if not entry.shortcut:
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(cap, _CENTRE, text)
        return cap.left()
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1.0))
    painter.setBrush(palette.color(QPalette.ColorRole.Button))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawRoundedRect(QRectF(cap).adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)
    role = QPalette.ColorRole.ButtonText if entry.why_not is None else QPalette.ColorRole.PlaceholderText
    painter.setPen(palette.color(role))
    painter.drawText(cap, _CENTRE, text)
    return cap.left()


def _draw_name(painter: QPainter, area: QRect, name: str, query: str, font: QFont, color: QColor) -> int:
    """Draw a name, what was looked for in bold; return where it ends."""
    bold = QFont(font)
    bold.setBold(True)
    painter.setPen(color)
    place, left = 0, area.left()
    shown = QFontMetrics(bold).elidedText(name, _END, area.width()) if query else ""
    name = shown or QFontMetrics(font).elidedText(name, _END, area.width())
    for start, end in (*spans(query, name), (len(name), len(name))):
        for text, used in ((name[place:start], font), (name[start:end], bold)):
            painter.setFont(used)
            painter.drawText(QRect(left, area.top(), area.right() - left, area.height()), _LEFT, text)
            left += QFontMetrics(used).horizontalAdvance(text)
        place = end
    return left
