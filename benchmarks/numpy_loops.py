"""The same training written in NumPy, twice: as one writes an exercise, and as fast as NumPy goes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas

from dae_core.model.autoencoder import AutoEncoder

Doubles = NDArray[np.float64]
Singles = NDArray[np.float32]


class ExerciseLoop:
    """The exercise's equations one by one: float64, a new array for every result, and noise on every digit.

    Its functions forward, backward and update are called once an iteration, as in its notebook; error and sparsity go
    into lists.
    """

    def __init__(self, model: AutoEncoder, digits: Singles, rate: float, sigma: float) -> None:
        self.W, self.B, self.V, self.C = (np.array(a, np.float64, order="C") for a in model.parameters.values())
        self.digits = digits.astype(np.float64)
        self.rate, self.sigma = rate, sigma
        self.errors: list[float] = []
        self.sparsities: list[float] = []
        self.rng = np.random.default_rng(0)

    def run(self, iterations: int) -> None:
        """Train on that many random digits."""
        for _ in range(iterations):
            x0 = self.digits[self.rng.integers(len(self.digits))]
            x = x0 + self.rng.normal(0.0, self.sigma, x0.shape)
            z, y = self.forward(x)
            self.errors.append(float(np.sum((y - x0) ** 2)))
            self.sparsities.append(float(np.mean(z > 0)))
            self.update(*self.backward(x, x0, z, y))

    def forward(self, x: Doubles) -> tuple[Doubles, Doubles]:
        """Return z = max(0, xW + B) and y = zV + C."""
        z = np.maximum(0, np.dot(x, self.W) + self.B)
        return z, np.dot(z, self.V) + self.C

    def backward(self, x: Doubles, x0: Doubles, z: Doubles, y: Doubles) -> tuple[Doubles, Doubles, Doubles, Doubles]:
        """Return dE/dW, dE/dB, dE/dV, dE/dC."""
        dy = y - x0
        dz = np.dot(self.V, dy) * (z > 0)
        return np.outer(x, dz), dz, np.outer(z, dy), dy

    def update(self, dW: Doubles, dB: Doubles, dV: Doubles, dC: Doubles) -> None:
        """Take one step down the gradients."""
        self.W = self.W - self.rate * dW
        self.B = self.B - self.rate * dB
        self.V = self.V - self.rate * dV
        self.C = self.C - self.rate * dC


class BlasLoop:
    """float32, arrays made once, the two big updates by BLAS's ``sger`` in place; examples corrupted beforehand."""

    def __init__(self, model: AutoEncoder, clean: Singles, noisy: Singles, rate: float) -> None:
        model = model.copy()
        self.W, self.B, self.V, self.C = model.W, model.B, model.V.T, model.C  # both matrices (784, 225), column-major
        self.clean, self.noisy, self.rate = clean, noisy, rate
        self.errors, self.sparsities = np.empty((2, len(clean)), np.float32)
        self.a = np.empty_like(self.B)
        self.e = np.empty_like(self.C)

    def run(self) -> None:
        """Train on all examples."""
        a, e = self.a, self.e
        for i, (x0, x) in enumerate(zip(self.clean, self.noisy, strict=True)):
            a[:] = self.B
            blas.sgemv(1.0, self.W, x, beta=1.0, y=a, trans=1, overwrite_y=1)
            np.maximum(a, 0, out=a)
            np.subtract(self.C, x0, out=e)
            blas.sgemv(1.0, self.V, a, beta=1.0, y=e, overwrite_y=1)
            self.errors[i] = e @ e
            fires = a > 0
            self.sparsities[i] = np.count_nonzero(fires) / len(a)
            da = blas.sgemv(self.rate, self.V, e, trans=1) * fires
            blas.sger(-self.rate, e, a, a=self.V, overwrite_a=1)
            blas.sger(-1.0, x, da, a=self.W, overwrite_a=1)
            self.B -= da
            e *= self.rate
            self.C -= e
