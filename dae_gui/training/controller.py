"""Owns the training thread, and knows what is going on: no widgets here, and no mathematics.

Requests go to the worker as queued signals; its answers come back as queued signals, and those of an earlier run are
recognised by their number and dropped.
"""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QThread, Signal, Slot

from dae_core.datasets import Dataset, ImageOptions
from dae_core.evaluation.held_out import Figures
from dae_core.sessions.model_file import SavedModel
from dae_core.sessions.run import Label, Run
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.progress import Checkpoint
from dae_core.training.snapshots import Snapshot
from dae_gui.training.messages import Halt, Job, Update
from dae_gui.training.worker import TrainingWorker
from dae_gui.workbench.facts import OpenData, RunProgress
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench

_log = logging.getLogger(__name__)
_SHUTDOWN_MS = 10_000

_STATE_AFTER = {
    Halt.PAUSED: State.PAUSED,
    Halt.STOPPED: State.IDLE,
    Halt.FINISHED: State.FINISHED,
    Halt.DIVERGED: State.DIVERGED,
}


@dataclass(eq=False)
class _Trained:
    """What a run is besides what its trainer knows; the history grows."""

    data: OpenData
    history: History
    label: Label
    base_iteration: int | None
    snapshots: tuple[Snapshot, ...] = ()
    figures: Figures | None = None

    def run(self, checkpoint: Checkpoint) -> Run:
        """Return the run with the trainer's state, which must be at the end of the history."""
        data, record = self.data.reference(), self.history.record()
        return Run(checkpoint, data, record, self.snapshots, self.base_iteration, self.label, self.figures)


