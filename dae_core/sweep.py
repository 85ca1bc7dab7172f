"""A sweep: the same run for each of some settings, on all cores, with the same start and the same examples.

All runs of a sweep have the base's seed (unless the seed is what is swept), so they start from the same weights where
these have the same size, and see the same digits with the same random numbers: what differs is the setting alone.
"""

from __future__ import annotations

import itertools
import signal
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dae_core.blas import single_thread
from dae_core.config import TrainingConfig
from dae_core.corruption import Corruption, Masking
from dae_core.datasets import Dataset
from dae_core.evaluation import Figures, HeldOut
from dae_core.history import History, Record
from dae_core.training import Checkpoint, Trainer, train

MOST_SETTINGS = 2
MOST_RUNS = 1000

# The exercise's own series (Vincent et al. 2010, table 1): parts of each digit blotted out.
PRESETS: dict[str, dict[str, list[Any]]] = {
    "masking-series": {"corruption": [Masking(0.0), Masking(0.25), Masking(0.5)]}
}


class SweepError(ValueError):
    """A sweep that cannot be made; the message is a sentence."""


@dataclass(frozen=True)
class SweepRun:
    """One finished run of a sweep.

    ``index`` is its place in the plan; ``figures`` are on all held-out images with the run's own noise, ``others`` by
    the text of each noise of the sweep (``str(corruption)``) where several are swept.
    """

    index: int
    config: TrainingConfig
    checkpoint: Checkpoint
    record: Record
    figures: Figures
    others: dict[str, Figures]


def plan(base: TrainingConfig, values: Mapping[str, Sequence[Any]]) -> list[TrainingConfig]:
    """Return the settings of every run: ``base`` with each combination of the values of one or two fields.

    Raises
    ------
    SweepError
        When there are none, more than two, or a value twice.
    ConfigError
        When a value is out of its range.
    """
    if not 1 <= len(values) <= MOST_SETTINGS:
        raise SweepError(f"A sweep goes over one or two settings, not {len(values)}.")
    for name, chosen in values.items():
        if not chosen or len(set(chosen)) < len(chosen):
            raise SweepError(f"The values of {name.replace('_', ' ')} must be one or more, each only once.")
    combinations = list(itertools.product(*values.values()))
    if len(combinations) > MOST_RUNS:
        raise SweepError(f"The sweep has {len(combinations):,} runs; at most {MOST_RUNS:,} are made.")
    return [base.replace(**dict(zip(values, chosen, strict=True))) for chosen in combinations]


def run_sweep(dataset: Dataset, configs: Sequence[TrainingConfig], jobs: int = 1) -> Generator[SweepRun, None, None]:
    """Train every run of a plan and yield each as it is done, in any order.

    Parameters
    ----------
    dataset : Dataset
    configs : sequence of TrainingConfig
    jobs : int
        Processes at a time; 1 trains in this process, -1 takes one for each core. The results are the same bits.

    To cancel, close the generator: what is running in other processes is ended.
    """
    noises = tuple(dict.fromkeys(config.corruption for config in configs))
    tasks = list(enumerate(configs))
    if jobs == 1 or len(tasks) == 1:
        for index, config in tasks:
            yield run_one(dataset, index, config, noises)
        return
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs=jobs, return_as="generator_unordered")
    runs: Generator[SweepRun, None, None] = parallel(
        delayed(_run_elsewhere)(dataset, index, config, noises) for index, config in tasks
    )
    yield from runs


def _run_elsewhere(*arguments: Any) -> SweepRun:
    """Run one in a process of its own, which Ctrl+C reaches as well: it is the first process that ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return run_one(*arguments)


def run_one(dataset: Dataset, index: int, config: TrainingConfig, noises: Sequence[Corruption] = ()) -> SweepRun:
    """Train and measure one run of a sweep; ``noises`` are those of all runs."""
    trainer, history = Trainer(dataset, config), History()
    for progress in train(trainer):
        history.append(progress)
    with single_thread():  # products of as many threads as there are cores differ in their last bits
        measured = {str(n): HeldOut(dataset, n).evaluate(trainer.model) for n in (config.corruption, *noises)}
    figures = measured[str(config.corruption)]
    others = measured if len(noises) > 1 else {}
    return SweepRun(index, config, trainer.checkpoint(), history.record(), figures, others)
