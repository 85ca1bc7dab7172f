"""Filters of a few units in a row, each with its number and how alike it is; one of them can be gone to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from dae_core import mosaic
from dae_gui.support.accessible import Items, tell_item
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.pictures.captioned_tiles import CaptionedTiles
from dae_gui.widgets.pictures.mosaic_view import MosaicView

_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class RowView(MosaicView):
    """Tiles with the arrow keys for themselves, which go from unit to unit elsewhere in the panel."""

    def event(self, event: QEvent) -> bool:
        """Keep the arrow keys."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _ARROWS:
            event.accept()
            return True
        return super().event(event)


class GoToView(RowView):
    """Tiles that arrow keys only outline; a click, Return or Space goes to one.

    Choosing by arrows alone, as other mosaics do, would show another unit's likes at each key.

    Signals
    -------
    goneTo(int)
        The user goes to this tile.
    """

    goneTo = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleDescription("Arrow keys, Home and End select a tile; Return goes to its unit.")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the outlined tile with Return or Space."""
        selected = self.selected()
        if event.key() in _ENTER and selected is not None:
            self.goneTo.emit(selected)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the tile under the mouse."""
        super().mousePressEvent(event)
        index = self.tile_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.goneTo.emit(index)

    def accessible_items(self) -> Items:
        """Return the tiles; pressing one goes to it."""
        return replace(super().accessible_items(), choose=self._go_to)

    def _go_to(self, index: int) -> None:
        self.set_selected(index)
        tell_item(self, index)
        self.goneTo.emit(index)


class UnitTiles(CaptionedTiles):
    """The filters of units, their numbers above and a figure below these.

    Parameters
    ----------
    name, accessible_name, tip
        Of the tiles.
    picture_name
        The file name that is proposed when they are saved.
    measure
        What the figures are.
    parent
        The widget that it stands in.
    goes
        Whether its units are of this network, so that one can go to them.
    """

    goneTo = Signal(int)
    """The user goes to this unit, counted from 0."""

    def __init__(
        self,
        name: str,
        accessible_name: str,
        tip: str,
        picture_name: str,
        measure: str,
        parent: QWidget,
        *,
        goes: bool = True,
    ) -> None:
        view = GoToView() if goes else RowView()
        super().__init__(named(view, name, accessible_name, tip), parent, lines=2, least=34, is_left=True)
        self._measure = measure
        self._units: tuple[int, ...] = ()
        self._figures: tuple[float, ...] = ()
        self.view.set_picture_name(picture_name)
        self.view.set_tile_names(self._tile_name)
        if isinstance(view, GoToView):
            view.goneTo.connect(self._on_gone_to)

    def set_measure(self, measure: str) -> None:
        """Take what the figures are."""
        self._measure = measure

    def show_units(
        self,
        filters: NDArray[np.floating],
        shape: tuple[int, int],
        units: Sequence[int],
        figures: Sequence[float],
    ) -> None:
        """Show the filters (k, d) of k units with their figures, NaN where one has none."""
        if (tuple(units), shape) != (self._units, self._shape):
            self.view.set_selected(None)
        self._units, self._figures = tuple(units), tuple(figures)
        scaled, level = mosaic.scaled(filters, scale_each=True)
        captions = [
            f"{unit + 1}\n{'' if figure != figure else f'{figure:.2f}'.replace('-', '−')}"
            for unit, figure in zip(units, figures, strict=True)
        ]
        self.show_tiles(scaled.reshape(-1, *shape), captions, (-level, level))

    def clear(self, text: str) -> None:
        """Show a text instead of units."""
        self._units = self._figures = ()
        super().clear(text)

    def units(self) -> tuple[int, ...]:
        """Return the units shown, counted from 0."""
        return self._units

    def figures(self) -> tuple[float, ...]:
        """Return their figures."""
        return self._figures

    def _on_gone_to(self, place: int) -> None:
        if place < len(self._units):  # who reads the screen may still have those of the unit before
            self.goneTo.emit(self._units[place])

    def _tile_name(self, place: int) -> str:
        if not 0 <= place < len(self._units):
            return "No unit"
        figure = self._figures[place]
        text = f"Unit {self._units[place] + 1}"
        return f"{text}, this one" if figure != figure else f"{text}: {self._measure} {figure:.3f}".replace("-", "−")
