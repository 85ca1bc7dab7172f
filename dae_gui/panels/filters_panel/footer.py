"""The line below a mosaic: what is pointed at, how many tiles there are, and which part of them is seen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dae_gui.panels.filters_panel.unit_field import UnitField
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.widgets.controls.elided_label import ElidedLabel
from dae_gui.widgets.controls.layouts import hbox
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.pictures.tile_grid import TileGrid

_GAP = 6
_LEAST = 4.0  # pixels of a part on the map


class Footer(QWidget):
    """A caption on the left; on the right how many tiles there are, with a map while not all of them are seen.

    In their place a unit's number can be typed.
    """

    def __init__(self, layer: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._caption = named(ElidedLabel(parent=self), f"filters{layer}UnitLabel")
        self._hint = named(PlainLabel(parent=self), f"filters{layer}HintLabel")
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._hints = ("", "")
        self._map = _Map(self)
        self.field = UnitField(layer, self)
        self.field.hide()
        items = (self._caption, 1), self._hint, self._map, self.field
        self.setLayout(hbox(*items, spacing=_GAP, margins=(0, 0, 0, 0)))

    def show_caption(self, text: str) -> None:
        """Show what is pointed at, or what the mosaic is."""
        if text != self._caption.text():
            self._caption.setText(text)
            self._fit()

    def show_part(self, shown: int, count: int, grid: TileGrid | None, seen: tuple[range, range]) -> None:
        """Show how many of the units have a tile, and which rows and columns of tiles are seen."""
        is_part = grid is not None and (len(seen[0]), len(seen[1])) != (grid.rows, grid.columns)
        shape = "" if grid is None else f"{grid.rows:,} × {grid.columns:,}"
        units = f"{shown:,} unit{'s' * (shown != 1)}" if shown == count else f"{shown:,} of {count:,} units"
        tip = f"{units}, in {shape} rows and columns"
        if grid is not None and is_part:
            rows, columns = (f"{part.start + 1:,} to {part.stop:,}" for part in seen)
            tip += f"\nRows {rows} and columns {columns} are seen"
        short = units if shown == count else f"{shown:,} of {count:,}"
        self._hints = (f"{units}, {shape}" if shown == count else units, short) if grid is not None else ("", "")
        self._hint.setToolTip(plain_tip(tip))
        self._map.setToolTip(plain_tip(tip))
        self._map.setVisible(is_part)
        if grid is not None:
            self._map.show_part(grid, seen)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        letters = self.fontMetrics()
        room = self.width() - letters.horizontalAdvance(self._caption.text()) - 3 * _GAP
        text = self._hints[letters.horizontalAdvance(self._hints[0]) + self._map.sizeHint().width() > room]
        if text != self._hint.text():
            self._hint.setText(text)


class _Map(QWidget):
    """All tiles as a small rectangle, with the part of them that is seen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._part = QRectF(0.0, 0.0, 1.0, 1.0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_part(self, grid: TileGrid, seen: tuple[range, range]) -> None:
        rows, columns = seen
        self._part = QRectF(
            columns.start / grid.columns, rows.start / grid.rows, len(columns) / grid.columns, len(rows) / grid.rows
        )
        self.update()

    def sizeHint(self) -> QSize:
        side = self.fontMetrics().height()
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), 1.0))
        painter.drawRect(area)
        part = QRectF(
            area.left() + self._part.left() * area.width(),
            area.top() + self._part.top() * area.height(),
            max(self._part.width() * area.width(), _LEAST),
            max(self._part.height() * area.height(), _LEAST),
        )
        painter.fillRect(part, self.palette().color(QPalette.ColorRole.Highlight))
