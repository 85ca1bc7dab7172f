"""The map: the codes of the held-out digits in the plane, and the user's own digit among them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QComboBox, QWidget

from dae_gui.panels.representation_panel.map_colors import COLORINGS
from dae_gui.panels.representation_panel.map_inspector import MapInspector
from dae_gui.panels.representation_panel.map_neighbours import NeighbourMap, Sketch, arrange
from dae_gui.panels.representation_panel.map_places import Request, Result, place_digits
from dae_gui.panels.representation_panel.map_words import NO_NEIGHBOURS, digit_text, map_text, obstacle, table
from dae_gui.support import notices
from dae_gui.support.jobs import Jobs
from dae_gui.support.theme import current_theme
from dae_gui.widgets.controls.count_box import CountBox
from dae_gui.widgets.controls.elided_label import ElidedLabel
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import combo_box, named
from dae_gui.widgets.plots.point_values import Mark, Points
from dae_gui.widgets.plots.wandering_map import WanderingMap
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

COUNTS = (1000, 2500, 5000, 10_000)
_DEFAULT_COUNT = 2500
_SHARE = 0.1  # of the time, at most, is spent on new weights
_OWN, _OWN_TITLE = "your digit", "Your digit, of the Denoise panel"
_LAYOUTS = (
    (
        "PCA",
        False,
        "Principal components: the plane in which the codes differ most; at once, and anew with the weights",
    ),
    ("t-SNE", True, "Neighbours stay neighbours; takes a while, and stays as it was computed"),
)
_INPUTS = (
    ("Clean images", False, "The codes of the images without noise"),
    ("Noisy images", True, "The codes of the images with the training's noise, which is always the same one"),
)


class MapPage(StudyPanel):
    """Places the held-out digits by what the network makes of them, anew whenever the weights change."""

    interval_ms: ClassVar[int] = 400

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("mapPage")
        self._result: Result | None = None
        self._neighbours: NeighbourMap | None = None
        self._sketch = Sketch()
        tip = "How the codes, of as many dimensions as there are hidden units, are brought into the plane"
        self._layout = self._combo("mapLayoutComboBox", "Map by", tip, _LAYOUTS)
        colorings = [(text, key, tip) for key, (text, tip, _) in COLORINGS.items()]
        self._colors = self._combo("mapColorComboBox", "Colour", "What the colours tell", colorings)
        self._input = self._combo("mapInputComboBox", "Input", "What the network sees", _INPUTS)
        tip = "How many held-out images, of a fixed random order; fewer follow a run more swiftly"
        self._count = CountBox("mapCountComboBox", "Number of images", tip, COUNTS, _DEFAULT_COUNT, self)
        tip = "Show the whole map again (0, or a double click)"
        self._whole = IconButton("mapWholeButton", "fit", "", tip, self, accessible_name="Show the whole map")
        tip = "Compute the map of these weights: ten seconds to a minute or two. Training goes on."
        self.line = JobLine("mapNeighbours", "Compute t-SNE", tip, self)
        self.map = WanderingMap("mapView", "Map of the held-out images", "map", self)
        self.map.set_table(self._table)
        self.inspector = MapInspector(self)
        self._text = named(ElidedLabel("", self), "mapTextLabel", "What the map shows")
        top = FlowLayout()
        for widget in (self._layout, self._colors, self._input, self._count, self._whole, self.line):
            top.addWidget(widget)
        middle = hbox((self.map, 1), self.inspector, spacing=8)
        self.setLayout(vbox(top, (middle, 1), self._text, spacing=3, margins=(6, 3, 6, 3)))
        self._connect()
        self._offer_counts()
        self._show()

    def _offer_counts(self) -> None:
        if self.dataset is not None:
            self._count.offer(len(self.dataset.test_images))

    def _combo(self, name: str, accessible: str, tip: str, rows: Iterable[tuple[str, Any, str]]) -> QComboBox:
        rows = tuple(rows)
        return combo_box(name, accessible, tip, [row[:2] for row in rows], self, [row[2] for row in rows])

    def _connect(self) -> None:
        workbench = self.workbench
        self._whole.clicked.connect(self.map.show_all)
        self._layout.currentIndexChanged.connect(self._show)
        self._colors.currentIndexChanged.connect(self._show)
        for box in (self._input, self._count):
            box.currentIndexChanged.connect(self._on_digits_changed)
        self.line.started.connect(self.compute_neighbours)
        self.map.pointChosen.connect(self._show_digit)
        self.map.pointHovered.connect(self._show_digit)
        self.inspector.unitChosen.connect(workbench.select_unit)
        workbench.unitSelected.connect(self._on_unit_selected)
        workbench.digitChanged.connect(self._on_digit_changed)
        self.follow(workbench.weightsChanged, workbench.configChanged)

    @property
    def is_by_neighbours(self) -> bool:
        """Whether the user wants t-SNE and not the principal components."""
        return bool(self._layout.currentData())

    # -- computing -----------------------------------------------------------------------------------------------

    def forget(self) -> None:
        """Forget the digits of the data set before."""
        self._offer_counts()
        self._result = self._neighbours = None
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop following the weights; t-SNE goes on."""
        super().hideEvent(event)
        self.discard("places")
        self.invalidate()

    def study(self) -> None:
        """Have the digits placed, unless they are where they belong."""
        request = self._request()
        if request is None:
            self.discard_all()
            self._result = None
            self._show()
        elif not self.is_asking("places") and (self._result is None or not request.is_same_as(self._result.request)):
            self.ask("places", place_digits, self._on_result, request, self._result)
            if self._result is None:
                self._show()

    def _request(self) -> Request | None:
        dataset, model = self.dataset, self.model
        if dataset is None or model is None:
            return None
        count = self._count.count_of_images()
        return Request(dataset, self.config.corruption, count, bool(self._input.currentData()), model, self.iteration)

    @Slot(object)
    def _on_result(self, result: Result) -> None:
        self._result = result
        self.rest(result.seconds, _SHARE)
        self._show()
        request = self._request()
        if request is not None and not request.is_same_as(result.request):
            self.invalidate()

    @Slot()
    def _on_digits_changed(self) -> None:
        self.discard_all()
        self._timer.stop()
        self._timer.setInterval(0)
        self.invalidate()

    @Slot()
    def compute_neighbours(self) -> None:
        """Have t-SNE computed for the digits and weights on the map, beginning where they are now."""
        if self._result is None or self._result.plane is None:
            return
        self._sketch = Sketch()
        job = self.ask("neighbours", arrange, self._on_neighbours, self._result, self._neighbours, self._sketch)
        job.cancelled.connect(self._on_cancelled)
        job.progressed.connect(self._on_progressed)
        job.show_in(self.line, "t-SNE")
        self._show()

    @Slot(object)
    def _on_neighbours(self, neighbours: NeighbourMap) -> None:
        self._neighbours = neighbours
        self._show()

    @Slot()
    def _on_progressed(self) -> None:
        if self.is_by_neighbours and self.isVisible():
            self._show()

    @Slot()
    def _on_cancelled(self) -> None:
        notices.note(self, "t-SNE was cancelled.")
        self._show()

    # -- showing -------------------------------------------------------------------------------------------------

    def neighbours(self) -> NeighbourMap | None:
        """Return the map by t-SNE of the present digits, while it is computed that on its way; None: there is none."""
        shown = self._sketch.map if self.is_asking("neighbours") else None
        shown = self._neighbours if shown is None else shown
        if shown is None or self._result is None:
            return None
        return shown if shown.result.request.has_digits_of(self._result.request) else None

    @Slot()
    def _show(self) -> None:
        result, by_neighbours = self._result, self.is_by_neighbours
        self.line.setVisible(by_neighbours)
        neighbours = self.neighbours() if by_neighbours else None
        hint = self._hint(result, by_neighbours and neighbours is None)
        self.line.start_button.setEnabled(result is not None and not obstacle(result))
        self._whole.setEnabled(not hint)
        if result is None or hint:
            self.map.show_points(None, None, hint)
            self._text.clear()
        else:
            coloring = COLORINGS[str(self._colors.currentData())][2]
            places = result.places if neighbours is None else neighbours.places
            points = Points(places, result.pictures, self._name)
            self.map.show_points(points, coloring(result, current_theme(self.palette()), self.unit))
            self._text.setText(map_text(result, neighbours))
        self._show_mark()
        self._show_digit()

    def _hint(self, result: Result | None, lacks_neighbours: bool) -> str:
        """Return why there is no map yet; empty where there is one."""
        if result is None:
            return self.no_data_text if self.dataset is None else "The images are being placed …"
        waiting = "t-SNE looks for the neighbours of each image …" if self.is_asking("neighbours") else NO_NEIGHBOURS
        return obstacle(result) or (waiting if lacks_neighbours else "")

    def _show_mark(self) -> None:
        """Put the denoise panel's digit where its code is."""
        row, result = self._own_row(), self._result
        if row is None or result is None or result.plane is None or self.map.is_empty():
            self.map.show_mark(None)
            return
        neighbours = self.neighbours() if self.is_by_neighbours else None
        model = (result if neighbours is None else neighbours.result).request.model
        code = model.code(row.astype(model.W.dtype))
        place = result.plane.place(code[None])[0] if neighbours is None else neighbours.place(code)
        has_place = place is not None and bool(np.isfinite(place).all())
        self.map.show_mark(Mark(float(place[0]), float(place[1]), _OWN) if place is not None and has_place else None)

    def _own_row(self) -> NDArray[np.float32] | None:
        """Return the denoise panel's digit (d,) as the network sees the digits of the map; None where there is none."""
        digit, result = self.digit, self._result
        if digit is None or result is None or digit.image.shape != result.request.dataset.shape:
            return None
        clean, noisy = digit.rows(result.request.dataset)
        return noisy if result.request.is_noisy else clean

    @Slot()
    def _show_digit(self) -> None:
        """Show the digit under the mouse, else the selected one, else the denoise panel's."""
        result = self._result
        index = self.map.hovered if self.map.hovered >= 0 else self.map.selected
        own = self._own_row()
        row = own if index < 0 or result is None or self.map.is_empty() else result.rows[index]
        if result is None or row is None:
            self.inspector.clear()
            return
        title = _OWN_TITLE if row is own else self._name(index)
        self.inspector.show_digit(title, result.request.dataset, result.request.model, row)
        self.inspector.mark_unit(self.unit)

    def _name(self, index: int) -> str:
        return "" if self._result is None else digit_text(self._result, index)

    def _table(self) -> str:
        neighbours = self.neighbours() if self.is_by_neighbours else None
        return "" if self._result is None else table(self._result, neighbours, self.unit)

    # -- what happens elsewhere ----------------------------------------------------------------------------------

    @Slot()
    def _on_digit_changed(self) -> None:
        if self.isVisible():
            self._show_mark()
            self._show_digit()

    @Slot()
    def _on_unit_selected(self) -> None:
        if self.isVisible():
            self._show()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_text"):
            self._show()
