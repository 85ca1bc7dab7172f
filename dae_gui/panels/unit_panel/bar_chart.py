"""A small bar chart with a heading, whose numbers can be copied and whose picture can be saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QStandardPaths, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QGuiApplication,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from dae_gui.theme import current_theme
from dae_gui.widgets.picture_export import PictureExportError, SavePictureDialog, copy_to_clipboard, write_picture

_EXPORT_SCALE = 3


@dataclass(frozen=True)
class Bars:
    """What a chart shows.

    Attributes
    ----------
    heading
        The line above the bars.
    heights
        Height of each bar, from 0 to ``top``.
    top
        What the full height means; above 0.
    top_text
        How that is written beside it; empty: not at all.
    labels
        What stands below: one text for each bar, or the two texts at the ends.
    table
        A row for each bar, to be copied: name and number.
    line
        Where a dashed line crosses, in the heights' unit; None: nowhere.
    """

    heading: str
    heights: tuple[float, ...]
    top: float
    top_text: str
    labels: tuple[str, ...]
    table: tuple[tuple[str, str], ...]
    line: float | None = None


class BarChart(QWidget):
    """Draws `Bars`, tells the number under the mouse, and copies and saves what it shows.

    Parameters
    ----------
    name
        Object name.
    accessible_name
        What it shows, for screen readers.
    picture_name
        The file name, without ending, that is proposed when saving.
    parent
        The widget that it stands in.
    """

    failed = Signal(str)
    pictureSaved = Signal(str)

    def __init__(self, name: str, accessible_name: str, picture_name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._bars: Bars | None = None
        self._empty_text = ""
        self._picture_name = picture_name
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def bars(self) -> Bars | None:
        """Return what is shown."""
        return self._bars

    def set_bars(self, bars: Bars) -> None:
        """Show bars."""
        if bars != self._bars:
            self._bars = bars
            self.setAccessibleDescription(f"{bars.heading}. " + ", ".join(": ".join(row) for row in bars.table))
            self.update()

    def clear(self, text: str) -> None:
        """Show a sentence instead of bars."""
        if self._bars is not None or text != self._empty_text:
            self._bars, self._empty_text = None, text
            self.setAccessibleDescription(text)
            self.update()

    def bar_at(self, position: QPointF) -> int:
        """Return the index of the bar whose column is at a position, or -1."""
        area = self._area()
        if self._bars is None or not self._bars.heights or not area.contains(position):
            return -1
        count = len(self._bars.heights)
        return min(int((position.x() - area.left()) / area.width() * count), count - 1)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(190, 100)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size at which bars can be told apart."""
        return QSize(120, 3 * self.fontMetrics().height() + 10)

    # -- painting ------------------------------------------------------------------------------------------------

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(0.85 * font.pointSizeF())
        return font

    def _area(self) -> QRectF:
        """Rectangle of the bars, between the heading and the labels."""
        line = self.fontMetrics().height()
        return QRectF(self.rect()).adjusted(0.5, line + 4.5, -0.5, -line - 0.5)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the heading, the bars and their labels."""
        painter = QPainter(self)
        self._paint(painter)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        theme, bars, area = current_theme(self.palette()), self._bars, self._area()
        if bars is None:
            painter.setPen(QColor(theme.faint_text))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()).adjusted(4, 0, -4, 0), flags, self._empty_text)
            return
        painter.setPen(QColor(theme.text))
        heading = self.fontMetrics().elidedText(bars.heading, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QPointF(0, self.fontMetrics().ascent()), heading)
        painter.fillRect(area, QColor(theme.plot_background))
        pitch = area.width() / max(len(bars.heights), 1)
        gap = 1.0 if pitch > 3 else 0.0
        for index, height in enumerate(bars.heights):
            length = min(max(height / bars.top, 0.0), 1.0) * area.height()
            if height > 0:
                length = max(length, 1.0)  # a rare thing is not nothing
            left = area.left() + index * pitch
            painter.fillRect(QRectF(left + gap, area.bottom() - length, pitch - 2 * gap, length), QColor(theme.accent))
        if bars.line is not None and 0 <= bars.line <= bars.top:
            y = area.bottom() - bars.line / bars.top * area.height()
            painter.setPen(QPen(QColor(theme.sparsity), 1.0, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(QPen(QColor(theme.border), 1.0))
        painter.drawRect(area)
        self._paint_labels(painter, bars, area, pitch, QColor(theme.faint_text))

    def _paint_labels(self, painter: QPainter, bars: Bars, area: QRectF, pitch: float, color: QColor) -> None:
        painter.setPen(color)
        painter.setFont(self._small_font())
        metrics = painter.fontMetrics()
        if bars.top_text:
            corner = area.adjusted(3, 1, -3, 0)
            half = len(bars.heights) // 2
            lower_right = max(bars.heights[half:], default=0.0) < max(bars.heights[:half], default=0.0)
            side = Qt.AlignmentFlag.AlignRight if lower_right else Qt.AlignmentFlag.AlignLeft
            painter.drawText(corner, int(side | Qt.AlignmentFlag.AlignTop), bars.top_text)
        below = QRectF(area.left(), area.bottom() + 1, area.width(), metrics.height())
        if len(bars.labels) == len(bars.heights):
            widest = max(map(metrics.horizontalAdvance, bars.labels)) + 2
            step = max(1, -int(-widest // pitch))
            for index in range(0, len(bars.labels), step):
                place = QRectF(below.left() + (index + 0.5) * pitch - widest, below.top(), 2 * widest, below.height())
                painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), bars.labels[index])
        else:
            for text, side in zip(bars.labels, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True):
                painter.drawText(below, int(side | Qt.AlignmentFlag.AlignVCenter), text)

    # -- asking, copying, saving ---------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Answer questions for a tooltip: the number of the bar, elsewhere what the chart shows."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tooltip_at(event.pos()), self)
            return True
        return super().event(event)

    def tooltip_at(self, position: QPoint) -> str:
        """Return the tooltip at a position."""
        index = self.bar_at(QPointF(position))
        return ": ".join(self._bars.table[index]) if index >= 0 and self._bars is not None else self.toolTip()

    def export_image(self) -> QImage:
        """Return the chart as it is copied and saved, enlarged; a null image while there is none."""
        if self._bars is None:
            return QImage()
        image = QImage(self.size() * _EXPORT_SCALE, QImage.Format.Format_RGB32)
        image.fill(self.palette().window().color())
        painter = QPainter(image)
        painter.scale(_EXPORT_SCALE, _EXPORT_SCALE)
        painter.setFont(self.font())
        self._paint(painter)
        painter.end()
        return image

    def numbers(self) -> str:
        """Return the bars' names and numbers, a line each, parted by tabs."""
        rows: Sequence[tuple[str, str]] = () if self._bars is None else self._bars.table
        return "\n".join("\t".join(row) for row in rows)

    @Slot()
    def copy_numbers(self) -> None:
        """Put the numbers on the clipboard."""
        if self._bars is not None:
            QGuiApplication.clipboard().setText(self.numbers())

    @Slot()
    def copy_picture(self) -> None:
        """Put the picture on the clipboard."""
        if self._bars is not None:
            copy_to_clipboard(self.export_image())

    @Slot()
    def save_picture_as(self) -> None:
        """Ask for a file name, then save the picture."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        dialog = SavePictureDialog(folder, self._picture_name, self.window())
        dialog.fileSelected.connect(self.save_picture)
        dialog.open()

    @Slot(str)
    def save_picture(self, path: str) -> None:
        """Save the picture as PNG or SVG, by the path's ending."""
        try:
            write_picture(self.export_image(), path)
        except PictureExportError as error:
            self.failed.emit(str(error))
        else:
            self.pictureSaved.emit(path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the numbers with the usual key."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_numbers()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy and save."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, slot in (
            ("Copy &numbers", self.copy_numbers),
            ("Copy &picture", self.copy_picture),
            ("&Save picture as PNG or SVG…", self.save_picture_as),
        ):
            action = menu.addAction(text)
            action.setEnabled(self._bars is not None)
            action.triggered.connect(slot)
        menu.popup(event.globalPos())
