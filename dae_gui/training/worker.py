"""The training loop in its own thread: pulls the trainer's generator, and merges progress to 20 signals a second.

Everything here runs in the worker's thread. The loop is a timer of that thread's event loop, which runs one chunk of
about 10 ms at a time, so that queued requests are handled between chunks.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dae_core.evaluation.held_out import Figures
from dae_core.training.progress import Progress
from dae_core.training.snapshots import SnapshotKeeper, bytes_of
from dae_core.training.trainer import Trainer
from dae_gui.support.thread_priority import lower_thread_priority
from dae_gui.training.live_figures import LiveFigures
from dae_gui.training.messages import Halt, RunSetup, Update

_log = logging.getLogger(__name__)

_SIGNAL_EVERY = 0.05
_MODEL_EVERY = 0.1
_CHUNK_SECONDS = 0.010
_LARGEST_CHUNK = 4096


class TrainingWorker(QObject):
    """Trains, on request, in the thread that it was moved to.

    Signals
    -------
    updated(Update)
        What has happened, at most 20 times a second; the next one comes after ``acknowledge``.
    failed(int, str)
        The run of this number cannot go on; a sentence says why.
    refused(int, str)
        The request of this number cannot be answered; a sentence says why.
    preparing(bool)
        The compiled loop is being made ready, or no more.
    """

    updated = Signal(object)
    failed = Signal(int, str)
    refused = Signal(int, str)
    preparing = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._timer: QTimer | None = None
        self._setup: RunSetup | None = None
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

    @Slot()
    def begin(self) -> None:
        """Take note that the thread has started."""
        lower_thread_priority()

    @Slot(object)
    def handle(self, request: Callable[[], None]) -> None:
        """Do what the controller asks for: call one of the following methods, with its arguments."""
        try:
            request()
        except Exception as error:
            self._fail(error)

    # Requests

    def prepare(self, setup: RunSetup) -> None:
        """Send the final state of the present run if it was trained, then make another one ready."""
        self._stop_timer()
        try:
            if self._trainer is not None and self._trainer.iteration:
                self._halt(Halt.ENDED)
        except Exception as error:
            self._fail(error)
        self._discard_trainer()
        self._setup = setup
        self._trainer = Trainer(setup.dataset, setup.config, setup.checkpoint)
        self._figures = LiveFigures(setup.dataset, is_wanted=not setup.is_stand_in)
        self._keeper = SnapshotKeeper.restored(setup.snapshots, bytes_of(self._trainer.model))
        self._keep_snapshot()
        self._halt(Halt.READY)

    def go(self) -> None:
        """Train until the end, ``pause`` or ``stop``."""
        if self._trainer is None:
            return
        self._ready_kernel()
        self._run = self._trainer.run()
        now = time.perf_counter()
        self._rate_from = (now, self._trainer.iteration)
        self._rate = 0.0
        self._restart_pace()
        self._measure_if_due(now)
        self._start_timer()

    def step(self) -> None:
        """Train for one iteration."""
        self._stop_timer()
        if self._trainer is not None:
            self._ready_kernel()
            self._take(self._trainer.advance(1))
            self._halt(self._reason_to_halt() or Halt.PAUSED)

    def pause(self) -> None:
        """Stop the loop; ``go`` continues."""
        self._halt(self._reason_to_halt() or Halt.PAUSED)  # the run may have ended just before the request came

    def stop(self) -> None:
        """End the run; its weights stay."""
        self._halt(self._reason_to_halt() or Halt.STOPPED)

    def extend(self, iterations: int) -> None:
        """Put the end of the run ``iterations`` further from here; ``go`` continues."""
        if self._trainer is not None:
            self._trainer.extend(iterations)

    def set_learning_rate(self, rate: float) -> None:
        """Change the learning rate from the next chunk on."""
        if self._trainer is not None:
            self._trainer.set_learning_rate(rate)

    def set_noise_level(self, level: float) -> None:
        """Change the noise level from the next chunk on, in training and on the held-out images."""
        if self._trainer is not None and self._figures is not None:
            self._trainer.set_noise_level(level)
            self._figures.forget_noise()

    def revive(self, units: tuple[int, ...]) -> None:
        """Give hidden units new start weights, now; a run that has come to its end stays as it is."""
        trainer = self._trainer
        if trainer is None or self._figures is None or self._reason_to_halt() is not None:
            return
        trainer.revive(units)
        self._figures.forget_weights()
        if self._is_running:
            self._last_model = 0.0  # show the new weights with the next chunk
        else:
            self._halt(Halt.PAUSED)

    def set_pace(self, pace: float | None) -> None:
        """Train at most ``pace`` iterations a second; None is as fast as it goes."""
        if self._trainer is not None and self._trainer.iteration:
            self._trainer.record_pace(self._pace, pace)
        self._pace = pace
        self._restart_pace()
        if self._is_running:
            self._start_timer()

    def report(self, request: int) -> None:
        """Answer a request with a checkpoint and all that is not yet sent; the loop goes on."""
        if self._trainer is None:
            self.refused.emit(request, "The training thread has no run.")
            return
        try:
            self._pending.append(self._trainer.advance(0))
            self._send(final=self._final_figures(), request=request)
        except Exception as error:
            self.refused.emit(request, self._fail(error))

    def acknowledge(self) -> None:
        """Take note that the newest update was taken: the next may come."""
        self._in_flight = False

    # When the thread has ended

    def release(self) -> Update | None:
        """Free all memory when the thread has ended; returns what was not yet sent, with a checkpoint."""
        update = None
        try:
            if self._trainer is not None and self._figures is not None:
                self._pending.append(self._trainer.advance(0))
                update = self._update(Halt.ENDED, self._figures.known(self._trainer))
        except Exception:  # closing goes on
            _log.exception("The run could not be kept")
        self._discard_trainer()
        return update

    # The loop

    @Slot()
    def _on_timeout(self) -> None:
        self.handle(self._train)

    def _train(self) -> None:
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
        if due > most:  # the machine cannot keep this pace, and will not catch up
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
        self._send()

    def _send(self, halt: Halt | None = None, final: Figures | None = None, request: int | None = None) -> None:
        update = self._update(halt, final, request)
        if update is not None:
            self._in_flight = True
            self._last_signal = time.perf_counter()
            self.updated.emit(update)

    def _update(self, halt: Halt | None, final: Figures | None, request: int | None = None) -> Update | None:
        """Return all that is not yet sent as one update."""
        if self._setup is None or self._trainer is None:
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
        checkpoint = None if halt is None and request is None else self._trainer.checkpoint()
        number = self._setup.number
        return Update(number, merged, figures, self._rate, halt, final, snapshots, checkpoint, request)

    # Stopping

    def _halt(self, reason: Halt) -> None:
        """Stop, and send all that is not yet sent, with the weights and the figures of this moment."""
        self._stop_timer()
        trainer = self._trainer
        if trainer is None:
            return
        trainer.request_model()
        self._pending.append(trainer.advance(0))
        final = self._final_figures()
        if final is not None:
            self._measure_if_due(time.perf_counter(), at_once=True)
        self._send(reason, final)

    def _final_figures(self) -> Figures | None:
        """Return the figures on all held-out images of a run that has begun and is not running; None for others."""
        if self._trainer is None or self._figures is None or self._is_running:
            return None
        return self._figures.on_all(self._trainer)

    def _fail(self, error: Exception) -> str:
        """Stop, and send a sentence that says why; returns it."""
        self._stop_timer()
        _log.error("Training failed", exc_info=error)
        number = self._setup.number if self._setup else 0
        text = "there is not enough memory" if isinstance(error, MemoryError) else str(error) or type(error).__name__
        sentence = f"Training stopped: {text}.".replace("..", ".")
        self.failed.emit(number, sentence)
        return sentence

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
            self._timer.timeout.connect(self._on_timeout)
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
