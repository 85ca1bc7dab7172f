"""Training on mini-batches through BLAS, on all cores that the run may use, with all arrays made once.

The products of an iteration are cut into pieces: blocks of hidden units, and for y blocks of examples. How they are cut
is a function of the sizes alone, every piece is one call of single-threaded BLAS, and no sum goes over several pieces,
so the bits do not depend on how many threads share the pieces.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.activity import RunningActivity
from dae_core.training.crew import Crew
from dae_core.training.optimizers import OPTIMIZERS, OptimizerName

Floats = NDArray[np.floating[Any]]

_MOST_UNITS, _MOST_EXAMPLES = 256, 64
"""Of a piece: larger ones are hardly faster."""
_FEWEST, _PIECES = 16, 4
"""Of units or examples in a piece, where there are as many; and how many pieces there should be at least."""
_SHARE = 10**7
"""Multiplications of a product that are worth a thread: for less, threads wait for one another longer than they work.

Two threads take 0.7 of the time of one at 225 units and batches of 128 digits, with 2.3e7, and longer at batches of 32.
"""
_WHOLE = 2 * 10**9
"""Multiplications of a product up to which gradients and update are one task, which is not left in its midst.

The gradients are then taken while they are cached. A batch of 10,000 digits through 225 units has 1.8e9.
"""


def _nothing() -> None:
    pass


class MiniBatchTrainer:
    """Trains a model on batches of examples: the mean gradient of a batch, one step of an optimizer.

    Parameters
    ----------
    model : AutoEncoder
        Its arrays are changed in place. Its architecture may get other strengths of penalties between two steps.
    batch_size : int
    optimizer : str
        A key of `OPTIMIZERS`.
    threads : int
        How many share the work at most, where there is enough of it; the results are the same bits.
    """

    def __init__(self, model: AutoEncoder, batch_size: int, optimizer: OptimizerName, threads: int = 1) -> None:
        self.model = model
        self.activity = RunningActivity(model)
        self.crew = Crew(max(1, min(threads, batch_size * model.n_hidden * model.n_inputs // _SHARE)))
        own_V = [] if model.architecture.tied else [model.V]
        self.optimizer = OPTIMIZERS[optimizer]([model.W.T, model.B, *own_V, model.C])
        shape, dtype = (batch_size, model.n_hidden), model.W.dtype
        self._z, self._da = np.empty(shape, dtype), np.empty(shape, dtype)
        self._e = np.empty((batch_size, model.n_inputs), dtype)
        self._units = [_Units(model, part) for part in _cut(model.n_hidden, _MOST_UNITS)]
        self._examples = _cut(batch_size, _MOST_EXAMPLES)

    def close(self) -> None:
        """End its threads; the next step starts others."""
        self.crew.close()

    def step(
        self, clean: Floats, noisy: Floats, rate: float, check: Callable[[], object] = _nothing
    ) -> tuple[float, float]:
        """Take one step on a batch of rows (batch_size, d); return its mean recorded error and sparsity before it.

        ``check`` is called from time to time, by any of the threads, and may raise: the model and the optimizer are as
        they were then.
        """
        model, kind, z, e, da, units = self.model, self.model.architecture, self._z, self._e, self._da, self._units
        found = np.empty((2, len(self._examples)))

        def multiply(piece: int) -> None:
            part = units[piece].part
            np.matmul(noisy, model.W[:, part], out=z[:, part])

        def reconstruct(piece: int) -> None:
            rows = self._examples[piece]
            found[:, piece] = self._reconstruct(z[rows], e[rows], clean[rows])

        def go_back(piece: int) -> None:
            part = units[piece].part
            np.matmul(e, units[piece].model.V.T, out=da[:, part])
            units[piece].differentiate(kind, noisy, z[:, part], e, da[:, part], activity[part])
            if is_small:
                units[piece].update(self.optimizer)

        self._share(multiply, len(units), check)
        self._share(reconstruct, len(self._examples), check)
        activity = self.activity.after(z)
        dC = e.sum(axis=0)
        is_small = z.size * model.n_inputs <= _WHOLE
        if not is_small:
            self._share(go_back, len(units), check)
        check()  # for the last time: what follows is done as a whole
        self.activity.values = activity
        self.optimizer.begin_step(rate)
        if is_small:
            self._share(go_back, len(units), _nothing)
        else:
            self._share(lambda piece: units[piece].update(self.optimizer), len(units), _nothing)
        self.optimizer.update(len(self.optimizer.parameters) - 1, slice(None), dC, 1.0 / len(clean))
        error, active = found.sum(axis=1)
        return float(error) / len(clean), float(active) / z.size

    def _share(self, do_piece: Callable[[int], object], count: int, check: Callable[[], object]) -> None:
        def do(piece: int) -> None:
            check()
            with np.errstate(over="ignore", invalid="ignore"):  # a diverging run is noticed by its errors
                do_piece(piece)

        self.crew.do(do, count)

    def _reconstruct(self, z: Floats, e: Floats, clean: Floats) -> tuple[float, int]:
        """Turn x W of some examples into z, in place, and fill ``e`` with dE/do = y - x0.

        Return the sum of the recorded errors, and how many units are active.
        """
        model, kind = self.model, self.model.architecture
        z += model.B
        z[...] = model.strongest(kind.hidden.function(z))
        np.matmul(z, model.V, out=e)
        e += model.C
        error = 0.0 if kind.is_exercise else float(kind.output.errors(e, clean).sum())
        if not kind.is_exercise:
            e[...] = kind.output.output(e)
        e -= clean
        if kind.is_exercise:
            error = float(np.einsum("ij,ij->", e, e, dtype=np.float64))
        return error, int(np.count_nonzero(model.active(z)))


class _Units:
    """A block of hidden units: its parameters, which are views of the whole model's, and their gradients."""

    def __init__(self, model: AutoEncoder, part: slice) -> None:
        self.part = part
        W, B, V = model.W[:, part], model.B[part], model.V[part]
        self.model = AutoEncoder(W, B, V, model.C, model.gradient, model.architecture)
        self._dWT, self._dB, self._dV = np.empty_like(V), np.empty_like(B), np.empty_like(V)
        self._scale = 1.0

    def differentiate(self, kind: Any, x: Floats, z: Floats, e: Floats, dz: Floats, activity: Floats) -> None:
        """Compute the gradients, from the block's columns of z and dE/dz (n, units), which becomes dE/da."""
        model, dWT, dV = self.model, self._dWT, self._dV
        model.architecture = kind
        W_factor, V_factor = model.go_back(z, dz, activity)
        np.matmul(dz.T, x, out=dWT)
        np.matmul(z.T, e, out=dV)
        dz.sum(axis=0, out=self._dB)
        self._scale = 1.0 / len(x)
        if kind.penalties:
            for gradient in (dWT, self._dB, dV):
                gradient *= gradient.dtype.type(self._scale)
            self._scale = 1.0
            dWT += model.W.T * W_factor[:, None]
            if not kind.tied:
                dV += model.V * model.V.dtype.type(V_factor)
        if kind.tied:
            dWT += dV

    def update(self, optimizer: Any) -> None:
        """Take the optimizer's step with these parameters."""
        own_V = [] if self.model.architecture.tied else [self._dV]
        for which, gradient in enumerate((self._dWT, self._dB, *own_V)):
            optimizer.update(which, self.part, gradient, self._scale)


def _cut(count: int, most: int) -> list[slice]:
    """Return pieces of nearly equal length, each at most ``most`` long; a function of the numbers alone."""
    pieces = -(-count // min(most, max(_FEWEST, -(-count // _PIECES))))
    ends = [count * i // pieces for i in range(pieces + 1)]
    return [slice(start, end) for start, end in itertools.pairwise(ends)]
