"""How a data set looks in the list: a picture, its name, three lines of facts, and how far its download is."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from dae_gui.panels.dataset_panel.row_model import ROW_ROLE
from dae_gui.panels.dataset_panel.rows import DataRow, Kind
from dae_gui.support.icons import icon
from dae_gui.support.theme import current_theme
from dae_gui.widgets.pictures.picture_widget import scale_picture

_PADDING, _SIDE, _GAP, _BAR = 6, 44, 8, 4
_NAME = 24  # letters of a name with what stands beside it
_ICONS = {Kind.CATALOGUE: "download", Kind.OWN: "pen", Kind.OPENED: "open", Kind.MADE: "grid", Kind.BUNDLED: "grid"}
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class RowDelegate(QStyledItemDelegate):
    """Paints a `DataRow`; a failed download's sentence takes as many lines as it needs."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._width = 260

    def set_width(self, width: int) -> None:
        """Take how wide the rows are, which decides how often a sentence is broken."""
        self._width = width

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return room for three lines, or more where a download failed."""
        row, metrics = index.data(ROW_ROLE), option.fontMetrics
        height = max(3 * metrics.height(), _SIDE) + 2 * _PADDING
        if isinstance(row, DataRow) and row.problem:
            picture = _SIDE + _GAP if _has_picture(self._width, metrics) else 0
            room = QRect(0, 0, self._width - picture - 2 * _PADDING, 10_000)
            text = metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), row.problem)
            height = max(height, 2 * metrics.height() + text.height() + 2 * _PADDING)
        return QSize(self._width, height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, DataRow):
            return
        palette: QPalette = option.palette
        area: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected:
            ground = palette.color(QPalette.ColorRole.Highlight)
            ground.setAlpha(48)
            painter.fillRect(area, ground)
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), palette.highlight())
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, palette.alternateBase())
        inside = area.adjusted(_PADDING, _PADDING, -_PADDING, -_PADDING)
        if _has_picture(area.width(), option.fontMetrics):
            _draw_picture(painter, QRect(inside.left(), inside.top(), _SIDE, _SIDE), row, palette)
            inside.setLeft(inside.left() + _SIDE + _GAP)
        _draw_texts(painter, inside, row, option.fontMetrics, option.font, palette)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 1.0, Qt.PenStyle.DotLine))
            painter.drawRect(QRectF(area).adjusted(0.5, 0.5, -1.5, -1.5))
        painter.restore()


def _has_picture(width: int, metrics: QFontMetrics) -> bool:
    """Whether there is room for a picture beside a name; the name comes first."""
    return width >= _SIDE + _NAME * metrics.averageCharWidth()


def _draw_picture(painter: QPainter, area: QRect, row: DataRow, palette: QPalette) -> None:
    if row.picture is None:
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1.0))
        painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)
        color = palette.color(QPalette.ColorRole.PlaceholderText)
        mode = QIcon.Mode.Normal
        icon(_ICONS[row.kind], color).paint(painter, area.adjusted(12, 12, -12, -12), mode=mode)
        return
    height, width = row.picture.shape
    image = QImage(row.picture.tobytes(), width, height, width, QImage.Format.Format_Grayscale8)
    ratio = painter.device().devicePixelRatio()
    size = QSize(width, height).scaled(area.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio)
    image = scale_picture(image, size).copy()
    image.setDevicePixelRatio(ratio)
    painter.drawImage(area.topLeft(), image)


def _draw_texts(
    painter: QPainter, area: QRect, row: DataRow, metrics: QFontMetrics, font: QFont, palette: QPalette
) -> None:
    line = metrics.height()
    normal, faint = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.PlaceholderText)
    first = QRect(area.left(), area.top(), area.width(), line)
    used = metrics.horizontalAdvance(row.badge) + _GAP
    bold = QFont(font)
    bold.setBold(True)
    painter.setFont(bold)
    painter.setPen(normal)
    title = QFontMetrics(bold).elidedText(row.title, Qt.TextElideMode.ElideMiddle, first.width() - used)
    painter.drawText(first, _LEFT, title)
    painter.setFont(font)
    painter.setPen(palette.color(QPalette.ColorRole.Link) if row.is_used else faint)
    painter.drawText(first, _RIGHT, row.badge)
    second, third = first.translated(0, line), first.translated(0, 2 * line)
    if row.problem:
        _draw_line(painter, second, row.facts, faint, metrics)
        painter.setPen(QColor(current_theme(palette).warning))
        rest = QRect(third.left(), third.top(), third.width(), area.bottom() - third.top() + 1)
        painter.drawText(rest, int(Qt.TextFlag.TextWordWrap), row.problem)
    elif row.progress is not None:
        _draw_line(painter, second, row.progress_text or "Connecting …", normal, metrics)
        _draw_bar(painter, QRectF(third.left(), third.center().y() - _BAR / 2, third.width(), _BAR), row, palette)
    else:
        _draw_line(painter, second, row.facts, faint, metrics)
        _draw_line(painter, third, row.origin, faint, metrics)


def _draw_line(painter: QPainter, area: QRect, text: str, color: QColor, metrics: QFontMetrics) -> None:
    painter.setPen(color)
    painter.drawText(area, _LEFT, metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, area.width()))


def _draw_bar(painter: QPainter, area: QRectF, row: DataRow, palette: QPalette) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.color(QPalette.ColorRole.Mid))
    painter.drawRoundedRect(area, _BAR / 2, _BAR / 2)
    painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
    share = min(max(row.progress or 0.0, 0.0), 1.0)
    if share > 0:
        painter.drawRoundedRect(QRectF(area.left(), area.top(), max(area.width() * share, _BAR), _BAR), 2.0, 2.0)
