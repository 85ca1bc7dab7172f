"""How the learning rate changes over a run: a factor between 1 and 0 for each iteration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Schedule = Literal["constant", "linear", "cosine"]
Doubles = NDArray[np.float64]


def _constant(progress: Doubles) -> Doubles:
    return np.ones_like(progress)


def _linear(progress: Doubles) -> Doubles:
    return 1.0 - progress


def _cosine(progress: Doubles) -> Doubles:
    """Loshchilov & Hutter 2017 (SGDR), equation 5, with a smallest rate of zero."""
    return 0.5 * (1.0 + np.cos(np.pi * progress))


SCHEDULES: dict[str, Callable[[Doubles], Doubles]] = {"constant": _constant, "linear": _linear, "cosine": _cosine}


def factors(schedule: Schedule, first: int, count: int, total: int) -> Doubles:
    """Return the factors (count,) of iterations ``first``, ``first + 1``, ... in a run of ``total`` iterations.

    Iteration 0 has factor 1; a falling schedule reaches 0 at iteration ``total``, which is no longer trained.
    """
    progress = np.minimum(np.arange(first, first + count, dtype=np.float64) / total, 1.0)
    return SCHEDULES[schedule](progress)
