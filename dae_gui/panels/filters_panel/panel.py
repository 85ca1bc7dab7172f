"""The filters of one layer as tiles, live: one class, used for W and for V."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dae_core import mosaic
from dae_core.evaluation.held_out import Figures
from dae_core.inspection.unit_orders import find_selection
from dae_core.model.autoencoder import AutoEncoder
from dae_gui.panels.filters_panel.arrange_button import ArrangeButton
from dae_gui.panels.filters_panel.footer import Footer
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import check_box, combo_box
from dae_gui.widgets.controls.progress_strip import ProgressStrip
from dae_gui.widgets.pictures.color_maps import ColorMapName
from dae_gui.widgets.pictures.mosaic_zoom import Zoom
from dae_gui.widgets.pictures.zoom_mosaic import ZoomMosaic
from dae_gui.workbench.arrangement import Arrangement
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.workbench import Workbench

Layer = Literal["W", "V"]

_COLOR_MAPS: tuple[tuple[str, ColorMapName], ...] = (("Grey", "gray"), ("Blue–red", "diverging"))
_ABOUT = {
    "W": "What each unit looks for",
    "V": "What each unit adds",
}
_UNBOUNDED = 16_777_215  # Qt's QWIDGETSIZE_MAX


class MosaicPanel(QWidget):
    """Tiles of W (its columns) or V (its rows), one for each hidden unit.

    It follows the weights only while it is visible, and catches up when it is shown. All its signals and methods
    speak of units; only inside does it matter at which position of the mosaic a unit's tile stands.

    Signals
    -------
    unitPointed(int)
        The user points at a unit, by mouse or keyboard; -1: at none any more.
    drawn()
        The weights that are shown are others.
    """

    unitPointed = Signal(int)
    drawn = Signal()

    def __init__(self, layer: Layer, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer = layer
        self.workbench = workbench
        self._model: AutoEncoder | None = None
        self._shape = (28, 28)
        self._is_stale = False
        self._places: NDArray[np.int64] | None = None  # position → unit; None: by index
        self._level: tuple[AutoEncoder | None, float] = (None, 1.0)
        self._dead: frozenset[int] = frozenset()
        self.setObjectName(f"filters{layer}Panel")

        self.view = ZoomMosaic(self)
        self.view.setObjectName(f"filters{layer}View")
        self.view.setAccessibleName(f"Filters {layer}")
        self.view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.view.set_tile_names(self._tile_name)
        self.view.set_picture_name(f"filters-{layer}")
        self._set_empty_text()
        self.view.tileClicked.connect(self._on_tile_clicked)
        self.view.tileHovered.connect(self._on_tile_hovered)
        self.view.zoomChanged.connect(self._on_part_changed)

        tip = "Grey: black is negative, white positive. Blue–red: the neutral middle is zero."
        names = f"filters{layer}ColorMapComboBox", f"Colours of the filters {layer}"
        self._color_map = combo_box(*names, tip, _COLOR_MAPS, self)
        self._color_map.currentIndexChanged.connect(self._on_color_map_changed)
        tip = "On: every tile uses the full range of colours. Off: one scale for all tiles."
        names = f"filters{layer}ScaleEachCheckBox", "Scale each"
        self._scale_each = check_box(*names, tip, self, f"Scale each tile of {layer} by itself")
        self._scale_each.toggled.connect(self._on_scale_toggled)
        self.arrange = ArrangeButton(layer, self)
        self.arrange.chosen.connect(workbench.choose_units)
        self.arrange.zoomReset.connect(self.view.reset_zoom)
        self._footer = Footer(layer, self)
        field = self._footer.field
        field.wanted.connect(self._on_number_typed)
        field.left.connect(self.view.setFocus)
        self.view.numberTyped.connect(field.begin)
        self.arrange.numberRequested.connect(field.begin)
        self.strip = ProgressStrip(f"filters{layer}", "How far the units are measured", "Leave them as they are", self)
        self._lay_out()

        self._describe(None)
        workbench.dataChanged.connect(self._on_data_changed)
        workbench.figuresChanged.connect(self._on_figures_changed)
        workbench.unitSelected.connect(self.set_selected)
        workbench.unitsChosen.connect(self.arrange.show_choice)
        workbench.unitsArranged.connect(self._on_units_arranged)

    def _lay_out(self) -> None:
        controls = FlowLayout()
        controls.setSpacing(6)
        for widget in (self._color_map, self._scale_each, self.arrange):
            controls.addWidget(widget)
        # The line below stands right under the picture, and what room is left lies below both.
        items = controls, (self.view, 1000), self._footer, self.strip, 1
        self.setLayout(vbox(*items, spacing=4, margins=(6, 4, 6, 6)))

    def sizeHint(self) -> QSize:
        """Return room for 15x15 tiles of 28x28 pixels, a little reduced."""
        return QSize(380, 400)

    @property
    def layer(self) -> Layer:
        """Which layer is shown."""
        return self._layer

    @property
    def model(self) -> AutoEncoder | None:
        """The newest weights, drawn or, while nothing is seen here, to be drawn."""
        return self._model

    @Slot(object)
    def _on_data_changed(self, data: OpenData) -> None:
        self._shape = data.dataset.shape
        self._model = None
        self._places = None
        self._set_empty_text()
        self.view.clear()
        self._show_part()

    def set_model(self, model: AutoEncoder) -> None:
        """Show these weights; the model is only read."""
        self._model = model
        self._set_places(self.workbench.arrangement.of(model.n_hidden))
        self._draw_soon()

    @Slot(object)
    def _on_units_arranged(self, arrangement: Arrangement) -> None:
        self._set_places(None if self._model is None else arrangement.of(self._model.n_hidden))
        self._draw_soon()

    def _set_places(self, places: NDArray[np.int64] | None) -> None:
        if places is self._places:
            return
        selected = self.workbench.unit
        self._places = places
        self._set_empty_text()
        self.view.set_selected(None)
        if self._model is not None and not self.isVisible():
            return  # the tiles are put to their new places when it is shown
        self._draw()
        self.set_selected(selected)
        self._mark()

    def _set_empty_text(self) -> None:
        text = "The filters appear here as soon as data is loaded"
        if self._places is not None and self._model is not None:
            selection = find_selection(self.workbench.arrangement.choice.selection)
            text = f"{selection.name}: none of the {self._model.n_hidden:,} units"
        self.view.set_empty_text(text)

    def order(self) -> list[int]:
        """Return the unit at each position."""
        return [self._unit(position) for position in range(self.view.count())]

    def selected(self) -> int | None:
        """Return the unit whose tile is outlined."""
        position = self.view.selected()
        return None if position is None else self._unit(position)

    @Slot(int)
    def set_selected(self, unit: int) -> None:
        """Outline a unit's tile and bring it into view; -1 is none."""
        position = self.position(unit)
        self.view.set_selected(position if position >= 0 else None)
        self.view.reveal(position)
        self._describe(unit if unit >= 0 else None)

    def set_zoom(self, zoom: Zoom | None) -> None:
        """Show a part of the mosaic, or with None what is seen at first."""
        self.view.set_zoom(zoom)
        self._on_part_changed()

    @Slot(int)
    def set_pointed(self, unit: int) -> None:
        """Outline a unit's tile thinly, as if the mouse was on it; -1 is none."""
        self.view.set_pointed(self.position(unit))

    @Slot(object)
    def _on_figures_changed(self, figures: Figures | None) -> None:
        """Mark the tiles of units that never fire."""
        rates = None if figures is None else figures.firing_rates
        dead = frozenset(() if rates is None else map(int, np.nonzero(rates == 0)[0]))
        if dead != self._dead:
            self._dead = dead
            self._mark()

    def _mark(self) -> None:
        if self._places is None:
            self.view.set_marked(self._dead)
        else:
            self.view.set_marked(np.flatnonzero(np.isin(self._places, list(self._dead))).tolist())

    def _unit(self, position: int) -> int:
        return position if self._places is None else int(self._places[position])

    def position(self, unit: int) -> int:
        """Return the position of a unit's tile; -1 for one that has none."""
        if self._places is None:
            return unit if 0 <= unit < self.view.count() else -1
        found = np.flatnonzero(self._places == unit)
        return int(found[0]) if len(found) else -1

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._is_stale:
            self._draw()
            self.set_selected(self.workbench.unit)
            self._mark()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the line below close to the picture."""
        super().resizeEvent(event)
        self._on_part_changed()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._describe(self.selected())

    def _weights(self, model: AutoEncoder) -> mosaic.Floats:
        """Return the shown filters, one row a unit (h, d)."""
        return model.W.T if self._layer == "W" else model.V

    def _draw_soon(self) -> None:
        self._is_stale = True
        if self.isVisible():
            self._draw()

    def _draw(self) -> None:
        model = self._model
        if model is None or model.n_inputs != self._shape[0] * self._shape[1]:
            return
        self._is_stale = False
        level, scale_each = self._common_level(model), self._scale_each.isChecked()
        tiles, count = (
            mosaic.FilterTiles(self._weights(model), self._shape, self._places, scale_each),
            self.view.count(),
        )
        self.view.set_source(tiles.cut, tiles.grid, self._shape, tiles.count, (-level, level))
        if self.view.count() != count:
            self._on_part_changed()
        self._describe(self.selected())
        self.drawn.emit()

    def _common_level(self, model: AutoEncoder) -> float:
        if self._scale_each.isChecked():
            return 1.0
        if self._level[0] is not model:
            self._level = model, mosaic.quick_level(self._weights(model))
        return self._level[1]

    def unit_image(self, unit: int) -> QImage:
        """Return a unit's filter as a picture in the colours of the tiles; a null one where there is none."""
        model = self._model
        if model is None or not 0 <= unit < model.n_hidden or model.n_inputs != self._shape[0] * self._shape[1]:
            return QImage()
        level, row = self._common_level(model), self._weights(model)[unit : unit + 1]
        if self._scale_each.isChecked():
            row = mosaic.scaled(row, scale_each=True)[0]
        return self.view.colored(row.reshape(self._shape), (-level, level))

    # -- what is told --------------------------------------------------------------------------------------------

    @Slot()
    def _on_part_changed(self) -> None:
        """Give the picture no more height than it fills, and tell which part of it is seen."""
        camera, zoom = self.view.camera(), self.view.zoom()
        most = _UNBOUNDED
        if camera is not None and zoom.is_whole and camera.home.is_whole:
            most = self.view.height_for_whole(self.view.width())
        self.view.setMaximumHeight(most)
        self._show_part()

    def _show_part(self) -> None:
        count = 0 if self._model is None else self._model.n_hidden
        self._footer.show_part(self.view.count(), count, self.view.grid(), self.view.seen())

    def _tile_name(self, position: int) -> str:
        return self._unit_name(self._unit(position))

    def _unit_name(self, unit: int) -> str:
        name = f"Unit {unit + 1}"
        if self._model is not None and unit < self._model.n_hidden:
            norm = float(np.linalg.norm(self._weights(self._model)[unit]))
            name += f" · norm {norm:.3g} · bias {float(self._model.B[unit]):.3g}"
        return name + (" · fires on no held-out digit" if unit in self._dead else "")

    def _describe(self, unit: int | None) -> None:
        arrangement = self.workbench.arrangement
        if unit is not None:
            text = self._unit_name(unit)
        elif self._places is not None:
            text = f"{arrangement.choice.text} · iteration {arrangement.iteration:,}"
        else:
            text = _ABOUT[self._layer]
        self._footer.show_caption(text)

    @Slot(int)
    def _on_tile_hovered(self, position: int) -> None:
        unit = self._unit(position) if position >= 0 else -1
        self._describe(unit if unit >= 0 else self.selected())
        self.unitPointed.emit(unit)

    @Slot(int)
    def _on_tile_clicked(self, position: int) -> None:
        unit = self._unit(position)
        self.workbench.select_unit(unit)
        self._describe(unit)
        self.unitPointed.emit(unit)

    @Slot(int)
    def _on_number_typed(self, number: int) -> None:
        n_units = 0 if self._model is None else self._model.n_hidden
        if not 1 <= number <= n_units:
            self._footer.show_caption(f"Type the number of a unit, from 1 to {n_units:,}")
        elif self.position(number - 1) < 0:
            self._footer.show_caption(f"Unit {number:,} is not among those shown: {self.workbench.unit_choice.text}")
        else:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            self.workbench.select_unit(number - 1)
            self.set_selected(number - 1)
            self.unitPointed.emit(number - 1)

    @Slot()
    def _on_color_map_changed(self) -> None:
        self.view.set_color_map(self._color_map.currentData())

    @Slot()
    def _on_scale_toggled(self) -> None:
        self._draw()
