"""Runs trained step by step in the test itself: what the training thread would send reaches the recorder at once."""

from dae_core.datasets import Dataset
from dae_core.sessions.run import Run
from dae_core.training.config import TrainingConfig
from dae_core.training.snapshots import Snapshot
from dae_core.training.trainer import Trainer
from dae_gui.training.messages import Halt, Update
from dae_gui.training.run_recorder import RunRecorder
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench
from helpers.datasets import small_dataset

SHORT = TrainingConfig(iterations=100, hidden_units=5, learning_rate=0.002)


class RunSteps:
    """A workbench and a recorder with runs on a small data set; nothing happens that a test does not ask for."""

    def __init__(self, dataset: Dataset | None = None) -> None:
        self.workbench = Workbench()
        self.recorder = RunRecorder(self.workbench)
        self.workbench.set_data(OpenData(dataset or small_dataset(), "blobs"))
        self.number = 0
        self.trainers: dict[int, Trainer] = {}

    def begin(self, config: TrainingConfig = SHORT, *, end_others: bool = True) -> None:
        """Begin a run; those before it send their final updates now, or with ``end``."""
        self._begin(Trainer(self._dataset(), config), end_others)

    def open(self, run: Run, *, end_others: bool = True) -> None:
        """Open a run in the place of the present one."""
        self._begin(Trainer(self._dataset(), run.config, run.checkpoint), end_others, run)

    def train(self, iterations: int, halt: Halt = Halt.PAUSED) -> Run:
        """Train the present run; returns it as it is then."""
        trainer = self.trainers[self.number]
        snapshot = Snapshot(trainer.iteration, trainer.model.copy())
        progress = trainer.advance(iterations)
        update = Update(
            self.number,
            progress,
            halt=halt,
            snapshots=(*self.workbench.snapshots, snapshot),
            checkpoint=trainer.checkpoint(),
        )
        run = self.recorder.take(update, State.PAUSED)
        assert run is not None
        return run

    def end(self) -> None:
        """Send the final updates of all runs before the present one."""
        for number in [number for number in self.trainers if number < self.number]:
            trainer = self.trainers.pop(number)
            if trainer.iteration:
                self.recorder.take(
                    Update(number, trainer.advance(0), halt=Halt.ENDED, checkpoint=trainer.checkpoint()), None
                )
            trainer.close()

    def close(self) -> None:
        """Free the trainers."""
        for trainer in self.trainers.values():
            trainer.close()

    def _begin(self, trainer: Trainer, end_others: bool, run: Run | None = None) -> None:
        self.number += 1
        self.trainers[self.number] = trainer
        if run is None:
            self.recorder.begin(self.number, trainer.config)
        else:
            self.recorder.begin(self.number, run.config, run, run.history())
        if end_others:
            self.end()

    def _dataset(self) -> Dataset:
        assert self.workbench.dataset is not None
        return self.workbench.dataset
