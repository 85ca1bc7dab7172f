"""The filters of two runs beside each other: tile by tile, or as two mosaics whose selection goes together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from dae_core import mosaic
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.run_comparison import paired_filters
from dae_gui.support.broken_lines import strokes
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.support.theme import current_theme, run_color, run_pattern
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import check_box, combo_box, named
from dae_gui.widgets.pictures.color_maps import ColorMapName
from dae_gui.widgets.pictures.mosaic_view import MosaicView

_MOST_TRIED = 2000  # hidden units, up to which every number of columns is tried: a millisecond
_EMPTY = "Select two runs, or one to see beside the current one."
_COLOR_MAPS: tuple[tuple[str, ColorMapName], ...] = (("Grey", "gray"), ("Blue–red", "diverging"))
_LAYERS = {"W": "What each hidden unit looks for", "V": "What each hidden unit adds"}


@dataclass(frozen=True, eq=False)
class Side:
    """One run of a pair: its name, its weights and their iteration, an image's height and width, and its colour."""

    key: str
    name: str
    model: AutoEncoder
    iteration: int
    shape: tuple[int, int]
    color: int | None  # None: the current run

    def weights(self, layer: str) -> mosaic.Floats:
        """Return the filters of a layer, one row a unit (h, d)."""
        return self.model.W.T if layer == "W" else self.model.V


