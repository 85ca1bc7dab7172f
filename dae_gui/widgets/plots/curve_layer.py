"""The lines of a plot as one picture that is kept: what has not changed is not drawn again."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from dae_gui.support.scale import current, line_width
from dae_gui.widgets.plots.curve_bins import cut_line
from dae_gui.widgets.plots.curve_raster import Rows, column_rows, fill_rows, grown_rows
from dae_gui.widgets.plots.drawable import in_order, pixels
from dae_gui.widgets.plots.plot_overlay import PlotItem

import pyqtgraph as pg  # isort: skip  # after PySide6

Values = NDArray[np.floating]
Columns = tuple[int, int]
Pattern = tuple[int, ...]
"""The lengths of dashes and gaps in turn, in pixels of the screen at 100 %; empty for a whole line."""
Corners = tuple[NDArray[np.float64], NDArray[np.float64]]
_DOT = 5.0  # diameter in pixels of the screen, at 100 %
_HALO = 1.5  # pixels of the screen around a line before others, at 100 %
_NOTHING: Columns = (0, 0)
_FORMAT = QImage.Format.Format_ARGB32_Premultiplied


@dataclass
class _Line:
    """One line: its points in the view's coordinates, and what it covers of the picture."""

    color: QColor = field(default_factory=QColor)
    shown: bool = True
    dots: bool = False
    x: Values = field(default_factory=lambda: np.empty(0))
    y: Values = field(default_factory=lambda: np.empty(0))
    has_halo: bool = False
    pattern: Pattern = ()
    rows: tuple[Rows, Rows] | None = None
    corners: Corners | None = None  # of the rows, in pixels of the picture
    dots_at: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))


