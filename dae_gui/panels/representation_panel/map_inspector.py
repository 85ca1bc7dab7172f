"""One digit of the map: what the network sees of it, what it decodes from its code, and the units that answer most."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from dae_core import mosaic
from dae_core.datasets import Dataset
from dae_core.model.autoencoder import AutoEncoder
from dae_gui.widgets.controls.elided_label import ElidedLabel
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.controls.number_text import number_text
from dae_gui.widgets.pictures.image_view import ImageView
from dae_gui.widgets.pictures.mosaic_view import MosaicView

_UNITS, _COLUMNS = 9, 3
_LEAST, _CHARACTERS = 48, 36  # pixels of a picture; width
_HINT = "Point at a dot, or draw a digit"


class MapInspector(QWidget):
    """Shows one digit; a click on one of its units selects it.

    Signals
    -------
    unitChosen(int)
        The user has chosen this unit.
    """

    unitChosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._units: tuple[int, ...] = ()
        self._answers: tuple[float, ...] = ()
        self.title = named(ElidedLabel("", self), "mapDigitLabel", "The image that is pointed at")
        self.seen = self._view("mapSeenView", "Seen", "map-digit", "What the network sees of this image")
        self.decoded = self._view("mapDecodedView", "Decoded", "map-decoded", "What the network decodes from its code")
        name = "The units that answer this image most"
        tip = "Rows of V of the units with the largest |z|, the largest first. A click selects the unit."
        self.units = named(MosaicView(self), "mapUnitsView", name, tip)
        self.units.set_picture_name("map-units")
        self.units.set_color_map("diverging")
        self.units.set_tile_names(self._unit_name)
        self.units.set_empty_text("its strongest units")
        self.units.tileClicked.connect(self._on_tile_clicked)
        pictures = hbox((self.seen, 1), (self.decoded, 1), spacing=6)
        self._parts = hbox((pictures, 5), (self.units, 6), spacing=6)
        self.setLayout(vbox(self.title, (self._parts, 1), spacing=4, margins=(0, 0, 0, 0)))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.clear()

    def _view(self, name: str, caption: str, picture_name: str, tip: str) -> ImageView:
        view = ImageView(self)
        view.set_caption(caption)
        view.set_picture_name(picture_name)
        view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        letters = view.fontMetrics()
        view.setMinimumSize(max(_LEAST, letters.horizontalAdvance("Decoded") + 2), _LEAST + letters.height())
        return named(view, name, tip, tip)

    def sizeHint(self) -> QSize:
        """Return room for three pictures beside each other, or one above two."""
        return QSize(round(_CHARACTERS * self.fontMetrics().averageCharWidth()), 230)

    def minimumSizeHint(self) -> QSize:
        """Return room for the pictures beside each other, however they stand now."""
        letters = self.fontMetrics()
        return QSize(4 * _LEAST, _LEAST + 2 * letters.height() + 8)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the units below the pictures where it is high."""
        super().resizeEvent(event)
        is_high = self.height() > self.width()
        self._parts.setDirection(QBoxLayout.Direction.TopToBottom if is_high else QBoxLayout.Direction.LeftToRight)

    def clear(self) -> None:
        """Show no digit, and say how to come to one."""
        self.title.setText(_HINT)
        self.seen.clear()
        self.decoded.clear()
        self._units = ()
        self.units.clear()

    def show_digit(self, title: str, dataset: Dataset, model: AutoEncoder, row: NDArray[np.float32]) -> None:
        """Show a digit (d,) as the network sees it, and what it makes of it."""
        self.title.setText(title)
        with np.errstate(all="ignore"):  # diverged weights are to be seen, not to be warned of
            z = model.code(row.astype(model.W.dtype))
            y = model.decode(z)
        self.seen.set_array(dataset.to_pixels(row).reshape(dataset.shape), (0.0, 1.0))
        self.decoded.set_array(dataset.to_pixels(y).reshape(dataset.shape), (0.0, 1.0))
        if not np.isfinite(z).all():
            self._units = ()
            self.units.clear()
            return
        strongest = np.argsort(-np.abs(z), kind="stable")[:_UNITS]
        self._units, self._answers = tuple(map(int, strongest)), tuple(map(float, z[strongest]))
        rows = model.V[strongest].reshape(-1, *dataset.shape)
        level = float(np.abs(rows).max()) or 1.0
        self.units.set_tiles(mosaic.tile(rows, _COLUMNS), dataset.shape, len(strongest), (-level, level))

    def mark_unit(self, unit: int) -> None:
        """Outline a unit where it is among the strongest."""
        self.units.set_selected(self._units.index(unit) if unit in self._units else None)

    def _unit_name(self, tile: int) -> str:
        if tile >= len(self._units):
            return f"Unit {tile + 1}"
        return f"Unit {self._units[tile] + 1}: z = {number_text(self._answers[tile], '.3g')}"

    @Slot(int)
    def _on_tile_clicked(self, tile: int) -> None:
        if tile < len(self._units):
            self.unitChosen.emit(self._units[tile])
