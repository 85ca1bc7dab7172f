"""A picture that is shown reduced to fit, or enlarged by a whole number so that every pixel is a square."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from dae_gui.support.accessible import Kind, attach


class FilmPreview(QWidget):
    """Shows one frame of a film."""

    accessible_kind = Kind.PICTURE

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("filmPreview")
        self.setAccessibleName("A frame of the film")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._image = QImage()
        attach(self)

    def show_frame(self, frame: NDArray[np.uint8] | None) -> None:
        """Show a frame (h, w, 3) of sRGB; None is an empty picture."""
        if frame is None:
            self._image = QImage()
        else:
            height, width = frame.shape[:2]
            data = np.ascontiguousarray(frame)
            self._image = QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        self.update()

    def accessible_value(self) -> str:
        """Return the size of the picture, or that there is none."""
        shown = self._image.size()
        return "empty" if shown.isEmpty() else f"{shown.width():,} by {shown.height():,} pixels"

    def image(self) -> QImage:
        """Return the picture shown."""
        return self._image

    def sizeHint(self) -> QSize:
        """Return room for 15x15 tiles of 28x28 pixels, a little reduced."""
        return QSize(360, 380)

    def minimumSizeHint(self) -> QSize:
        """Return room in which something can be seen."""
        return QSize(200, 160)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture in the middle."""
        painter = QPainter(self)
        palette = self.palette()
        if self._image.isNull():
            painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.AlternateBase))
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), "A frame of the film appears here")
            return
        shown = self._image.size()
        times = min(self.width() // shown.width(), self.height() // shown.height())
        if times >= 1:
            shown *= times
        else:
            shown.scale(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        left, top = (self.width() - shown.width()) // 2, (self.height() - shown.height()) // 2
        painter.drawImage(QRect(QPoint(left, top), shown), self._image)
