"""One run of a sweep, wherever it is trained: the same function in this process, in another, and on another machine."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dae_core.datasets import Dataset
from dae_core.datasets.dataset import Scale
from dae_core.evaluation.held_out import Figures, HeldOut
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.blas import single_thread
from dae_core.model.corruption import Corruption
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import Label, Run
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History, Record
from dae_core.training.progress import Checkpoint, Progress
from dae_core.training.snapshots import Snapshot, SnapshotKeeper, bytes_of
from dae_core.training.trainer import Trainer


@dataclass(frozen=True)
class SweepRun:
    """One finished run of a sweep.

    ``index`` is its place in the plan; ``figures`` are on all held-out images with the run's own noise, ``others`` by
    the text of each noise of the sweep (``str(corruption)``) where several are swept; ``snapshots`` are those that were
    asked for; ``scale`` is that of the pixels that it was trained on.
    """

    index: int
    config: TrainingConfig
    checkpoint: Checkpoint
    record: Record
    figures: Figures
    others: dict[str, Figures]
    snapshots: tuple[Snapshot, ...] = ()
    scale: Scale | None = None


def run_one(
    dataset: Dataset,
    index: int,
    config: TrainingConfig,
    noises: Sequence[Corruption] = (),
    monitor: Monitor = UNWATCHED,
    snapshot_bytes: int = 0,
) -> SweepRun:
    """Train and measure one run of a sweep.

    Parameters
    ----------
    dataset : Dataset
    index : int
        The run's place in the plan.
    config : TrainingConfig
    noises : sequence of Corruption
        Those of all runs of the sweep.
    monitor : Monitor
        Asked after each chunk of the training whether to stop.
    snapshot_bytes : int
        What the snapshots may take, of which there are at least `FEWEST`; 0 for no snapshots.

    Raises
    ------
    Cancelled
        When ``monitor`` said so.
    """
    history = History()
    # Products of as many threads as there are cores differ in their last bits.
    with single_thread(), contextlib.closing(Trainer(dataset, config)) as trainer:
        dataset = trainer.dataset
        trainer.monitor = monitor
        keeper = SnapshotKeeper(bytes_of(trainer.model), snapshot_bytes) if snapshot_bytes else None
        for progress in _trained(trainer, keeper):
            history.append(progress)
            monitor.check()
        measured = {str(n): HeldOut(dataset, n).evaluate(trainer.model) for n in (config.corruption, *noises)}
    figures = measured[str(config.corruption)]
    others = measured if len(noises) > 1 else {}
    snapshots = () if keeper is None else keeper.snapshots
    return SweepRun(index, config, trainer.checkpoint(), history.record(), figures, others, snapshots, dataset.scale)


def _trained(trainer: Trainer, keeper: SnapshotKeeper | None) -> Iterator[Progress]:
    """Train a run to its end, in pieces that end where a snapshot is due; they change nothing of the run."""
    chunks, longest = trainer.run(), trainer.chunk
    while True:
        if keeper is not None and trainer.divergence is None:
            if keeper.is_due(trainer.iteration):
                keeper.add(trainer.iteration, trainer.model.copy())
            trainer.chunk = min(longest, keeper.next_due(trainer.iteration + 1) - trainer.iteration)
        progress = next(chunks, None)
        if progress is None:
            return
        yield progress


def as_run(sweep_run: SweepRun, data: DataReference, label: Label) -> Run:
    """Return a finished run of a sweep as one of a session, with its figures; ``data`` is what it was trained on."""
    done = sweep_run
    data = data if done.scale is None else data.scaled(done.scale)
    return Run(done.checkpoint, data, done.record, done.snapshots, label=label, figures=done.figures)
