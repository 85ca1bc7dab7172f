"""What all widgets that show an array as a picture share: colours, scaling, copying and saving."""

from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import QWidget

from dae_gui.support.theme import current_theme, faint_line_color
from dae_gui.widgets.pictures.color_maps import COLOR_MAP_NAMES, ColorMapName, Levels, to_rgb32
from dae_gui.widgets.pictures.picture import Picture, picture_of_image
from dae_gui.widgets.pictures.pictured_widget import PicturedWidget

EXPORT_SIDE = 800
"""Exported pictures are enlarged to at least this many pixels."""
_PALETTE_EVENTS = (QEvent.Type.PaletteChange, QEvent.Type.EnabledChange, QEvent.Type.StyleChange)


def scale_picture(image: QImage, size: QSize) -> QImage:
    """Scale to a size in device pixels: area means when shrunk, square pixels with clean edges when enlarged."""
    if image.size() == size or image.isNull() or size.isEmpty():
        return image
    ignore_aspect, fast = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.FastTransformation
    factor = min(size.width() / image.width(), size.height() / image.height())
    if 1.0 < factor < 4.0 and factor != int(factor):
        # Nearest neighbours would make some pixels twice as wide as others: enlarge a little too far, then shrink.
        image = image.scaled(image.size() * ceil(factor), ignore_aspect, fast)
        factor = 0.0
    smooth = Qt.TransformationMode.SmoothTransformation
    return image.scaled(size, ignore_aspect, smooth if factor < 1.0 else fast)


class PictureWidget(PicturedWidget):
    """Base of the widgets that show one array: holds it, colours it when it is needed, copies and saves it.

    The array is coloured only when painted or exported, so that a hidden widget costs one copy per update.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._array: NDArray[Any] | None = None
        self._levels: Levels | None = None
        self._color_map: ColorMapName = "gray"
        self._empty_text = "–"
        self._picture_name = "picture"
        self._colored: QImage | None = None
        self._scaled: QImage | None = None
        self.setMouseTracking(True)

    # -- what is shown -------------------------------------------------------------------------------------------

    def array(self) -> NDArray[Any] | None:
        """Return the array that is shown, shape (h, w), or None; do not change it."""
        return self._array

    def set_color_map(self, name: ColorMapName) -> None:
        """Choose the colour map, ``"gray"`` or ``"diverging"`` (blue, neutral, red)."""
        if name not in COLOR_MAP_NAMES:
            raise ValueError(f"Unknown colour map {name!r}; known are {', '.join(COLOR_MAP_NAMES)}.")
        if name != self._color_map:
            self._color_map = name
            self._forget_pictures()

    def set_empty_text(self, text: str) -> None:
        """Set the text that stands in the middle while there is no array."""
        self._empty_text = text
        self.update()

    def set_picture_name(self, name: str) -> None:
        """Set the file name, without ending, that is proposed when saving."""
        self._picture_name = name

    def _show_array(self, array: NDArray[Any] | None, levels: Levels | None) -> None:
        """Keep an own copy of a (h, w) array of numbers; raises ValueError if it is something else."""
        if array is not None:
            array = np.array(array, order="C")
            if array.ndim != 2 or array.size == 0 or array.dtype.kind not in "fiub":
                raise ValueError(f"A picture needs numbers of shape (h, w), not {array.dtype} of shape {array.shape}.")
        self._array, self._levels = array, levels
        self._forget_pictures()

    def _forget_pictures(self) -> None:
        self._colored = self._scaled = None
        self.update()

    def _colored_image(self) -> QImage:
        if self._array is None:
            return QImage()
        if self._colored is None:
            self._colored = self.colored(self._array, self._levels)
        return self._colored

    def colored(self, array: NDArray[Any], levels: Levels | None) -> QImage:
        """Return an array (h, w) as a picture in this widget's colours; see `ImageView.set_array` for the levels."""
        pixels = to_rgb32(array, levels, self._color_map, current_theme(self.palette()).is_dark)
        height, width = pixels.shape
        # The copy gives the picture memory of its own.
        return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()

    def to_qimage(self, scale: int = 1) -> QImage:
        """Return the picture, each number a square of `scale` x `scale` pixels; a null image if there is none."""
        image = self._colored_image()
        return image.scaled(image.size() * scale) if scale > 1 and not image.isNull() else image.copy()

    # -- copying and saving --------------------------------------------------------------------------------------

    def is_empty(self) -> bool:
        """Whether there is no array."""
        return self._array is None

    def export_image(self) -> QImage:
        """Return the picture as it is copied and saved: enlarged by a whole factor to some 800 pixels."""
        if self._array is None:
            return QImage()
        return self.to_qimage(ceil(EXPORT_SIDE / max(self._array.shape)))

    def picture(self) -> Picture | None:
        """Return the picture as it is copied and saved, or None if there is none."""
        image = self.export_image()
        return None if image.isNull() else picture_of_image(self._picture_name, image)

    # -- painting ------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Take over another theme's colours."""
        if event.type() in _PALETTE_EVENTS:
            self._forget_pictures()
        super().changeEvent(event)

    def _draw_picture(self, painter: QPainter, target: QRectF) -> None:
        """Draw the picture into a rectangle that lies on device pixels."""
        ratio = self.devicePixelRatioF()
        size = QSize(max(round(target.width() * ratio), 1), max(round(target.height() * ratio), 1))
        if self._scaled is None or self._scaled.size() != size or self._scaled.devicePixelRatioF() != ratio:
            self._scaled = scale_picture(self._colored_image(), size).copy()
            self._scaled.setDevicePixelRatio(ratio)
        if not self.isEnabled():
            painter.setOpacity(0.5)
        painter.drawImage(target.topLeft(), self._scaled)
        painter.setOpacity(1.0)

    def _draw_empty_state(self, painter: QPainter, area: QRectF) -> None:
        """Draw a dashed frame with the text for the case that there is no array."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(faint_line_color(self.palette()), 1.0, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        painter.drawText(area.adjusted(4.0, 4.0, -4.0, -4.0), flags, self._empty_text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _on_device_pixels(self, area: QRectF) -> QRectF:
        """Move a rectangle's corner to a whole device pixel."""
        ratio = self.devicePixelRatioF()
        corner = QPointF(round(area.x() * ratio) / ratio, round(area.y() * ratio) / ratio)
        return QRectF(corner, area.size())
