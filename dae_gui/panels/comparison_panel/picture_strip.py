"""A few digits as each method leaves them: one column a method, with its name above."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QWidget

from dae_gui.support.theme import LIGHT
from dae_gui.widgets.pictures.image_view import ImageView

_GAP = 2  # pixels of the picture between two digits
_GREY = (0.0, 1.0)
_GAP_GREY = 0.5


class PictureStrip(ImageView):
    """Columns of digits; as many digits are shown as there is room for at a good size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._columns: tuple[NDArray[np.float32], ...] = ()
        self.set_picture_name("comparison")

    def names(self) -> tuple[str, ...]:
        """Return what stands above the columns."""
        return self._names

    def show_columns(self, names: Sequence[str], columns: Sequence[NDArray[np.float32]]) -> None:
        """Show pictures (k, h, w) in grey, 0 to 1, of the same digits for each method; none for no columns."""
        self._names, self._columns = tuple(names), tuple(columns)
        self.set_caption(" ")
        self._lay_out()

    def _lay_out(self) -> None:
        if not self._columns:
            self.set_array(None)
            return
        count, height, width = self._columns[0].shape
        across = len(self._columns) * (width + _GAP)
        room = self.height() - self._caption_height()
        shown = max(1, min(count, round(room / max(self.width(), 1) * across / (height + _GAP))))
        picture = np.full((shown * (height + _GAP) - _GAP, across - _GAP), _GAP_GREY, np.float32)
        for column, pictures in enumerate(self._columns):
            left = column * (width + _GAP)
            for row in range(shown):
                top = row * (height + _GAP)
                picture[top : top + height, left : left + width] = pictures[row]
        self.set_array(picture, _GREY)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show more or fewer digits."""
        super().resizeEvent(event)
        self._lay_out()

    def sizeHint(self) -> QSize:
        """Return room for a few digits."""
        return QSize(700, 180)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pictures and the names above the columns."""
        super().paintEvent(event)
        if self._array is not None:
            painter = QPainter(self)
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            area = self.picture_area()
            top = max(area.top() - self._caption_height(), 0.0)
            self._paint_names(painter, QRectF(area.left(), top, area.width(), self.fontMetrics().height()))

    def export_image(self) -> QImage:
        """Return the strip enlarged, with the names above it, black on white."""
        strip = super().export_image()
        if strip.isNull():
            return strip
        font = QFont(self.font())
        font.setPixelSize(max(strip.width() // (8 * len(self._names)), 8))
        above = round(font.pixelSize() * 1.6)
        result = QImage(strip.width(), strip.height() + above, QImage.Format.Format_RGB32)
        result.fill(QColor(LIGHT.base))
        painter = QPainter(result)
        painter.setFont(font)
        painter.setPen(QColor(LIGHT.text))
        self._paint_names(painter, QRectF(0, 0, strip.width(), above))
        painter.drawImage(0, above, strip)
        painter.end()
        return result

    def _paint_names(self, painter: QPainter, area: QRectF) -> None:
        width = area.width() / len(self._names)
        for column, name in enumerate(self._names):
            place = QRectF(area.left() + column * width, area.top(), width, area.height())
            text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, int(width))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine), text)