class TrainingController(QObject):
    """One run at a time: prepared, running, paused, finished.

    Signals
    -------
    captured(Run)
        The run of this moment, whole: after each stand, and after ``capture``.
    left(Run)
        Another run has taken the place of this one, which had been trained.
    divergenceFound(Divergence), failureHappened(str)
    preparing(bool)
        The compiled loop is being made ready, which takes some seconds on a machine's very first run.
    """

    # TODO(house): these pass the workbench's facts on until every reader subscribes to the workbench itself.
    stateChanged = Signal(State)
    historyReplaced = Signal(object)
    progressed = Signal()
    modelChanged = Signal(object)
    snapshotsChanged = Signal(object)

    captured = Signal(object)
    left = Signal(object)
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
    _captureRequested = Signal()
    _acknowledged = Signal()

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._pass_on()
        self._number = 0
        self._looked_at: Run | None = None
        self._has_left = True
        self._base_iteration: int | None = None
        self._leaving: dict[int, _Trained] = {}
        self._live_figures: Figures | None = None
        self._final_figures: Figures | None = None
        self.label = Label.new("")

        self._worker = TrainingWorker()
        self._thread = QThread(self)
        self._thread.setObjectName("training")
        self._worker.moveToThread(self._thread)
        self._connect_worker()
        self._thread.started.connect(self._worker.begin)
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
        self._captureRequested.connect(worker.capture, queued)
        self._acknowledged.connect(worker.acknowledge, queued)
        worker.updated.connect(self._on_worker_updated, queued)
        worker.failed.connect(self._on_worker_failed, queued)
        worker.preparing.connect(self.preparing, queued)

    # TODO(house): to be deleted with the signals above

    def _pass_on(self) -> None:
        bench = self._workbench
        bench.stateChanged.connect(self.stateChanged)
        bench.historyReplaced.connect(self.historyReplaced)
        bench.progressed.connect(lambda _progress: self.progressed.emit())
        bench.snapshotsChanged.connect(self.snapshotsChanged)

    def __getattr__(self, name: str) -> Any:
        bench = self.__dict__.get("_workbench")
        progress = None if bench is None else bench.progress
        if name in ("state", "dataset", "history", "config", "snapshots", "model"):
            return getattr(bench, name)
        if name in ("iteration", "end", "seconds", "rate", "divergence"):
            return getattr(progress, name)
        if name == "segment_start" and progress is not None:
            return progress.segment_start
        if name == "current_learning_rate" and progress is not None:
            return progress.learning_rate
        if name in ("live_figures", "final_figures"):
            return self.__dict__[f"_{name}"]
        raise AttributeError(name)

    def set_dataset(
        self, dataset: Dataset, config: TrainingConfig, source: str = "", options: ImageOptions | None = None
    ) -> None:
        """Call ``set_data``."""
        self.set_data(OpenData(dataset, source, options), config)

    def look_at(self, run: Run, history: History, stand_in: Dataset) -> None:
        """Call ``restore`` with a stand-in."""
        self.restore(run, history, OpenData(stand_in, is_stand_in=True))

    # What is going on

    @property
    def can_train(self) -> bool:
        """Whether there is a data set to train on; a stand-in for a missing one is none."""
        return self._workbench.can_train

    @property
    def can_continue(self) -> bool:
        """Whether there are weights that more iterations could be added to."""
        bench = self._workbench
        trained = bench.progress.iteration > 0 or bool(self._base_iteration)
        ready = self.can_train and bench.model is not None
        return trained and ready and not bench.state.is_active and bench.state is not State.FAILED

    def saved_model(self) -> SavedModel | None:
        """Return the newest weights with their settings, for a file; None before there are any."""
        bench = self._workbench
        model, dataset, progress = bench.model, bench.dataset, bench.progress
        if model is None or dataset is None:
            return None
        iteration = progress.divergence.good_iteration if progress.divergence else progress.iteration
        return SavedModel(model, bench.config, (self._base_iteration or 0) + iteration, dataset.name, dataset.shape)

    # Requests

    def set_data(self, data: OpenData, config: TrainingConfig) -> None:
        """Train on another data set from now on; begins a new run."""
        self._leave()
        self._workbench.set_data(data)
        self.reset(config)

    def reset(self, config: TrainingConfig) -> None:
        """Go back to the start weights of these settings. A run that was trained is handed out with ``left``."""
        self._prepare(config, None, None)

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
        self._check_size(run.model.n_inputs, self._workbench.dataset if data is None else data.dataset)
        if data is not None:
            self._leave()
            self._workbench.set_data(data)
        checkpoint = run.checkpoint
        self._prepare(run.config, checkpoint, run.base_iteration, run, history)
        if checkpoint.divergence is not None:
            self._workbench.set_state(State.DIVERGED)
        elif checkpoint.iteration >= checkpoint.end:
            self._workbench.set_state(State.FINISHED)
        elif checkpoint.iteration and self.can_train:
            self._workbench.set_state(State.PAUSED)

    def capture(self) -> None:
        """Have ``captured`` emitted with the run of this moment; training goes on."""
        self._captureRequested.emit()

    def start(self, config: TrainingConfig) -> None:
        """Begin a run with these settings, or go on with the one that is paused."""
        if not self.can_train or self._workbench.state in (State.RUNNING, State.STOPPING):
            return
        if self._workbench.state is not State.PAUSED and not self._is_fresh(config):
            self.reset(config)
        self._workbench.set_state(State.RUNNING)
        self._goRequested.emit()

    def pause(self) -> None:
        """Stand still until ``start``; the state changes when the worker stands."""
        if self._workbench.state is State.RUNNING:
            self._pauseRequested.emit()

    def step(self, config: TrainingConfig) -> None:
        """Train for exactly one iteration."""
        if not self.can_train or self._workbench.state in (State.RUNNING, State.STOPPING):
            return
        if self._workbench.state is not State.PAUSED:
            if not self._is_fresh(config):
                self.reset(config)
            self._workbench.set_state(State.PAUSED)
        self._stepRequested.emit()

    def stop(self) -> None:
        """End the run; its weights and curves stay."""
        if self._workbench.state in (State.RUNNING, State.PAUSED):
            self._workbench.set_state(State.STOPPING)
            self._stopRequested.emit()

    def continue_for(self, iterations: int) -> None:
        """Train the present weights for ``iterations`` more, as a new schedule segment."""
        if not self.can_continue:
            return
        progress = self._workbench.progress
        again = dataclasses.replace(
            progress, segment_start=progress.iteration, end=progress.iteration + iterations, divergence=None
        )
        self._workbench.set_progress(again, self._workbench.figures)
        self._extendRequested.emit(iterations)
        self._workbench.set_state(State.RUNNING)
        self._goRequested.emit()

    def load(self, saved: SavedModel) -> None:
        """Take the weights of a file; they can be looked at, and trained on with ``continue_for``.

        Raises
        ------
        ValueError
            When the weights do not fit the data set's images.
        """
        self._check_size(saved.model.n_inputs, self._workbench.dataset)
        checkpoint = Checkpoint(saved.config, saved.model, 0, 0, saved.config.iterations, 0.0)
        self._prepare(saved.config, checkpoint, saved.iteration)

    def forget_left(self) -> None:
        """Do not tell of runs that have left and whose last words are still on their way."""
        self._leaving.clear()

    def forget_runs(self) -> None:
        """Nor of the present run, when another one takes its place: nobody wants any of them any more."""
        self._leaving.clear()
        self._has_left = True

    def set_learning_rate(self, rate: float) -> None:
        """Change the learning rate of the run under way."""
        if self._workbench.state.is_active:
            self._workbench.set_config(self._workbench.config.replace(learning_rate=rate))
            self._rateRequested.emit(rate)

    def set_noise_level(self, level: float) -> None:
        """Change the noise level of the run under way."""
        if self._workbench.state.is_active:
            config = self._workbench.config
            self._workbench.set_config(config.replace(corruption=config.corruption.with_level(level)))
            self._levelRequested.emit(level)

    def revive_units(self, units: tuple[int, ...]) -> None:
        """Give these hidden units of the run under way the weights of a start."""
        if units and self._workbench.state in (State.RUNNING, State.PAUSED):
            self._reviveRequested.emit(tuple(units))

    def set_pace(self, pace: float | None) -> None:
        """Train at most ``pace`` iterations a second; None is as fast as it goes."""
        self._paceRequested.emit(pace)

    def shutdown(self) -> None:
        """Stop the thread, wait for it, and tell what it had not yet told, ``captured`` too. May be called twice."""
        if self._thread.isRunning():
            self._thread.quit()
            if not self._thread.wait(_SHUTDOWN_MS):  # nothing known takes so long; better a message than an abort
                _log.error("The training thread did not stop within %d ms", _SHUTDOWN_MS)
                return
            QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall)
        last = self._worker.release()
        if last is not None:
            if last.number != self._number:  # it was to leave, and the thread has ended before it did
                last = dataclasses.replace(last, halt=Halt.LEFT)
            self._on_worker_updated(last)

    # Answers

    @Slot(object)
    def _on_worker_updated(self, update: Update) -> None:
        self._acknowledged.emit()
        if update.number != self._number:
            self._on_left(update)
            return
        bench, told = self._workbench, update.progress
        history = bench.history
        history.append(told)
        for iteration, figures in update.held_out:
            self._live_figures = figures
            history.held_out.append((iteration, figures.error))
        if update.final is not None or len(told.errors):
            self._final_figures = update.final
        if update.snapshots is not None:
            bench.set_snapshots(update.snapshots)
        progress = RunProgress(
            told.iteration,
            told.end,
            bench.progress.segment_start,
            told.seconds,
            update.rate,
            told.learning_rate,
            told.divergence,
        )
        bench.set_progress(progress, self._final_figures or self._live_figures)
        if told.model is not None:
            bench.set_model(told.model, told.iteration)
            self.modelChanged.emit(told.model)
        if update.halt in _STATE_AFTER:
            self._on_halted(_STATE_AFTER[update.halt])
        if update.checkpoint is None:
            return
        if self.can_train:
            self.captured.emit(self._trained().run(update.checkpoint))
        elif self._looked_at is not None:  # the run as it was opened, for it cannot have gone on
            self.captured.emit(dataclasses.replace(self._looked_at, label=self.label))

    def _on_left(self, update: Update) -> None:
        """Complete the history of a run that has left, and hand it out when its last words are in."""
        trained = self._leaving.get(update.number)
        if trained is None:
            return
        trained.history.append(update.progress)
        trained.history.held_out += [(iteration, figures.error) for iteration, figures in update.held_out]
        trained.figures = update.final
        if update.snapshots is not None:
            trained.snapshots = update.snapshots
        if update.halt is Halt.LEFT and update.checkpoint is not None:
            del self._leaving[update.number]
            self.left.emit(trained.run(update.checkpoint))

    def _on_halted(self, state: State) -> None:
        # A pause that comes in when a stop was asked for meanwhile is not the last word.
        if state is State.PAUSED and self._workbench.state is State.STOPPING:
            return
        self._workbench.set_state(state)
        divergence = self._workbench.progress.divergence
        if state is State.DIVERGED and divergence is not None:
            self.divergenceFound.emit(divergence)

    @Slot(int, str)
    def _on_worker_failed(self, number: int, message: str) -> None:
        if number == self._number:
            self._workbench.set_state(State.FAILED)
            self.failureHappened.emit(message)

    def _prepare(
        self,
        config: TrainingConfig,
        checkpoint: Checkpoint | None,
        base_iteration: int | None,
        run: Run | None = None,
        history: History | None = None,
    ) -> None:
        data = self._workbench.data
        if data is None:
            return
        self._leave()
        self._has_left = False
        self._looked_at = run if data.is_stand_in else None
        self._number += 1
        self._base_iteration = base_iteration
        self.label = Label.new("") if run is None else run.label
        snapshots = () if run is None else run.snapshots
        self._live_figures = self._final_figures = None if run is None else run.figures
        progress = RunProgress(end=config.iterations, learning_rate=config.learning_rate)
        if checkpoint is not None:
            progress = RunProgress(
                checkpoint.iteration,
                checkpoint.end,
                checkpoint.segment_start,
                checkpoint.seconds,
                learning_rate=config.learning_rate,
                divergence=checkpoint.divergence,
            )
        job = Job(self._number, data.dataset, config, checkpoint, snapshots, data.is_stand_in)
        self._prepareRequested.emit(job)
        if history is None:
            history = History(self._workbench.history.window)
        self._workbench.begin_run(config, history, progress, snapshots, self._final_figures)
        if checkpoint is not None:
            self._workbench.set_model(checkpoint.model, checkpoint.iteration)

    def _leave(self) -> None:
        """Remember the present run until its last words are in; the worker sends them when it prepares another.

        A run that is only looked at has none to say.
        """
        if self._has_left:
            return
        self._has_left = True
        if self._looked_at is not None:
            run, self._looked_at = dataclasses.replace(self._looked_at, label=self.label), None
            self.left.emit(run)
        elif self._workbench.progress.iteration and self.can_train:
            self._leaving[self._number] = self._trained()

    def _trained(self) -> _Trained:
        bench = self._workbench
        if bench.data is None:
            raise RuntimeError("there is no run without a data set")
        return _Trained(
            bench.data, bench.history, self.label, self._base_iteration, bench.snapshots, self._final_figures
        )

    @staticmethod
    def _check_size(n_inputs: int, dataset: Dataset | None) -> None:
        if dataset is None:
            raise ValueError("A model needs a data set, and none is loaded yet.")
        if n_inputs != dataset.n_inputs:
            raise ValueError(
                f"The model is made for images of {n_inputs} pixels, "
                f"but those of '{dataset.name}' have {dataset.n_inputs}. Open a fitting data set first."
            )

    def _is_fresh(self, config: TrainingConfig) -> bool:
        """Whether the prepared run has these settings and has not begun, with weights that come from its seed."""
        bench = self._workbench
        untouched = bench.state is State.IDLE and bench.progress.iteration == 0 and self._base_iteration is None
        return untouched and config == bench.config and self._number > 0
