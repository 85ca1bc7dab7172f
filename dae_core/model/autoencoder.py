"""The denoising autoencoder itself, in the exercise's four methods: the specification of everything faster.

The exercise's model, with x the corrupted and x0 the clean digit (DESIGN section 2)::

    a = x W + B          z = max(0, a)          y = z V + C
    E = |y - x0|² / 2    (the recorded error is |y - x0|²)

The family's (section 9), with f and g, E's first term and its penalties from the tables `activations`, `losses` and
`penalties`::

    a = x W + B          z = f(a)               o = z V + C          y = g(o)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from dae_core.model import aligned
from dae_core.model.architecture import Architecture
from dae_core.model.penalties import Measured

Floats = NDArray[np.floating[Any]]
Gradient = Literal["exact", "published"]

EXERCISE = Architecture()
WEIGHT_SCALE = EXERCISE.hidden.weight_scale
START_BIAS = EXERCISE.hidden.start_bias


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
    """A one-hidden-layer autoencoder: arrays W (d, h), B (h,), V (h, d), C (d,), float32 or float64.

    W is kept column-major, so that ``W.T`` is the row-contiguous view that the compiled kernel reads. Where the
    weights are tied, V is that view, and the V that is handed in is not looked at.

    Raises
    ------
    ValueError
        When the shapes do not fit each other, the dtype is neither float32 nor float64, or the architecture makes no
        sense.
    """

    W: Floats
    B: Floats
    V: Floats
    C: Floats
    gradient: Gradient = "exact"
    architecture: Architecture = EXERCISE

    def __post_init__(self) -> None:
        if conflict := self.architecture.conflict():
            raise ValueError(conflict)
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
        if self.architecture.tied:
            self.V = self.W.T

    @classmethod
    def random(
        cls,
        n_inputs: int,
        n_hidden: int,
        rng: np.random.Generator,
        *,
        dtype: DTypeLike = np.float32,
        gradient: Gradient = "exact",
        architecture: Architecture = EXERCISE,
    ) -> Self:
        """Return the start: W, V ~ N(0, s²), B = b, C = 0; the exercise's s is 0.01 and its b 0.5."""
        row = architecture.hidden
        W = rng.normal(0.0, row.weight_scale, (n_inputs, n_hidden))
        V = rng.normal(0.0, row.weight_scale, (n_hidden, n_inputs))
        return cls(
            np.asfortranarray(W, dtype=dtype),
            np.full(n_hidden, row.start_bias, dtype),
            V.astype(dtype),
            np.zeros(n_inputs, dtype),
            gradient,
            architecture,
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

    @property
    def trained(self) -> dict[str, Floats]:
        """The arrays that are parameters of their own: without V where it is Wᵀ."""
        return {name: a for name, a in self.parameters.items() if not (self.architecture.tied and name == "V")}

    def copy(self) -> AutoEncoder:
        """Return an autoencoder with own copies of all arrays, placed in memory as the compiled loop likes them."""
        W, B, C = aligned.copy(self.W.T).T, aligned.copy(self.B), aligned.copy(self.C)
        V = W.T if self.architecture.tied else aligned.copy(self.V)
        return AutoEncoder(W, B, V, C, self.gradient, self.architecture)

    def astype(self, dtype: DTypeLike) -> AutoEncoder:
        """Return a copy in another dtype, float32 or float64."""
        W, B, V, C = (array.astype(dtype) for array in self.parameters.values())
        return AutoEncoder(W, B, V, C, self.gradient, self.architecture)

    def is_finite(self) -> bool:
        """Return whether no parameter is NaN or infinite."""
        return all(bool(np.isfinite(a).all()) for a in self.trained.values())

    def code(self, x: Floats) -> Floats:
        """Return z (..., h) for one example (d,) or a batch (n, d)."""
        return self.strongest(np.asarray(self.architecture.hidden.function(x @ self.W + self.B)))

    def active(self, z: Floats) -> NDArray[np.bool_]:
        """Return which units of z (..., h) are active: z > 0, or above f(0) where that is not 0."""
        return np.asarray(z > self.architecture.hidden.threshold)

    def decode(self, z: Floats) -> Floats:
        """Return y (..., d) of hidden activations z (..., h)."""
        return np.asarray(self.architecture.output.output(z @ self.V + self.C))

    def forward(self, x: Floats) -> Activations:
        """Return z and y for one example (d,) or a batch (n, d)."""
        z = self.code(x)
        return Activations(z, self.decode(z))

    def errors(self, x: Floats, x0: Floats) -> NDArray[np.float64]:
        """Return the recorded errors (n,) of corrupted ``x`` and clean ``x0``, both (n, d), without penalties."""
        return self.architecture.output.errors(self.code(x) @ self.V + self.C, x0)

    def energy(self, x: Floats, x0: Floats) -> float:
        """Return E, the mean over examples (d,) or (n, d), with its penalties: what ``backward`` is the gradient of."""
        x, x0 = np.atleast_2d(x), np.atleast_2d(x0)
        energy = self.architecture.output.energy_factor * float(self.errors(x, x0).mean())
        if self.architecture.penalties:
            z = self.code(x)
            norms = np.einsum("ij,ij->j", self.W, self.W)
            squares = sum(float((self.trained[name] ** 2).sum()) for name in ("W", "V") if name in self.trained)
            measured = Measured(z, self.slope(z), z.mean(axis=0), norms, squares)
            energy += sum(
                row.energy(measured, s, self.architecture.kl_target) for row, s in self.architecture.penalties
            )
        return energy

    def backward(
        self, x: Floats, x0: Floats, activations: Activations | None = None, activity: Floats | None = None
    ) -> Gradients:
        """Return the gradients of E for corrupted ``x`` and clean ``x0``, both (d,) or (n, d).

        Where the weights are tied, those of W and V are that of the one matrix, and its transpose.
        With ``gradient="published"`` the activation's derivative is left out of dE/da, as in the exercise's
        published solution ([z > 0] there): dE/dW and dE/dB are then wrong for units that were silent.

        Parameters
        ----------
        activity : (h,), optional
            What the KL penalty takes for the mean of z; by default it is that of the examples.
        """
        z, y = activations or self.forward(x)
        dy: Floats = y - x0
        dz: Floats = dy @ self.V.T
        x, z, dy, dz = (np.atleast_2d(a) for a in (x, z, dy, dz))
        n, kind = len(x), self.architecture
        W_factor, V_factor = self.go_back(z, dz, z.mean(axis=0) if activity is None else activity)
        dW, dV = x.T @ dz / n, z.T @ dy / n
        if kind.penalties:
            dW, dV = dW + self.W * W_factor, dV + (0.0 if kind.tied else self.V.dtype.type(V_factor)) * self.V
        if kind.tied:
            dW = dW + dV.T
            dV = dW.T
        return Gradients(dW, dz.mean(axis=0), dV, dy.mean(axis=0))

    def go_back(self, z: Floats, dz: Floats, activity: Floats) -> tuple[Floats, float]:
        """Turn dE/dz (n, h), without penalties, into dE/da with them, in place; return what they do to the weights.

        That are the factors of the columns of W (h,) and of V: times these, W and V are added to dE/dW and dE/dV.
        """
        kind, slope = self.architecture, self.slope(z)
        for row, s in kind.penalties:
            dz += row.on_code(z, activity, s, kind.kl_target)
        if self.gradient != "published":
            dz *= slope
        W_factor, V_factor = np.zeros(self.n_hidden, z.dtype), 0.0
        if kind.penalties:
            norms, curvature = np.einsum("ij,ij->j", self.W, self.W), kind.hidden.curvature(z) * (slope != 0)
            for row, s in kind.penalties:
                dz += row.on_sum(slope, curvature, norms, s)
                W_factor += np.mean(row.on_inputs(slope, s) + np.zeros_like(z), axis=0)
                V_factor += row.on_outputs(s)
        return W_factor, V_factor

    def update(self, gradients: Gradients, learning_rate: float) -> None:
        """Take one step of gradient descent, in place: θ ← θ - learning_rate dE/dθ."""
        for name, parameter in self.trained.items():
            parameter -= parameter.dtype.type(learning_rate) * getattr(gradients, name)

    def reconstruct(self, x: Floats) -> Floats:
        """Return y for one example (d,) or a batch (n, d), in the parameters' dtype."""
        return self.forward(np.asarray(x, dtype=self.W.dtype)).y

    def slope(self, z: Floats) -> Floats:
        """Return f'(a) (..., h); 0 for the units that k-sparse switched off, whose z is 0."""
        slope = np.asarray(self.architecture.hidden.derivative(z))
        return slope * (z != 0) if self.architecture.k_sparse else slope

    def strongest(self, z: Floats) -> Floats:
        """Return z (..., h) with all but the k strongest units at 0; of equal ones, those of lower number stay.

        NaN counts as the strongest, so that it shows in the error.
        """
        k = self.architecture.k_sparse
        if not 0 < k < self.n_hidden:
            return z
        order = np.argsort(np.where(np.isnan(z), -np.inf, -z), axis=-1, kind="stable")
        kept = np.zeros(z.shape, bool)
        np.put_along_axis(kept, order[..., :k], True, axis=-1)
        return np.where(kept, z, z.dtype.type(0))
