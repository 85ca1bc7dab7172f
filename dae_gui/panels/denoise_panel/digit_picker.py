"""A hundred random held-out digits to choose from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from dae_core import mosaic
from dae_core.datasets import Dataset
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.pictures.mosaic_view import MosaicView

_COLUMNS = 10
_SPACING = 4
_SEED = 0


class DigitPicker(QWidget):
    """Ten rows of ten held-out digits; a click chooses one, a button brings another hundred."""

    digitChosen = Signal(int)
    """The index of a held-out digit that the user has clicked on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rng = np.random.default_rng(_SEED)
        self._dataset: Dataset | None = None
        self._candidates = np.zeros(0, np.intp)
        self._shown: NDArray[np.intp] = self._candidates
        self.view = named(
            MosaicView(self), "digitMosaicView", "A hundred held-out images", "Click on a digit to denoise it"
        )
        self.view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.view.set_empty_text("The digits appear here as soon as data is loaded")
        self.view.set_picture_name("held-out-digits")
        self.view.set_tile_names(self._tile_name)
        self.view.tileClicked.connect(self._on_tile_clicked)
        self.another_button = IconButton(
            "anotherHundredButton", "reset", "Another hundred", "Show another hundred of the held-out images", self
        )
        self.another_button.clicked.connect(self.another)
        self._tools = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._tools.addWidget(self.another_button)
        self._tools.addStretch(1)
        self._layout = QBoxLayout(QBoxLayout.Direction.BottomToTop, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(_SPACING)
        self._layout.addLayout(self._tools)
        self._layout.addWidget(self.view, 1)

    def set_digits(self, dataset: Dataset, candidates: NDArray[np.intp]) -> None:
        """Show a hundred of the held-out digits with these indices."""
        self._dataset, self._candidates = dataset, candidates
        self.another()

    def set_compact(self, compact: bool) -> None:
        """Put the button beside the digits, or below them with its text."""
        direction = QBoxLayout.Direction
        self._layout.setDirection(direction.LeftToRight if compact else direction.BottomToTop)
        self._tools.setDirection(direction.TopToBottom if compact else direction.LeftToRight)
        self.another_button.set_text_visible(not compact)

    def mark(self, index: int | None) -> None:
        """Outline the held-out digit with this index, if it is among those shown."""
        self.view.set_selected(None if index is None else place_of(index, self._shown))

    @Slot()
    def another(self) -> None:
        """Show another hundred."""
        if self._dataset is None:
            return
        count = min(_COLUMNS * _COLUMNS, len(self._candidates))
        self._shown = self._rng.choice(self._candidates, count, replace=False)
        picture = mosaic.tile(self._dataset.test_images[self._shown], _COLUMNS)
        self.view.set_selected(None)
        self.view.set_tiles(picture, self._dataset.shape, count)

    @Slot(int)
    def _on_tile_clicked(self, tile: int) -> None:
        self.digitChosen.emit(int(self._shown[tile]))

    def _tile_name(self, tile: int) -> str:
        if self._dataset is None or tile >= len(self._shown):
            return "No digit"
        return digit_name(self._dataset, int(self._shown[tile]))


def digit_name(dataset: Dataset, index: int) -> str:
    """Return how a held-out digit is called: ``Held-out no. 12, a 7``."""
    name = f"{'Stand-in' if dataset.is_stand_in else 'Held-out'} no. {index + 1:,}"
    return name if dataset.test_labels is None else f"{name}: class {dataset.test_labels[index]}"


def place_of(index: int, indices: NDArray[np.intp]) -> int | None:
    """Return where an index stands among others, or None."""
    places = np.flatnonzero(indices == index)
    return int(places[0]) if len(places) else None
