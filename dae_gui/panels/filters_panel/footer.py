"""The line below a mosaic: what is pointed at, how many tiles there are, and which part of them is seen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.widgets.controls.layouts import hbox
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.pictures.tile_grid import TileGrid


class Footer(QWidget):
    """A caption on the left; on the right how many tiles there are, with a map while not all of them are seen."""

    def __init__(self, layer: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._caption = named(PlainLabel(parent=self), f"filters{layer}UnitLabel")
        self._caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._hint = named(PlainLabel(parent=self), f"filters{layer}HintLabel")
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._map = _Map(self)
        self.setLayout(hbox((self._caption, 1), self._hint, self._map, spacing=6, margins=(0, 0, 0, 0)))

    def show_caption(self, text: str) -> None:
        """Show what is pointed at, or what the mosaic is."""
        if text != self._caption.text():
            self._caption.setText(text)
            self._caption.setToolTip(plain_tip(text))

    def show_part(self, text: str, grid: TileGrid | None, seen: tuple[range, range]) -> None:
        """Show how many tiles there are, and which rows and columns of them are seen."""
        is_part = grid is not None and (len(seen[0]), len(seen[1])) != (grid.rows, grid.columns)
        tip = ""
        if grid is not None and is_part:
            rows, columns = (f"{part.start + 1} to {part.stop}" for part in seen)
            tip = f"Rows {rows} of {grid.rows:,}, columns {columns} of {grid.columns:,} are seen"
        self._hint.setText(text)
        self._hint.setToolTip(plain_tip(tip))
        self._map.setToolTip(plain_tip(tip))
        self._map.setVisible(is_part)
        if grid is not None:
            self._map.show_part(grid, seen)


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
            max(self._part.width() * area.width(), 2.0),
            max(self._part.height() * area.height(), 2.0),
        )
        painter.fillRect(part, self.palette().color(QPalette.ColorRole.Highlight))
