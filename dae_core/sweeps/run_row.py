"""A run with its figures, as a row of a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dae_core.evaluation.held_out import Figures
from dae_core.sessions.run import Run
from dae_core.sessions.run_comparison import settings_and_changes


@dataclass(frozen=True)
class Live:
    """What is newest of a run that goes on: iterations, seconds of training, and figures on some held-out images."""

    iteration: int
    seconds: float
    mse: float | None = None
    sparsity: float | None = None


@dataclass(frozen=True, eq=False)
class RunRow:
    """A run with what is known of it.

    Parameters
    ----------
    run : Run
    figures : Figures or None
        On all held-out images with the run's own noise.
    bound : float or None
        The MSE of the best linear denoiser on the same images with the same noise.
    live : Live or None
        Newer figures than those of the run, where it goes on.
    """

    run: Run
    figures: Figures | None = None
    bound: float | None = None
    live: Live | None = None

    @classmethod
    def of(cls, run: Run) -> RunRow:
        """Return a run with the figures that it holds itself."""
        return cls(run, run.figures)

    @property
    def key(self) -> str:
        """The run's key."""
        return self.run.label.key

    @cached_property
    def but_for_the_seed(self) -> tuple[object, ...]:
        """All that decides how the run turns out besides its seed; one that goes on is like no other."""
        return (*settings_and_changes(self.run, ("seed",)), None if self.live is None else self.key)

    @property
    def iteration(self) -> int:
        """How many iterations it has been trained for."""
        return self.run.checkpoint.iteration if self.live is None else self.live.iteration

    @property
    def seconds(self) -> float:
        """Seconds spent training."""
        return self.run.checkpoint.seconds if self.live is None else self.live.seconds

    @property
    def mse(self) -> float | None:
        """Held-out MSE per pixel; None where it was not measured."""
        if self.live is not None:
            return self.live.mse
        return None if self.figures is None else self.figures.mse

    @property
    def sparsity(self) -> float | None:
        """Mean fraction of active hidden units; None where it was not measured."""
        if self.live is not None:
            return self.live.sparsity
        return None if self.figures is None else self.figures.sparsity

    @property
    def whole(self) -> Figures | None:
        """The figures on all images; None where the run has gone on since."""
        return self.figures if self.live is None else None
