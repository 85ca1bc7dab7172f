"""One array as a picture, with a caption and the number under the mouse."""

from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from dae_gui.support.accessible import Kind, tell
from dae_gui.support.theme import faint_line_color
from dae_gui.widgets.pictures.color_maps import Levels
from dae_gui.widgets.pictures.picture_widget import PictureWidget

_FRAME = 1.0
_CAPTION_GAP = 3


class ImageView(PictureWidget):
    """Shows a 2-D array with square, crisp pixels, as large as fits, below an optional caption.

    See `PictureWidget` for the colour maps, the text of the empty state, copying and saving.
    """

    accessible_kind = Kind.PICTURE

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = ""
        self._reading = ""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Picture")

    def set_array(self, array: NDArray[Any] | None, levels: Levels | None = None) -> None:
        """Show an array.

        Parameters
        ----------
        array
            Numbers of shape (h, w), uint8, float or another real type; copied. None shows the empty state.
        levels
            The values that get the lowest and the highest colour. None, or levels that are not finite: 0 and 255 for
            uint8, otherwise the range of the finite numbers.
        """
        self._show_array(array, levels)
        # The keys reach what can be copied and saved, and do not stop where there is nothing.
        policy = Qt.FocusPolicy.ClickFocus if array is None else Qt.FocusPolicy.StrongFocus
        if policy is not self.focusPolicy():
            self.setFocusPolicy(policy)

    def clear(self) -> None:
        """Show the empty state."""
        self.set_array(None)

    def caption(self) -> str:
        """Return the text above the picture."""
        return self._caption

    def set_caption(self, text: str) -> None:
        """Set the text above the picture; where there is no room for all of it, it ends in an ellipsis."""
        self._caption = text
        self.setAccessibleName(text or "Picture")
        self.updateGeometry()
        self.update()

    def set_reading(self, text: str) -> None:
        """Set what is said of the picture to those who do not see it, as its figures."""
        self._reading = text
        tell(self)

    def accessible_value(self) -> str:
        """Return what is said of the picture, or that there is none."""
        if self._array is None:
            return self._empty_text if self._empty_text != "–" else "empty"
        height, width = self._array.shape
        return self._reading or f"{height} by {width} pixels"

    def pixel_at(self, position: QPointF) -> tuple[int, int] | None:
        """Row and column of the pixel at a position in this widget, or None."""
        if self._array is None:
            return None
        area, (height, width) = self.picture_area(), self._array.shape
        column = int((position.x() - area.x()) // (area.width() / width))
        row = int((position.y() - area.y()) // (area.height() / height))
        return (row, column) if 0 <= row < height and 0 <= column < width else None

    def picture_area(self) -> QRectF:
        """Return the rectangle of the picture in this widget: as large as fits below the caption, centred."""
        room = self._room()
        height, width = (1, 1) if self._array is None else self._array.shape
        scale = max(min(room.width() / width, room.height() / height), 1e-3)
        if scale * self.devicePixelRatioF() >= 4.0:  # whole device pixels: all squares equally large
            scale = int(scale * self.devicePixelRatioF()) / self.devicePixelRatioF()
        area = QRectF(0.0, 0.0, scale * width, scale * height)
        area.moveCenter(room.center())
        return self._on_device_pixels(area)

    def _room(self) -> QRectF:
        """Return what is left below the caption."""
        return QRectF(self.rect()).adjusted(_FRAME, self._caption_height() + _FRAME, -_FRAME, -_FRAME)

    def sizeHint(self) -> QSize:
        """Return room for a picture of 140 x 140 and the caption."""
        return QSize(142, 142 + self._caption_height())

    def minimumSizeHint(self) -> QSize:
        """Return room for a picture of 56 x 56 and the caption."""
        return QSize(58, 58 + self._caption_height())

    def _caption_height(self) -> int:
        return self.fontMetrics().height() + _CAPTION_GAP if self._caption else 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the caption, the picture and a thin frame."""
        painter = QPainter(self)
        area = self.picture_area()
        if self._caption:
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            place = QRect(0, 0, self.width(), self.fontMetrics().height())
            painter.drawText(
                place, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine), self._shown_caption()
            )
        if self._array is None:
            self._draw_empty_state(painter, self._room())  # a text needs more width than a picture
            return
        self._draw_picture(painter, area)
        painter.setPen(QPen(faint_line_color(self.palette()), 1.0))
        painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _shown_caption(self) -> str:
        return self.fontMetrics().elidedText(self._caption, Qt.TextElideMode.ElideMiddle, self.width())

    def tooltip_at(self, position: QPoint) -> str:
        """Return row, column and value at a position; elsewhere the widget's own tooltip, or a caption that was cut."""
        pixel = self.pixel_at(QPointF(position))
        if pixel is not None and self._array is not None:
            value = self._array[pixel]
            number = f"{value:.4g}" if self._array.dtype.kind == "f" else str(int(value))
            return f"row {pixel[0]}, column {pixel[1]}: {number}"
        return self.toolTip() or (self._caption if self._shown_caption() != self._caption else "")
