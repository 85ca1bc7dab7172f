"""What the user may change while a run goes on, a row each, so that it can be done again at the same iteration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from dae_core.model.penalties import PENALTIES, PenaltyName
from dae_core.training.config import TrainingConfig
from dae_core.training.optimizers import moments_of
from dae_core.training.trainer import Trainer


@dataclass(frozen=True)
class LiveChange:
    """A kind of change.

    Parameters
    ----------
    field : str
        The setting that it changes.
    make : callable
        Makes it: takes a trainer, and the new value as a `Change` records it.
    """

    field: str
    make: Callable[[Trainer, Any], None]


def _strength(name: PenaltyName, trainer: Trainer, new: Any) -> None:
    trainer.set_strength(name, float(new))


LIVE_CHANGES: dict[str, LiveChange] = {
    "learning rate": LiveChange("learning_rate", lambda trainer, new: trainer.set_learning_rate(float(new))),
    "noise level": LiveChange("corruption", lambda trainer, new: trainer.set_noise_level(float(new))),
    "end of the run": LiveChange(
        "iterations", lambda trainer, new: trainer.extend(int(str(new).replace(",", "")) - trainer.iteration)
    ),
    **{row.title: LiveChange(name, partial(_strength, name)) for name, row in PENALTIES.items()},
}
"""By the name of the change."""


def has_more_than_weights(config: TrainingConfig) -> bool:
    """Return whether the next iteration depends on more than the weights: on moments, or on mean activities."""
    return bool(moments_of(config.optimizer) or config.kl_weight)