class PairView(QWidget):
    """Two runs, A at the left and B at the right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("runsPairView")
        self._sides: tuple[Side, Side] | None = None
        self._columns = 0
        self._is_stale = False
        tip = "W: what each hidden unit looks for. V: what it adds."
        layers = [(layer, layer) for layer in _LAYERS]
        self._layer = combo_box("runsPairLayerComboBox", "Which filters", tip, layers, self, _LAYERS.values())
        tip = "Grey: black is negative, white positive. Blue–red: the neutral middle is zero."
        self._color_map = combo_box("runsPairColorMapComboBox", "Colours of the filters", tip, _COLOR_MAPS, self)
        tip = "Each unit of A with the same unit of B at its right"
        self._interleaved = check_box("runsPairInterleavedCheckBox", "Tile by tile", tip, self)
        self._interleaved.setChecked(True)
        tip = "On: every tile uses the full range of colours. Off: one scale for both runs."
        self._scale_each = check_box("runsPairScaleEachCheckBox", "Scale each", tip, self)
        self._title = named(QLabel(self), "runsPairTitleLabel")
        self._title.setTextFormat(Qt.TextFormat.RichText)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._note = named(PlainLabel(parent=self), "runsPairNoteLabel")
        self._note.setWordWrap(True)
        self._note.setForegroundRole(self._note.palette().ColorRole.PlaceholderText)
        self.pairs = self._make_view("runsPairsMosaic", "Filters of both runs, tile by tile", "filters-A-B")
        self.left = self._make_view("runsLeftMosaic", "Filters of run A", "filters-A")
        self.right = self._make_view("runsRightMosaic", "Filters of run B", "filters-B")
        self._lay_out()
        self._connect()
        self.set_sides(None)

    def _make_view(self, object_name: str, name: str, picture: str) -> MosaicView:
        view = named(MosaicView(self), object_name, name, name)
        view.set_picture_name(picture)
        view.set_tile_names(self._unit_name)
        view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        return view

    def _lay_out(self) -> None:
        controls = FlowLayout()
        for widget in (self._layer, self._color_map, self._interleaved, self._scale_each):
            controls.addWidget(widget)
        mosaics = hbox((self.pairs, 1), (self.left, 1), (self.right, 1), spacing=6)
        items = (controls, self._title, self._note, (mosaics, 1))
        self.setLayout(vbox(*items, spacing=4, margins=(6, 4, 6, 6)))

    def _connect(self) -> None:
        self._layer.currentIndexChanged.connect(self._on_changed)
        self._interleaved.toggled.connect(self._on_changed)
        self._scale_each.toggled.connect(self._on_changed)
        self._color_map.currentIndexChanged.connect(self._on_color_map_changed)
        for view in (self.pairs, self.left, self.right):
            view.tileClicked.connect(self._on_tile_clicked)
        self.pairs.installEventFilter(self)

    # What is shown

    def set_sides(self, sides: tuple[Side, Side] | None) -> None:
        """Show A and B, or nothing; the models are only read."""
        self._sides = sides
        self._is_stale = True
        if self.isVisible():
            self._draw()

    @property
    def is_interleaved(self) -> bool:
        """Whether the two are shown tile by tile now: wanted, and of the same size."""
        return self._sides is not None and self._interleaved.isChecked() and not self._why_apart()

    def _why_apart(self) -> str:
        """Say why the two cannot be shown tile by tile; empty where they can."""
        if self._sides is None:
            return ""
        a, b = self._sides
        if a.model.n_hidden != b.model.n_hidden:
            return f"{a.model.n_hidden:,} and {b.model.n_hidden:,} hidden units: two mosaics, for no unit has its pair."
        if a.shape != b.shape:
            sizes = " and ".join(f"{height}x{width}" for height, width in (a.shape, b.shape))
            return f"Images of {sizes} pixels: two mosaics, for the tiles are not of one size."
        return ""

    def _draw(self) -> None:
        self._is_stale = False
        together, apart = self.is_interleaved, self._sides is not None and not self.is_interleaved
        why = self._why_apart()
        self._note.setText(why)
        self._note.setVisible(bool(why))
        self._interleaved.setEnabled(not why)
        self._describe()
        self.pairs.setVisible(not apart)
        self.left.setVisible(apart)
        self.right.setVisible(apart)
        self.pairs.set_empty_text(_EMPTY)
        if self._sides is None:
            self.pairs.clear()
        elif together:
            self._draw_pairs(*self._sides)
        else:
            self._draw_apart(*self._sides)

    def _draw_pairs(self, a: Side, b: Side) -> None:
        layer, (height, width) = self._layer.currentData(), a.shape
        self._columns = self._best_columns()
        picture, level = paired_filters(
            a.weights(layer), b.weights(layer), a.shape, self._columns, scale_each=self._scale_each.isChecked()
        )
        self.pairs.set_tiles(picture, (height, 2 * width), a.model.n_hidden, (-level, level))

    def _draw_apart(self, a: Side, b: Side) -> None:
        layer, each = self._layer.currentData(), self._scale_each.isChecked()
        drawn = [mosaic.filters(side.weights(layer), side.shape, scale_each=each) for side in (a, b)]
        level = max(level for _, level in drawn)
        for view, side, (picture, _) in zip((self.left, self.right), (a, b), drawn, strict=True):
            view.set_tiles(picture, side.shape, side.model.n_hidden, (-level, level))

    def _best_columns(self) -> int:
        """Return how many pairs stand in a row so that they are as large as the room allows."""
        if self._sides is None:
            return 1
        side, (height, width) = self._sides[0], self._sides[0].shape
        n, room = side.model.n_hidden, self.pairs.size()

        def scale(columns: int) -> float:
            return min(room.width() / (2 * width * columns), room.height() / (height * math.ceil(n / columns)))

        return max(range(1, n + 1), key=scale) if n <= _MOST_TRIED else max(1, math.ceil(math.sqrt(n / 2)))

    def _describe(self) -> None:
        if self._sides is None:
            self._title.setText("")
            return
        theme = current_theme(QGuiApplication.palette())
        texts = []
        for letter, side in zip("AB", self._sides, strict=True):
            color = theme.error if side.color is None else run_color(side.color, theme.is_dark).name()
            pattern = () if side.color is None else run_pattern(side.color)
            texts.append(
                f'<span style="color:{color}">■{strokes(pattern)}</span> <b>{letter}</b> {escape(side.name)} '
                f'<span style="color:{theme.faint_text}">· {side.iteration:,}</span>'
            )
        self._title.setText("&nbsp;&nbsp; ".join(texts))
        a, b = self._sides
        self._title.setToolTip(
            plain_tip(f"A: {a.name} after {a.iteration:,} iterations\nB: {b.name} after {b.iteration:,} iterations")
        )

    def _unit_name(self, position: int) -> str:
        if self._sides is None:
            return f"Unit {position + 1}"
        return f"Unit {position + 1} of {self._sides[0].name} and {self._sides[1].name}"

    # Events

    @Slot()
    def _on_changed(self) -> None:
        self._draw()

    @Slot()
    def _on_color_map_changed(self) -> None:
        for view in (self.pairs, self.left, self.right):
            view.set_color_map(self._color_map.currentData())

    @Slot(int)
    def _on_tile_clicked(self, position: int) -> None:
        for view in (self.pairs, self.left, self.right):
            view.set_selected(position)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lay the pairs out anew where another number of columns suits their room."""
        is_resized = watched is self.pairs and event.type() == QEvent.Type.Resize
        if is_resized and self.isVisible() and self.is_interleaved and self._best_columns() != self._columns:
            self._draw()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._is_stale:
            self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Colour anew in another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_title"):
            self._describe()

    def sizeHint(self) -> QSize:
        """Return room for a mosaic that says something."""
        return QSize(320, 240)
