"""Which points of a map are drawn as pictures, and how large."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from dae_gui.widgets.plots.point_values import Points

_PICTURE, _LARGEST = 24.0, 72.0  # sides of a picture
_CROWD = 1.6  # pictures come as soon as there are fewer points than this times as many as fit side by side


def pictured(
    points: Points, places: NDArray[np.float64], order: NDArray[np.int64], room: QRectF, unit: float
) -> tuple[NDArray[np.int64], float]:
    """Return which points are drawn as pictures, and how large: none while there are too many in the room.

    The plane is divided into squares, which move with it, so that pictures do not flicker while one pans; in each, the
    point that is drawn last has its picture.
    """
    x, y = places[:, 0], places[:, 1]
    with np.errstate(invalid="ignore"):
        inside = (x > room.left()) & (x < room.right()) & (y > room.top()) & (y < room.bottom())
    seen = order[inside[order]]
    fit = room.width() * room.height() / _PICTURE**2
    if not len(seen) or len(seen) > _CROWD * fit:
        return np.empty(0, np.int64), _PICTURE
    side = min(_PICTURE * float(np.sqrt(_CROWD * fit / len(seen))), _LARGEST)
    cells = np.floor(points.places[seen] * (unit / (0.7 * side))).astype(np.int64)
    _, last = np.unique(cells[::-1], axis=0, return_index=True)
    return np.sort(seen[::-1][last]), side
