"""How the learning rate changes over a run: a factor between 1 and 0 for each iteration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Schedule = Literal["constant", "linear", "cosine"]
Doubles = NDArray[np.float64]


class Shape(NamedTuple):
    """A schedule: its name for the user, the factors for progress from 0 to 1, and these as a NumPy expression."""

    title: str
    factors: Callable[[Doubles], Doubles]
    code: str


SCHEDULES: dict[str, Shape] = {
    "constant": Shape("constant", np.ones_like, "1.0"),
    "linear": Shape("linear to 0", lambda progress: 1.0 - progress, "1.0 - progress"),
    # Loshchilov & Hutter 2017 (SGDR), equation 5, with a smallest rate of zero.
    "cosine": Shape(
        "cosine to 0",
        lambda progress: 0.5 * (1.0 + np.cos(np.pi * progress)),
        "0.5 * (1.0 + np.cos(np.pi * progress))",
    ),
}


def factors(schedule: Schedule, first: int, count: int, total: int) -> Doubles:
    """Return the factors (count,) of iterations ``first``, ``first + 1``, ... in a run of ``total`` iterations.

    Iteration 0 has factor 1; a falling schedule reaches 0 at iteration ``total``, which is no longer trained.
    """
    progress = np.minimum(np.arange(first, first + count, dtype=np.float64) / total, 1.0)
    return SCHEDULES[schedule].factors(progress)
