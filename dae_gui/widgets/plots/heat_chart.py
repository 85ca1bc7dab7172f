"""A heat map: a number for each pair of two things, as colours with the numbers in them; a pair can be chosen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from dae_gui.support.accessible import Items, tell
from dae_gui.support.scale import line_width, scaled
from dae_gui.support.theme import current_theme
from dae_gui.widgets.pictures.color_maps import lookup_table
from dae_gui.widgets.plots.chart_widget import ChartWidget

_MOST_FOR_NAMES = 0.3  # of the width
_BAR, _GAP = 12, 8  # the scale of colours, and the air beside it


@dataclass(frozen=True)
class Tile:
    """A pair: its places, its number (NaN for none), what is written in it, what its tip says, and its key."""

    column: int
    row: int
    value: float
    text: str
    tip: str
    key: str


@dataclass(frozen=True)
class Heat:
    """All that a heat map shows.

    Parameters
    ----------
    x_text, y_text, value_text
        What is along the axes, and what the colours are.
    columns, rows
        The names along the axes, from the left and from the bottom.
    tiles
        Pairs without any stay empty.
    table
        The numbers, a row each.
    """

    x_text: str = ""
    y_text: str = ""
    value_text: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    tiles: tuple[Tile, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


class HeatChart(ChartWidget):
    """Draws tiles; a click chooses one, the arrow keys go from one to the next, and a tooltip reads it.

    Signals
    -------
    tileChosen(str)
        The user chose the tile of this key.
    """

    tileChosen = Signal(str)

    def __init__(self, name: str, accessible_name: str, picture_name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, accessible_name, picture_name, parent)
        self._heat = Heat()
        self._chosen = ""
        self._empty_text = ""
        self.setMouseTracking(True)

    # What is shown

    def show_heat(self, heat: Heat, empty_text: str = "") -> None:
        """Show these tiles, or a text where there are none."""
        self._heat, self._empty_text = heat, empty_text
        tell(self)
        self.update()

    def heat(self) -> Heat:
        """Return what is shown."""
        return self._heat

    def is_empty(self) -> bool:
        """Whether there are no tiles."""
        return not self._heat.tiles

    def accessible_value(self) -> str:
        """Return the range of the numbers, or why there are none; the tiles are read one by one."""
        ends = self._ends()
        if ends is None:
            return self._empty_text
        heat = self._heat
        return f"{heat.value_text}, for each {heat.x_text} and {heat.y_text}: from {ends[0].text} to {ends[1].text}"

    def accessible_items(self) -> Items:
        """Return the tiles."""
        tiles = self._heat.tiles
        chosen = next((place for place, tile in enumerate(tiles) if tile.key == self._chosen), None)
        return Items(
            len(tiles),
            lambda place: tiles[place].tip.replace("\n", ", "),
            lambda place: self.place_of(tiles[place]),
            chosen,
            lambda place: self._choose(tiles[place]),
        )

    def as_text(self) -> str:
        """Return the numbers, a line a row, its cells parted by tabs."""
        return "\n".join("\t".join(row) for row in self._heat.table)

    def place_of(self, tile: Tile) -> QRectF:
        """Return where a tile is drawn."""
        area, heat = self._area(), self._heat
        width, height = area.width() / len(heat.columns), area.height() / len(heat.rows)
        left, bottom = area.left() + tile.column * width, area.bottom() - tile.row * height
        return QRectF(left, bottom - height, width, height)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(340, 220)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size at which tiles are told apart."""
        return QSize(160, 110)

    # Painting

    def _ends(self) -> tuple[Tile, Tile] | None:
        """Return the tiles with the least and the greatest number; None where there is no number."""
        known = [tile for tile in self._heat.tiles if math.isfinite(tile.value)]
        return (min(known, key=lambda t: t.value), max(known, key=lambda t: t.value)) if known else None

    def _area(self) -> QRectF:
        metrics = QFontMetricsF(self._small_font())
        line, ends = metrics.height(), self._ends()
        names = max((metrics.horizontalAdvance(name) for name in self._heat.rows), default=0.0) + scaled(_GAP)
        left = min(names, _MOST_FOR_NAMES * self.width())
        texts = () if ends is None else (ends[0].text, ends[1].text)
        right = max((metrics.horizontalAdvance(text) for text in texts), default=0.0) + scaled(_BAR) + 2 * scaled(_GAP)
        top, bottom = line + scaled(_GAP), self.height() - 2 * line - scaled(_GAP)
        return QRectF(left, top, max(self.width() - left - right, 10.0), max(bottom - top, 10.0))

    def _paint(self, painter: QPainter) -> None:
        theme, heat = current_theme(self.palette()), self._heat
        if not heat.tiles:
            painter.setPen(QColor(theme.faint_text))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()).adjusted(12, 0, -12, 0), flags, self._empty_text)
            return
        area = self._area()
        painter.setFont(self._small_font())
        painter.fillRect(area, QColor(theme.plot_background))
        for tile in heat.tiles:
            self._paint_tile(painter, tile)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for tile in heat.tiles:
            if tile.key == self._chosen:  # a frame in two colours stands out from any
                for color, inset in ((theme.text, 1.0), (theme.plot_background, 2.5)):
                    painter.setPen(QPen(QColor(color), line_width(1.5)))
                    painter.drawRect(self.place_of(tile).adjusted(inset, inset, -inset, -inset))
        self._paint_names(painter, area)
        self._paint_scale(painter, area)

    def _color(self, value: float) -> QColor:
        ends = self._ends()
        if ends is None or not math.isfinite(value):
            return QColor(current_theme(self.palette()).plot_background)
        span = ends[1].value - ends[0].value
        share = (value - ends[0].value) / span if span > 0 else 0.5
        return QColor(*map(int, self._colors()[round(255 * share)]))

    def _colors(self) -> NDArray[np.uint8]:
        return lookup_table("sequential", current_theme(self.palette()).is_dark)

    def _paint_tile(self, painter: QPainter, tile: Tile) -> None:
        theme, place = current_theme(self.palette()), self.place_of(tile).adjusted(0.5, 0.5, -0.5, -0.5)
        color = self._color(tile.value)
        painter.fillRect(place, color)
        if not math.isfinite(tile.value):  # it differs from the tiles with a number without its colour, too
            painter.fillRect(place, QBrush(QColor(theme.border), Qt.BrushStyle.BDiagPattern))
        dark, light = sorted((QColor(theme.text), QColor(theme.plot_background)), key=QColor.lightness)
        metrics = QFontMetricsF(painter.font())
        width = metrics.horizontalAdvance(tile.text) + 6
        if width <= place.width() and metrics.height() <= place.height():
            if not math.isfinite(tile.value):
                left, top = place.center().x() - width / 2, place.center().y() - metrics.height() / 2
                painter.fillRect(QRectF(left, top, width, metrics.height()), color)
            painter.setPen(light if color.lightness() < 128 else dark)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), tile.text)

    def _paint_names(self, painter: QPainter, area: QRectF) -> None:
        theme, heat, metrics = current_theme(self.palette()), self._heat, QFontMetricsF(painter.font())
        line, middle = metrics.height(), Qt.TextElideMode.ElideMiddle
        painter.setPen(QColor(theme.axis))
        width, height = area.width() / len(heat.columns), area.height() / len(heat.rows)
        every = max(1, math.ceil(scaled(36) / width))
        for place, name in enumerate(heat.columns[::every]):
            box = QRectF(area.left() + place * every * width, area.bottom() + 2, every * width, line)
            text = metrics.elidedText(name, middle, box.width() - 2)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
        every = max(1, math.ceil(line / height))
        for place, name in enumerate(heat.rows[::every]):
            box = QRectF(0, area.bottom() - place * every * height - height, area.left() - 4, height)
            text = metrics.elidedText(name, middle, box.width())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
        painter.setPen(QColor(theme.faint_text))
        room, right = self.width() - 4.0, Qt.TextElideMode.ElideRight
        above = metrics.elidedText(f"{heat.y_text}; colour: {heat.value_text}", right, room)
        painter.drawText(QPointF(2.0, metrics.ascent()), above)
        bottom = QRectF(0.0, self.height() - line, room, line)
        painter.drawText(bottom, int(Qt.AlignmentFlag.AlignRight), metrics.elidedText(heat.x_text, right, room))

    def _paint_scale(self, painter: QPainter, area: QRectF) -> None:
        """Paint which colour is which number, the greatest above."""
        ends, metrics = self._ends(), QFontMetricsF(painter.font())
        if ends is None:
            return
        bar = QRectF(area.right() + scaled(_GAP), area.top(), scaled(_BAR), area.height())
        colors = self._colors()
        rows = max(1, int(bar.height()))
        for row in range(rows):
            color = QColor(*map(int, colors[255 - 255 * row // max(1, rows - 1)]))
            painter.fillRect(QRectF(bar.left(), bar.top() + row, bar.width(), 1.5), color)
        painter.setPen(QColor(current_theme(self.palette()).axis))
        left = bar.right() + 4
        painter.drawText(QPointF(left, bar.top() + metrics.ascent()), ends[1].text)
        painter.drawText(QPointF(left, bar.bottom() - metrics.descent()), ends[0].text)

    # The user

    def tooltip_at(self, position: QPoint) -> str:
        """Return what the tile at a position is; elsewhere nothing."""
        tile = self._tile_at(QPointF(position))
        return "" if tile is None else tile.tip

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the tile under the mouse."""
        tile = self._tile_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and tile is not None:
            self._choose(tile)
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from tile to tile."""
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1)}
        step, tiles = steps.get(Qt.Key(event.key())), self._heat.tiles
        if step is None or not tiles:
            super().keyPressEvent(event)
            return
        here = next((tile for tile in tiles if tile.key == self._chosen), None)
        if here is None:
            self._choose(tiles[0])
            return
        across = step[0] + step[1]
        beside = [
            tile
            for tile in tiles
            if (tile.row == here.row if step[0] else tile.column == here.column)
            and across * ((tile.column - here.column) if step[0] else (tile.row - here.row)) > 0
        ]
        if beside:
            self._choose(min(beside, key=lambda t: abs(t.column - here.column) + abs(t.row - here.row)))

    def _choose(self, tile: Tile) -> None:
        self._chosen = tile.key
        tell(self)
        self.update()
        self.tileChosen.emit(tile.key)

    def _tile_at(self, position: QPointF) -> Tile | None:
        return next((tile for tile in self._heat.tiles if self.place_of(tile).contains(position)), None)
