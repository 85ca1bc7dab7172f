"""The training loop in its own thread: pulls the trainer's generator, and merges progress to 20 signals a second.

Everything here runs in the worker's thread. The loop is a timer of that thread's event loop, which runs one chunk of
about 10 ms at a time, so that queued requests are handled between chunks.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dae_core.evaluation.held_out import Figures
from dae_core.training.progress import Progress
from dae_core.training.snapshots import SnapshotKeeper, bytes_of
from dae_core.training.trainer import Trainer
from dae_gui.support.background import let_the_window_go_first
from dae_gui.training.live_figures import LiveFigures
from dae_gui.training.messages import Halt, Job, Update

_log = logging.getLogger(__name__)

_SIGNAL_EVERY = 0.05
_MODEL_EVERY = 0.1
_CHUNK_SECONDS = 0.010
_LARGEST_CHUNK = 4096


class TrainingWorker(QObject):
    """Trains, on request, in the thread that it was moved to."""

    updated = Signal(object)
    failed = Signal(int, str)
    preparing = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._timer: QTimer | None = None
        self._job: Job | None = None
        self._trainer: Trainer | None = None
        self._run: Iterator[Progress] | None = None
        self._pace: float | None = None
        self._pending: list[Progress] = []
        self._figures: LiveFigures | None = None
        self._in_flight = False
        self._last_signal = self._last_model = 0.0
        self._keeper: SnapshotKeeper | None = None
        self._has_new_snapshots = False
        self._seconds_per_iteration = 1e-4
        self._paced_from = (0.0, 0)
        self._rate_from = (0.0, 0)
        self._rate = 0.0
        self._kernel_ready = False

    @property
    def _is_running(self) -> bool:
        return self._timer is not None and self._timer.isActive()

    # Requests, queued from the controller

    @Slot()
    def begin(self) -> None:
        """Take note that the thread has started."""
        let_the_window_go_first()

    @Slot(object)
    def prepare(self, job: Job) -> None:
        """Make the trainer of a new run, and answer with its start weights."""
        self._stop_timer()
        try:
            if self._trainer is not None and self._trainer.iteration:
                self._halt(Halt.LEFT)
        except Exception as error:
            self._fail(error)
        try:
            self._discard_trainer()
            self._job = job
            self._trainer = Trainer(job.dataset, job.config, job.checkpoint)
            self._figures = LiveFigures(job.dataset, is_wanted=not job.look_only)
            self._keeper = SnapshotKeeper.restored(job.snapshots, bytes_of(self._trainer.model))
            self._keep_snapshot()
            self._halt(Halt.READY)
        except Exception as error:
            self._fail(error)

    @Slot()
    def go(self) -> None:
        """Train until the end, ``pause`` or ``stop``."""
        if self._trainer is None:
            return
        try:
            self._ready_kernel()
            self._run = self._trainer.run()
            now = time.perf_counter()
            self._rate_from = (now, self._trainer.iteration)
            self._rate = 0.0
            self._restart_pace()
            self._measure_if_due(now)
            self._start_timer()
        except Exception as error:
            self._fail(error)

    @Slot()
    def step(self) -> None:
        """Train for one iteration, then stand."""
        self._stop_timer()
        if self._trainer is None:
            return
        try:
            self._ready_kernel()
            self._take(self._trainer.advance(1))
            self._halt(self._reason_to_halt() or Halt.PAUSED)
        except Exception as error:
            self._fail(error)

    @Slot()
    def pause(self) -> None:
        """Stand still; ``go`` continues."""
        self._halt_on_request(Halt.PAUSED)

    @Slot()
    def stop(self) -> None:
        """End the run; its weights stay."""
        self._halt_on_request(Halt.STOPPED)

    @Slot(int)
    def extend(self, iterations: int) -> None:
        """Put the end of the run ``iterations`` further from here; ``go`` continues."""
        if self._trainer is not None:
            self._trainer.extend(iterations)

    @Slot(float)
    def set_learning_rate(self, rate: float) -> None:
        """Change the learning rate from the next chunk on."""
        if self._trainer is not None:
            self._trainer.set_learning_rate(rate)

    @Slot(float)
    def set_noise_level(self, level: float) -> None:
        """Change the noise level from the next chunk on, in training and on the held-out images."""
        if self._trainer is not None and self._figures is not None:
            self._trainer.set_noise_level(level)
            self._figures.forget_noise()

    @Slot(object)
    def revive(self, units: tuple[int, ...]) -> None:
        """Give hidden units new start weights, now; a run that has come to its end stays as it is."""
        trainer = self._trainer
        if trainer is None or self._figures is None or self._reason_to_halt() is not None:
            return
        try:
            trainer.revive(units)
            self._figures.forget_weights()
            if self._is_running:
                self._last_model = 0.0  # show the new weights with the next chunk
            else:
                self._halt(Halt.PAUSED)
        except Exception as error:
            self._fail(error)

    @Slot(object)
    def set_pace(self, pace: float | None) -> None:
        """Train at most ``pace`` iterations a second; None is as fast as it goes."""
        if self._trainer is not None and self._trainer.iteration:
            self._trainer.record_pace(self._pace, pace)
        self._pace = pace
        self._restart_pace()
        if self._is_running:
            self._start_timer()

    @Slot()
    def capture(self) -> None:
        """Send all that is not yet sent, with a checkpoint; the loop goes on."""
        if self._trainer is None:
            return
        try:
            self._pending.append(self._trainer.advance(0))
            self._send(None, self._figures_of_stand(), with_checkpoint=True)
        except Exception as error:
            self._fail(error)

    @Slot()
    def acknowledge(self) -> None:
        """Take note that the last update was taken: the next may come."""
        self._in_flight = False

    def release(self) -> Update | None:
        """Free what the worker holds and return what was not yet sent, with a checkpoint; for when its thread ended."""
        last = None
        if self._trainer is not None and self._trainer.iteration:
            self._pending.append(self._trainer.advance(0))
            final = None if self._figures is None else self._figures.known(self._trainer)
            last = self._update(None, final, with_checkpoint=True)
        self._discard_trainer()
        return last

    # The loop

    @Slot()
    def _on_tick(self) -> None:
        try:
            self._tick()
        except Exception as error:
            self._fail(error)

    def _tick(self) -> None:
        trainer = self._trainer
        if trainer is None or self._run is None:
            self._stop_timer()
            return
        count = self._due_iterations(trainer)
        if count == 0:
            return
        if time.perf_counter() - self._last_model > _MODEL_EVERY:
            trainer.request_model()
        trainer.chunk = self._up_to_snapshot(count)
        before = trainer.seconds
        progress = next(self._run, None)
        if progress is not None:
            self._take(progress)
            if len(progress.errors):
                self._seconds_per_iteration = (trainer.seconds - before) / len(progress.errors)
        reason = self._reason_to_halt()
        if reason is not None:
            self._halt(reason)
            return
        now = time.perf_counter()
        self._measure_if_due(now)
        self._send_if_due(now)

    def _due_iterations(self, trainer: Trainer) -> int:
        """Return how many iterations to train now: what takes about 10 ms, or what the pace allows."""
        most = max(1, min(_LARGEST_CHUNK, int(_CHUNK_SECONDS / max(self._seconds_per_iteration, 1e-9))))
        if self._pace is None:
            return most
        since, iteration = self._paced_from
        due = int((time.perf_counter() - since) * self._pace) - (trainer.iteration - iteration)
        if due > most:  # the machine cannot keep this pace: do not hurry after it for ever
            self._restart_pace()
        return max(0, min(due, most))

    def _restart_pace(self) -> None:
        """Count the pace from here; the first iteration is due at once."""
        if self._trainer is not None:
            start = time.perf_counter() - (1.0 / self._pace if self._pace else 0.0)
            self._paced_from = (start, self._trainer.iteration)

    def _up_to_snapshot(self, count: int) -> int:
        """Return the iterations to train so that the chunk ends where the next snapshot is due, if not before."""
        trainer, keeper = self._trainer, self._keeper
        if trainer is None or keeper is None:
            return count
        return min(count, keeper.next_due(trainer.iteration + 1) - trainer.iteration)

    def _take(self, progress: Progress) -> None:
        self._pending.append(progress)
        if progress.model is not None:
            self._last_model = time.perf_counter()
        self._keep_snapshot()

    def _keep_snapshot(self) -> None:
        trainer, keeper = self._trainer, self._keeper
        if trainer is None or keeper is None or trainer.divergence is not None:
            return
        if keeper.is_due(trainer.iteration):
            keeper.add(trainer.iteration, trainer.model.copy())
            self._has_new_snapshots = True

    def _reason_to_halt(self) -> Halt | None:
        trainer = self._trainer
        if trainer is None:
            return None
        if trainer.divergence is not None:
            return Halt.DIVERGED
        return Halt.FINISHED if trainer.iteration >= trainer.end else None

    def _measure_if_due(self, now: float, *, at_once: bool = False) -> None:
        if self._trainer is not None and self._figures is not None:
            self._figures.measure_if_due(self._trainer, now, at_once=at_once)

    def _send_if_due(self, now: float) -> None:
        if self._in_flight or now - self._last_signal < _SIGNAL_EVERY or not self._pending:
            return
        self._send(None, None)

    def _send(self, halt: Halt | None, final: Figures | None, *, with_checkpoint: bool = False) -> None:
        update = self._update(halt, final, with_checkpoint=with_checkpoint)
        if update is not None:
            self._in_flight = True
            self._last_signal = time.perf_counter()
            self.updated.emit(update)

    def _update(self, halt: Halt | None, final: Figures | None, *, with_checkpoint: bool) -> Update | None:
        """Return all that is not yet sent as one update."""
        if self._job is None or self._trainer is None:
            return None
        now = time.perf_counter()
        since, iteration = self._rate_from
        if now - since > 0.5:
            self._rate = (self._trainer.iteration - iteration) / (now - since)
            self._rate_from = (now, self._trainer.iteration)
        elif not self._rate and now > since:
            self._rate = (self._trainer.iteration - iteration) / (now - since)
        merged = Progress.merged(self._pending)
        figures = () if self._figures is None else self._figures.take()
        self._pending.clear()
        snapshots = self._keeper.snapshots if self._keeper is not None and self._has_new_snapshots else None
        self._has_new_snapshots = False
        checkpoint = self._trainer.checkpoint() if with_checkpoint else None
        return Update(self._job.number, merged, figures, self._rate, halt, final, snapshots, checkpoint)

    # Standing still

    def _halt_on_request(self, reason: Halt) -> None:
        if self._trainer is None:
            return
        self._stop_timer()
        try:
            self._halt(self._reason_to_halt() or reason)  # the run may have ended just before the request came
        except Exception as error:
            self._fail(error)

    def _halt(self, reason: Halt) -> None:
        """Stand, and send all that is not yet sent, with the weights and the figures of this moment."""
        self._stop_timer()
        trainer, job = self._trainer, self._job
        if trainer is None or job is None:
            return
        trainer.request_model()
        self._pending.append(trainer.advance(0))
        final = self._figures_of_stand()
        if final is not None:
            self._measure_if_due(time.perf_counter(), at_once=True)
        self._send(reason, final, with_checkpoint=True)

    def _figures_of_stand(self) -> Figures | None:
        """Return the figures of a run that has begun and stands; None for any other."""
        if self._trainer is None or self._figures is None or self._is_running:
            return None
        return self._figures.on_all(self._trainer)

    def _fail(self, error: Exception) -> None:
        self._stop_timer()
        _log.error("Training failed", exc_info=error)
        number = self._job.number if self._job else 0
        text = "there is not enough memory" if isinstance(error, MemoryError) else str(error) or type(error).__name__
        self.failed.emit(number, f"Training stopped: {text}.".replace("..", "."))

    def _ready_kernel(self) -> None:
        """Have the compiled loop ready; the very first time on a machine this takes some seconds."""
        if self._kernel_ready:
            return
        from dae_core.model.kernels import prepare

        self.preparing.emit(True)
        prepare()
        self._kernel_ready = True
        self.preparing.emit(False)

    def _start_timer(self) -> None:
        if self._timer is None:  # made here, so that it belongs to the worker's thread
            self._timer = QTimer(self)
            self._timer.timeout.connect(self._on_tick)
        slowest = 33.0
        interval = 0.0 if self._pace is None else min(slowest, 500.0 / self._pace)
        self._timer.start(int(interval))

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()

    def _discard_trainer(self) -> None:
        if self._trainer is not None:
            self._trainer.close()
        self._trainer = self._run = self._figures = None
        self._pending.clear()
