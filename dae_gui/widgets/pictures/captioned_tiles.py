"""A row of pictures side by side, each with a caption above it, as large as there is room."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QWidget

from dae_gui.widgets.pictures.color_maps import Levels
from dae_gui.widgets.pictures.mosaic_view import MosaicView

_MARGIN = 3  # what MosaicView keeps free around its tiles
_GAP = 2
_UNLIMITED = 16_777_215  # Qt's QWIDGETSIZE_MAX


class CaptionedTiles(QWidget):
    """Shows tiles in one row with texts above them.

    Parameters
    ----------
    view
        What shows the tiles; it is taken over.
    parent
        The widget that it stands in.
    lines
        Of each caption.
    most
        So many tiles have room at its smallest.
    least
        Pixels of a tile at its smallest.
    is_left
        Whether the row begins at the left edge, and is no higher than its tiles, instead of standing in the middle.
    """

    def __init__(
        self,
        view: MosaicView,
        parent: QWidget | None = None,
        *,
        lines: int = 1,
        most: int = 9,
        least: int = 36,
        is_left: bool = False,
    ) -> None:
        super().__init__(parent)
        self.view = view
        view.setParent(self)
        self._lines, self._most, self._least, self._is_left = lines, most, least, is_left
        self._captions: tuple[str, ...] = ()
        self._shape = (1, 1)
        self._rows: tuple[CaptionedTiles, ...] = (self,)

    def align(self, other: CaptionedTiles) -> None:
        """Draw the tiles of both rows in the size of the smaller ones, so that each stands below its like."""
        self._rows = other._rows = (self, other)

    def show_tiles(self, pictures: NDArray[np.generic], captions: Sequence[str], levels: Levels) -> None:
        """Show pictures (k, h, w) with these k captions, whose lines are parted by newlines."""
        shape = pictures.shape[1], pictures.shape[2]
        changed = tuple(captions) != self._captions or shape != self._shape
        self._captions, self._shape = tuple(captions), shape
        self.view.set_tiles(np.concatenate(list(pictures), axis=1), shape, len(captions), levels)
        if changed:
            self._arrange_rows()

    def clear(self, text: str) -> None:
        """Show a text instead of pictures."""
        self._captions = ()
        self.view.set_empty_text(text)
        self.view.clear()
        self._arrange_rows()

    def captions(self) -> tuple[str, ...]:
        """Return the captions of the pictures shown."""
        return self._captions

    def sizeHint(self) -> QSize:
        """Return room for pictures of 84 pixels."""
        return QSize(self._most * 84, 84 + self._captions_height() + 2 * _MARGIN)

    def minimumSizeHint(self) -> QSize:
        """Return room for pictures as small as they may get."""
        return QSize(self._most * self._least, self._least + self._captions_height() + 2 * _MARGIN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the pictures as large as fits."""
        super().resizeEvent(event)
        self._arrange_rows()

    def _arrange_rows(self) -> None:
        for row in self._rows:
            row._arrange()

    def _room_below(self) -> int:
        """Return the height that is left for tiles."""
        return self.height() - self._captions_height() - 2 * _MARGIN

    def _captions_height(self) -> int:
        return self._lines * self.fontMetrics().height() + _GAP

    def _arrange(self) -> None:
        top = self._captions_height() if self._captions else 0
        if not self._captions:
            self.setMaximumHeight(_UNLIMITED)
            self.view.setGeometry(self.rect())
            self.update()
            return
        (height, width), count = self._shape, len(self._captions)
        # A row of few is drawn no larger than one of many: then several rows have tiles of one size.
        across, down = self.width() - 2 * _MARGIN, min(row._room_below() for row in self._rows if row._captions)
        scale = max(min(across / (max(count, self._most) * width), down / height), 1.0 / min(height, width))
        tile_width = max(1, int(scale * width))
        tile_height = max(1, round(tile_width * height / width))
        if self._is_left:  # what is below comes close
            full = round(across / max(count, self._most) * height / width)
            self.setMaximumHeight(max(top + full + 2 * _MARGIN, self.minimumSizeHint().height()))
        view_width = count * tile_width + 2 * _MARGIN
        left = 0 if self._is_left else max(0, (self.width() - view_width) // 2)
        self.view.setGeometry(left, top, view_width, tile_height + 2 * _MARGIN)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the captions above the pictures."""
        if not self._captions:
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        pitch = (self.view.width() - 2 * _MARGIN) / len(self._captions)
        for place, caption in enumerate(self._captions):
            left = self.view.x() + _MARGIN + round(place * pitch)
            box = QRect(left, 0, int(pitch), self._lines * self.fontMetrics().height())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignHCenter), caption)
