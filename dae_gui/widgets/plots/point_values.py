"""What a map of points shows: the points, their colours, and a mark; plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dae_gui.widgets.plots.point_legend import Legend
from dae_gui.widgets.plots.point_raster import Colors


@dataclass(frozen=True, eq=False)
class Points:
    """What is shown of each point.

    Attributes
    ----------
    places : ndarray of float64, shape (n, 2)
        To the right and upwards; what is not finite is not shown.
    pictures : ndarray of uint8, shape (n, h, w)
        Its picture, from 0 (nothing) to 255.
    name
        What it is called, by its index.
    """

    places: NDArray[np.float64]
    pictures: NDArray[np.uint8]
    name: Callable[[int], str]


NOTHING = Points(np.empty((0, 2)), np.empty((0, 1, 1), np.uint8), str)


@dataclass(frozen=True, eq=False)
class Coloring:
    """A colour for each point, 0xffRRGGBB of shape (n,), which are drawn in this order (n,), and what they mean."""

    colors: Colors
    order: NDArray[np.int64]
    legend: Legend


@dataclass(frozen=True)
class Mark:
    """A place besides the points, with a name."""

    x: float
    y: float
    text: str
