"""The map by t-SNE: computed when the user asks for it, and seen while it takes shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dae_core.jobs import Monitor
from dae_core.model.autoencoder import Floats
from dae_core.representation.map import nearest_codes, rotation_onto
from dae_gui.panels.representation_panel.map_places import Result

NEAREST = 5
"""Between the places of so many digits another one is put, which was not there when the map was made."""


@dataclass(frozen=True, eq=False)
class NeighbourMap:
    """The digits of a result at places (n, 2) found by t-SNE; its divergence is NaN while they still move."""

    result: Result
    places: NDArray[np.float64]
    divergence: float = float("nan")

    def place(self, code: Floats) -> NDArray[np.float64] | None:
        """Return the mean place (2,) of the digits whose codes are nearest to one; None where it isn't finite."""
        nearest = nearest_codes(self.result.codes, code, NEAREST)
        return self.places[nearest].mean(axis=0) if len(nearest) else None


class Sketch:
    """Where a thread puts the map on its way, for the window to look at: each one a new value."""

    def __init__(self) -> None:
        self.map: NeighbourMap | None = None


def arrange(result: Result, before: NeighbourMap | None, sketch: Sketch, monitor: Monitor) -> NeighbourMap:
    """Find places by t-SNE, from the last map of the same digits on, or from the plane. Raises Cancelled."""
    from dae_core.representation.tsne import embed  # SciPy takes a moment

    is_anew = before is None or not before.result.request.has_digits_of(result.request)
    start = result.places if before is None or is_anew else before.places

    def turned(places: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.asarray(places @ rotation_onto(places.astype(np.float64), start))

    def show(places: NDArray[np.float32]) -> None:
        sketch.map = NeighbourMap(result, turned(places))

    found = embed(result.codes, start, monitor, on_places=show)
    return NeighbourMap(result, turned(found.places), found.divergence)
