"""Which digits a probe confuses: for each of the commonest confusions a few of the held-out digits themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from dae_core.datasets import Dataset
from dae_core.datasets.dataset import GREY_LEVELS
from dae_core.representation.confusions import Confusion
from dae_gui.support.scale import scaled
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import hint_label, named
from dae_gui.widgets.pictures.image_view import ImageView

_ROWS, _COLUMNS = 2, 3
_EXAMPLES = 3
_GAP, _GAP_GREY = 2, GREY_LEVELS // 2
_LEAST = 46, 38  # pixels of a picture with its caption


class ConfusionPictures(QWidget):
    """A picture for each of the six commonest confusions, with "4 as 9: 23" above it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = hint_label("probeConfusionsLabel", "", self)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        self.views = [named(ImageView(self), f"probeConfusionView{place + 1}") for place in range(_ROWS * _COLUMNS)]
        for place, view in enumerate(self.views):
            view.set_picture_name(f"confusion-{place + 1}")
            view.setMinimumSize(scaled(_LEAST[0]), scaled(_LEAST[1]))
            grid.addWidget(view, place // _COLUMNS, place % _COLUMNS)
        self.setLayout(vbox((grid, 1), (self._hint, 1), spacing=0, margins=(0, 0, 0, 0)))
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.show_confusions((), None, "")

    def show_confusions(self, found: Sequence[Confusion], dataset: Dataset | None, hint: str) -> None:
        """Show the first of some confusions on a data set, the commonest first; a text where there are none."""
        self._hint.setText(hint)
        self._hint.setVisible(not found)
        for place, view in enumerate(self.views):
            one = found[place] if dataset is not None and place < len(found) else None
            view.setVisible(one is not None)
            if one is None or dataset is None:
                view.clear()
                continue
            count = len(one.indices)
            view.set_caption(f"{one.truth} as {one.taken_for}: {count:,}")
            view.set_reading(f"{count:,} {dataset.noun} of class {one.truth} were taken for {one.taken_for}")
            view.setToolTip("")
            view.set_array(_side_by_side(dataset, one.indices[:_EXAMPLES]), (0, GREY_LEVELS))


def _side_by_side(dataset: Dataset, indices: Sequence[int]) -> np.ndarray:
    """Return held-out images next to one another, with room for as many as there may be."""
    height, width = dataset.shape
    picture = np.zeros((height, _EXAMPLES * (width + _GAP) - _GAP), np.uint8)
    for place, index in enumerate(indices):
        left = place * (width + _GAP)
        picture[:, max(left - _GAP, 0) : left] = _GAP_GREY
        picture[:, left : left + width] = dataset.test_images[index]
    return picture
