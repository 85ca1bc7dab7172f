"""How long an iteration takes on this machine with these settings: measured, by training for a moment."""

from __future__ import annotations

import time

from dae_core.datasets import Dataset
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import RANGES
from dae_core.training.trainer import Trainer

_LEAST_SECONDS = 0.25
_SLOW_MACHINE = 5e9
"""Multiplications a second that any machine does."""


def guessed_seconds(n_inputs: int, config: TrainingConfig) -> float:
    """Return about how many seconds a whole run takes on a slow machine: a guess that needs no measurement."""
    return 5.0 * config.iterations * config.batch_size * config.hidden_units * n_inputs / _SLOW_MACHINE


def seconds_per_iteration(dataset: Dataset, config: TrainingConfig, monitor: Monitor = UNWATCHED) -> float:
    """Return the seconds that one iteration takes: the mean over a quarter of a second, after one that warms up.

    The rate is the smallest, so that nothing can diverge meanwhile. Raises Cancelled where the monitor says so.
    """
    least, many = RANGES["learning_rate"][0], 1_000_000
    trainer = Trainer(dataset, config.replace(learning_rate=least, schedule="constant", iterations=many))
    trainer.monitor = monitor
    try:
        trainer.advance(1)
        monitor.check()
        count, total, begun = 1, 0, time.perf_counter()
        while (taken := time.perf_counter() - begun) < _LEAST_SECONDS:
            total += len(trainer.advance(count).errors)
            monitor.check()
            count *= 2
        return taken / total
    finally:
        trainer.close()
