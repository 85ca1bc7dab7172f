"""The line above a mosaic: colours, scale, and the menu of orders."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from dae_gui.panels.filters_panel.arrange_button import ArrangeButton
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.named import check_box, combo_box
from dae_gui.widgets.pictures.color_maps import ColorMapName

_COLOR_MAPS: tuple[tuple[str, ColorMapName], ...] = (("Grey", "gray"), ("Blue–red", "diverging"))


class Controls(QWidget):
    """How the tiles of one layer are looked at. It only announces."""

    colorsChosen = Signal()
    scaleToggled = Signal()

    def __init__(self, layer: str, parent: QWidget) -> None:
        super().__init__(parent)
        tip = "Grey: black is negative, white positive. Blue–red: the neutral middle is zero."
        names = f"filters{layer}ColorMapComboBox", f"Colours of the filters {layer}"
        self._color_map = combo_box(*names, tip, _COLOR_MAPS, self)
        self._color_map.currentIndexChanged.connect(self.colorsChosen)
        tip = "On: every tile uses the full range of colours. Off: one scale for all tiles."
        names = f"filters{layer}ScaleEachCheckBox", "Scale each"
        self._scale_each = check_box(*names, tip, self, f"Scale each tile of {layer} by itself")
        self._scale_each.toggled.connect(self.scaleToggled)
        self.arrange = ArrangeButton(layer, self)
        layout = FlowLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self._color_map, self.arrange, self._scale_each):  # in a narrow dock two lines, not three
            layout.addWidget(widget)

    @property
    def color_map(self) -> ColorMapName:
        """The colours chosen."""
        name: ColorMapName = self._color_map.currentData()
        return name

    @property
    def scales_each(self) -> bool:
        """Whether each tile uses the full range of colours."""
        return self._scale_each.isChecked()
