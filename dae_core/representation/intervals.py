"""How far a share that was counted may lie from the true one."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

CONFIDENCE = 0.95
_Z = 1.959963984540054  # 97.5 % of a standard normal variable lie below


class Interval(NamedTuple):
    """The ends of a confidence interval, shares from 0 to 1."""

    low: float
    high: float


def wilson(count: int, total: int) -> Interval:
    """Return the 95 % confidence interval of a share, of which ``count`` of ``total`` were counted.

    Wilson's score interval (Wilson 1927, J. Amer. Statist. Assoc. 22, 209-212), which Brown, Cai & DasGupta (2001,
    Statist. Sci. 16, 101-133) recommend: unlike the usual one, it says something also where nothing was counted.
    Raises ValueError unless 0 <= count <= total and total > 0.
    """
    if not 0 <= count <= total or total < 1:
        raise ValueError(f"{count} of {total} is no share.")
    share, square = count / total, _Z * _Z
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = _Z / (1 + square / total) * sqrt(share * (1 - share) / total + square / (4 * total * total))
    return Interval(max(0.0, middle - half) if count else 0.0, min(1.0, middle + half) if count < total else 1.0)
