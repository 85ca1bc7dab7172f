"""Fair timing on a machine that does other things too: competitors take turns, and medians are compared."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.float64]


def interleaved(competitors: Mapping[str, tuple[Callable[[], object], int]], rounds: int) -> dict[str, Seconds]:
    """Return the seconds per iteration of each competitor in each round.

    ``competitors`` are pairs (function, iterations that one call makes). In every round each has a turn, so that a
    slow moment of the machine hits all of them. A turn is two calls, of which the second counts: the first brings back
    into the caches what the others have pushed out, for everyone's speed in a long run is what is asked for.
    """
    taken: dict[str, list[float]] = {name: [] for name in competitors}
    for _ in range(rounds):
        for name, (function, iterations) in competitors.items():
            function()
            started = time.perf_counter()
            function()
            taken[name].append((time.perf_counter() - started) / iterations)
    return {name: np.array(seconds) for name, seconds in taken.items()}


def median_us(seconds: Seconds) -> float:
    """Return the median in microseconds."""
    return float(np.median(seconds)) * 1e6


def ratio(first: Seconds, second: Seconds) -> float:
    """Return the median over the rounds of first / second, each taken within one round."""
    return float(np.median(first / second))
