"""The denoising autoencoder itself, in the exercise's four methods: the specification of everything faster.

Model, with x the corrupted and x0 the clean digit (DESIGN section 2)::

    a = x W + B          z = max(0, a)          y = z V + C
    E = |y - x0|² / 2    (the recorded error is |y - x0|²)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from dae_core.model import aligned

Floats = NDArray[np.floating[Any]]
Gradient = Literal["exact", "published"]

WEIGHT_SCALE = 0.01
START_BIAS = 0.5


class Gradients(NamedTuple):
    """dE/dW, dE/dB, dE/dV, dE/dC in the shapes of the parameters; for a batch the mean over its rows."""

    W: Floats
    B: Floats
    V: Floats
    C: Floats


class Activations(NamedTuple):
    """Hidden activations z (..., n_hidden) and reconstruction y (..., n_inputs)."""

    z: Floats
    y: Floats


@dataclass
class AutoEncoder:
    """A one-hidden-layer ReLU autoencoder: arrays W (d, h), B (h,), V (h, d), C (d,), float32 or float64.

    W is kept column-major, so that ``W.T`` is the row-contiguous view that the compiled kernel reads.

    Raises
    ------
    ValueError
        When the shapes do not fit each other or the dtype is neither float32 nor float64.
    """

    W: Floats
    B: Floats
    V: Floats
    C: Floats
    gradient: Gradient = "exact"

    def __post_init__(self) -> None:
        dtype = np.asarray(self.W).dtype
        if dtype not in (np.float32, np.float64):
            raise ValueError(f"Parameters must be float32 or float64, not {dtype}.")
        self.W = np.asfortranarray(self.W, dtype=dtype)
        self.B, self.V, self.C = (np.ascontiguousarray(a, dtype=dtype) for a in (self.B, self.V, self.C))
        if self.W.ndim != 2:
            raise ValueError(f"W must be a matrix (inputs, hidden units), not of shape {self.W.shape}.")
        d, h = self.W.shape
        shapes = self.W.shape, self.B.shape, self.V.shape, self.C.shape
        if shapes != ((d, h), (h,), (h, d), (d,)):
            raise ValueError("W, B, V, C of shapes {}, {}, {}, {} do not belong together.".format(*shapes))

    @classmethod
    def random(
        cls,
        n_inputs: int,
        n_hidden: int,
        rng: np.random.Generator,
        *,
        dtype: DTypeLike = np.float32,
        gradient: Gradient = "exact",
    ) -> Self:
        """Return the exercise's start: W, V ~ N(0, 0.01²), B = 0.5, C = 0."""
        W = rng.normal(0.0, WEIGHT_SCALE, (n_inputs, n_hidden))
        V = rng.normal(0.0, WEIGHT_SCALE, (n_hidden, n_inputs))
        return cls(
            np.asfortranarray(W, dtype=dtype),
            np.full(n_hidden, START_BIAS, dtype),
            V.astype(dtype),
            np.zeros(n_inputs, dtype),
            gradient,
        )

    @property
    def n_inputs(self) -> int:
        """Pixels of one image."""
        return int(self.W.shape[0])

    @property
    def n_hidden(self) -> int:
        """Hidden units."""
        return int(self.W.shape[1])

    @property
    def parameters(self) -> dict[str, Floats]:
        """The four arrays by name: the arrays themselves, not copies."""
        return {"W": self.W, "B": self.B, "V": self.V, "C": self.C}

    def copy(self) -> AutoEncoder:
        """Return an autoencoder with own copies of all arrays, placed in memory as the compiled loop likes them."""
        W, B, V, C = aligned.copy(self.W.T).T, aligned.copy(self.B), aligned.copy(self.V), aligned.copy(self.C)
        return AutoEncoder(W, B, V, C, self.gradient)

    def is_finite(self) -> bool:
        """Return whether no parameter is NaN or infinite."""
        return all(bool(np.isfinite(a).all()) for a in self.parameters.values())

    def forward(self, x: Floats) -> Activations:
        """Return z and y for one example (d,) or a batch (n, d)."""
        z = np.maximum(x @ self.W + self.B, 0)
        return Activations(z, z @ self.V + self.C)

    def backward(self, x: Floats, x0: Floats, activations: Activations | None = None) -> Gradients:
        """Return the gradients of E for corrupted ``x`` and clean ``x0``, both (d,) or (n, d).

        With ``gradient="published"`` the ReLU's derivative [z > 0] is left out of dE/da, as in the exercise's
        published solution: dE/dW and dE/dB are then wrong for units that were silent.
        """
        z, y = activations or self.forward(x)
        dy: Floats = y - x0
        dz: Floats = dy @ self.V.T
        da = dz if self.gradient == "published" else dz * (z > 0)
        x, z, dy, da = (np.atleast_2d(a) for a in (x, z, dy, da))
        n = len(x)
        return Gradients(x.T @ da / n, da.mean(axis=0), z.T @ dy / n, dy.mean(axis=0))

    def update(self, gradients: Gradients, learning_rate: float) -> None:
        """Take one step of gradient descent, in place: θ ← θ - learning_rate dE/dθ."""
        for parameter, gradient in zip(self.parameters.values(), gradients, strict=True):
            parameter -= parameter.dtype.type(learning_rate) * gradient

    def reconstruct(self, x: Floats) -> Floats:
        """Return y for one example (d,) or a batch (n, d), in the parameters' dtype."""
        return self.forward(np.asarray(x, dtype=self.W.dtype)).y
