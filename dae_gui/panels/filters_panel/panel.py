"""The filters of one layer as tiles, live: one class, used for W and for V."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dae_core.evaluation.held_out import Figures
from dae_core.inspection.unit_orders import find_selection
from dae_core.model.autoencoder import AutoEncoder
from dae_gui.panels.filters_panel.controls import Controls
from dae_gui.panels.filters_panel.footer import Footer
from dae_gui.panels.filters_panel.layer_weights import Layer, LayerWeights
from dae_gui.panels.filters_panel.places import Places
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.progress_strip import ProgressStrip
from dae_gui.widgets.pictures.mosaic_zoom import Zoom
from dae_gui.widgets.pictures.zoom_mosaic import ZoomMosaic
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.workbench import Workbench

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
        self._weights: LayerWeights | None = None
        self._shape = (28, 28)
        self._is_stale = False
        self._places = Places()
        self._pointed = -1
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

        self._controls = Controls(layer, self)
        self._controls.colorsChosen.connect(self._on_colors_chosen)
        self._controls.scaleToggled.connect(self._draw)
        self.arrange = self._controls.arrange
        self.arrange.chosen.connect(workbench.choose_units)
        self.arrange.zoomReset.connect(self.view.reset_zoom)
        self._footer = Footer(layer, self)
        field = self._footer.field
        field.wanted.connect(self._on_number_typed)
        field.left.connect(self.view.setFocus)
        self.view.numberTyped.connect(field.begin)
        self.arrange.numberRequested.connect(field.begin)
        self.strip = ProgressStrip(f"filters{layer}", "How far the units are measured", "Leave them as they are", self)
        # The line below stands right under the picture, and what room is left lies below both.
        items = self._controls, (self.view, 1000), self._footer, self.strip, 1
        self.setLayout(vbox(*items, spacing=4, margins=(6, 4, 6, 6)))

        self._describe()
        workbench.dataChanged.connect(self._on_data_changed)
        workbench.figuresChanged.connect(self._on_figures_changed)
        workbench.unitSelected.connect(self.set_selected)
        workbench.unitsChosen.connect(self.arrange.show_choice)
        workbench.unitsArranged.connect(self._follow)

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
        self._weights = None
        self._places = Places()
        self._set_empty_text()
        self.view.clear()
        self._show_part()

    def set_model(self, model: AutoEncoder) -> None:
        """Show these weights; the model is only read."""
        self._weights = LayerWeights(model, self._layer)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        """Show the weights and the arrangement of this moment, now or as soon as they can be seen."""
        self._is_stale = True
        if not self.isVisible() or self._weights is None:
            return
        units = self.workbench.arrangement.of(self._weights.n_units)
        is_moved = units is not self._places.units
        if is_moved:
            self.view.set_selected(None)
            self._places = Places(units)
            self._set_empty_text()
        self._draw()
        if is_moved:
            self.set_selected(self.workbench.unit)
            self._mark()

    def _set_empty_text(self) -> None:
        text = "The filters appear here as soon as data is loaded"
        if self._places.units is not None and self._weights is not None:
            selection = find_selection(self.workbench.arrangement.choice.selection)
            text = f"{selection.name}: none of the {self._weights.n_units:,} units"
        self.view.set_empty_text(text)

    def order(self) -> list[int]:
        """Return the unit at each position."""
        return [self._places.unit(position) for position in range(self.view.count())]

    def selected(self) -> int | None:
        """Return the unit whose tile is outlined."""
        position = self.view.selected()
        return None if position is None else self._places.unit(position)

    @Slot(int)
    def set_selected(self, unit: int) -> None:
        """Outline a unit's tile and bring it into view; -1 is none."""
        position = self.position(unit)
        self.view.set_selected(position if position >= 0 else None)
        self.view.reveal(position)
        self._describe()

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
        dead = frozenset(() if figures is None else map(int, np.nonzero(figures.dead)[0]))
        if dead != self._dead:
            self._dead = dead
            self._mark()

    def _mark(self) -> None:
        self.view.set_marked(self._places.positions(self._dead))

    def position(self, unit: int) -> int:
        """Return the position of a unit's tile; -1 for one that has none."""
        position = self._places.position(unit)
        return position if 0 <= position < self.view.count() else -1

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._is_stale:
            self._follow()
            self.set_selected(self.workbench.unit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the line below close to the picture."""
        super().resizeEvent(event)
        self._on_part_changed()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._describe()

    @Slot()
    def _draw(self) -> None:
        weights, scale_each, count = self._weights, self._controls.scales_each, self.view.count()
        if weights is None or not weights.fits(self._shape):
            return
        self._is_stale = False
        level = weights.level(scale_each=scale_each)
        tiles = weights.tiles(self._shape, self._places.units, scale_each=scale_each)
        self.view.set_source(tiles.cut, tiles.grid, self._shape, tiles.count, (-level, level))
        if self.view.count() != count:
            self._on_part_changed()
        self._describe()
        self.drawn.emit()

    def unit_image(self, unit: int) -> QImage:
        """Return a unit's filter as a picture in the colours of the tiles; a null one where there is none."""
        weights, scale_each = self._weights, self._controls.scales_each
        if weights is None or not 0 <= unit < weights.n_units or not weights.fits(self._shape):
            return QImage()
        level, one = weights.level(scale_each=scale_each), np.array([unit])
        tile = weights.tiles(self._shape, one, scale_each=scale_each).cut(range(1), range(1))
        return self.view.colored(tile, (-level, level))

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
        count = 0 if self._weights is None else self._weights.n_units
        self._footer.show_part(self.view.count(), count, self.view.grid(), self.view.seen())

    def _tile_name(self, position: int) -> str:
        return self._unit_name(self._places.unit(position))

    def _unit_name(self, unit: int) -> str:
        name = f"Unit {unit + 1}"
        if self._weights is not None and unit < self._weights.n_units:
            name += f" · {self._weights.text(unit)}"
        return name + (" · dead: says nothing of any held-out digit" if unit in self._dead else "")

    def _describe(self) -> None:
        """Say what is pointed at, else what is selected, else what the mosaic is."""
        unit = self._pointed if self._pointed >= 0 else self.selected()
        arrangement = self.workbench.arrangement
        if unit is not None:
            text = self._unit_name(unit)
        elif self._places.units is not None:
            text = f"{arrangement.choice.text} · iteration {arrangement.iteration:,}"
        else:
            text = _ABOUT[self._layer]
        self._footer.show_caption(text)

    @Slot(int)
    def _on_tile_hovered(self, position: int) -> None:
        unit = self._places.unit(position) if position >= 0 else -1
        self._pointed = unit
        self._describe()
        self.unitPointed.emit(unit)

    @Slot(int)
    def _on_tile_clicked(self, position: int) -> None:
        unit = self._places.unit(position)
        self.workbench.select_unit(unit)
        self.unitPointed.emit(unit)

    @Slot(int)
    def _on_number_typed(self, number: int) -> None:
        n_units = 0 if self._weights is None else self._weights.n_units
        if not 1 <= number <= n_units:
            self._footer.show_caption(f"Type the number of a unit, from 1 to {n_units:,}")
        elif self.position(number - 1) < 0:
            self._footer.show_caption(f"Unit {number:,} is not among those shown: {self.workbench.unit_choice.text}")
        else:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            self.workbench.select_unit(number - 1)
            self.set_selected(number - 1)  # seen again, where it was selected already
            self.unitPointed.emit(number - 1)

    @Slot()
    def _on_colors_chosen(self) -> None:
        self.view.set_color_map(self._controls.color_map)
