"""A run that is trained without a window, and kept as the window keeps it: curves, snapshots, figures."""

from __future__ import annotations

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.jobs import Monitor
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import Label, Run
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.progress import Checkpoint
from dae_core.training.scaling import scaled_for
from dae_core.training.snapshots import SnapshotKeeper, bytes_of
from dae_core.training.trainer import Trainer


class Training:
    """One run; with the user's own code where the settings hold some, for they have asked for it.

    Parameters
    ----------
    reference : DataReference
        Of the data set.
    name : str
        Of the run.
    """

    def __init__(self, dataset: Dataset, reference: DataReference, config: TrainingConfig, name: str) -> None:
        dataset = scaled_for(dataset, config)
        self._dataset, self._reference, self._label = dataset, reference.scaled(dataset.scale), Label.new(name)
        self._checkpoint = self._begun(config)
        self._history = History()
        self._keeper = SnapshotKeeper(bytes_of(self._checkpoint.model))
        self._run: Run | None = None

    @property
    def is_done(self) -> bool:
        """Whether it has reached its end, or diverged."""
        c = self._checkpoint
        return c.iteration >= c.end or c.divergence is not None

    def go_on(self, iteration: int | None, monitor: Monitor) -> None:
        """Train up to an iteration, or to the end. Raises Cancelled."""
        config = self._checkpoint.config
        trainer = Trainer.resume(self._dataset, self._checkpoint, allows_code=config.own_backward)
        last = trainer.end if iteration is None else min(trainer.end, iteration)
        try:
            self._keep(trainer)
            while trainer.iteration < last and trainer.divergence is None:
                monitor.report(trainer.iteration / last)
                stop = min(last, self._keeper.next_due(trainer.iteration + 1))
                self._history.append(trainer.advance(min(trainer.chunk, stop - trainer.iteration)))
                self._keep(trainer)
        finally:
            self._checkpoint = trainer.checkpoint()
            self._run = None
            trainer.close()

    def run(self) -> Run:
        """Return the run as it is now, with its figures on the held-out images."""
        if self._run is None:
            c = self._checkpoint
            figures = HeldOut(self._dataset, c.config.corruption).evaluate(c.model)
            record, snapshots = self._history.record(), self._keeper.snapshots
            self._run = Run(c, self._reference, record, snapshots, None, self._label, figures)
        return self._run

    def _begun(self, config: TrainingConfig) -> Checkpoint:
        trainer = Trainer(self._dataset, config, allows_code=config.own_backward)
        try:
            return trainer.checkpoint()
        finally:
            trainer.close()

    def _keep(self, trainer: Trainer) -> None:
        if trainer.divergence is None and self._keeper.is_due(trainer.iteration):
            self._keeper.add(trainer.iteration, trainer.model.copy())
