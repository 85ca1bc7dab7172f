"""The exercise's picture: ten random held-out digits as original, noisy and cleaned rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from dae_core import mosaic
from dae_core.datasets import Dataset
from dae_core.evaluation.denoising import Picture
from dae_gui.panels.denoise_panel.digit_picker import digit_name, place_of
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.pictures.mosaic_view import MosaicView

ROWS = ("Original", "Noisy", "Cleaned")
_STAND_IN = "Stand-in"
_TIP = "Click on a digit to see it above and on the canvas"
_STAND_IN_TIP = "These digits stand in for the run's own data set, which is missing"
_COUNT = 10
_SEED = 2
_GAP = 6
_LEAST_SIDE = 14
_VIEW_MARGIN = 3  # what MosaicView keeps free around its tiles


class ExampleRows(QWidget):
    """Three labelled rows of ten digits; a click on a column chooses its digit, a button brings another ten."""

    digitChosen = Signal(int)
    """The index of a held-out digit that the user has clicked on."""
    digitsChanged = Signal()
    """There are other digits; their pictures are asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rng = np.random.default_rng(_SEED)
        self._dataset: Dataset | None = None
        self._indices = np.zeros(0, np.intp)
        name = "Ten held-out images: original, noisy and cleaned"
        self.view = named(MosaicView(self), "exampleRowsView", name, _TIP)
        self.view.set_empty_text("Ten held-out images appear here: original, noisy and cleaned")
        self.view.set_picture_name("ten-digits")
        self.view.set_tile_names(self._tile_name)
        self.view.tileClicked.connect(self._on_tile_clicked)
        self._labels = [PlainLabel(text, self) for text in ROWS]
        for label in self._labels:
            label.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
            label.hide()
        self._another = IconButton(
            "anotherTenButton", "reset", "Another ten", "Show ten other held-out images in the three rows", self
        )
        self._another.setEnabled(False)
        self._another.clicked.connect(self.another)

    def set_dataset(self, dataset: Dataset) -> None:
        """Choose ten random held-out digits of a data set."""
        self._dataset = dataset
        self._another.setEnabled(True)
        self._labels[0].setText(_STAND_IN if dataset.is_stand_in else ROWS[0])
        self.updateGeometry()  # it has no layout that would tell that one of its labels became wider
        for widget in (self.view, *self._labels):
            widget.setToolTip(plain_tip(_STAND_IN_TIP if dataset.is_stand_in else _TIP))
        self.clear()
        self.another()

    def images(self) -> NDArray[np.uint8] | None:
        """Return the chosen digits, uint8 (n, h, w), or None without a data set."""
        return None if self._dataset is None else self._dataset.test_images[self._indices]

    def indices(self) -> NDArray[np.intp]:
        """Return the chosen digits' indices among the held-out ones."""
        return self._indices

    def show_rows(self, clean: Picture, noisy: Picture, reconstruction: Picture) -> None:
        """Show the pictures of the chosen digits, each (n, h, w), grey from 0 to 1."""
        if len(clean) != len(self._indices) or self._dataset is None:
            return
        was_empty = self.view.count() == 0
        picture = mosaic.tile(np.concatenate([clean, noisy, reconstruction]), len(clean))
        self.view.set_tiles(picture, self._dataset.shape, len(ROWS) * len(clean), (0.0, 1.0))
        if was_empty:
            self._arrange()

    def clear(self) -> None:
        """Show the empty state."""
        self.view.clear()
        self._arrange()

    @Slot(int)
    def mark(self, index: int) -> None:
        """Outline this held-out digit, if it is among the ten and none of its three tiles is outlined already."""
        column, selected = place_of(index, self._indices), self.view.selected()
        if column is None or selected is None or selected % len(self._indices) != column:
            self.view.set_selected(column)

    @Slot()
    def another(self) -> None:
        """Choose another ten."""
        if self._dataset is None:
            return
        n = len(self._dataset.test_images)
        self._indices = self._rng.choice(n, min(_COUNT, n), replace=False)
        self.view.set_selected(None)
        self.digitsChanged.emit()

    @Slot(int)
    def _on_tile_clicked(self, tile: int) -> None:
        self.digitChosen.emit(int(self._indices[tile % len(self._indices)]))

    def _tile_name(self, tile: int) -> str:
        if self._dataset is None or not len(self._indices):
            return "No digit"
        row, column = divmod(tile, len(self._indices))
        return f"{ROWS[row % len(ROWS)]}: {digit_name(self._dataset, int(self._indices[column]))}"

    # -- room ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Return room for digits of 28 pixels."""
        return QSize(self._labels_width() + _COUNT * 28 + 120, 3 * 28 + 2 * _VIEW_MARGIN)

    def minimumSizeHint(self) -> QSize:
        """Return the width for digits of 14 pixels without the words beside them, and the height for the words."""
        side = max(_LEAST_SIDE, self.fontMetrics().height())
        return QSize(_COUNT * _LEAST_SIDE + 40, len(ROWS) * side + 2 * _VIEW_MARGIN)

    def height_for_width(self, width: int) -> int:
        """Return the height at which the tiles fill a width."""
        rows, columns = (1, 1) if self._dataset is None else self._dataset.shape
        across = width - self._labels_width() - _GAP - self._another.sizeHint().height()
        return int(len(ROWS) * across / _COUNT * rows / columns) + 2 * _VIEW_MARGIN

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the tiles as large as fits."""
        super().resizeEvent(event)
        self._arrange()

    def _labels_width(self) -> int:
        return max(label.sizeHint().width() for label in self._labels) + _GAP

    def _arrange(self) -> None:
        """Place labels, tiles and button side by side from the left; no labels where they are higher than the tiles.

        Each tile tells by itself what it is.
        """
        self._another.set_text_visible(False)
        button = self._another.sizeHint()
        empty = self.view.count() == 0 or self._dataset is None
        for label in self._labels:
            label.setVisible(not empty)
        if empty or self._dataset is None:
            room = self.width() - button.width() - _GAP
            self.view.setGeometry(0, 0, max(room, 1), self.height())
            self._another.setGeometry(room + _GAP, 0, button.width(), button.height())
            return
        columns, left = len(self._indices), self._labels_width()
        tile_width, tile_height = self._tile_size(left + _GAP + button.width(), self._dataset.shape)
        if tile_height < self.fontMetrics().ascent():
            left = 0
            tile_width, tile_height = self._tile_size(_GAP + button.width(), self._dataset.shape)
        view_width = columns * tile_width + 2 * _VIEW_MARGIN
        self.view.setGeometry(left, 0, view_width, len(ROWS) * tile_height + 2 * _VIEW_MARGIN)
        for row, label in enumerate(self._labels):
            label.setVisible(left > 0)
            label.setGeometry(0, _VIEW_MARGIN + row * tile_height, left - _GAP, tile_height)
        x = left + view_width + _GAP
        self._another.set_text_visible(True)
        wide = self._another.sizeHint()
        if x + wide.width() > self.width():
            self._another.set_text_visible(False)
            wide = button
        self._another.setGeometry(x, _VIEW_MARGIN, wide.width(), wide.height())

    def _tile_size(self, beside: int, shape: tuple[int, int]) -> tuple[int, int]:
        """Return width and height of a tile where so many pixels of the width are taken."""
        height, width = shape
        across, down = self.width() - beside - 2 * _VIEW_MARGIN, self.height() - 2 * _VIEW_MARGIN
        scale = max(min(across / (len(self._indices) * width), down / (len(ROWS) * height)), 1.0 / min(shape))
        tile_width = int(scale * width)
        return tile_width, int(tile_width * height / width)
