"""Fair timing on a machine that does other things too: competitors take turns, and medians are compared."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.float64]


def interleaved(competitors: Mapping[str, tuple[Callable[[], object], int]], rounds: int) -> dict[str, Seconds]:
    """Return the seconds per iteration of each competitor in each round.

    ``competitors`` are pairs (function, iterations that one call makes). Each is called once before, uncounted; in
    every round each is called once, so that a slow moment of the machine hits all of them.
    """
    taken: dict[str, list[float]] = {name: [] for name in competitors}
    for counted in range(-1, rounds):
        for name, (function, iterations) in competitors.items():
            started = time.perf_counter()
            function()
            seconds = (time.perf_counter() - started) / iterations
            if counted >= 0:
                taken[name].append(seconds)
    return {name: np.array(seconds) for name, seconds in taken.items()}


def median_us(seconds: Seconds) -> float:
    """Return the median in microseconds."""
    return float(np.median(seconds)) * 1e6


def ratio(first: Seconds, second: Seconds) -> float:
    """Return the median over the rounds of first / second, each taken within one round."""
    return float(np.median(first / second))
