"""The ways of training: a digit at a time with the compiled loop, mini-batches through BLAS, or a user's own code."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.jobs import Cancelled, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.blas import single_thread
from dae_core.training.config import TrainingConfig
from dae_core.training.engine import Engine
from dae_core.training.optimizers import MiniBatchTrainer
from dae_core.training.own_engine import OwnBackward

Floats = NDArray[np.floating[Any]]


class SingleSampleSGD(Engine):
    """The exercise's own training, every digit a step, with the compiled loop."""

    def __init__(self, model: AutoEncoder) -> None:
        self._model = model

    def run(
        self, clean: Floats, noisy: Floats, rates: Floats, errors: Floats, sparsities: Floats, monitor: Monitor
    ) -> int:
        """Train one digit after another, all of them unless it is to stop before the first."""
        from dae_core.model.kernels import sgd_steps  # numba takes 0.4 s to import

        if monitor.is_cancelled():
            return 0
        model = self._model
        published = model.gradient == "published"
        sgd_steps(clean, noisy, rates, model.W.T, model.B, model.V, model.C, published, errors, sparsities)
        return len(rates)


class MiniBatches(Engine):
    """Batches of examples and an optimizer, for comparing; its state are the optimizer's moments."""

    def __init__(self, model: AutoEncoder, config: TrainingConfig) -> None:
        self._batch_size = config.batch_size
        self._trainer = MiniBatchTrainer(model, config.batch_size, config.optimizer)

    def run(
        self, clean: Floats, noisy: Floats, rates: Floats, errors: Floats, sparsities: Floats, monitor: Monitor
    ) -> int:
        """Train one batch after another."""
        # A diverging run is noticed by its errors. One thread gives the same bits wherever the run goes on.
        done = 0
        with np.errstate(over="ignore", invalid="ignore"), single_thread(), contextlib.suppress(Cancelled):
            for i, rate in enumerate(rates):
                rows = slice(i * self._batch_size, (i + 1) * self._batch_size)
                step = self._trainer.step(clean[rows], noisy[rows], float(rate), monitor.check)
                errors[i], sparsities[i] = step
                done += 1
        return done

    def state(self) -> dict[str, Floats]:
        """Return the optimizer's moments."""
        return self._trainer.optimizer.state()

    def restore(self, state: dict[str, Floats]) -> None:
        """Go on with the optimizer's moments."""
        self._trainer.optimizer.restore(state)

    def forget_units(self, units: Sequence[int]) -> None:
        """Set the optimizer's moments of these units to zero; those of C belong to no unit."""
        of_w, of_b, of_v, _ = self._trainer.optimizer.moments
        for moment in (*of_w, *of_b, *of_v):
            moment[list(units)] = 0


def make_engine(model: AutoEncoder, config: TrainingConfig) -> Engine:
    """Return what trains this model with these settings."""
    if config.own_backward:
        return OwnBackward(model, config.own_backward)
    if config.batch_size == 1 and config.optimizer == "sgd":
        return SingleSampleSGD(model)
    return MiniBatches(model, config)
