"""What stands in the place of the pictures while nothing is drawn: what to do, and a few images to try."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QToolButton, QWidget

from dae_core.datasets import Dataset
from dae_gui.panels.denoise_panel.digit_picker import digit_name
from dae_gui.support.plain_text import PlainLabel
from dae_gui.support.scale import scaled
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import named

_SIDE = 32  # pixels of an image at 100 %, where there is little room
_LARGEST = 64
_DRAWN = 160  # for the largest zoom: an icon is drawn smaller than its picture, but never larger
_SPACING, _BELOW = 4, 8


class SampleRow(QWidget):
    """A sentence, and below it a row of small images: as many as there is room for.

    Signals
    -------
    chosen(int)
        The user wants to see the held-out image with this index.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sampleRow")
        self._label = PlainLabel(parent=self)
        self._label.setWordWrap(True)
        self._row = QWidget(self)
        flow = FlowLayout(self._row, is_one_line=True)
        flow.setSpacing(_SPACING)
        flow.setContentsMargins(0, 0, 0, 0)
        self._buttons: list[QToolButton] = []
        self.setLayout(vbox(1, self._label, self._row, 1, spacing=_BELOW, margins=(0, 0, 0, 0)))

    def show_samples(self, text: str, dataset: Dataset, indices: Iterable[int]) -> None:
        """Say what there is to do, and offer these held-out images."""
        self._label.setText(text)
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = []
        for number, index in enumerate(indices):
            name = digit_name(dataset, int(index))
            button = named(QToolButton(self._row), f"sample{number}Button", f"Try {name}", f"Try this: {name}")
            button.setAutoRaise(True)
            button.setIcon(_icon(dataset.test_images[index], self.devicePixelRatioF()))
            button.clicked.connect(partial(self._choose, int(index)))
            self._row.layout().addWidget(button)  # type: ignore[union-attr]  # it has one
            button.show()
            self._buttons.append(button)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the images as large as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of letters."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        if not self._buttons:
            self._row.setMinimumHeight(0)
            return
        edge = self._buttons[0].sizeHint() - self._buttons[0].iconSize()
        across = (self.width() + _SPACING) // len(self._buttons) - _SPACING - edge.width()
        down = self.height() - self._label.heightForWidth(self.width()) - 2 * _BELOW - edge.height()
        least = scaled(_SIDE)
        side = max(min(across, down, scaled(_LARGEST)), least)
        for button in self._buttons:
            button.setIconSize(QSize(side, side))
        self._row.setMaximumHeight(side + edge.height())
        self._row.setMinimumHeight(least + edge.height())

    def _choose(self, index: int, _checked: bool = False) -> None:
        self.chosen.emit(index)


def _icon(image: NDArray[np.uint8], ratio: float) -> QIcon:
    """Return an image, uint8 (h, w), as an icon."""
    height, width = image.shape
    pixels = np.ascontiguousarray(image)
    picture = QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
    side = round(_DRAWN * ratio)
    modes = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    pixmap = QPixmap.fromImage(picture.scaled(side, side, *modes))
    pixmap.setDevicePixelRatio(ratio)
    return QIcon(pixmap)