class CurveLayer(PlotItem):
    """Lines of the width that the scale asks for, one over the other.

    On the screen they are a picture whose columns are made anew only where a line has changed, and only these are
    painted: for a growing curve a strip at its end. In exported files they are lines. Lines before others have a halo
    in the colour of the ground, and so can be followed within a dense band.

    Parameters
    ----------
    view_box
        The `pyqtgraph.ViewBox` to paint in.
    keys
        The lines, from the hindmost to the foremost.
    """

    def __init__(self, view_box: Any, keys: Iterable[str]) -> None:
        super().__init__(view_box, 0)
        self._lines = {key: _Line() for key in keys}
        self._ground = QColor()
        self._pixels = np.zeros((1, 1), np.uint32)
        self._image = QImage()
        self._ratio = 0.0  # pixels of the picture per pixel of the plot; 0 while there is no picture
        self._waiting: list[_Line] | None = None
        self.drawn_columns = 0
        """How many columns of the picture have been made so far."""

    # -- what is drawn -------------------------------------------------------------------------------------------

    def set_keys(self, keys: Iterable[str], with_halo: Container[str] = ()) -> None:
        """Take another list of lines, some of them with a halo; those that were there already are kept as they are."""
        old = [(key, line.has_halo) for key, line in self._lines.items()]
        self._lines = {key: self._lines.get(key) or _Line() for key in keys}
        for key, line in self._lines.items():
            line.has_halo = key in with_halo
        if old != [(key, line.has_halo) for key, line in self._lines.items()]:
            self._drop_picture()

    def set_patterns(self, patterns: Mapping[str, Pattern]) -> None:
        """Draw these lines with gaps, and all others whole, so that they are told apart without their colours."""
        for key, line in self._lines.items():
            pattern = patterns.get(key, ())
            if pattern != line.pattern:
                line.pattern = pattern
                self._drop_picture()

    def keys(self) -> list[str]:
        """Return the lines, from the hindmost to the foremost."""
        return list(self._lines)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Draw what is changed meanwhile at once, at the end: several growing lines share one strip."""
        self._waiting = []
        try:
            yield
        finally:
            waiting, self._waiting = self._waiting, None
            self._draw_lines(waiting)

    def set_line(self, key: str, x: Values, y: Values, *, dots: bool = False) -> None:
        """Draw a line through the points x, y (n,) of the view, NaN in y a gap; `dots` puts dots on them."""
        line = self._lines[key]
        (line.x, line.y), line.dots = in_order(x, y), dots
        if line.shown:
            self._draw_again(line)

    def line(self, key: str) -> tuple[Values, Values]:
        """Return the points of a line."""
        return self._lines[key].x, self._lines[key].y

    def dot_count(self, key: str) -> int:
        """Return how many dots a line has, 0 while it is hidden."""
        line = self._lines[key]
        return int(np.isfinite(line.y).sum()) if line.shown and line.dots else 0

    def set_shown(self, key: str, shown: bool) -> None:
        """Show a line, or hide it."""
        line = self._lines[key]
        if shown != line.shown:
            line.shown = shown
            self._draw_again(line)

    def set_colors(self, colors: dict[str, QColor]) -> None:
        """Give lines these colours."""
        for key, color in colors.items():
            if key in self._lines and self._lines[key].color != color:
                self._lines[key].color = color
                self._drop_picture()

    def set_ground(self, color: QColor) -> None:
        """Give the halos this colour."""
        if color != self._ground:
            self._ground = color
            self._drop_picture()

    def geometry_changed(self) -> None:
        """Draw all again after the plot's size or range has changed."""
        super().geometry_changed()
        self._drop_picture()

    # -- painting ------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the picture; into a file, that is without a widget or not into pixels, the lines themselves."""
        if widget is None or painter.paintEngine().type() is not QPaintEngine.Type.Raster:
            self._paint_lines(painter)
            return
        if self._ratio != widget.devicePixelRatioF():
            self._make_picture(widget.devicePixelRatioF())
        painter.drawImage(QPointF(0.0, 0.0), self._image)

    def _drop_picture(self) -> None:
        if self._ratio:
            self._ratio = 0.0
            self.update()

    def _make_picture(self, ratio: float) -> None:
        area = self.boundingRect()
        width, height = max(math.ceil(area.width() * ratio), 1), max(math.ceil(area.height() * ratio), 1)
        if self._pixels.shape != (height, width):
            self._pixels = np.zeros((height, width), np.uint32)
        self._ratio = ratio
        for line in self._lines.values():
            line.rows = line.corners = None
            self._place(line)
        self._fill((0, width))

    def _draw_again(self, line: _Line) -> None:
        if self._waiting is None:
            self._draw_lines([line])
        else:
            self._waiting.append(line)

    def _draw_lines(self, lines: list[_Line]) -> None:
        """Make the columns anew in which lines have changed."""
        if not self._ratio:
            return  # all is made anew when it is painted
        changed = [columns for line in lines if (columns := self._place(line)) != _NOTHING]
        if changed:
            left, right = min(start for start, _ in changed), max(stop for _, stop in changed)
            self._fill((left, right))
            ratio = self._ratio
            self.update(QRectF(left / ratio, 0.0, (right - left) / ratio, self.boundingRect().height()))

    def _place(self, line: _Line) -> Columns:
        """Find out which pixels a line covers; return the columns in which that has changed."""
        height, width = self._pixels.shape
        old_rows, old_dots = line.rows, line.dots_at
        halo = math.ceil(_HALO * current().size * self._ratio) if line.has_halo else 0
        old_corners = line.corners
        line.rows, line.corners, line.dots_at = None, None, np.empty((0, 2))
        if line.shown and len(line.x):
            x, y = line.corners = self._to_pixels(line.x, line.y, self._ratio)
            start = 0 if old_rows is None else _first_change(old_corners, line.corners, width)
            line.rows = column_rows(x, y, width, height, max(round(self._ratio * current().line), 1), start)
            if start and old_rows is not None:
                line.rows = _joined(old_rows[0], line.rows[0]), _joined(old_rows[1], line.rows[1])
            if line.pattern:
                gaps = _gaps(line.pattern, width, self._ratio * current().size)
                line.rows[1][gaps] = line.rows[0][gaps]
            if line.dots:
                line.dots_at = np.column_stack([x, y])[np.isfinite(y)]
        columns = [_changed_rows(old_rows, line.rows, width, halo)]
        reach = math.ceil(_DOT * current().size * self._ratio / 2) + 1 + halo
        columns.append(_changed_dots(old_dots, line.dots_at, width, reach))
        columns = [one for one in columns if one != _NOTHING]
        return (min(one[0] for one in columns), max(one[1] for one in columns)) if columns else _NOTHING

    def _fill(self, columns: Columns) -> None:
        """Make these columns of the picture from all lines."""
        part = slice(*columns)
        self.drawn_columns += columns[1] - columns[0]
        pixels = self._pixels[:, part]
        pixels[:] = 0
        height, width = self._pixels.shape
        # A new wrapper around the same bytes: Qt may keep what it made of an old one.
        self._image = QImage(self._pixels.data, width, height, 4 * width, _FORMAT)
        for line in self._lines.values():
            if line.rows is not None and line.has_halo:
                fill_rows(pixels, *self._halo(line.rows, columns), self._ground.rgba())
            if line.rows is not None:
                fill_rows(pixels, line.rows[0][part], line.rows[1][part], line.color.rgba())
            if len(line.dots_at):
                self._paint_dots(line, columns)
        self._image.setDevicePixelRatio(self._ratio)

    def _halo(self, rows: tuple[Rows, Rows], columns: Columns) -> tuple[Rows, Rows]:
        """Return the rows that the halo of a line covers in some columns."""
        height, width = self._pixels.shape
        margin = math.ceil(_HALO * current().size * self._ratio)
        left, right = max(columns[0] - margin, 0), min(columns[1] + margin, width)
        top, bottom = grown_rows(rows[0][left:right], rows[1][left:right], margin, height)
        part = slice(columns[0] - left, columns[1] - left)
        return top[part], bottom[part]

    def _paint_dots(self, line: _Line, columns: Columns) -> None:
        ratio = self._ratio * current().size
        reach = (_DOT + _HALO) * ratio
        start, stop = line.dots_at[:, 0].searchsorted((columns[0] - reach, columns[1] + reach))
        # Qt joins each 16 dots into one shape; the same shapes give the same pixels, in a strip and in the whole.
        some = line.dots_at[start - start % 16 : stop]
        if len(some):
            painter = QPainter(self._image)
            painter.setClipRect(columns[0], 0, columns[1] - columns[0], self._image.height())
            places = _polygon(some)
            if line.has_halo:
                _draw_dots(painter, self._ground, places, (_DOT + 2 * _HALO) * ratio)
            _draw_dots(painter, line.color, places, _DOT * ratio)
            painter.end()

    def _paint_lines(self, painter: QPainter) -> None:
        (left, right), (bottom, top) = self._view_box.viewRange()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for line in self._lines.values():
            if not (line.shown and len(line.x)):
                continue
            x, y = self._to_pixels(*cut_line(line.x, line.y, (left, right), (bottom, top)), 1.0)
            path = pg.arrayToQPath(x, y, connect="finite")
            size, thin = current().size, line_width()
            halo = [(self._ground, 2 * _HALO * size)] if line.has_halo else []
            for color, width in (*halo, (line.color, 0.0)):
                pen = QPen(color, thin + width)
                pen.setCosmetic(True)
                if line.pattern:
                    pen.setDashPattern([length * size / pen.widthF() for length in line.pattern])
                painter.setPen(pen)
                painter.drawPath(path)
            if line.dots:
                inside = (line.x >= left) & (line.x <= right) & (line.y >= bottom) & (line.y <= top)
                dots = _polygon(np.column_stack(self._to_pixels(line.x[inside], line.y[inside], 1.0)))
                for color, width in (*halo, (line.color, 0.0)):
                    _draw_dots(painter, color, dots, _DOT * size + width)

    def _to_pixels(self, x: Values, y: Values, ratio: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Convert points of the view to pixels, `ratio` of them to one of the plot."""
        map_ = self._view_box.childTransform()
        with np.errstate(over="ignore", invalid="ignore"):
            across, down = (x * map_.m11() + map_.dx()) * ratio, (y * map_.m22() + map_.dy()) * ratio
        return pixels(across), pixels(down)


def _gaps(pattern: Pattern, width: int, ratio: float) -> NDArray[np.bool_]:
    """Return in which columns a broken line has a gap (width,)."""
    place = (np.arange(width) / max(ratio, 1.0)) % sum(pattern)
    return np.asarray(np.cumsum(pattern).searchsorted(place, side="right") % 2 == 1, np.bool_)


def _polygon(places: NDArray[np.float64]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in places.tolist()])


def _draw_dots(painter: QPainter, color: QColor, places: QPolygonF, diameter: float) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, diameter, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPoints(places)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _first_change(old: Corners | None, new: Corners, width: int) -> int:
    """Return the first column in which a line may be another one than before; a growing line changes at its end."""
    if old is None:
        return 0
    common = min(len(old[0]), len(new[0]))
    differ = (old[0][:common] != new[0][:common]) | (old[1][:common] != new[1][:common])
    first = int(differ.argmax()) if differ.any() else common
    if first == 0:
        return 0
    column = new[0][first - 1]  # from there a line goes to another corner, or ends
    return int(min(max(column, 0.0), width - 1.0))


def _joined(old: Rows, new: Rows) -> Rows:
    """Return rows of which the last ones are new."""
    return np.concatenate([old[: len(old) - len(new)], new])


def _changed_rows(old: tuple[Rows, Rows] | None, new: tuple[Rows, Rows] | None, width: int, reach: int) -> Columns:
    if old is None and new is None:
        return _NOTHING
    if old is None or new is None or len(old[0]) != len(new[0]):
        rows = old if new is None else new
        changed = rows[1] > rows[0] if rows is not None else np.zeros(0, bool)
    else:
        changed = (old[0] != new[0]) | (old[1] != new[1])
    (where,) = np.nonzero(changed)
    return (max(int(where[0]) - reach, 0), min(int(where[-1]) + 1 + reach, width)) if len(where) else _NOTHING


def _changed_dots(old: NDArray[np.float64], new: NDArray[np.float64], width: int, reach: int) -> Columns:
    """Return the columns of the dots that are new or gone; both lists go from the left to the right."""
    common = min(len(old), len(new))
    differ = (old[:common] != new[:common]).any(axis=1)
    first = int(differ.argmax()) if differ.any() else common
    x = np.concatenate([old[first:, 0], new[first:, 0]])
    if not len(x):
        return _NOTHING
    left, right = max(int(x.min()) - reach, 0), min(int(x.max()) + reach + 1, width)
    return (left, right) if left < right else _NOTHING
