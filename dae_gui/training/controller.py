"""Owns the training thread, and knows what the run is doing: no widgets here, and no mathematics.

Requests go to the worker as queued signals, which it handles in order; its updates come back as queued signals, each
with the number of its run.
"""

from __future__ import annotations

import dataclasses
import functools
import logging
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QThread, Signal, Slot

from dae_core.sessions.model_file import SavedModel
from dae_core.sessions.run import Run
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.progress import Checkpoint
from dae_core.training.trainer import CodeNotAllowedError
from dae_gui.support.leaving import leave_running
from dae_gui.training.messages import Halt, RunSetup, Update
from dae_gui.training.run_recorder import RunRecorder
from dae_gui.training.run_requests import RunRequests
from dae_gui.training.worker import TrainingWorker
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench

_log = logging.getLogger(__name__)
_SHUTDOWN_MS = 10_000

_STATE_AFTER: dict[Halt | None, State] = {
    Halt.PAUSED: State.PAUSED,
    Halt.STOPPED: State.IDLE,
    Halt.FINISHED: State.FINISHED,
    Halt.DIVERGED: State.DIVERGED,
}


class TrainingController(QObject):
    """One run at a time: prepared, running, paused, finished.

    Attributes
    ----------
    workbench : Workbench
        Gets data set, state and settings in force from here, and the rest of the facts from the recorder.
    recorder : RunRecorder
        Announces each run that begins, stops or is replaced.

    Signals
    -------
    divergenceFound(Divergence)
        The run has diverged.
    failureHappened(str)
        The run cannot go on; a sentence says why.
    preparing(bool)
        The compiled loop is being made ready, which takes some seconds on a machine's very first run.
    """

    divergenceFound = Signal(object)
    failureHappened = Signal(str)
    preparing = Signal(bool)

    _requested = Signal(object)

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.recorder = RunRecorder(workbench, self)
        self.workbench = workbench
        self._number = 0
        self._requests = RunRequests()
        self._is_left = False
        self._allowed_code = {""}

        self._worker = TrainingWorker()
        self._thread = QThread(self)
        self._thread.setObjectName("training")
        self._worker.moveToThread(self._thread)
        queued = Qt.ConnectionType.QueuedConnection
        self._requested.connect(self._worker.handle, queued)
        self._worker.updated.connect(self._on_worker_updated, queued)
        self._worker.failed.connect(self._on_worker_failed, queued)
        self._worker.refused.connect(self._on_worker_refused, queued)
        self._worker.preparing.connect(self.preparing, queued)
        self._thread.started.connect(self._worker.begin)
        self._thread.finished.connect(self._worker.deleteLater)
        self._thread.start()

    # What is going on

    @property
    def can_continue(self) -> bool:
        """Whether there are weights that more iterations could be added to."""
        bench = self.workbench
        trained = bench.progress.iteration > 0 or bool(self.recorder.base_iteration)
        ready = self.workbench.can_train and bench.model is not None
        return trained and ready and not bench.state.is_active and bench.state is not State.FAILED

    @property
    def can_go_on(self) -> bool:
        """Whether the run was stopped before its end, to which it can still be trained."""
        progress, is_idle = self.workbench.progress, self.workbench.state is State.IDLE
        return self.workbench.can_train and is_idle and 0 < progress.iteration < progress.end

    def saved_model(self) -> SavedModel | None:
        """Return the newest weights, or their average where that is shown, for a file; None before there are any."""
        bench = self.workbench
        model = bench.average if bench.shows_average and bench.average is not None else bench.model
        dataset, progress = bench.dataset, bench.progress
        if model is None or dataset is None:
            return None
        iteration = progress.divergence.good_iteration if progress.divergence else progress.iteration
        iteration += self.recorder.base_iteration or 0
        return SavedModel(model, bench.config, iteration, dataset.name, dataset.shape, dataset.scale)

    # Requests

    def set_data(self, data: OpenData, config: TrainingConfig) -> None:
        """Train on another data set from now on; begins a new run."""
        self._take_data(data, config)
        self._prepare(config)

    def reset(self, config: TrainingConfig) -> None:
        """Begin a new run at the start weights of these settings."""
        self._take_data(self.workbench.data, config)
        self._prepare(config)

    def _take_data(self, data: OpenData | None, config: TrainingConfig) -> None:
        """Put a data set onto the workbench, with the pixels that these settings train on, unless it is there."""
        data = None if data is None else data.scaled_for(config)
        if data is not None and data is not self.workbench.data:
            self.workbench.set_data(data)

    def restore(self, run: Run, history: History, data: OpenData | None = None) -> None:
        """Put another run in the place of the present one; it goes on exactly where it was.

        Parameters
        ----------
        run
            What is restored.
        history
            ``run.history()``, which takes a while for a long run and is therefore made elsewhere.
        data
            What it was trained on, or a stand-in with which it can only be looked at and exported; None where the
            present data set is its own.

        Raises
        ------
        ValueError
            When the weights do not fit the data set's images.
        """
        data = self.workbench.data if data is None else data
        if data is None:
            raise ValueError("A run needs a data set, and none is loaded yet.")
        if run.model.n_inputs != data.dataset.n_inputs:
            raise ValueError(
                f"The model is made for images of {run.model.n_inputs} pixels, "
                f"but those of '{data.dataset.name}' have {data.dataset.n_inputs}. Open a fitting data set first."
            )
        self._take_data(data, run.config)
        self._prepare(run.config, run, history)
        checkpoint = run.checkpoint
        if checkpoint.divergence is not None:
            self.workbench.set_state(State.DIVERGED)
        elif checkpoint.iteration >= checkpoint.end:
            self.workbench.set_state(State.FINISHED)
        elif checkpoint.iteration and self.workbench.can_train:
            self.workbench.set_state(State.PAUSED)

    def request_run(self, on_run: Callable[[Run], None], on_failed: Callable[[str], None]) -> None:
        """Ask for the present run as it is when the training thread comes to the question; training goes on.

        Where another run takes its place meanwhile, the answer is still of the run that was asked for.

        Parameters
        ----------
        on_run, on_failed
            One of them is called, once, in this thread: with the run, or with a sentence that says why there is none.
        """
        if self.workbench.data is None:
            on_failed("There is no run, for no data set is open yet.")
        elif not self._thread.isRunning():
            on_failed("The training thread has ended.")
        else:
            self._ask(self._worker.report, self._requests.add(self._number, on_run, on_failed))

    def allow_code(self, source: str) -> None:
        """Take note that the user asks for this code to run, as long as this window is there."""
        self._allowed_code.add(source)
        if source == self.workbench.config.own_backward:
            self._ask(self._worker.allow_code, source)

    def start(self, config: TrainingConfig, pause_at: int = 0) -> None:
        """Begin a run with these settings, or go on with the one that is paused.

        Where ``pause_at`` is an iteration that is still to come, it is paused exactly there.
        """
        is_paused = self.workbench.state is State.PAUSED
        if not self._may_train(self.workbench.config if is_paused else config):
            return
        if not is_paused and not self._is_fresh(config):
            self.reset(config)
        self.workbench.set_state(State.RUNNING)
        self._ask_at_once(self._worker.go, pause_at)

    def pause(self) -> None:
        """Stop until ``start``; the state changes when the worker has stopped."""
        if self.workbench.state is State.RUNNING:
            self._ask_at_once(self._worker.pause)

    def step(self, config: TrainingConfig) -> None:
        """Train for exactly one iteration."""
        is_paused = self.workbench.state is State.PAUSED
        if not self._may_train(self.workbench.config if is_paused else config):
            return
        if not is_paused:
            if not self._is_fresh(config):
                self.reset(config)
            self.workbench.set_state(State.PAUSED)
        self._ask_at_once(self._worker.step)

    def stop(self) -> None:
        """End the run; its weights and curves stay."""
        if self.workbench.state in (State.RUNNING, State.PAUSED):
            self.workbench.set_state(State.STOPPING)
            self._ask_at_once(self._worker.stop)

    def go_on(self) -> None:
        """Train a run that was stopped to its end, as if it had not been stopped."""
        if self.can_go_on and self._may_train(self.workbench.config):
            self.workbench.set_state(State.RUNNING)
            self._ask_at_once(self._worker.go)

    def continue_for(self, iterations: int) -> None:
        """Train the present weights for ``iterations`` more, as a new schedule segment."""
        if not (self.can_continue and self._may_train(self.workbench.config)):
            return
        progress = self.workbench.progress
        again = dataclasses.replace(
            progress, segment_start=progress.iteration, end=progress.iteration + iterations, divergence=None
        )
        self.workbench.set_progress(again, self.workbench.figures)
        self._ask_at_once(self._worker.extend, iterations)
        self.workbench.set_state(State.RUNNING)
        self._ask(self._worker.go)

    def load(self, saved: SavedModel) -> None:
        """Take the weights of a file; they can be looked at, and trained on with ``continue_for``.

        Raises
        ------
        ValueError
            When the weights do not fit the data set's images.
        """
        data = self.workbench.data
        if data is None:
            raise ValueError("A model needs a data set, and none is loaded yet.")
        if saved.shape not in (None, data.dataset.shape) and saved.model.n_inputs == data.dataset.n_inputs:
            model, images = (f"{height}x{width}" for height, width in (saved.shape, data.dataset.shape))
            raise ValueError(
                f"The model is made for images of {model} pixels, but those of '{data.dataset.name}' are {images}. "
                "Open a fitting data set first."
            )
        checkpoint = Checkpoint(saved.config, saved.model, 0, 0, saved.config.iterations, 0.0)
        history, label = History(self.workbench.history.window), self.recorder.new_label()
        run = Run(checkpoint, data.reference(), history.record(), base_iteration=saved.iteration, label=label)
        self.restore(run, history)

    def set_learning_rate(self, rate: float) -> None:
        """Change the learning rate of the run under way."""
        if self.workbench.state.is_active:
            self.workbench.set_config(self.workbench.config.replace(learning_rate=rate))
            self._ask(self._worker.set_learning_rate, rate)

    def set_noise_level(self, level: float) -> None:
        """Change the noise level of the run under way."""
        if self.workbench.state.is_active:
            config = self.workbench.config
            self.workbench.set_config(config.replace(corruption=config.corruption.with_level(level)))
            self._ask(self._worker.set_noise_level, level)

    def set_strength(self, name: str, strength: float) -> None:
        """Change the strength of a penalty, by its name, in the run under way."""
        if self.workbench.state.is_active:
            self.workbench.set_config(self.workbench.config.replace(**{name: strength}))
            self._ask(self._worker.set_strength, name, strength)

    def revive_units(self, units: tuple[int, ...]) -> None:
        """Give these hidden units of the run under way the weights of a start."""
        if units and self.workbench.state in (State.RUNNING, State.PAUSED):
            self._ask(self._worker.revive, tuple(units))

    def set_pace(self, pace: float | None) -> None:
        """Train at most ``pace`` iterations a second; None is as fast as it goes."""
        self._ask(self._worker.set_pace, pace)

    def shutdown(self) -> None:
        """Stop the thread, wait for it, and record and answer what it had not come to. May be called twice."""
        self._worker.interrupt()
        self._thread.quit()
        final: dict[int, Run | None] = {}
        if self._thread.wait(_SHUTDOWN_MS):
            QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall)  # what it sent before, in order
            update = self._worker.release()
            if update is not None:
                final[update.number] = self.recorder.take(update, None)
        elif not self._is_left:  # what was recorded last is what there is of the run
            _log.error("The training thread did not stop within %d ms", _SHUTDOWN_MS)
            self._is_left = True
            self._thread.setParent(None)
            leave_running(self._thread, self._worker)
        self._requests.answer_all(lambda run: final[run] if run in final else self.recorder.opened(run))
        self.recorder.finish()

    # To the worker and back

    def _ask(self, request: Callable[..., None], *arguments: object) -> None:
        """Have the worker call one of its methods in its thread, after all that it was asked for before."""
        self._requested.emit(functools.partial(request, *arguments))

    def _ask_at_once(self, request: Callable[..., None], *arguments: object) -> None:
        """Do as ``_ask``, and have an iteration or a measurement that is under way be left for it."""
        self._ask(self._worker.answer, self._worker.interrupt(), functools.partial(request, *arguments))

    @Slot(object)
    def _on_worker_updated(self, update: Update) -> None:
        self._ask(self._worker.acknowledge)
        state = _STATE_AFTER.get(update.halt) if update.number == self._number else None
        if state is State.PAUSED and self.workbench.state is State.STOPPING:
            state = None  # it was paused before it was to stop, which comes next
        run = self.recorder.take(update, state)
        divergence = update.progress.divergence
        if state is State.DIVERGED and divergence is not None:
            self.divergenceFound.emit(divergence)
        if update.request is not None:
            self._requests.answer(update.request, run)

    @Slot(int, str)
    def _on_worker_failed(self, number: int, message: str) -> None:
        if number == self._number:
            self.workbench.set_state(State.FAILED)
            self.failureHappened.emit(message)
        elif name := self.recorder.name(number):
            self.failureHappened.emit(f"{name} could not be kept. {message}")

    @Slot(int, str)
    def _on_worker_refused(self, request: int, message: str) -> None:
        self._requests.refuse(request, message)

    def _prepare(self, config: TrainingConfig, run: Run | None = None, history: History | None = None) -> None:
        data = self.workbench.data
        if data is None:
            return
        self._number += 1
        code = config.own_backward
        allowed = code if code in self._allowed_code else ""
        setup = RunSetup(self._number, data.dataset, config, is_stand_in=data.is_stand_in, allows_code=allowed)
        if run is not None:
            setup = dataclasses.replace(setup, checkpoint=run.checkpoint, snapshots=run.snapshots)
        self._ask_at_once(self._worker.prepare, setup)
        self.recorder.begin(self._number, config, run, history)

    def _may_train(self, config: TrainingConfig) -> bool:
        """Whether training with these settings can begin now; says why where code of the user's own is in the way."""
        if not self.workbench.can_train or self.workbench.state in (State.RUNNING, State.STOPPING):
            return False
        if config.own_backward not in self._allowed_code:
            self.failureHappened.emit(str(CodeNotAllowedError()))
            return False
        return True

    def _is_fresh(self, config: TrainingConfig) -> bool:
        """Whether the prepared run has these settings and has not begun, with weights that come from its seed."""
        bench = self.workbench
        untouched = bench.state is State.IDLE and bench.progress.iteration == 0 and self.recorder.base_iteration is None
        return untouched and config == bench.config and self._number > 0
