"""What pre-training brings to a classifier: stacked denoising, stacked plain, and none, as in Vincent et al. 2010.

Table 3 there compares stacked denoising autoencoders with stacked plain ones; each is fine-tuned with labels. Here the
same network from random weights stands beside them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dae_core.datasets import Dataset
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.corruption import Corruption, Masking
from dae_core.representation.stacking.code_data import code_data
from dae_core.representation.stacking.fine_tuning import FineTuned, FineTuning, fine_tune
from dae_core.representation.stacking.stack import Layer, Stack, StackError
from dae_core.training.config import TrainingConfig
from dae_core.training.scaling import scaled_for
from dae_core.training.trainer import Trainer

DENOISING, PLAIN, NONE = "stacked denoising", "stacked plain", "none"
KINDS = (DENOISING, PLAIN, NONE)
"""The kinds of pre-training, in the order of their errors in the published table."""

_SUBSET_STREAM = 8  # first word of the spawn key: nothing else draws these numbers
PRE_TRAINING = TrainingConfig(
    corruption=Masking(0.25), batch_size=200, optimizer="adam", learning_rate=0.001, schedule="linear"
)
"""What a layer is trained with where nothing else is said; of its iterations the plan decides."""


@dataclass(frozen=True)
class Plan:
    """What is compared.

    Parameters
    ----------
    layers : tuple of int
        Hidden units of each layer, from the bottom up.
    config : TrainingConfig
        What each layer is trained with; hidden units, iterations and seed come from here.
    epochs : int
        Epochs of each layer's training.
    fine : FineTuning
        How the classifiers are trained; the seed comes from here.
    """

    layers: tuple[int, ...] = (500, 500, 500)
    config: TrainingConfig = PRE_TRAINING
    epochs: int = 5
    fine: FineTuning = field(default_factory=FineTuning)


def pre_train(
    dataset: Dataset, plan: Plan, corruption: Corruption, seed: int = 0, monitor: Monitor = UNWATCHED
) -> Stack:
    """Train the layers greedily: each on the clean code of those below, corrupted anew (Vincent et al. 2010, 3.5).

    Raises
    ------
    StackError
        When a layer diverges, or one cannot stand on the one below.
    Cancelled
        Where the monitor says so.
    """
    stack: Stack | None = None
    present = dataset
    for number, units in enumerate(plan.layers):
        monitor.stage(number / len(plan.layers), (number + 1) / len(plan.layers), f"Layer {number + 1}")
        levels = None
        if stack is not None:
            codes = code_data(stack, dataset, Monitor(monitor.is_cancelled))
            present, levels = codes.dataset, codes.levels
        iterations = max(1, round(plan.epochs * len(present.train_images) / plan.config.batch_size))
        config = plan.config.replace(hidden_units=units, corruption=corruption, iterations=iterations, seed=seed)
        layer = _train(scaled_for(present, config), config, monitor)
        stack = Stack((layer,)) if stack is None or levels is None else stack.with_layer(levels, layer)
    if stack is None:
        raise StackError("A stack has at least one layer; none is planned.")
    return stack


def compare(
    dataset: Dataset, plan: Plan, seed: int, monitor: Monitor = UNWATCHED, kinds: Sequence[str] = KINDS
) -> dict[str, FineTuned]:
    """Return the fine-tuned classifier of each kind of pre-training, all with one seed. Raises as `fine_tune` does."""
    fine = replace(plan.fine, seed=seed)
    found: dict[str, FineTuned] = {}
    stack: Stack | None = None
    for number, kind in enumerate(kinds):
        first, last = number / len(kinds), (number + 1) / len(kinds)
        if kind != NONE or stack is None:
            middle = (first + last) / 2
            monitor.stage(first, middle, kind)
            corruption = plan.config.corruption.with_level(0.0) if kind == PLAIN else plan.config.corruption
            # Where nothing is pre-trained, the weights do not count: one iteration makes a stack of the sizes.
            planned = plan if kind != NONE else replace(plan, epochs=0)
            stack = pre_train(dataset, planned, corruption, seed, monitor.part())
            first = middle
        monitor.stage(first, last, kind)
        found[kind] = fine_tune(stack, dataset, fine, monitor.part(), pre_trained=kind != NONE)
    return found


def subset(dataset: Dataset, train: int, test: int, seed: int) -> Dataset:
    """Return a data set of some of its images, drawn by a seed; all of a part where it has no more."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_SUBSET_STREAM,)))
    counts = ((dataset.train_images, train), (dataset.test_images, test))
    first, second = (np.sort(rng.permutation(len(images))[: count or None]) for images, count in counts)
    labels = dataset.train_labels, dataset.test_labels
    return replace(
        dataset,
        train_images=dataset.train_images[first],
        train_labels=None if labels[0] is None else labels[0][first],
        test_images=dataset.test_images[second],
        test_labels=None if labels[1] is None else labels[1][second],
    )


def mean_with_interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean of some runs and half the width of its 95 % interval (Student 1908); NaN for one run."""
    from scipy.stats import t

    count = len(values)
    if count < 2:
        return float(np.mean(values)), math.nan
    return float(np.mean(values)), float(t.ppf(0.975, count - 1) * np.std(values, ddof=1) / math.sqrt(count))


def _train(dataset: Dataset, config: TrainingConfig, monitor: Monitor) -> Layer:
    trainer = Trainer(dataset, config)
    try:
        for progress in trainer.run():
            monitor.report(progress.iteration / progress.end)
            if progress.divergence is not None:
                raise StackError(f"A layer diverged at iteration {progress.divergence.iteration:,}: take a lower rate.")
    finally:
        trainer.close()
    return Layer(trainer.model, config, dataset.scale)
