"""Which part of a plane of points is seen, and how it changes by zooming and panning: geometry without a window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from dae_gui.widgets.pictures.mosaic_zoom import WHOLE, Zoom

Places = NDArray[np.float64]

LARGEST_SCALE = 400.0
_AIR = 0.04  # of the room, beside the outermost points


@dataclass(frozen=True)
class Extent:
    """What a zoom is a part of: a middle, and how far points are from it to the right or the left, and up or down."""

    x: float = 0.0
    y: float = 0.0
    half_width: float = 1.0
    half_height: float = 1.0

    @classmethod
    def of(cls, places: Places) -> Extent:
        """Return the extent of all finite places (n, 2); that of a unit square's where they are one or none."""
        finite = places[np.isfinite(places).all(axis=1)]
        if not len(finite):
            return cls()
        low, high = finite.min(axis=0), finite.max(axis=0)
        x, y = (low + high) / 2
        half = np.maximum((high - low) / 2, 1e-9 * max(float(np.abs(finite).max()), 1e-300))
        if not (high > low).any():
            half = np.ones(2)
        return cls(float(x), float(y), float(half[0]), float(half[1]))


@dataclass(frozen=True)
class PointCamera:
    """How a plane is seen in a room: equally scaled in both directions, y upwards.

    Attributes
    ----------
    extent
        What is seen at scale 1.
    room
        Where it is drawn, in the units of the painter.
    """

    extent: Extent
    room: QRectF

    @property
    def fitted(self) -> float:
        """Units of the painter in a unit of the plane, at scale 1."""
        width, height = (max(side, 1.0) * (0.5 - _AIR) for side in (self.room.width(), self.room.height()))
        return min(width / self.extent.half_width, height / self.extent.half_height)

    def unit(self, zoom: Zoom) -> float:
        """Return how many units of the painter a unit of the plane is."""
        return zoom.scale * self.fitted

    def middle(self, zoom: Zoom) -> tuple[float, float]:
        """Return the place of the plane in the middle of the room."""
        extent = self.extent
        return (
            extent.x + (2 * zoom.x - 1) * extent.half_width,
            extent.y - (2 * zoom.y - 1) * extent.half_height,
        )

    def project(self, zoom: Zoom, places: Places) -> Places:
        """Return where places (n, 2) of the plane are in the room, in units of the painter."""
        unit, (x, y), middle = self.unit(zoom), self.middle(zoom), self.room.center()
        scale, offset = np.array([unit, -unit]), np.array([middle.x() - unit * x, middle.y() + unit * y])
        return np.asarray(places * scale + offset)

    def about(self, zoom: Zoom, place: QPointF, factor: float) -> Zoom:
        """Return the zoom after enlarging by a factor, with the same place of the plane at ``place``."""
        scale = min(max(zoom.scale * factor, 1.0), LARGEST_SCALE)
        off, before, after = place - self.room.center(), self.unit(zoom), self.unit(Zoom(scale))
        by = off * (1.0 / before - 1.0 / after)
        return self._bounded(scale, zoom, by.x(), by.y())

    def panned(self, zoom: Zoom, by: QPointF) -> Zoom:
        """Return the zoom after moving the points by a distance in units of the painter."""
        unit = self.unit(zoom)
        return self._bounded(zoom.scale, zoom, -by.x() / unit, -by.y() / unit)

    def revealing(self, zoom: Zoom, place: QPointF, air: float) -> Zoom:
        """Return the zoom after moving as little as needed for a place to be in the room, so far from its edges."""
        inner = self.room.adjusted(air, air, -air, -air)
        if zoom.is_whole or inner.contains(place):
            return zoom
        near = QPointF(
            min(max(place.x(), inner.left()), inner.right()), min(max(place.y(), inner.top()), inner.bottom())
        )
        return self.panned(zoom, near - place)

    def _bounded(self, scale: float, zoom: Zoom, right: float, down: float) -> Zoom:
        """Return a zoom moved by distances of the plane; its middle stays among the points."""
        if scale <= 1.0:
            return WHOLE
        x = zoom.x + right / (2 * self.extent.half_width)
        y = zoom.y + down / (2 * self.extent.half_height)
        return Zoom(scale, min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))
