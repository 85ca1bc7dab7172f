"""Thousands of points in a plane, of which a part is seen: dots, and pictures in their place where they are few."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from dae_gui.support.accessible import tell
from dae_gui.support.theme import current_theme
from dae_gui.widgets.pictures.mosaic_zoom import WHOLE, Zoom
from dae_gui.widgets.plots.chart_widget import ChartWidget
from dae_gui.widgets.plots.point_camera import Extent, PointCamera
from dae_gui.widgets.plots.point_pictures import pictured
from dae_gui.widgets.plots.point_raster import Colors, Pixels, draw_discs, image_of, tint
from dae_gui.widgets.plots.point_values import NOTHING, Coloring, Mark, Points

_SMALLEST, _LARGEST_DOT, _FILLED = 1.2, 4.5, 0.6  # radius of a dot in pixels, and as a share of the room for each
_NEAR = 10.0  # how far from a point it is still pointed at
_EDGE = 6.0


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What was drawn last: discs as pixels, and pictures with where they are; good for as long as its key is."""

    key: tuple[object, ...]
    pixels: Pixels
    places: NDArray[np.float64]
    pictured: NDArray[np.int64]
    inks: Pixels
    side: float


class PointMap(ChartWidget):
    """Draws points, of which the user sees a part; see `WanderingMap` for mouse and keys."""

    def __init__(self, name: str, accessible_name: str, picture_name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, accessible_name, picture_name, parent)
        self._points = NOTHING
        self._coloring: Coloring | None = None
        self._mark: Mark | None = None
        self._extent = Extent()
        self._zoom = WHOLE
        self._selected = self._hovered = -1
        self._empty_text = ""
        self._table: Callable[[], str] = str
        self._drawn: _Drawn | None = None

    # -- what is shown -------------------------------------------------------------------------------------------

    def show_points(self, points: Points | None, coloring: Coloring | None, empty_text: str = "") -> None:
        """Show points in colours, or a text where there are none; the same part of them stays in view."""
        before, points = self.count(), points or NOTHING
        count = len(points.places)
        self._points, self._coloring, self._empty_text, self._drawn = points, coloring, empty_text, None
        self._extent = Extent.of(points.places)
        if count != before:
            self._hovered = -1
            self._selected = self._selected if self._selected < count else -1
            self._zoom = WHOLE if count == 0 else self._zoom
        tell(self)
        self.update()

    def show_mark(self, mark: Mark | None) -> None:
        """Show a place besides the points, or none."""
        if mark != self._mark:
            self._mark = mark
            self.update()

    def set_table(self, table: Callable[[], str]) -> None:
        """Say what is copied as numbers: a function that returns lines with cells parted by tabs."""
        self._table = table

    def select(self, index: int) -> None:
        """Ring a point; -1: none."""
        if index != self._selected:
            self._selected = index
            tell(self, at_once=True)
            self.update()

    @property
    def selected(self) -> int:
        """The index of the point that is ringed; -1: none."""
        return self._selected

    @property
    def hovered(self) -> int:
        """The index of the point under the mouse; -1: it is on none."""
        return self._hovered

    def count(self) -> int:
        """Return the number of points."""
        return len(self._points.places)

    def zoom(self) -> Zoom:
        """Return which part is seen."""
        return self._zoom

    def is_empty(self) -> bool:
        """Whether there are no points."""
        return self.count() == 0

    def as_text(self) -> str:
        """Return the numbers of all points."""
        return "" if self.is_empty() else self._table()

    def accessible_value(self) -> str:
        """Return how many points there are, what their colours mean, and which is selected."""
        if self.is_empty():
            return self._empty_text
        parts = [f"{self.count():,} points"]
        if self._coloring is not None:
            parts[0] += f", coloured by {self._coloring.legend.title}"
        if self._mark is not None:
            parts.append(self._mark.text)
        chosen = self._points.name(self._selected) if self._selected >= 0 else "none"
        return "; ".join([*parts, f"selected: {chosen}"])

    def place_of(self, index: int) -> QPointF:
        """Return where a point is drawn."""
        x, y = self.camera().project(self._zoom, self._points.places[index : index + 1])[0]
        return QPointF(x, y)

    def place_of_mark(self) -> QPointF | None:
        """Return where the mark is drawn; None without one."""
        if self._mark is None:
            return None
        x, y = self.camera().project(self._zoom, np.array([[self._mark.x, self._mark.y]]))[0]
        return QPointF(x, y)

    def pictured(self) -> NDArray[np.int64]:
        """Return the indices of the points that are drawn as pictures."""
        return self._draw().pictured

    def point_at(self, position: QPointF) -> int:
        """Return the index of the point at a position: the nearest one, if it is near; -1 where there is none."""
        if self.is_empty() or not self.camera().room.contains(position):
            return -1
        drawn = self._draw()
        off = np.abs(drawn.places - [position.x(), position.y()])
        with np.errstate(invalid="ignore"):
            distance = np.hypot(off[:, 0], off[:, 1])
            # A picture is pointed at wherever it is, before what lies under it.
            on_picture = drawn.pictured[off[drawn.pictured].max(axis=1) <= drawn.side / 2]
            distance[on_picture] -= drawn.side
        index = int(np.argmin(np.where(np.isnan(distance), np.inf, distance)))
        return index if distance[index] <= _NEAR else -1

    def tooltip_at(self, position: QPoint) -> str:
        """Return what the point at a position is called; elsewhere nothing."""
        index = self.point_at(QPointF(position))
        return "" if index < 0 else self._points.name(index)

    def camera(self) -> PointCamera:
        """Return how the points are seen."""
        room = QRectF(self.rect()).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        if self._coloring is not None:
            width = self._coloring.legend.width(QFontMetricsF(self._small_font()), room.height())
            room.setRight(room.right() - math.ceil(width))
        return PointCamera(self._extent, room)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(480, 260)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size at which clusters are told apart."""
        return QSize(160, 130)

    # -- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pixels that were drawn, anew only where another part is seen or points have moved."""
        painter = QPainter(self)
        if self.is_empty():
            self._paint(painter)
        else:
            drawn = self._draw()
            self._paint_ground(painter)
            room = self.camera().room
            painter.drawImage(room, image_of(drawn.pixels))
            painter.setClipRect(room)
            self._paint_pictures(painter, drawn)
            painter.setClipping(False)
            self._paint_above(painter)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        """Paint dots as dots, for pictures of any size."""
        theme = current_theme(self.palette())
        if self.is_empty():
            painter.setPen(QColor(theme.faint_text))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()).adjusted(12, 0, -12, 0), flags, self._empty_text)
            return
        drawn = self._draw()
        self._paint_ground(painter)
        room = self.camera().room
        painter.setClipRect(room)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors, order = self._colors(drawn.places)
        radius = self._radius()
        around = room.adjusted(-radius, -radius, radius, radius)
        for index in order[~np.isin(order, drawn.pictured)]:
            place = QPointF(*drawn.places[index])
            if around.contains(place):
                painter.setBrush(QColor.fromRgb(int(colors[index])))
                painter.drawEllipse(place, radius, radius)
        self._paint_pictures(painter, drawn)
        painter.setClipping(False)
        self._paint_above(painter)

    def _paint_ground(self, painter: QPainter) -> None:
        theme, room = current_theme(self.palette()), self.camera().room
        painter.fillRect(room, QColor(theme.plot_background))
        painter.setPen(QPen(QColor(theme.hairline), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(room.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _paint_pictures(self, painter: QPainter, drawn: _Drawn) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        side = drawn.side
        for index, ink in zip(drawn.pictured, drawn.inks, strict=True):
            x, y = drawn.places[index]
            painter.drawImage(QRectF(x - side / 2, y - side / 2, side, side), image_of(ink))

    def _paint_above(self, painter: QPainter) -> None:
        """Paint what is pointed at, the mark and the legend."""
        theme, room = current_theme(self.palette()), self.camera().room
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(room)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for index, color in ((self._hovered, theme.faint_text), (self._selected, theme.text)):
            if 0 <= index < self.count():
                painter.setPen(QPen(QColor(color), 2.0))
                ring = self._radius() + 5.0
                painter.drawEllipse(self.place_of(index), ring, ring)
        self._paint_mark(painter)
        painter.setClipping(False)
        if self._coloring is not None and self._coloring.legend.names:
            painter.setFont(self._small_font())
            right = QRectF(room.right() + 2 * _EDGE, room.top(), self.width() - room.right(), room.height())
            self._coloring.legend.paint(painter, right, QColor(theme.axis))

    def _paint_mark(self, painter: QPainter) -> None:
        """Paint the mark as a cross hair, with its text; at the edge where it is beyond."""
        place = self.place_of_mark()
        if place is None or self._mark is None or not np.isfinite([place.x(), place.y()]).all():
            return
        theme, room, arm = current_theme(self.palette()), self.camera().room, 9.0
        inner = room.adjusted(arm, arm, -arm, -arm)
        place = QPointF(
            min(max(place.x(), inner.left()), inner.right()), min(max(place.y(), inner.top()), inner.bottom())
        )
        for color, width in ((theme.plot_background, 5.0), (theme.text, 2.0)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawEllipse(place, 5.0, 5.0)
            for x, y in ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)):
                painter.drawLine(place + QPointF(5.0 * x, 5.0 * y), place + QPointF(arm * x, arm * y))
        metrics = QFontMetricsF(painter.font())
        box = metrics.boundingRect(self._mark.text).adjusted(-3, -1, 3, 1)
        box.moveBottomLeft(place + QPointF(arm, -arm / 2))
        box.moveRight(min(box.right(), room.right()))
        box.moveTop(max(box.top(), room.top()))
        ground = QColor(theme.plot_background)
        ground.setAlphaF(0.85)
        painter.fillRect(box, ground)
        painter.setPen(QColor(theme.text))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self._mark.text)

    def _radius(self) -> float:
        """Return the radius of a dot: so large that they would about fill the plane if they were spread evenly."""
        unit, extent = self.camera().unit(self._zoom), self._extent
        each = 4 * extent.half_width * extent.half_height * unit**2 / max(self.count(), 1)
        return min(max(_FILLED * math.sqrt(each), _SMALLEST), _LARGEST_DOT)

    def _colors(self, places: NDArray[np.float64]) -> tuple[Colors, NDArray[np.int64]]:
        if self._coloring is not None and len(self._coloring.colors) == len(places):
            return self._coloring.colors, self._coloring.order
        grey = QColor(current_theme(self.palette()).axis).rgb()
        return np.full(len(places), grey, np.uint32), np.arange(len(places))

    def _draw(self) -> _Drawn:
        """Return what is to be seen as pixels, drawn anew only where something has changed."""
        points = self._points
        camera, ratio = self.camera(), self.devicePixelRatioF()
        theme = current_theme(self.palette())
        key = (camera, self._zoom, ratio, points, self._coloring, theme.is_dark)
        if self._drawn is not None and self._drawn.key == key:
            return self._drawn
        room = camera.room
        places = camera.project(self._zoom, points.places)
        colors, order = self._colors(places)
        shown, side = pictured(points, places, order, room, camera.unit(self._zoom))
        dots = order
        if len(shown):
            is_dot = np.ones(len(places), bool)
            is_dot[shown] = False
            dots = order[is_dot[order]]
        size = max(round(room.height() * ratio), 1), max(round(room.width() * ratio), 1)
        corner = np.array([room.left(), room.top()])
        pixels = draw_discs(
            (places[dots] - corner) * ratio,
            colors[dots],
            self._radius() * ratio,
            size,
            QColor(theme.plot_background).rgb(),
        )
        self._drawn = _Drawn(key, pixels, places, shown, tint(points.pictures[shown], colors[shown]), side)
        return self._drawn
