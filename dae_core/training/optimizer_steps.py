"""The optimizers' steps, compiled: each is one pass over some parameters, their gradient and its moments.

With NumPy, Adam's takes nine passes over five arrays, and for large networks that is as long as a product of matrices.
An element of the result depends on the same element of the arguments alone, so parameters can be cut anywhere.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model import kernels
from dae_core.model.compiled import compile_elsewhere, compiled, is_cached

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


def prepare(optimizer: str, monitor: Monitor = UNWATCHED) -> None:
    """Have a step ready, by the name of its function, as `kernels.prepare` does for the exercise's loop."""
    step, arguments = globals()[optimizer], _example(optimizer)
    with kernels.preparing:
        if step.signatures:
            return
        if not is_cached(step, *arguments):
            compile_elsewhere(__name__, optimizer, monitor=monitor)
        step(*arguments)


def _example(optimizer: str) -> tuple[Any, ...]:
    """Return arguments of a step, of the types that training has."""
    count = globals()[optimizer].py_func.__code__.co_argcount
    vectors = {"sgd": 2, "momentum": 3, "adam": 4}[optimizer]
    return *(np.ones(1, np.float32) for _ in range(vectors)), *(np.float32(0.5) for _ in range(count - vectors))


if __name__ == "__main__":
    globals()[sys.argv[1]](*_example(sys.argv[1]))
