"""A run as the training thread has it: its trainer, and all that is collected of it for the next update."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

from dae_core.evaluation.held_out import Figures
from dae_core.files import user_folder
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.sessions.parked_run import forget_read, parked_snapshots
from dae_core.sessions.run_memory import in_memory
from dae_core.training.progress import Progress
from dae_core.training.snapshots import SnapshotKeeper, bytes_of
from dae_core.training.trainer import Trainer
from dae_gui.support.memory import give_back_memory
from dae_gui.training.live_figures import LiveFigures
from dae_gui.training.messages import Halt, RunSetup, Update

_MODEL_EVERY = 0.1
_RATE_EVERY = 0.5
_SNAPSHOT_BYTES = 8 * 10**6
"""Of snapshots that stay in memory. Each file of moved ones takes a descriptor, so they are moved together."""

_log = logging.getLogger(__name__)


class TrainingRun:
    """Trains in chunks; merges what they bring, keeps snapshots, and measures held-out images.

    Parameters
    ----------
    setup
        What the run is made from. What `Trainer` raises is passed on.
    monitor
        Says when an iteration or a measurement is to be left.

    Attributes
    ----------
    pause_at : int
        The iteration that ``train`` does not go past, if it is still to come.
    """

    def __init__(self, setup: RunSetup, monitor: Monitor = UNWATCHED) -> None:
        self.number = setup.number
        self.trainer = Trainer(setup.dataset, setup.config, setup.checkpoint, allows_code=setup.allows_code)
        self.trainer.monitor = monitor
        self.pause_at = 0
        self.figures = LiveFigures(self.trainer, is_wanted=not setup.is_stand_in)
        self._keeper = SnapshotKeeper.restored(setup.snapshots, bytes_of(self.trainer.model))
        self._has_new_snapshots = False
        self._may_park = True
        self._chunks: Iterator[Progress] = iter(())
        self._pending: list[Progress] = []
        self._last_model = 0.0
        self._rate_from = (time.perf_counter(), self.trainer.iteration)
        self._rate = 0.0
        self._keep_snapshot()

    @property
    def has_pending(self) -> bool:
        """Whether there is anything to be sent."""
        return bool(self._pending)

    @property
    def end(self) -> Halt | None:
        """Why the run has come to its end; None where it has not."""
        if self.trainer.divergence is not None:
            return Halt.DIVERGED
        return Halt.FINISHED if self.trainer.iteration >= self.trainer.end else None

    def start(self) -> None:
        """Make ready to ``train`` from here on."""
        self._chunks = self.trainer.run()
        self._rate_from, self._rate = (time.perf_counter(), self.trainer.iteration), 0.0
        self.figures.measure_if_due()

    def train(self, count: int) -> float:
        """Train for ``count`` iterations at most, up to the next snapshot; returns the seconds for one of them."""
        trainer = self.trainer
        if time.perf_counter() - self._last_model > _MODEL_EVERY:
            trainer.request_model()
        if self.pause_at > trainer.iteration:
            count = min(count, self.pause_at - trainer.iteration)
        trainer.chunk = min(count, self._keeper.next_due(trainer.iteration + 1) - trainer.iteration)
        before, first = trainer.seconds, trainer.iteration
        progress = next(self._chunks, None)
        if progress is not None:
            self._take(progress)
        return (trainer.seconds - before) / max(1, trainer.iteration - first)

    def step(self) -> None:
        """Train for one iteration."""
        self._take(self.trainer.advance(1))

    def set_noise_level(self, level: float) -> None:
        """Change the noise level, in training and on the held-out images."""
        self.trainer.set_noise_level(level)
        self.figures.forget_noise()

    def revive(self, units: tuple[int, ...]) -> None:
        """Give hidden units new start weights, to be shown with the next chunk."""
        self.trainer.revive(units)
        self.figures.forget_weights()
        self._last_model = 0.0

    def update(self, halt: Halt | None = None, final: Figures | None = None, request: int | None = None) -> Update:
        """Return all that was not yet sent; what is handed in is described with `Update`."""
        trainer = self.trainer
        has_checkpoint = halt is not None or request is not None
        if has_checkpoint or not self._pending:
            self._pending.append(trainer.advance(0))
        now, (since, iteration) = time.perf_counter(), self._rate_from
        if now - since > _RATE_EVERY or (not self._rate and now > since):
            self._rate = (trainer.iteration - iteration) / (now - since)
        if now - since > _RATE_EVERY:
            self._rate_from = (now, trainer.iteration)
        merged = Progress.merged(self._pending)
        self._pending.clear()
        snapshots = self._keeper.snapshots if self._has_new_snapshots else None
        self._has_new_snapshots = False
        checkpoint = trainer.checkpoint() if has_checkpoint else None
        measured, averaged = self.figures.take()
        return Update(self.number, merged, measured, averaged, self._rate, halt, final, snapshots, checkpoint, request)

    def _take(self, progress: Progress) -> None:
        self._pending.append(progress)
        if progress.model is not None:
            self._last_model = time.perf_counter()
        self._keep_snapshot()

    def _keep_snapshot(self) -> None:
        trainer = self.trainer
        if trainer.divergence is None and self._keeper.is_due(trainer.iteration):
            self._keeper.add(trainer.iteration, trainer.model.copy())
            self._has_new_snapshots = True
            self._park_snapshots()

    def _park_snapshots(self) -> None:
        """Move the snapshots to the disk when they take much memory; where that cannot be written, they stay."""
        held = in_memory(self._keeper.snapshots)
        if len(held) * bytes_of(self.trainer.model) <= _SNAPSHOT_BYTES or not self._may_park:
            return
        try:
            self._keeper.exchange(parked_snapshots(held, user_folder("state")))
        except OSError as error:
            self._may_park = False
            _log.warning("The snapshots of the run stay in memory: %s", error)
        forget_read()  # what was saved or shown meanwhile
        give_back_memory()
