"""The ways of training: a digit at a time with the compiled loop, mini-batches through BLAS, or a user's own code."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.jobs import UNWATCHED, Cancelled, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.blas import single_thread
from dae_core.training.config import TrainingConfig
from dae_core.training.crew import Job, threads
from dae_core.training.engine import Engine
from dae_core.training.minibatches import MiniBatchTrainer
from dae_core.training.own_engine import OwnBackward
from dae_core.training.single_steps import SingleSampleSGD

Floats = NDArray[np.floating[Any]]


class MiniBatches(Engine):
    """Batches of examples and an optimizer, on all cores; its state are the moments and the mean activity."""

    def __init__(self, model: AutoEncoder, config: TrainingConfig) -> None:
        self._batch_size = config.batch_size
        self._trainer = MiniBatchTrainer(model, config.batch_size, config.optimizer, threads())

    def run(
        self, clean: Floats, noisy: Floats, rates: Floats, errors: Floats, sparsities: Floats, monitor: Monitor
    ) -> int:
        """Train one batch after another."""
        # A diverging run is noticed by its errors. One thread of BLAS gives the same bits wherever the run goes on.
        done = 0
        with np.errstate(over="ignore", invalid="ignore"), single_thread(), contextlib.suppress(Cancelled):
            for i, rate in enumerate(rates):
                rows = slice(i * self._batch_size, (i + 1) * self._batch_size)
                step = self._trainer.step(clean[rows], noisy[rows], float(rate), monitor.check)
                errors[i], sparsities[i] = step
                done += 1
        return done

    def state(self) -> dict[str, Floats]:
        """Return the optimizer's moments, and the mean activity of the hidden units."""
        return {**self._trainer.optimizer.state(), **self._trainer.activity.state()}

    def restore(self, state: dict[str, Floats]) -> None:
        """Go on with the optimizer's moments and the mean activity."""
        self._trainer.optimizer.restore(self._trainer.activity.restore(state))

    def forget_units(self, units: Sequence[int]) -> None:
        """Set the optimizer's moments of these units to zero; those of C, the last, belong to no unit."""
        for moments in self._trainer.optimizer.moments[:-1]:
            for moment in moments:
                moment[list(units)] = 0
        self._trainer.activity.forget_units(units)

    def take_along(self, job: Job[Any]) -> bool:
        """Have it done as a piece of an iteration: a thread of its own would interrupt those that train."""
        return self._trainer.crew.take_along(job)

    def close(self) -> None:
        """End the threads that share the work."""
        self._trainer.close()


def is_single_sample(config: TrainingConfig) -> bool:
    """Whether these settings are trained by a compiled loop, one example at a time."""
    return not config.own_backward and config.batch_size == 1 and config.optimizer == "sgd"


def compiled_for(config: TrainingConfig) -> tuple[str, ...]:
    """Return what these settings need compiled besides the exercise's loop.

    That is the optimizer of mini-batches, or activation and loss of another member's loop, by name; or nothing.
    """
    kind = config.architecture
    if config.own_backward or (is_single_sample(config) and kind.is_exercise):
        return ()
    return (kind.activation, kind.loss) if is_single_sample(config) else (config.optimizer,)


def prepare(config: TrainingConfig, monitor: Monitor = UNWATCHED) -> None:
    """Have compiled what training with these settings needs, without freezing the other threads of this process.

    Raises Cancelled where the monitor says so.
    """
    from dae_core.model import preparing

    preparing.prepare(monitor)  # also for what makes the examples
    names = compiled_for(config)
    if names and is_single_sample(config):
        from dae_core.model import family_kernels

        activation, loss = names
        family_kernels.prepare(activation, loss, monitor)
    elif names:
        from dae_core.training import batch_loops

        batch_loops.prepare(config.optimizer, monitor)


def make_engine(model: AutoEncoder, config: TrainingConfig) -> Engine:
    """Return what trains this model with these settings."""
    if config.own_backward:
        return OwnBackward(model, config.own_backward)
    return SingleSampleSGD(model) if is_single_sample(config) else MiniBatches(model, config)
