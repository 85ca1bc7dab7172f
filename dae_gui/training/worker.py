"""The training loop in its own thread: pulls the trainer's generator, and merges progress to 20 signals a second.

Everything here runs in the worker's thread. The loop is a timer of that thread's event loop, which runs one chunk of
about 25 ms at a time, so that queued requests are handled between chunks.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dae_core.errors import sentence
from dae_core.jobs import Cancelled, Monitor
from dae_core.model.penalties import PenaltyName
from dae_core.training.config import TrainingConfig
from dae_gui.support.thread_priority import ThreadPriority, lower_thread_priority
from dae_gui.training.messages import Halt, RunSetup, Update
from dae_gui.training.training_run import TrainingRun

_log = logging.getLogger(__name__)

_SIGNAL_EVERY = 0.05
_CHUNK_SECONDS = 0.025  # of shorter ones, more time goes into taking turns with the window's thread
# With the user's own code every chunk is an exchange with another process, of milliseconds: in chunks of 25 ms that
# would be counted as the iterations' own time, and each chunk would be of one iteration for ever.
_OWN_CODE_CHUNK_SECONDS = 0.1
_MULTIPLICATIONS_PER_SECOND = 5e9  # what a slow machine does: the guess for the first chunk of a run
_LARGEST_CHUNK = 4096
_LONGEST_REST_MS = 33.0


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
        self._run: TrainingRun | None = None
        self._number = 0
        self._pace: float | None = None
        self._paced_from = (0.0, 0)
        self._in_flight = False
        self._last_signal = 0.0
        self._seconds_per_iteration = 1.0
        self._ready: set[tuple[str, ...]] = set()
        # Each is written by one thread alone: the first by the one that asks, the second by this one.
        self._interrupts = self._interrupts_answered = 0
        self._monitor = Monitor(self._is_interrupted)

    def interrupt(self) -> int:
        """Have the iteration under way be left, for what is asked next is not to wait for it; called by who asks.

        Returns the number with which ``answer`` is to be asked for; until then, nothing is trained any more.
        """
        self._interrupts += 1
        return self._interrupts

    def _is_interrupted(self) -> bool:
        return self._interrupts > self._interrupts_answered

    @property
    def _is_running(self) -> bool:
        return self._timer is not None and self._timer.isActive()

    @Slot()
    def begin(self) -> None:
        """Take note that the thread has started."""
        lower_thread_priority(ThreadPriority.TRAINING)

    @Slot(object)
    def handle(self, request: Callable[[], None]) -> None:
        """Do what the controller asks for: call one of the following methods, with its arguments."""
        try:
            request()
        except Exception as error:
            self._fail(error)

    # Requests

    def answer(self, number: int, request: Callable[[], None]) -> None:
        """Do what an iteration was left for, the interrupt of this number."""
        self._interrupts_answered = number
        request()

    def prepare(self, setup: RunSetup) -> None:
        """Send the final state of the present run if it was trained, then make another one ready."""
        self._stop_timer()
        try:
            if self._run is not None and self._run.trainer.iteration:
                self._halt(Halt.ENDED)
        except Exception as error:
            self._fail(error)
        self._discard_run()
        self._number = setup.number
        self._run = TrainingRun(setup, self._monitor)
        config, n_inputs = setup.config, setup.dataset.n_inputs
        multiplications = 5.0 * config.batch_size * config.hidden_units * n_inputs
        self._seconds_per_iteration = multiplications / _MULTIPLICATIONS_PER_SECOND
        self._halt(Halt.READY)

    def go(self, pause_at: int = 0) -> None:
        """Train until the end, ``pause`` or ``stop``; or pause exactly at an iteration that is still to come."""
        if self._run is not None:
            self._run.pause_at = pause_at
            self._run.start()
            self._restart_pace()
            self._start_timer()

    def step(self) -> None:
        """Train for one iteration."""
        self._stop_timer()
        if self._run is not None:
            if self._has_compiled(self._run.trainer.config):
                self._run.step()
            self._halt(Halt.PAUSED)

    def pause(self) -> None:
        """Stop the loop; ``go`` continues."""
        self._halt(Halt.PAUSED)

    def stop(self) -> None:
        """End the run; its weights stay."""
        self._halt(Halt.STOPPED)

    def extend(self, iterations: int) -> None:
        """Put the end of the run ``iterations`` further from here; ``go`` continues."""
        if self._run is not None:
            self._run.trainer.extend(iterations)

    def allow_code(self, source: str) -> None:
        """Let the present run train with code of the user's own, where it is this."""
        if self._run is not None:
            self._run.trainer.allows_code = source

    def set_learning_rate(self, rate: float) -> None:
        """Change the learning rate from the next chunk on."""
        if self._run is not None:
            self._run.trainer.set_learning_rate(rate)

    def set_noise_level(self, level: float) -> None:
        """Change the noise level from the next chunk on, in training and on the held-out images."""
        if self._run is not None:
            self._run.set_noise_level(level)

    def set_strength(self, name: PenaltyName, strength: float) -> None:
        """Change the strength of a penalty, by its name, from the next chunk on."""
        if self._run is not None:
            self._run.trainer.set_strength(name, strength)

    def revive(self, units: tuple[int, ...]) -> None:
        """Give hidden units new start weights, now; a run that has come to its end stays as it is."""
        if self._run is not None and self._run.end is None:
            self._run.revive(units)
            if not self._is_running:
                self._halt(Halt.PAUSED)

    def set_pace(self, pace: float | None) -> None:
        """Train at most ``pace`` iterations a second; None is as fast as it goes."""
        if self._run is not None and self._run.trainer.iteration:
            self._run.trainer.record_pace(self._pace, pace)
        self._pace = pace
        self._restart_pace()
        if self._is_running:
            self._start_timer()

    def report(self, request: int) -> None:
        """Answer a request with a checkpoint and all that is not yet sent; the loop goes on."""
        if self._run is None:
            self.refused.emit(request, "The training thread has no run.")
            return
        try:
            final = None if self._is_running else self._run.figures.on_all()
            self._send(self._run.update(final=final, request=request))
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
            if self._run is not None:
                update = self._run.update(Halt.ENDED, self._run.figures.known())
        except Exception:  # closing goes on
            _log.exception("The run could not be kept")
        self._discard_run()
        return update

    # The loop

    @Slot()
    def _on_timeout(self) -> None:
        self.handle(self._train)

    def _train(self) -> None:
        run = self._run
        if run is None:
            self._stop_timer()
            return
        if not self._has_compiled(run.trainer.config):
            return  # the next time-out tries again, unless what interrupted stops it
        count = self._due_iterations(run.trainer.iteration)
        if count == 0:
            return
        self._seconds_per_iteration = run.train(count) or self._seconds_per_iteration
        if run.end is not None:
            self._halt(run.end)
            return
        if 0 < run.pause_at == run.trainer.iteration:
            self._halt(Halt.PAUSED)
            return
        run.figures.measure_if_due()
        if not self._in_flight and time.perf_counter() - self._last_signal >= _SIGNAL_EVERY and run.has_pending:
            self._send(run.update())

    def _due_iterations(self, done: int) -> int:
        """Return how many iterations to train now: what takes so long as a chunk may, or what the pace allows."""
        is_own = self._run is not None and bool(self._run.trainer.config.own_backward)
        seconds = _OWN_CODE_CHUNK_SECONDS if is_own else _CHUNK_SECONDS
        most = max(1, min(_LARGEST_CHUNK, int(seconds / max(self._seconds_per_iteration, 1e-9))))
        if self._pace is None:
            return most
        since, iteration = self._paced_from
        due = int((time.perf_counter() - since) * self._pace) - (done - iteration)
        if due > most:  # the machine cannot keep this pace, and will not catch up
            self._restart_pace()
        return max(0, min(due, most))

    def _restart_pace(self) -> None:
        """Count the pace from here; the first iteration is due at once."""
        if self._run is not None:
            start = time.perf_counter() - (1.0 / self._pace if self._pace else 0.0)
            self._paced_from = (start, self._run.trainer.iteration)

    def _send(self, update: Update) -> None:
        self._in_flight = True
        self._last_signal = time.perf_counter()
        self.updated.emit(update)

    def _halt(self, reason: Halt) -> None:
        """Stop, and send all that is not yet sent, with the weights and the figures of this moment.

        A run that has come to its end cannot be paused or stopped any more.
        """
        self._stop_timer()
        run = self._run
        if run is None:
            return
        if reason in (Halt.PAUSED, Halt.STOPPED):
            reason = run.end or reason
        is_later = run.figures.is_slow and reason is not Halt.ENDED
        final = None if is_later else run.figures.on_all()
        if final is not None:
            run.figures.measure_if_due(at_once=True)
        run.trainer.request_model()
        self._send(run.update(reason, final))
        if is_later:
            QTimer.singleShot(0, self._measure_later)

    @Slot()
    def _measure_later(self) -> None:
        """Measure the weights of a run that has stopped, unless something else is asked first."""
        run = self._run
        final = None if run is None or self._is_running else run.figures.on_all()
        if run is not None and final is not None:
            run.figures.measure_if_due(at_once=True)
            self._send(run.update(final=final))

    def _fail(self, error: Exception) -> str:
        """Stop, and send a sentence that says why; returns it."""
        self._stop_timer()
        _log.error("Training failed", exc_info=error)
        text = sentence(error, "Training stopped")
        self.failed.emit(self._number, text)
        return text

    def _has_compiled(self, config: TrainingConfig) -> bool:
        """Have what these settings need compiled ready; return whether it is, and nothing interrupted that.

        The first time on a machine it takes some seconds.
        """
        from dae_core.training.engines import compiled_for, prepare

        needed = compiled_for(config)
        if needed in self._ready:
            return True
        if self._is_interrupted():
            return False
        self.preparing.emit(True)
        with contextlib.suppress(Cancelled):
            prepare(config, self._monitor)
            self._ready |= {needed, ()}
        self.preparing.emit(False)
        self._restart_pace()
        return needed in self._ready

    def _start_timer(self) -> None:
        if self._timer is None:  # made here, so that it belongs to the worker's thread
            self._timer = QTimer(self)
            self._timer.timeout.connect(self._on_timeout)
        interval = 0.0 if self._pace is None else min(_LONGEST_REST_MS, 500.0 / self._pace)
        self._timer.start(int(interval))

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()

    def _discard_run(self) -> None:
        if self._run is not None:
            self._run.trainer.close()
        self._run = None
