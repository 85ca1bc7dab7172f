"""One layer of a network as rows, one a unit: as tiles, with a level of its own, and in words."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dae_core import mosaic
from dae_core.model.autoencoder import AutoEncoder

Layer = Literal["W", "V"]


class LayerWeights:
    """The columns of W or the rows of V of a model, which is only read.

    Parameters
    ----------
    model
        The network.
    layer
        Which of its layers.
    """

    def __init__(self, model: AutoEncoder, layer: Layer) -> None:
        self.model = model
        self.rows: mosaic.Floats = model.W.T if layer == "W" else model.V

    @property
    def n_units(self) -> int:
        """Number of hidden units h."""
        return self.model.n_hidden

    def fits(self, shape: tuple[int, int]) -> bool:
        """Whether each row is a picture of this shape."""
        return self.model.n_inputs == shape[0] * shape[1]

    @cached_property
    def _common(self) -> float:
        return mosaic.quick_level(self.rows)

    def level(self, *, scale_each: bool) -> float:
        """Return the level that is drawn white, by one scale for all units or by one for each."""
        return 1.0 if scale_each else self._common

    def tiles(self, shape: tuple[int, int], units: NDArray[np.int64] | None, *, scale_each: bool) -> mosaic.FilterTiles:
        """Return units as tiles, in this order; None: all by index."""
        return mosaic.FilterTiles(self.rows, shape, units, scale_each)

    def text(self, unit: int) -> str:
        """Return the figures of a unit in a few words."""
        return f"norm {np.linalg.norm(self.rows[unit]):.3g} · bias {self.model.B[unit]:.3g}"
