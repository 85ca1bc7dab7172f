"""Training on mini-batches through BLAS, on all cores that the run may use, with all arrays made once.

The products of an iteration are cut into pieces: blocks of hidden units, and for y blocks of pixels. How they are cut
is a function of the sizes alone, every product of a piece is single-threaded BLAS, and what goes over several pieces is
added up in their order, so the bits do not depend on how many threads share the pieces.
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

_MOST_COLUMNS, _MOST_EXAMPLES = 256, 64
"""Units or pixels, and examples, of a piece: larger ones are hardly faster."""
_FEWEST, _PIECES = 16, 4
"""Of units, pixels or examples in a piece, where there are as many; and how many pieces there should be at least."""
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
        n, h, d, dtype = batch_size, model.n_hidden, model.n_inputs, model.W.dtype
        # Products are fastest where the sum goes over rows of the second factor: so the input and the error are needed
        # as they are and transposed, and the code only transposed.
        self._zT, self._daT = np.empty((h, n), dtype), np.empty((h, n), dtype)
        self._xT, self._e, self._eT = np.empty((d, n), dtype), np.empty((n, d), dtype), np.empty((d, n), dtype)
        self._dC = np.empty_like(model.C)
        self._units = [_Units(model, part) for part in _cut(model.n_hidden, _MOST_COLUMNS)]
        self._pixels = _cut(model.n_inputs, _MOST_COLUMNS)
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
        model, kind, zT, e, units = self.model, self.model.architecture, self._zT, self._e, self._units
        z = zT.T
        passes: type[_Passes] = _ExercisePasses if kind.is_exercise else _Passes
        active, errors = np.zeros(len(units)), np.empty(len(self._pixels))
        np.copyto(self._xT, noisy.T)

        def multiply(piece: int) -> None:
            block = units[piece]
            np.matmul(block.model.W.T, self._xT, out=zT[block.part])
            active[piece] = passes.activate(block.model, zT[block.part])

        def select(piece: int) -> None:
            rows = z[self._examples[piece]]
            rows[...] = model.strongest(rows)

        def reconstruct(piece: int) -> None:
            part = self._pixels[piece]
            np.matmul(z, model.V[:, part], out=e[:, part])
            errors[piece] = passes.compare(model, e, clean, part, self._dC[part])
            np.copyto(self._eT[part], e[:, part].T)

        def go_back(piece: int) -> None:
            block = units[piece]
            daT = self._daT[block.part]
            np.matmul(block.model.V, self._eT, out=daT)
            block.differentiate(passes, kind, noisy, zT[block.part], e, daT, activity[block.part])
            if is_small:
                block.update(self.optimizer)

        self._share(multiply, len(units), check)
        if kind.k_sparse:
            self._share(select, len(self._examples), check)
            active[0] = np.count_nonzero(model.active(z))
        self._share(reconstruct, len(self._pixels), check)
        activity = self.activity.after(z)
        is_small = z.size * model.n_inputs <= _WHOLE
        if not is_small:
            self._share(go_back, len(units), check, takes_time=True)
        check()  # for the last time: what follows is done as a whole
        self.activity.values = activity
        self.optimizer.begin_step(rate)
        if is_small:
            self._share(go_back, len(units), _nothing, takes_time=True)
        else:
            self._share(lambda piece: units[piece].update(self.optimizer), len(units), _nothing)
        self.optimizer.update(len(self.optimizer.parameters) - 1, slice(None), self._dC, 1.0 / len(clean))
        return float(errors.sum()) / len(clean), float(active.sum()) / z.size

    def _share(
        self, do_piece: Callable[[int], object], count: int, check: Callable[[], object], *, takes_time: bool = False
    ) -> None:
        def do(piece: int) -> None:
            check()
            with np.errstate(over="ignore", invalid="ignore"):  # a diverging run is noticed by its errors
                do_piece(piece)

        self.crew.do(do, count, takes_time=takes_time)


class _Passes:
    """What is done with the results of products, for some units or pixels, in place: for any member of the family."""

    @staticmethod
    def activate(model: AutoEncoder, zT: Floats) -> int:
        """Turn x W (h, n) into z; return how many units are active, or 0 where they are still to be chosen."""
        zT += model.B[:, None]
        zT[...] = model.architecture.hidden.function(zT)
        return 0 if model.architecture.k_sparse else int(np.count_nonzero(model.active(zT)))

    @staticmethod
    def compare(model: AutoEncoder, e: Floats, clean: Floats, part: slice, dC: Floats) -> float:
        """Turn z V of some pixels (n, d) into dE/do = y - x0, fill ``dC``, and return the sum of recorded errors."""
        output, block, x0 = model.architecture.output, e[:, part], clean[:, part]
        block += model.C[part]
        error = float(output.errors(block, x0).sum())
        block[...] = output.output(block)
        block -= x0
        block.sum(axis=0, out=dC)
        return error

    @staticmethod
    def go_back(model: AutoEncoder, zT: Floats, dzT: Floats, activity: Floats, dB: Floats) -> tuple[Floats, float]:
        """Turn dE/dz (h, n) into dE/da, and fill ``dB``; return what `AutoEncoder.go_back` does, for the penalties."""
        factors = model.go_back(zT.T, dzT.T, activity)
        dzT.sum(axis=1, out=dB)
        return factors


class _ExercisePasses(_Passes):
    """The same for the exercise's network, compiled: with NumPy, a tenth of the time of an iteration goes there."""

    @staticmethod
    def activate(model: AutoEncoder, zT: Floats) -> int:
        """Turn x W (h, n) into z; return how many units are active."""
        from dae_core.training import batch_loops  # numba takes 0.4 s to import

        return int(batch_loops.activate(zT, model.B))

    @staticmethod
    def compare(model: AutoEncoder, e: Floats, clean: Floats, part: slice, dC: Floats) -> float:
        """Turn z V of some pixels (n, d) into y - x0, fill ``dC``, and return the sum of recorded errors."""
        from dae_core.training import batch_loops

        return float(batch_loops.compare(e, clean, model.C[part], part.start, dC))

    @staticmethod
    def go_back(model: AutoEncoder, zT: Floats, dzT: Floats, activity: Floats, dB: Floats) -> tuple[Floats, float]:
        """Turn dE/dz (h, n) into dE/da, and fill ``dB``; there are no penalties, so ``activity`` plays no part."""
        from dae_core.training import batch_loops

        batch_loops.go_back(zT, dzT, model.gradient == "published", dB)
        return activity, 0.0


class _Units:
    """A block of hidden units: its parameters, which are views of the whole model's, and their gradients."""

    def __init__(self, model: AutoEncoder, part: slice) -> None:
        self.part = part
        W, B, V = model.W[:, part], model.B[part], model.V[part]
        self.model = AutoEncoder(W, B, V, model.C, model.gradient, model.architecture)
        self._dWT, self._dB, self._dV = np.empty_like(V), np.empty_like(B), np.empty_like(V)
        self._scale = 1.0

    def differentiate(
        self, passes: type[_Passes], kind: Any, x: Floats, zT: Floats, e: Floats, dzT: Floats, activity: Floats
    ) -> None:
        """Compute the gradients, from the block's z and dE/dz (units, n), which becomes dE/da."""
        model, dWT, dV = self.model, self._dWT, self._dV
        model.architecture = kind
        W_factor, V_factor = passes.go_back(model, zT, dzT, activity, self._dB)
        np.matmul(dzT, x, out=dWT)
        np.matmul(zT, e, out=dV)
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
