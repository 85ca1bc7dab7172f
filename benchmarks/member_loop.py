"""The exercise's training loop in NumPy, written for any member of the family."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.penalties import MEMORY

Doubles = NDArray[np.float64]


class MemberLoop:
    """One example after another: float64, a new array for every result, and noise on every digit.

    It is `benchmarks.numpy_loops.ExerciseLoop` with the functions of the tables' rows, and nothing computed that the
    member does not need.
    """

    def __init__(self, model: AutoEncoder, digits: NDArray[np.float32], rate: float, sigma: float) -> None:
        self.kind = model.architecture
        self.W, self.B, self.V, self.C = (np.array(a, np.float64, order="C") for a in model.parameters.values())
        self.digits = digits.astype(np.float64)
        self.rate, self.sigma = rate, sigma
        self.activity = np.full(model.n_hidden, self.kind.kl_target)
        self.errors: list[float] = []
        self.sparsities: list[float] = []
        self.rng = np.random.default_rng(0)

    def run(self, iterations: int) -> None:
        """Train on that many random digits."""
        for _ in range(iterations):
            x0 = self.digits[self.rng.integers(len(self.digits))]
            self.step(x0 + self.rng.normal(0.0, self.sigma, x0.shape), x0)

    def step(self, x: Doubles, x0: Doubles) -> None:
        """Train on one noisy and clean digit (d,)."""
        kind, rate = self.kind, self.rate
        z = np.asarray(kind.hidden.function(np.dot(x, self.W) + self.B))
        if kind.k_sparse:
            passing = np.zeros(len(z))
            passing[np.argsort(-z, kind="stable")[: kind.k_sparse]] = 1
            z = z * passing
        o = np.dot(z, self.V) + self.C
        dy = kind.output.output(o) - x0
        self.errors.append(float(np.sum(kind.output.pixel_error(o, x0))))
        self.sparsities.append(float(np.mean(z > kind.hidden.threshold)))
        dz = np.dot(self.V, dy)
        slope = kind.hidden.derivative(z) * passing if kind.k_sparse else kind.hidden.derivative(z)
        if kind.kl_weight:
            self.activity = self.activity + (z - self.activity) / MEMORY
        for row, s in kind.penalties:
            dz = dz + row.on_code(z, self.activity, s, kind.kl_target)
        da = dz * slope
        if kind.contractive:
            bent, norms = kind.hidden.curvature(z) * (slope != 0), np.sum(self.W * self.W, axis=0)
            for row, s in kind.penalties:
                da = da + row.on_sum(slope, bent, norms, s)
        dW, dV = np.outer(x, da), np.outer(z, dy)
        for row, s in kind.penalties:
            if np.any(factor := row.on_inputs(slope, s)):
                dW = dW + self.W * factor
            if (factor := row.on_outputs(s)) and not kind.tied:
                dV = dV + self.V * factor
        if kind.tied:
            dW = dW + dV.T
        self.W = self.W - rate * dW
        self.B = self.B - rate * da
        self.V = self.W.T if kind.tied else self.V - rate * dV
        self.C = self.C - rate * dy
