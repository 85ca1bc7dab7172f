"""Owns the training thread, and knows what is going on: no widgets here, and no mathematics.

Requests go to the worker as queued signals; its answers come back as queued signals, and those of an earlier run are
recognised by their number and dropped.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from dae_core.autoencoder import AutoEncoder
from dae_core.config import TrainingConfig
from dae_core.datasets import Dataset
from dae_core.divergence import Divergence
from dae_core.evaluation import Figures
from dae_core.history import History
from dae_core.model_file import SavedModel
from dae_core.training import Checkpoint
from dae_gui.state import State
from dae_gui.worker import Halt, Job, TrainingWorker, Update

_log = logging.getLogger(__name__)
_SHUTDOWN_MS = 10_000

_STATE_AFTER = {
    Halt.PAUSED: State.PAUSED,
    Halt.STOPPED: State.IDLE,
    Halt.FINISHED: State.FINISHED,
    Halt.DIVERGED: State.DIVERGED,
}


class TrainingController(QObject):
    """One run at a time: prepared, running, paused, finished.

    Signals
    -------
    stateChanged(State)
    historyReplaced(History)
        A new run begins; its history is empty.
    progressed()
        The history has grown, or one of the figures has changed.
    modelChanged(AutoEncoder)
        New weights, at most ten times a second; the receiver must not change them.
    divergenceFound(Divergence), failureHappened(str)
    preparing(bool)
        The compiled loop is being made ready, which takes some seconds on a machine's very first run.
    """

    stateChanged = Signal(State)
    historyReplaced = Signal(object)
    progressed = Signal()
    modelChanged = Signal(object)
    divergenceFound = Signal(object)
    failureHappened = Signal(str)
    preparing = Signal(bool)

    _prepareRequested = Signal(object)
    _goRequested = Signal()
    _stepRequested = Signal()
    _pauseRequested = Signal()
    _stopRequested = Signal()
    _extendRequested = Signal(int)
    _rateRequested = Signal(float)
    _levelRequested = Signal(float)
    _paceRequested = Signal(object)
    _reviveRequested = Signal(object)
    _acknowledged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = State.IDLE
        self._number = 0
        self._dataset: Dataset | None = None
        self._config = TrainingConfig()
        self._base_iteration = 0
        self.history = History()
        self.model: AutoEncoder | None = None
        self.divergence: Divergence | None = None
        self.live_figures: Figures | None = None
        self.final_figures: Figures | None = None
        self.iteration = 0
        self.leg_start = 0
        self.end = 0
        self.rate = 0.0
        self.seconds = 0.0
        self.current_learning_rate = 0.0

        self._worker = TrainingWorker()
        self._thread = QThread(self)
        self._thread.setObjectName("training")
        self._worker.moveToThread(self._thread)
        self._connect_worker()
        self._thread.finished.connect(self._worker.deleteLater)
        self._thread.start()

    def _connect_worker(self) -> None:
        queued = Qt.ConnectionType.QueuedConnection
        worker = self._worker
        self._prepareRequested.connect(worker.prepare, queued)
        self._goRequested.connect(worker.go, queued)
        self._stepRequested.connect(worker.step, queued)
        self._pauseRequested.connect(worker.pause, queued)
        self._stopRequested.connect(worker.stop, queued)
        self._extendRequested.connect(worker.extend, queued)
        self._rateRequested.connect(worker.set_learning_rate, queued)
        self._levelRequested.connect(worker.set_noise_level, queued)
        self._paceRequested.connect(worker.set_pace, queued)
        self._reviveRequested.connect(worker.revive, queued)
        self._acknowledged.connect(worker.acknowledge, queued)
        worker.updated.connect(self._on_worker_updated, queued)
        worker.failed.connect(self._on_worker_failed, queued)
        worker.preparing.connect(self.preparing, queued)

    # What is going on

    @property
    def state(self) -> State:
        """What the run is doing."""
        return self._state

    @property
    def dataset(self) -> Dataset | None:
        """The data set trained on; None until one is loaded."""
        return self._dataset

    @property
    def config(self) -> TrainingConfig:
        """The settings of the run as they are now, with what was changed on the way."""
        return self._config

    @property
    def can_continue(self) -> bool:
        """Whether there are weights that more iterations could be added to."""
        trained = self.iteration > 0 or self._base_iteration > 0
        return trained and self.model is not None and not self._state.is_active and self._state is not State.FAILED

    def saved_model(self) -> SavedModel | None:
        """Return the newest weights with their settings, for a file; None before there are any."""
        if self.model is None or self._dataset is None:
            return None
        iteration = self.divergence.good_iteration if self.divergence else self.iteration
        return SavedModel(
            self.model, self._config, self._base_iteration + iteration, self._dataset.name, self._dataset.shape
        )

    # Requests

    def set_dataset(self, dataset: Dataset, config: TrainingConfig) -> None:
        """Train on another data set from now on; begins a new run."""
        self._dataset = dataset
        self.reset(config)

    def reset(self, config: TrainingConfig) -> None:
        """Go back to the start weights of these settings. A run under way is dropped."""
        self._prepare(config, None, 0)

    def start(self, config: TrainingConfig) -> None:
        """Begin a run with these settings, or go on with the one that is paused."""
        if self._dataset is None or self._state in (State.RUNNING, State.STOPPING):
            return
        if self._state is not State.PAUSED and not self._is_fresh(config):
            self.reset(config)
        self._set_state(State.RUNNING)
        self._goRequested.emit()

    def pause(self) -> None:
        """Stand still until ``start``; the state changes when the worker stands."""
        if self._state is State.RUNNING:
            self._pauseRequested.emit()

    def step(self, config: TrainingConfig) -> None:
        """Train for exactly one iteration."""
        if self._dataset is None or self._state in (State.RUNNING, State.STOPPING):
            return
        if self._state is not State.PAUSED:
            if not self._is_fresh(config):
                self.reset(config)
            self._set_state(State.PAUSED)
        self._stepRequested.emit()

    def stop(self) -> None:
        """End the run; its weights and curves stay."""
        if self._state in (State.RUNNING, State.PAUSED):
            self._set_state(State.STOPPING)
            self._stopRequested.emit()

    def continue_for(self, iterations: int) -> None:
        """Train the present weights for ``iterations`` more, as a new leg of the schedule."""
        if not self.can_continue:
            return
        self.divergence = None
        self.leg_start = self.iteration
        self._extendRequested.emit(iterations)
        self._set_state(State.RUNNING)
        self._goRequested.emit()

    def load(self, saved: SavedModel) -> None:
        """Take the weights of a file; they can be looked at, and trained on with ``continue_for``.

        Raises
        ------
        ValueError
            When the weights do not fit the data set's images.
        """
        if self._dataset is None:
            raise ValueError("A model needs a data set, and none is loaded yet.")
        if saved.model.n_inputs != self._dataset.n_inputs:
            raise ValueError(
                f"The model is made for images of {saved.model.n_inputs} pixels, "
                f"but those of '{self._dataset.name}' have {self._dataset.n_inputs}. Open a fitting data set first."
            )
        checkpoint = Checkpoint(saved.config, saved.model, 0, 0, saved.config.iterations, 0.0)
        self._prepare(saved.config, checkpoint, saved.iteration)

    def set_learning_rate(self, rate: float) -> None:
        """Change the learning rate of the run under way."""
        if self._state.is_active:
            self._config = self._config.replace(learning_rate=rate)
            self._rateRequested.emit(rate)

    def set_noise_level(self, level: float) -> None:
        """Change the noise level of the run under way."""
        if self._state.is_active:
            self._config = self._config.replace(corruption=self._config.corruption.with_level(level))
            self._levelRequested.emit(level)

    def revive_units(self, units: tuple[int, ...]) -> None:
        """Give these hidden units of the run under way the weights of a start."""
        if units and self._state in (State.RUNNING, State.PAUSED):
            self._reviveRequested.emit(tuple(units))

    def set_pace(self, pace: float | None) -> None:
        """Train at most ``pace`` iterations a second; None is as fast as it goes."""
        self._paceRequested.emit(pace)

    def shutdown(self) -> None:
        """Stop the thread, and wait for it. May be called twice."""
        if self._thread.isRunning():
            self._thread.quit()
            if not self._thread.wait(_SHUTDOWN_MS):  # nothing known takes so long; better a message than an abort
                _log.error("The training thread did not stop within %d ms", _SHUTDOWN_MS)
                return
        self._worker.release()

    # Answers

    @Slot(object)
    def _on_worker_updated(self, update: Update) -> None:
        self._acknowledged.emit()
        if update.number != self._number:
            return
        progress = update.progress
        self.history.append(progress)
        self.iteration, self.end = progress.iteration, progress.end
        self.seconds, self.rate = progress.seconds, update.rate
        self.current_learning_rate = progress.learning_rate
        for iteration, figures in update.held_out:
            self.live_figures = figures
            self.history.held_out.append((iteration, figures.error))
        self.final_figures = update.final
        self.divergence = progress.divergence
        if progress.model is not None:
            self.model = progress.model
            self.modelChanged.emit(self.model)
        self.progressed.emit()
        if update.halt in _STATE_AFTER:
            self._on_halted(_STATE_AFTER[update.halt])

    def _on_halted(self, state: State) -> None:
        # A pause that comes in when a stop was asked for meanwhile is not the last word.
        if state is State.PAUSED and self._state is State.STOPPING:
            return
        self._set_state(state)
        if state is State.DIVERGED and self.divergence is not None:
            self.divergenceFound.emit(self.divergence)

    @Slot(int, str)
    def _on_worker_failed(self, number: int, message: str) -> None:
        if number == self._number:
            self._set_state(State.FAILED)
            self.failureHappened.emit(message)

    def _prepare(self, config: TrainingConfig, checkpoint: Checkpoint | None, base_iteration: int) -> None:
        if self._dataset is None:
            return
        self._number += 1
        self._config = config
        self._base_iteration = base_iteration
        self.history = History(self.history.window)
        self.divergence = self.live_figures = self.final_figures = None
        self.iteration, self.end = 0, config.iterations
        self.leg_start = checkpoint.leg_start if checkpoint is not None else 0
        self.rate = self.seconds = 0.0
        self.current_learning_rate = config.learning_rate
        self._prepareRequested.emit(Job(self._number, self._dataset, config, checkpoint))
        self.historyReplaced.emit(self.history)
        self._set_state(State.IDLE)
        self.progressed.emit()

    def _is_fresh(self, config: TrainingConfig) -> bool:
        """Whether the prepared run has these settings and has not begun."""
        untouched = self._state is State.IDLE and self.iteration == 0 and self._base_iteration == 0
        return untouched and config == self._config and self._number > 0

    def _set_state(self, state: State) -> None:
        if state is not self._state:
            self._state = state
            self.stateChanged.emit(state)
