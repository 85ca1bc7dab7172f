"""Training on rows of numbers, from the start or from where an earlier training ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.estimator.rows import InputScale, Rows
from dae_core.model.penalties import PENALTIES
from dae_core.training.config import TrainingConfig
from dae_core.training.history import Record
from dae_core.training.progress import Checkpoint, Progress
from dae_core.training.settings import ConfigError
from dae_core.training.trainer import Trainer

_TOLD = 10  # lines of a verbose training


@dataclass(frozen=True, eq=False)
class Fit:
    """What an estimator has learnt, and all it needs to go on.

    Parameters
    ----------
    checkpoint : Checkpoint
        Weights and state of the run.
    record : Record
        Its curves, as many points as it has iterations.
    scale : InputScale
        How it reads values.
    n_rows : int
        How many rows it was last trained on.
    base_iteration : int or None
        As in a `Run`.
    """

    checkpoint: Checkpoint
    record: Record
    scale: InputScale
    n_rows: int
    base_iteration: int | None = None

    @property
    def config(self) -> TrainingConfig:
        """The settings now in force."""
        return self.checkpoint.config


def begin(values: NDArray[Any], scale: InputScale, config: TrainingConfig) -> Fit:
    """Return a run on rows ``values`` (n, d) that has not begun."""
    trainer = _trainer(values, scale, config)
    empty = np.empty(0, np.float32)
    return Fit(trainer.checkpoint(), Record(empty, empty), scale, len(values))


def train(
    fit: Fit,
    values: NDArray[Any],
    config: TrainingConfig,
    *,
    steps: int | None = None,
    extend: bool = False,
    verbose: bool = False,
) -> Fit:
    """Return the fit after further training on rows ``values`` (n, d); the one that is given stays as it is.

    Parameters
    ----------
    config : TrainingConfig
        The settings from now on; its seed and its number of iterations do not count.
    steps : int, optional
        Iterations, not beyond the end of the run; by default all that are left.
    extend : bool
        Whether a new segment of the schedule, of ``config.iterations``, begins first.
    verbose : bool
        Whether ten lines tell of it on standard output.

    Raises
    ------
    ConfigError
        When a setting was changed that a run keeps to its end.
    CodeFault
        When a backward of the user's own does not return what it should.
    """
    trainer = _trainer(values, fit.scale, fit.config, fit.checkpoint)
    try:
        _take_changes(trainer, config)
        if extend:
            trainer.extend(config.iterations)
        last = trainer.end if steps is None else min(trainer.end, trainer.iteration + steps)
        tell = _teller(trainer.iteration, last) if verbose else None
        parts = []
        while trainer.iteration < last and trainer.divergence is None:
            parts.append(trainer.advance(min(trainer.chunk, last - trainer.iteration)))
            if tell is not None:
                tell(parts[-1])
        return replace(fit, checkpoint=trainer.checkpoint(), record=_longer(fit.record, parts), n_rows=len(values))
    finally:
        trainer.close()


def _trainer(
    values: NDArray[Any], scale: InputScale, config: TrainingConfig, checkpoint: Checkpoint | None = None
) -> Trainer:
    rows = cast(Dataset, Rows.of(values, scale))  # as far as a trainer looks
    return Trainer(rows, config, checkpoint, allows_code=config.own_backward)


def _take_changes(trainer: Trainer, config: TrainingConfig) -> None:
    trainer.set_learning_rate(config.learning_rate)
    if type(config.corruption) is type(trainer.config.corruption):
        trainer.set_noise_level(config.corruption.level)
    for name in PENALTIES:
        if getattr(config, name) != getattr(trainer.config, name):
            trainer.set_strength(name, getattr(config, name))
    now, asked = trainer.config, config.replace(seed=trainer.config.seed, iterations=trainer.config.iterations)
    if now != asked:
        changed = [name for name in vars(now) if getattr(now, name) != getattr(asked, name)]
        raise ConfigError(
            f"A run that goes on keeps its {' and '.join(changed)}: fit anew, without warm_start, to change what is "
            "more than the learning rate, the level of the noise or the strength of a penalty."
        )


def _longer(record: Record, parts: list[Progress]) -> Record:
    if not parts:
        return record
    new = Progress.merged(parts)
    return replace(
        record,
        errors=np.concatenate([record.errors, new.errors]),
        sparsities=np.concatenate([record.sparsities, new.sparsities]),
        changes=(*record.changes, *new.changes),
    )


def _teller(first: int, last: int) -> Callable[[Progress], None]:
    """Return what writes a line at each tenth of the iterations from ``first`` to ``last``."""
    told = 0

    def tell(progress: Progress) -> None:
        nonlocal told
        tenth = _TOLD * (progress.iteration - first) // max(1, last - first)
        if tenth > told:
            told = tenth
            error, active = float(progress.errors.mean()), float(progress.sparsities.mean())
            print(  # noqa: T201 - as scikit-learn's estimators do where they are asked to
                f"iteration {progress.iteration:,} of {last:,}: error {error:.4g}, {100 * active:.0f} % of units active"
            )

    return tell
