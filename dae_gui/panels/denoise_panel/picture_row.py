"""One digit in four pictures: what the network sees, the noisy input, the reconstruction and the remaining error."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from dae_core.datasets.dataset import PIXEL_UNITS
from dae_core.evaluation.denoising import Denoised, Quality
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.pictures.image_view import ImageView

_SPACING = 8
_LEAST = 39  # pixels across
_GREY = (0.0, 1.0)
_NOTICEABLY = 1.15  # so much larger must the pictures become to be worth a second row
# What stands above a picture where there is no room for its name.
_SHORT = {"Network sees": "Input", "Noisy input": "Noisy", "Reconstruction": "Result", "Remaining error": "Error"}
_EMPTY_TEXTS = ("Your digit", "with noise", "cleaned", "what is left")


class PictureRow(QWidget):
    """Four pictures side by side, or two by two where the room is narrow and high."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._error_level = 1.0
        self.input_view = self._view("networkInputView", "Network sees", "network-input")
        self.noisy_view = self._view("noisyView", "Noisy input", "noisy-input")
        self.reconstruction_view = self._view("reconstructionView", "Reconstruction", "reconstruction")
        self.error_view = self._view("errorView", "Remaining error", "remaining-error")
        self.error_view.set_color_map("diverging")
        self._names = tuple(_SHORT)
        self._views = (self.input_view, self.noisy_view, self.reconstruction_view, self.error_view)
        self._columns = 0
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(_SPACING)
        self._place(len(self._views))
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        """Leave room for larger letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()

    def _measure(self) -> None:
        for view, name in zip(self._views, self._names, strict=True):
            view.setMinimumWidth(max(self.fontMetrics().horizontalAdvance(_SHORT[name]) + 2, _LEAST))

    def _view(self, name: str, caption: str, picture_name: str) -> ImageView:
        view = ImageView(self)
        view.setObjectName(name)
        view.set_caption(caption)
        view.set_picture_name(picture_name)
        view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        return view

    def set_error_level(self, level: float) -> None:
        """Show errors from -level to level (in the units of the pixels) with all colours."""
        self._error_level = level
        self.error_view.setToolTip(
            plain_tip(
                "Reconstruction − clean: blue is too dark, red too bright, "
                f"full colour at ±{level:.2g}, in {PIXEL_UNITS}"
            )
        )

    def show_result(self, image: NDArray[np.uint8], result: Denoised) -> None:
        """Show the image that the network sees, and what came of it."""
        self.input_view.set_array(image)
        self.noisy_view.set_array(result.noisy, _GREY)
        self.reconstruction_view.set_array(result.reconstruction, _GREY)
        self.error_view.set_array(result.error, (-self._error_level, self._error_level))
        self.noisy_view.set_reading(_quality(result.before))
        self.reconstruction_view.set_reading(_quality(result.after))
        self.error_view.set_reading(f"full colour at plus or minus {self._error_level:.2g}, in {PIXEL_UNITS}")

    def show_without_model(self, image: NDArray[np.uint8], noisy: NDArray[np.floating[Any]]) -> None:
        """Show the image, and its noisy picture (grey from 0 to 1)."""
        self.input_view.set_array(image)
        self.noisy_view.set_array(noisy, _GREY)
        self.noisy_view.set_reading("")
        for view in (self.reconstruction_view, self.error_view):
            view.set_empty_text("No weights yet")
            view.clear()

    def clear(self) -> None:
        """Show what will be where."""
        for view, text in zip(self._views, _EMPTY_TEXTS, strict=True):
            view.set_empty_text(text)
            view.clear()

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size of the four side by side."""
        widest = sum(view.minimumWidth() for view in self._views) + (len(self._views) - 1) * _SPACING
        return QSize(widest, self.input_view.minimumSizeHint().height())

    def arrange(self, width: int, height: int, aspect: float) -> int:
        """Make the pictures as large as they can be, and return the height beyond which they will not grow.

        Parameters
        ----------
        width, height
            The room for all four, with their captions.
        aspect
            Height of an image divided by its width.
        """
        caption = self.input_view.sizeHint().height() - self.input_view.sizeHint().width()

        def side(columns: int) -> float:
            rows = len(self._views) // columns
            across = (width - (columns - 1) * _SPACING) / columns
            return min(across, ((height - (rows - 1) * _SPACING) / rows - caption) / aspect)

        columns = 2 if side(2) > _NOTICEABLY * side(4) else 4
        self._place(columns)
        rows = len(self._views) // columns
        across = (width - (columns - 1) * _SPACING) / columns
        self._name_views(across)
        cell = max(side(columns), *(self.fontMetrics().horizontalAdvance(view.caption()) + 2 for view in self._views))
        beside = max(int(width - columns * cell - (columns - 1) * _SPACING), 0)
        self._layout.setContentsMargins(0, 0, beside, 0)  # side by side from the left, as what stands below
        highest = int(rows * (across * aspect + caption) + (rows - 1) * _SPACING)
        self.setMaximumHeight(highest)
        return highest

    def _name_views(self, room: float) -> None:
        """Put the names above the pictures, or short ones where one has no room; to be read aloud they stay whole."""
        letters = self.fontMetrics()
        is_short = max(map(letters.horizontalAdvance, self._names)) > room
        for view, name in zip(self._views, self._names, strict=True):
            caption = _SHORT[name] if is_short else name
            if caption != view.caption():
                view.set_caption(caption)
                view.setAccessibleName(name)

    def _place(self, columns: int) -> None:
        if columns != self._columns:
            self._columns = columns
            for place, view in enumerate(self._views):
                self._layout.addWidget(view, place // columns, place % columns)


def _quality(quality: Quality) -> str:
    """Return figures in words, for those who do not see the picture."""
    if not isfinite(quality.mse):
        return "no number: the weights have diverged"
    return f"MSE {quality.mse:.3f}, PSNR {quality.psnr:.1f} dB, SSIM {quality.ssim:.2f}, against what the network sees"
