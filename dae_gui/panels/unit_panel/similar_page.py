"""The units most like the selected one: in what they look for, in what they add, in what they fire on."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from dae_core.inspection.unit_profiles import LIKENESSES
from dae_gui.panels.unit_panel.likeness_job import SIMILAR, LikenessResult
from dae_gui.panels.unit_panel.unit_tiles import UnitTiles
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.widgets.pictures.color_maps import ColorMapName

_EMPTY = {
    "w": "Its column of W is zero or not finite: it is like no other.",
    "v": "Its row of V is zero or not finite: it is like no other.",
    "fires": "It fires on nothing, or on everything alike: no other unit fires as it does.",
}
_LABEL_CHARACTERS = 13


class SimilarPage(QWidget):
    """A row of filters for each way to be alike, the unit itself first; it only draws."""

    goneTo = Signal(int)
    """The user goes to this unit."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: dict[str, UnitTiles] = {}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(8)
        layout.setVerticalSpacing(2)
        layout.setColumnStretch(1, 1)
        for place, row in enumerate(LIKENESSES.values()):
            label = PlainLabel(f"{row.name}: {row.measure}", self)
            label.setWordWrap(True)
            label.setFixedWidth(label.fontMetrics().averageCharWidth() * _LABEL_CHARACTERS)
            label.setToolTip(plain_tip(row.tip))
            name = f"Units most like this one: {row.name.lower()}"
            tip = f"{row.tip}; this unit first. Click a tile to go to that unit."
            tiles = UnitTiles(f"similarUnits_{row.key}", name, tip, f"similar-units-{row.key}", row.measure, self)
            tiles.goneTo.connect(self.goneTo)
            self.rows[row.key] = tiles
            layout.addWidget(label, place, 0)
            layout.addWidget(tiles, place, 1)
            layout.setRowStretch(place, 1)

    def set_color_map(self, name: ColorMapName) -> None:
        """Colour the tiles."""
        for tiles in self.rows.values():
            tiles.view.set_color_map(name)

    def show_result(self, result: LikenessResult | None, hint: str) -> None:
        """Show what was found; None: nothing yet, which the hint says."""
        for key, tiles in self.rows.items():
            if result is None:
                tiles.clear(hint)
            elif not len(result.likes[key].units):
                tiles.clear(_EMPTY[key])
            else:
                likes, unit = result.likes[key], result.request.unit
                units = [unit, *likes.units[:SIMILAR].tolist()]
                filters = LIKENESSES[key].filters(result.request.model)[units]
                tiles.show_units(filters, result.request.dataset.shape, units, [np.nan, *likes.figures[:SIMILAR]])
