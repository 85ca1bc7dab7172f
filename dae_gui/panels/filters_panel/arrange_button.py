"""The menu of a mosaic: in which order its tiles stand, which are shown, and how one looks at them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from dae_core.inspection.unit_orders import ORDERS, SELECTIONS, UnitOrder, UnitSelection
from dae_gui.support.plain_text import menu_text, plain_tip
from dae_gui.widgets.controls.named import named
from dae_gui.workbench.arrangement import UnitChoice

RATES = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9)
"""Firing rates that are offered where a selection asks for one."""


class ArrangeButton(QToolButton):
    """A button with a menu, bold while not all units are shown by index; it only announces."""

    chosen = Signal(object)
    """A `UnitChoice`."""
    sortRequested = Signal()
    linkToggled = Signal(bool)
    """Both mosaics are to show the same part, or no longer."""
    lensToggled = Signal(bool)
    """The tile under the pointer is to be shown enlarged, or no longer."""
    zoomReset = Signal()
    numberRequested = Signal()
    """A unit's number is to be typed."""

    def __init__(self, layer: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._layer = layer
        self._choice = UnitChoice()
        self.setText("Sort")
        tip = "Sort the tiles, show only some of them, and how to look at them"
        named(self, f"filters{layer}ArrangeButton", f"Order and selection of the filters {layer}", tip)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self._orders, self._selections = QActionGroup(self), QActionGroup(self)
        menu.addSection("Order")
        for order in ORDERS:
            self._row(menu, self._orders, order)
        menu.addSection("Show")
        for selection in SELECTIONS:
            if selection.needs_rate:
                rates = menu.addMenu(menu_text(selection.name))
                rates.setToolTip(plain_tip(selection.tip))
                for rate in RATES:
                    self._row(rates, self._selections, selection, rate)
            else:
                self._row(menu, self._selections, selection)
        menu.addSection("Look")
        find = self._entry(menu, "Go to unit …", "Type a unit's number; over the tiles, begin to type it right away")
        find.triggered.connect(self.numberRequested)
        self._again = self._entry(menu, "Sort again", "Sort by the weights of this moment")
        self._again.triggered.connect(self.sortRequested)
        reset = self._entry(menu, "Reset zoom (0)", "Show again what was seen at first; a double click does it too")
        reset.triggered.connect(self.zoomReset)
        self._link = self._entry(menu, "Zoom W and V together", "Both mosaics show the same part", is_checkable=True)
        self._link.toggled.connect(self.linkToggled)
        tip = "Show the tile under the pointer, or the one chosen by keys, enlarged and with figures"
        self._lens = self._entry(menu, "Magnify the tile pointed at", tip, is_checkable=True)
        self._lens.toggled.connect(self.lensToggled)
        self._orders.triggered.connect(self._on_order_triggered)
        self._selections.triggered.connect(self._on_selection_triggered)
        self.setMenu(menu)
        self.show_choice(self._choice)

    def show_choice(self, choice: UnitChoice) -> None:
        """Show what is chosen without telling it."""
        self._choice = choice
        for action in self._orders.actions():
            action.setChecked(action.data() == choice.order)
        for action in self._selections.actions():
            key, rate = action.data()
            action.setChecked(key == choice.selection and rate in (None, choice.rate))
        self._again.setEnabled(not choice.is_plain)
        font = self.font()
        font.setBold(not choice.is_plain)
        self.setFont(font)
        self.setAccessibleDescription(choice.text)

    def show_switches(self, *, is_linked: bool, has_lens: bool) -> None:
        """Show how one looks at the tiles."""
        self._link.setChecked(is_linked)
        self._lens.setChecked(has_lens)

    def _row(self, menu: QMenu, group: QActionGroup, row: UnitOrder | UnitSelection, rate: float | None = None) -> None:
        text = row.name if rate is None else f"{100 * rate:g} %"
        action = self._entry(menu, text, row.tip, is_checkable=True)
        action.setData(row.key if isinstance(row, UnitOrder) else (row.key, rate))
        group.addAction(action)

    def _entry(self, menu: QMenu, text: str, tip: str, *, is_checkable: bool = False) -> QAction:
        action = menu.addAction(menu_text(text))
        action.setToolTip(plain_tip(tip))
        action.setCheckable(is_checkable)
        return action

    @Slot(QAction)
    def _on_order_triggered(self, action: QAction) -> None:
        self.chosen.emit(replace(self._choice, order=action.data()))

    @Slot(QAction)
    def _on_selection_triggered(self, action: QAction) -> None:
        key, rate = action.data()
        self.chosen.emit(replace(self._choice, selection=key, rate=self._choice.rate if rate is None else rate))
