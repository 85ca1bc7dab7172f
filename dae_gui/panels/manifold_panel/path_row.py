"""The pictures of a path side by side, each with the step that it belongs to above it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from dae_gui.widgets.controls.named import named
from dae_gui.widgets.pictures.captioned_tiles import CaptionedTiles
from dae_gui.widgets.pictures.mosaic_view import MosaicView


class PathRow(CaptionedTiles):
    """A row of pictures, of which one is chosen by a click or an arrow key."""

    chosen = Signal(int)
    """The place in the row that the user has chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        tip = "Click on a picture to see r(x) − x there"
        super().__init__(named(MosaicView(), "manifoldPathView", "The pictures of the path", tip), parent)
        self._steps: tuple[int, ...] = ()
        self.view.set_picture_name("path")
        self.view.set_tile_names(self._tile_name)
        self.view.tileClicked.connect(self.chosen)

    def show_pictures(self, pictures: NDArray[np.floating], steps: Sequence[int]) -> None:
        """Show pictures (k, h, w), grey from 0 to 1, that belong to these k steps."""
        self._steps = tuple(steps)
        self.show_tiles(pictures, ["start" if step == 0 else f"{step:,}" for step in steps], (0.0, 1.0))

    def clear(self, text: str) -> None:
        """Show a text instead of pictures."""
        self._steps = ()
        super().clear(text)

    def steps(self) -> tuple[int, ...]:
        """Return the steps of the pictures shown."""
        return self._steps

    def _tile_name(self, place: int) -> str:
        if not 0 <= place < len(self._steps):
            return "No picture"
        step = self._steps[place]
        return "Start, x₀" if step == 0 else f"After {step:,} step{'' if step == 1 else 's'}"
