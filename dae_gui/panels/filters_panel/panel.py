"""The filters of one layer as tiles, live: one class, used for W and for V."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dae_core import mosaic
from dae_core.evaluation.held_out import Figures
from dae_core.model.autoencoder import AutoEncoder
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.widgets.controls.named import check_box, combo_box
from dae_gui.widgets.pictures.color_maps import ColorMapName
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.workbench import Workbench

Layer = Literal["W", "V"]

_COLOR_MAPS: tuple[tuple[str, ColorMapName], ...] = (("Grey", "gray"), ("Blue–red", "diverging"))
_ABOUT = {
    "W": "What each unit looks for",
    "V": "What each unit adds",
}


class MosaicPanel(QWidget):
    """Tiles of W (its columns) or V (its rows), one for each hidden unit.

    It follows the weights only while it is visible, and catches up when it is shown. All its signals and methods
    speak of units; only inside does it matter at which position of the mosaic a unit's tile stands.
    """

    def __init__(self, layer: Layer, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer = layer
        self.workbench = workbench
        self._model: AutoEncoder | None = None
        self._shape = (28, 28)
        self._is_stale = False
        self._order: NDArray[np.integer] | None = None  # position → unit; None: by index
        self._dead: frozenset[int] = frozenset()
        self.setObjectName(f"filters{layer}Panel")

        self.view = MosaicView(self)
        self.view.setObjectName(f"filters{layer}View")
        self.view.setAccessibleName(f"Filters {layer}")
        self.view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.view.set_tile_names(self._tile_name)
        self.view.set_picture_name(f"filters-{layer}")
        self.view.set_empty_text("The filters appear here as soon as data is loaded")
        self.view.tileClicked.connect(self._on_tile_clicked)
        self.view.tileHovered.connect(self._on_tile_hovered)

        self._unit_label = PlainLabel(parent=self)
        self._unit_label.setObjectName(f"filters{layer}UnitLabel")
        self._unit_label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._unit_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        tip = "Grey: black is negative, white positive. Blue–red: the neutral middle is zero."
        names = f"filters{layer}ColorMapComboBox", f"Colours of the filters {layer}"
        self._color_map = combo_box(*names, tip, _COLOR_MAPS, self)
        self._color_map.currentIndexChanged.connect(self._on_color_map_changed)
        tip = "On: every tile uses the full range of colours. Off: one scale for all tiles."
        names = f"filters{layer}ScaleEachCheckBox", "Scale each"
        self._scale_each = check_box(*names, tip, self, f"Scale each tile of {layer} by itself")
        self._scale_each.toggled.connect(self._on_scale_toggled)

        controls = QHBoxLayout()
        controls.addWidget(self._color_map)
        controls.addWidget(self._scale_each)
        controls.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 6)
        layout.setSpacing(4)
        layout.addLayout(controls)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._unit_label)
        self._describe(None)
        workbench.dataChanged.connect(self._on_data_changed)
        workbench.figuresChanged.connect(self._on_figures_changed)
        workbench.unitSelected.connect(self.set_selected)

    def sizeHint(self) -> QSize:
        """Return room for 15x15 tiles of 28x28 pixels, a little reduced."""
        return QSize(380, 400)

    @property
    def layer(self) -> Layer:
        """Which layer is shown."""
        return self._layer

    @Slot(object)
    def _on_data_changed(self, data: OpenData) -> None:
        self._shape = data.dataset.shape
        self._model = None
        self._order = None
        self.view.clear()

    def set_model(self, model: AutoEncoder) -> None:
        """Show these weights; the model is only read."""
        self._model = model
        if self._order is not None and len(self._order) != model.n_hidden:
            self._set_order(None)  # it was that of another model
        self._is_stale = True
        if self.isVisible():
            self._draw()

    @Slot(object)
    def set_order(self, order: NDArray[np.integer] | None) -> None:
        """Put the tiles into another order.

        Parameters
        ----------
        order
            The unit at each position, a permutation of the model's units; None: by index. One that does not fit the
            number of units counts as None.
        """
        if order is not None and (self._model is None or len(order) != self._model.n_hidden):
            order = None
        self._set_order(order)
        self._is_stale = True
        if self.isVisible():
            self._draw()

    def _set_order(self, order: NDArray[np.integer] | None) -> None:
        selected = self.selected()
        self._order = None if order is None else np.array(order)
        self.view.set_selected(None if selected is None else self._position(selected))
        self._mark()

    def order(self) -> list[int]:
        """Return the unit at each position."""
        return [self._unit(position) for position in range(self.view.count())]

    def selected(self) -> int | None:
        """Return the unit whose tile is outlined."""
        position = self.view.selected()
        return None if position is None else self._unit(position)

    @Slot(int)
    def set_selected(self, unit: int) -> None:
        """Outline a unit's tile; -1 is none."""
        self.view.set_selected(self._position(unit) if unit >= 0 else None)
        self._describe(unit if unit >= 0 else None)

    @Slot(object)
    def _on_figures_changed(self, figures: Figures | None) -> None:
        """Mark the tiles of units that never fire."""
        rates = None if figures is None else figures.firing_rates
        dead = frozenset(() if rates is None else map(int, np.nonzero(rates == 0)[0]))
        if dead != self._dead:
            self._dead = dead
            self._mark()

    def _mark(self) -> None:
        self.view.set_marked([self._position(unit) for unit in self._dead])

    def _unit(self, position: int) -> int:
        return position if self._order is None else int(self._order[position])

    def _position(self, unit: int) -> int:
        """Position of a unit's tile; for a unit that does not exist one that has no tile."""
        if self._order is None or unit >= len(self._order):
            return unit
        return int(np.flatnonzero(self._order == unit)[0])

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._is_stale:
            self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._describe(self.selected())

    def _weights(self, model: AutoEncoder) -> mosaic.Floats:
        """Return the shown filters, one row a unit (h, d)."""
        return model.W.T if self._layer == "W" else model.V

    def _draw(self) -> None:
        model = self._model
        if model is None or model.n_inputs != self._shape[0] * self._shape[1]:
            return
        self._is_stale = False
        weights = self._weights(model) if self._order is None else self._weights(model)[self._order]
        picture, level = mosaic.filters(weights, self._shape, scale_each=self._scale_each.isChecked())
        self.view.set_tiles(picture, self._shape, model.n_hidden, (-level, level))
        self._describe(self.selected())

    def _tile_name(self, position: int) -> str:
        return self._unit_name(self._unit(position))

    def _unit_name(self, unit: int) -> str:
        name = f"Unit {unit + 1}"
        if self._model is not None and unit < self._model.n_hidden:
            norm = float(np.linalg.norm(self._weights(self._model)[unit]))
            name += f" · norm {norm:.3g} · bias {float(self._model.B[unit]):.3g}"
        return name + (" · fires on no held-out digit" if unit in self._dead else "")

    def _describe(self, unit: int | None) -> None:
        text = self._unit_name(unit) if unit is not None else _ABOUT[self._layer]
        self._unit_label.setText(text)
        self._unit_label.setToolTip(plain_tip(text))

    @Slot(int)
    def _on_tile_hovered(self, position: int) -> None:
        self._describe(self._unit(position) if position >= 0 else self.selected())

    @Slot(int)
    def _on_tile_clicked(self, position: int) -> None:
        self.workbench.select_unit(self._unit(position))

    @Slot()
    def _on_color_map_changed(self) -> None:
        self.view.set_color_map(self._color_map.currentData())

    @Slot()
    def _on_scale_toggled(self) -> None:
        self._draw()
