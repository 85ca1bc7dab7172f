"""Where a snapshot stands among those of the run: twice its place, so that one that is kept no more is in between."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def half_place(iterations: Sequence[int], iteration: int | None) -> int:
    """Return twice the place of an iteration among ascending ones.

    An odd number is between two places; None, which is "live", has the place after the last.
    """
    if iteration is None:
        return 2 * len(iterations)
    place = bisect_left(iterations, iteration)
    if place < len(iterations) and iterations[place] == iteration:
        return 2 * place
    return max(0, 2 * place - 1)


def after_steps(half: int, steps: int) -> int:
    """Return the place so many steps on; from between two places the neighbour is one step away."""
    start = half // 2 if steps > 0 else (half + 1) // 2
    return max(0, start + steps)
