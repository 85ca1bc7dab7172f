"""A run that was trained with the student's ``backward`` beside the same run with the built-in one."""

from __future__ import annotations

from dataclasses import dataclass

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.config import TrainingConfig
from dae_core.training.trainer import Trainer

_ABOUT_AS_FAST = 1.15
_ENOUGH = 200  # iterations, of which the start of the process is no longer a large part
_ALIKE = 0.01  # a share of the held-out error


@dataclass(frozen=True)
class Trained:
    """How a run came out.

    ``iterations`` were done in ``seconds``. ``mse`` is that of its weights on the held-out images; None where the run
    has diverged, which it did in its last iteration.
    """

    iterations: int
    seconds: float
    mse: float | None

    @property
    def rate(self) -> float:
        """Iterations a second; 0 where that is not known."""
        return self.iterations / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True)
class Comparison:
    """Two runs of the same settings, one with the student's ``backward``."""

    own: Trained
    built_in: Trained

    def text(self) -> str:
        """Return in sentences how they compare."""
        return f"{self._quality()} {self._speed()}".rstrip()

    def _quality(self) -> str:
        own, other = self.own, self.built_in
        if own.mse is None:
            built_in = "diverged, too" if other.mse is None else f"did not, and has a held-out MSE of {other.mse:.4f}"
            return (
                f"With your backward the run diverged at iteration {own.iterations:,}. With the built-in one, the same "
                f"start and the same digits, it {built_in}."
            )
        if other.mse is None:
            return f"Held-out MSE {own.mse:.4f} with your backward. With the built-in one the run diverged."
        is_alike = abs(own.mse - other.mse) <= _ALIKE * other.mse
        better = "the same but for rounding" if is_alike else "better" if own.mse < other.mse else "worse"
        return (
            f"Held-out MSE {own.mse:.4f} with your backward, {other.mse:.4f} with the built-in one after the same "
            f"{own.iterations:,} iterations: {better}."
        )

    def _speed(self) -> str:
        own, other = self.own.rate, self.built_in.rate
        if not own or not other or self.own.iterations < _ENOUGH:
            return ""
        ratio = max(own, other) / min(own, other)
        much = "about as fast as" if ratio < _ABOUT_AS_FAST else f"{ratio:.1f} times as fast as"
        first, second = ("yours", "the built-in one") if own >= other else ("the built-in one", "yours")
        return f"Yours did {own:,.0f} iterations a second, the built-in one {other:,.0f}: {first} was {much} {second}."


def compare(
    dataset: Dataset,
    config: TrainingConfig,
    model: AutoEncoder | None,
    iterations: int,
    seconds: float,
    monitor: Monitor = UNWATCHED,
) -> Comparison:
    """Train the built-in ``backward`` as long as the student's was, and measure both.

    Parameters
    ----------
    dataset, config
        What the student's run was trained on, and its settings.
    model
        Its weights; None where it has diverged.
    iterations, seconds
        How many it did, and how long that took.

    Raises
    ------
    Cancelled
        Where the monitor says so.
    """
    held_out = HeldOut(dataset, config.corruption)
    own = Trained(iterations, seconds, None if model is None else held_out.evaluate(model, monitor).mse)
    trainer = Trainer(dataset, config.replace(own_backward="", gradient="exact"))
    iterations = min(iterations, trainer.end)
    monitor.stage(0.0, 1.0, "Training with the built-in backward")
    try:
        while trainer.iteration < iterations and trainer.divergence is None:
            monitor.report(trainer.iteration / iterations)
            trainer.advance(min(trainer.chunk, iterations - trainer.iteration))
        mse = held_out.evaluate(trainer.model, monitor).mse if trainer.divergence is None else None
        return Comparison(own, Trained(trainer.iteration, trainer.seconds, mse))
    finally:
        trainer.close()
