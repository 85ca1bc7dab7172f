"""What trains a model for some iterations: the interface of all engines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.jobs import Monitor
from dae_core.training.crew import Job

Floats = NDArray[np.floating[Any]]


class Engine:
    """Trains a model in place for some iterations; a subclass may have a state besides the parameters."""

    def run(
        self, clean: Floats, noisy: Floats, rates: Floats, errors: Floats, sparsities: Floats, monitor: Monitor
    ) -> int:
        """Train for n iterations; return how many were done: fewer where the monitor says that it is to stop.

        An iteration that is left in its midst has changed nothing.

        ``clean`` and ``noisy`` are (n * batch_size, d), ``rates`` (n,); ``errors`` and ``sparsities`` (n,) are filled
        with the mean |y - x0|² of each iteration's examples and the fraction of active units, before its update.
        """
        raise NotImplementedError

    def state(self) -> dict[str, Floats]:
        """Return own copies of what the next iteration depends on besides the parameters: nothing."""
        return {}

    def restore(self, state: dict[str, Floats]) -> None:
        """Go on from a state. Raises ValueError when it does not belong here."""
        if state:
            raise ValueError("The saved state is that of another way of training.")

    def forget_units(self, units: Sequence[int]) -> None:
        """Reset the state of some hidden units, which get new weights."""

    def take_along(self, job: Job[Any]) -> bool:  # noqa: ARG002
        """Have a job done by the threads that train, where there are several; False where others are to do it."""
        return False

    def close(self) -> None:
        """End what it runs beside this thread; a later ``run`` begins it again."""
