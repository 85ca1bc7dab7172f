"""The loops of mini-batches, compiled: each is one pass over arrays that NumPy would go through several times.

That are the optimizers' steps, and what the exercise's network does between two products of matrices. An element of a
parameter depends on the same element of the arguments alone, and no sum goes over several blocks of units or pixels,
so the work can be cut anywhere.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model import preparing
from dae_core.model.compiled import compile_elsewhere, compiled, is_cached
from dae_core.model.kernels import FAST

Floats = NDArray[np.floating[Any]]

# Products and sums may be fused, and divisions made products; NaN and infinity keep their meaning.
_step = compiled(fastmath={"contract", "nsz", "arcp"})


@_step
def sgd(parameter: Floats, gradient: Floats, scale: float, rate: float) -> None:
    """``parameter -= rate * scale * gradient``, for vectors (n,); ``scale`` turns a batch's sum into its mean."""
    factor = rate * scale
    for i in range(len(parameter)):
        parameter[i] -= factor * gradient[i]


@_step
def momentum(parameter: Floats, gradient: Floats, velocity: Floats, scale: float, rate: float, decay: float) -> None:
    """``velocity = decay * velocity + scale * gradient``, then ``parameter -= rate * velocity``."""
    for i in range(len(parameter)):
        v = decay * velocity[i] + scale * gradient[i]
        velocity[i] = v
        parameter[i] -= rate * v


@_step
def adam(
    parameter: Floats,
    gradient: Floats,
    first: Floats,
    second: Floats,
    scale: float,
    rate: float,
    decay_1: float,
    rest_1: float,
    decay_2: float,
    rest_2: float,
    epsilon: float,
) -> None:
    """Adam's step with g = ``scale * gradient``, moments decaying by ``decay`` and taking ``rest`` of g and g²."""
    for i in range(len(parameter)):
        g = scale * gradient[i]
        m = decay_1 * first[i] + rest_1 * g
        v = decay_2 * second[i] + rest_2 * (g * g)
        first[i] = m
        second[i] = v
        parameter[i] -= rate * m / (np.sqrt(v) + epsilon)


_pass = compiled(fastmath=FAST)


@_pass
def activate(z: Floats, B: Floats) -> int:
    """``z = max(0, z + B)`` for some units, in place; return how many are above 0. NaN stays.

    ``z`` is (units, n), ``B`` (units,).
    """
    zero = B.dtype.type(0)
    active = 0
    for j in range(len(z)):
        row, b = z[j], B[j]
        for i in range(len(row)):
            a = row[i] + b
            active += a > zero
            row[i] = zero if a <= zero else a
    return active


@_pass
def compare(e: Floats, clean: Floats, C: Floats, first: int, dC: Floats) -> np.float64:
    """``e += C - clean`` for the pixels from ``first`` on, in place; fill ``dC`` with its sums over the examples.

    Return the sum of e². ``e`` and ``clean`` are (n, d), ``C`` and ``dC`` (pixels,).
    """
    squared = np.float64(0)
    dC[:] = 0
    for i in range(len(e)):
        row, x0 = e[i, first : first + len(C)], clean[i, first : first + len(C)]
        s = C.dtype.type(0)
        for k in range(len(C)):
            difference = (row[k] + C[k]) - x0[k]
            row[k] = difference
            dC[k] += difference
            s += difference * difference
        squared += s
    return squared


@_pass
def go_back(z: Floats, dz: Floats, published: bool, dB: Floats) -> None:
    """``dz[z == 0] = 0`` for some units, in place; fill ``dB`` with the sums over the examples.

    ``z`` and ``dz`` are (units, n), ``dB`` (units,). With ``published``, the ReLU's derivative is left out.
    """
    zero = dB.dtype.type(0)
    for j in range(len(z)):
        row, above, s = dz[j], z[j], zero
        for i in range(len(row)):
            if not published and above[i] <= zero:
                row[i] = zero
            s += row[i]
        dB[j] = s


def prepare(optimizer: str, monitor: Monitor = UNWATCHED) -> None:
    """Have the passes and a step ready, by its function's name, as `preparing.prepare` does for the exercise's loop.

    Raises Cancelled where the monitor says so while another process compiles.
    """
    calls = _calls(optimizer)
    with preparing.one_at_a_time:
        if all(loop.signatures for loop, _ in calls):
            return
        if not all(is_cached(*call) for call in calls):
            compile_elsewhere(__name__, [optimizer], monitor=monitor)
        for loop, arguments in calls:
            loop(*arguments)


def _calls(optimizer: str) -> list[tuple[Any, tuple[Any, ...]]]:
    """Return the passes and a step, each with arguments of the types that training has."""
    step = globals()[optimizer]
    count = step.py_func.__code__.co_argcount
    vectors = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    numbers = *(np.ones(1, np.float32) for _ in range(vectors)), *(np.float32(0.5) for _ in range(count - vectors))
    matrix, row = np.ones((1, 1), np.float32), np.ones(1, np.float32)
    return [
        (step, numbers),
        (activate, (matrix, row)),
        (compare, (matrix, matrix.copy(), row, 0, row.copy())),
        (go_back, (matrix, matrix.copy(), False, row)),
    ]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        for function, example in _calls(name):
            function(*example)
