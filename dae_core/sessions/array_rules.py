"""What the arrays of a session file may hold, a row each: kind of numbers, range, order, and how many at most.

Whoever draws, exports or goes on with a run relies on these rows, and checks nothing again. What the program itself
writes keeps to them: NaN and infinity stand only where a run that diverges leaves them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dae_core.sessions.container import Arrays

MOST = 2**53
"""The whole numbers up to here every reader of JSON keeps, and floats too."""

_LARGEST_SINGLE = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Rule:
    """What the numbers of an array must be.

    Parameters
    ----------
    dtype
        Their type.
    low, high
        The least and the greatest that there may be.
    diverges
        Whether NaN and infinity may stand there too, as a run that is out of bounds leaves them.
    whole
        Whether floats must be whole numbers.
    order
        Whether each must be above the one before, or at least not below it.
    most
        How many there may be.
    """

    dtype: type
    low: float = -math.inf
    high: float = math.inf
    diverges: bool = False
    whole: bool = False
    order: Literal["", "rises", "never falls"] = ""
    most: int | None = None

    def check(self, name: str, a: NDArray[Any], high: float | None = None) -> None:
        """Raise ValueError, with the end of a sentence, for an array that breaks the rule.

        ``high`` takes the place of the greatest number where that depends on the run.
        """
        top = self.high if high is None else high
        if self.most is not None and a.size > self.most:
            raise ValueError(f"{name} has {a.size:,} values; at most {self.most:,} are possible.")
        good = (a >= self.low) & (a <= top)
        if a.dtype.kind == "f":
            good = good | np.isnan(a) | (a == math.inf) if self.diverges else good & np.isfinite(a)
            good &= ~np.isfinite(a) | (np.floor(a) == a) if self.whole else True
        if not good.all():
            raise ValueError(f"{name} holds {a[~good][0]}, which is {self._words(top)}.")
        steps = a[1:] > a[:-1] if self.order == "rises" else a[1:] >= a[:-1]
        if self.order and not steps.all():
            raise ValueError(f"{name} is not in order.")

    def _words(self, top: float) -> str:
        kind = "whole number" if self.whole or np.dtype(self.dtype).kind == "i" else "number"
        most = "up" if math.isinf(top) else f"to {top:,}"
        return f"no {kind} from {self.low:,} {most}"


_PARAMETER = Rule(np.float32, diverges=True)  # the last step of a run may have overflowed before its error tells

RULES: dict[str, Rule] = {
    "W": _PARAMETER,
    "B": _PARAMETER,
    "V": _PARAMETER,
    "C": _PARAMETER,
    "history/errors": Rule(np.float32, 0, diverges=True),
    "history/sparsities": Rule(np.float32, 0, 1),
    "history/held_out_iterations": Rule(np.int64, 0, MOST, order="never falls"),
    "history/held_out_errors": Rule(np.float64, 0, diverges=True),
    "history/averaged_iterations": Rule(np.int64, 0, MOST, order="never falls"),
    "history/averaged_errors": Rule(np.float64, 0, diverges=True),
    "guard/start_errors": Rule(np.float64, 0, _LARGEST_SINGLE, diverges=True, most=25),
    "snapshots/iterations": Rule(np.int64, 0, MOST, order="rises"),
    "engine/steps": Rule(np.float64, 0, MOST, whole=True),
    "engine/moment": Rule(np.float32, diverges=True),
    "engine/moment of squares": Rule(np.float32, 0, diverges=True),
    "engine/activity": Rule(np.float32, 0, 1, diverges=True),
    "figures/errors": Rule(np.float64, diverges=True),
    "figures/loss_error": Rule(np.float64, 0, diverges=True),
    "figures/sparsity": Rule(np.float64, 0, 1),
    "figures/firing_rates": Rule(np.float64, 0, 1),
    "figures/still": Rule(np.float64, 0, 1, whole=True),
}


def take(rest: Arrays, name: str, dtype: type, *shape: int | None) -> NDArray[Any]:
    """Remove an array from the rest and return it; None in its shape stands for any length."""
    if name not in rest:
        raise ValueError(f"it lacks {name}.")
    array = rest.pop(name)
    fits = array.ndim == len(shape) and all(w in (None, n) for n, w in zip(array.shape, shape, strict=True))
    if array.dtype != dtype or not fits:
        raise ValueError(f"{name} is {array.dtype} of shape {array.shape}.")
    return array


class RunArrays:
    """The arrays of one run in a file, whose names begin with a prefix: each is removed when it is taken, and checked.

    Parameters
    ----------
    rest
        All arrays that nobody has taken yet.
    prefix
        Empty for the current run.
    """

    def __init__(self, rest: Arrays, prefix: str = "") -> None:
        self.rest = rest
        self.prefix = prefix

    def take(self, name: str, *shape: int | None, high: float | None = None, rule: str = "") -> NDArray[Any]:
        """Return an array of this shape, None standing for any length.

        Parameters
        ----------
        name
            Its name without the prefix.
        high
            The greatest number that it may hold, where that depends on the run.
        rule
            Which of `RULES` it must keep to; its own name's by default.

        Raises
        ------
        ValueError
            When it is missing, or not as its rule says; the end of a sentence.
        """
        row = RULES[rule or name]
        array = take(self.rest, self.prefix + name, row.dtype, *shape)
        row.check(self.prefix + name, array, high)
        return array

    def has(self, name: str) -> bool:
        """Whether there is an array of this name."""
        return self.prefix + name in self.rest
