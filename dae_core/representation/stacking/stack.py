"""A stack: layers trained one after another, each on the clean code of the one below (Vincent et al. 2008, 2010).

With x1 the standardized pixels, z_k the code of layer k and gain and offset from how codes are kept as grey levels::

    z_k = encode_k(x_k)        x_k+1 = gain_k z_k + offset_k
    y_k = decode_k(z_k)        z_k  ≈ (y_k+1 - offset_k) / gain_k

P. Vincent, H. Larochelle, I. Lajoie, Y. Bengio, P.-A. Manzagol, "Stacked denoising autoencoders", JMLR 11 (2010), 3.5.
"""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.dataset import GREY_LEVELS, Scale
from dae_core.errors import UserError
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.representation.codes import codes
from dae_core.training.config import TrainingConfig

Floats = NDArray[np.floating[Any]]

MOST_LAYERS = 3
"""As many as the published tables have."""


class StackError(UserError):
    """Layers cannot be put on top of one another, or not be trained further; the message says why."""


class Levels(NamedTuple):
    """The values of a code that are kept as grey level 0 and as grey level 255."""

    black: float
    white: float

    def greys(self, code: Floats) -> Floats:
        """Return a code as grey levels, not rounded nor cut off, in its own dtype."""
        kind = code.dtype.type
        greys: Floats = (code - kind(self.black)) * kind(GREY_LEVELS / (self.white - self.black))
        return greys


class Join(NamedTuple):
    """How a code becomes the input of the layer above: x = gain z + offset."""

    gain: float
    offset: float


@dataclass(frozen=True, eq=False)
class Layer:
    """A trained autoencoder as a layer of a stack.

    Parameters
    ----------
    model : AutoEncoder
        Its weights are only read.
    config : TrainingConfig
        What it was trained with.
    scale : Scale
        What standardizes the grey levels that it reads: of pixels, or of the code below.
    levels : Levels or None
        How its code is kept for the layer above; None where there is none yet.
    """

    model: AutoEncoder
    config: TrainingConfig
    scale: Scale
    levels: Levels | None = None


@dataclass(frozen=True, eq=False)
class Stack:
    """One to three layers, the first of which reads standardized pixels.

    Raises
    ------
    StackError
        When there are too many layers, or one reads another number of values than the one below has units.
    """

    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.layers) <= MOST_LAYERS:
            raise StackError(f"A stack has one to {MOST_LAYERS} layers, not {len(self.layers)}.")
        for below, above in itertools.pairwise(self.layers):
            if below.model.n_hidden != above.model.n_inputs:
                raise StackError(
                    f"A layer with {above.model.n_inputs:,} inputs cannot stand on one with {below.model.n_hidden:,} "
                    "hidden units."
                )
            if below.levels is None:
                raise StackError("Of a layer within the stack it is not known how its code is kept.")

    @property
    def top(self) -> Layer:
        """The last layer."""
        return self.layers[-1]

    @property
    def joins(self) -> tuple[Join, ...]:
        """How each code becomes the input of the layer above, from the bottom up."""
        return tuple(_join(below, above) for below, above in itertools.pairwise(self.layers))

    def with_layer(self, levels: Levels, layer: Layer) -> Stack:
        """Return the stack with one more layer, which was trained on the top's code as ``levels`` keep it."""
        return Stack((*self.layers[:-1], dataclasses.replace(self.top, levels=levels), layer))

    def encode(self, rows: Floats, monitor: Monitor = UNWATCHED) -> Floats:
        """Return the top's code (n, h) of standardized pixels (n, d). Raises Cancelled where the monitor says so."""
        z = codes(self.layers[0].model, rows, monitor)
        for join, layer in zip(self.joins, self.layers[1:], strict=True):
            z = codes(layer.model, z * z.dtype.type(join.gain) + z.dtype.type(join.offset), monitor)
        return z

    def decode(self, code: Floats) -> Floats:
        """Return standardized pixels (n, d) of a code of the top (n, h).

        What a layer gives back for the code below is kept between the least and the largest value that is kept of it.
        """
        y = self.top.model.decode(code)
        for join, layer in zip(reversed(self.joins), reversed(self.layers[:-1]), strict=True):
            assert layer.levels is not None  # noqa: S101 - checked when the stack was made
            kind, (black, white) = y.dtype.type, layer.levels
            code = np.clip((y - kind(join.offset)) / kind(join.gain), kind(black), kind(white))
            y = layer.model.decode(code)
        return y

    def reconstruct(self, rows: Floats) -> Floats:
        """Return what the whole stack makes of standardized, usually noisy pixels (n, d): encoded, and decoded back."""
        return self.decode(self.encode(rows))

    def filters(self) -> Floats:
        """Return the decoder's filters of the top's units (h, d) in standardized pixels.

        They are carried linearly through the decoders below, V_k ... V_2 V_1 with the gains between: every unit is
        taken as linear, its threshold and its bias are left out (Lee et al. 2009, Erhan et al. 2009 do so). For one
        layer that is V.
        """
        filters: Floats = self.top.model.V
        for join, layer in zip(reversed(self.joins), reversed(self.layers[:-1]), strict=True):
            filters = (filters / filters.dtype.type(join.gain)) @ layer.model.V
        return filters


def _join(below: Layer, above: Layer) -> Join:
    assert below.levels is not None  # noqa: S101 - checked when the stack was made
    black, white = below.levels
    gain = GREY_LEVELS / (white - black) / above.scale.std
    return Join(gain, -black * gain - above.scale.mean / above.scale.std)
