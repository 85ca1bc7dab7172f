"""Detects that a run has diverged, and describes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FACTOR = 50.0
LASTING = 25
_START = 25


@dataclass(frozen=True)
class Divergence:
    """The iteration at which a run diverged, and where the last good parameters come from."""

    iteration: int
    reason: str
    advice: str
    good_iteration: int

    @property
    def message(self) -> str:
        """Two or three sentences for the user."""
        return (
            f"Training diverged at iteration {self.iteration:,}: {self.reason}. {self.advice} "
            f"The weights of iteration {self.good_iteration:,} were kept."
        )


class DivergenceGuard:
    """Watches the errors of a run: NaN, infinity, or 50 times the starting error for 25 iterations in a row.

    The starting error is the mean of the first 25 iterations that it sees.
    """

    def __init__(self) -> None:
        self._start_errors: list[float] = []
        self._high_in_a_row = 0

    @property
    def limit(self) -> float:
        """The error above which the run is in danger; infinite until the starting error is known."""
        if len(self._start_errors) < _START:
            return float("inf")
        return FACTOR * float(np.mean(self._start_errors))

    def first_bad(self, errors: NDArray[np.floating[Any]]) -> tuple[int, str] | None:
        """Take the next errors of the run; return (index into them, reason) where it diverged, or None."""
        missing = _START - len(self._start_errors)
        if missing > 0:
            self._start_errors += [float(e) for e in errors[:missing]]
        finite = np.isfinite(errors)
        stop = len(errors) if finite.all() else int(np.argmin(finite))
        limit = self.limit
        if self._high_in_a_row or (stop and errors[:stop].max() > limit):
            for i in np.arange(stop):
                self._high_in_a_row = self._high_in_a_row + 1 if errors[i] > limit else 0
                if self._high_in_a_row >= LASTING:
                    return int(i), f"the error stayed above {FACTOR:g} times its starting value"
        if stop < len(errors):
            return stop, "the error is no longer a finite number"
        return None

    @property
    def in_danger(self) -> bool:
        """Whether the latest errors lie above the limit."""
        return self._high_in_a_row > 0

    def reset_high(self) -> None:
        """Forget the latest high errors, after going back to good parameters.

        A run that diverged within its first iterations has no starting error; it is measured anew.
        """
        self._high_in_a_row = 0
        if not np.isfinite(self._start_errors).all():
            self._start_errors = []

    def state(self) -> tuple[list[float], int]:
        """Return what ``restored`` needs."""
        return list(self._start_errors), self._high_in_a_row

    @classmethod
    def restored(cls, state: tuple[list[float], int]) -> DivergenceGuard:
        """Return a guard that goes on where another was."""
        guard = cls()
        guard._start_errors, guard._high_in_a_row = list(state[0]), state[1]
        return guard


def advice(gradient: str, learning_rate: float, has_own_backward: bool = False) -> str:
    """Return what usually causes a divergence with these settings, and what to do."""
    if has_own_backward:
        return (
            "It was trained with a backward of your own: check that first, in every block. If it is right, the "
            f"learning rate may be too large (it is {learning_rate:g})."
        )
    if gradient == "published":
        return (
            "The published solution's gradient leaves out the derivative of the ReLU, so silent units are pushed by "
            "errors that they did not cause, and the weights grow without bound. Choose the exact gradient."
        )
    return (
        f"The usual cause is a learning rate that is too large (it is {learning_rate:g}). "
        "Try half of it or less, or a falling schedule."
    )
