"""The pictures of a path side by side, each with the step that it belongs to above it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QWidget

from dae_core import mosaic
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.pictures.mosaic_view import MosaicView

_MARGIN = 3  # what MosaicView keeps free around its tiles
_GAP = 2


class PathRow(QWidget):
    """A row of pictures, of which one is chosen by a click or an arrow key."""

    chosen = Signal(int)
    """The place in the row that the user has chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[int, ...] = ()
        self._shape = (1, 1)
        tip = "Click on a picture to see r(x) − x there"
        self.view = named(MosaicView(self), "manifoldPathView", "The pictures of the path", tip)
        self.view.set_picture_name("path")
        self.view.set_tile_names(self._tile_name)
        self.view.tileClicked.connect(self.chosen)

    def show_pictures(self, pictures: NDArray[np.floating], steps: Sequence[int]) -> None:
        """Show pictures (k, h, w), grey from 0 to 1, that belong to these k steps."""
        shape = pictures.shape[1], pictures.shape[2]
        changed = tuple(steps) != self._steps or shape != self._shape
        self._steps, self._shape = tuple(steps), shape
        self.view.set_tiles(mosaic.tile(pictures, len(steps)), shape, len(steps), (0.0, 1.0))
        if changed:
            self._arrange()

    def clear(self, text: str) -> None:
        """Show a text instead of pictures."""
        self._steps = ()
        self.view.set_empty_text(text)
        self.view.clear()
        self._arrange()

    def steps(self) -> tuple[int, ...]:
        """Return the steps of the pictures shown."""
        return self._steps

    def sizeHint(self) -> QSize:
        """Return room for nine pictures of 84 pixels."""
        return QSize(760, 84 + self._labels_height() + 2 * _MARGIN)

    def minimumSizeHint(self) -> QSize:
        """Return room for nine pictures of 36 pixels."""
        return QSize(9 * 36, 36 + self._labels_height() + 2 * _MARGIN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the pictures as large as fits."""
        super().resizeEvent(event)
        self._arrange()

    def _labels_height(self) -> int:
        return self.fontMetrics().height() + _GAP

    def _arrange(self) -> None:
        top = self._labels_height() if self._steps else 0
        if not self._steps:
            self.view.setGeometry(self.rect())
            self.update()
            return
        (height, width), count = self._shape, len(self._steps)
        across, down = self.width() - 2 * _MARGIN, self.height() - top - 2 * _MARGIN
        scale = max(min(across / (count * width), down / height), 1.0 / min(height, width))
        tile_width = max(1, int(scale * width))
        tile_height = max(1, round(tile_width * height / width))
        view_width = count * tile_width + 2 * _MARGIN
        left = max(0, (self.width() - view_width) // 2)
        self.view.setGeometry(left, top, view_width, tile_height + 2 * _MARGIN)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the steps above the pictures."""
        if not self._steps:
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        pitch = (self.view.width() - 2 * _MARGIN) / len(self._steps)
        for place, step in enumerate(self._steps):
            left = self.view.x() + _MARGIN + round(place * pitch)
            box = QRect(left, 0, int(pitch), self.fontMetrics().height())
            text = "start" if step == 0 else f"{step:,}"
            painter.drawText(box, int(Qt.AlignmentFlag.AlignHCenter), text)

    def _tile_name(self, place: int) -> str:
        if not 0 <= place < len(self._steps):
            return "No picture"
        step = self._steps[place]
        return "Start, x₀" if step == 0 else f"After {step:,} step{'' if step == 1 else 's'}"
