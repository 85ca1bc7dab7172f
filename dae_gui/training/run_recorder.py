"""Records the runs: what the training thread sends becomes facts on the workbench, and whole `Run` values."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from dae_core.evaluation.held_out import Figures
from dae_core.sessions.run import FIRST_NAME, Label, Run
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.progress import Checkpoint
from dae_core.training.snapshots import Snapshot
from dae_gui.training.messages import Halt, Update
from dae_gui.workbench.facts import OpenData, RunProgress
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench


@dataclass(eq=False)
class _Recording:
    """What a run is besides its trainer's checkpoint; the history grows."""

    data: OpenData
    history: History
    label: Label
    opened: Run | None = None
    snapshots: tuple[Snapshot, ...] = ()
    live: Figures | None = None
    final: Figures | None = None
    is_discarded: bool = False

    def add(self, update: Update) -> None:
        """Add what has happened in the run."""
        self.history.append(update.progress)
        for iteration, figures in update.held_out:
            self.live = figures
            self.history.held_out.append((iteration, figures.error))
        self.history.averaged += [(iteration, figures.error) for iteration, figures in update.averaged]
        if update.final is not None or len(update.progress.errors):
            self.final = update.final
        if update.snapshots is not None:
            self.snapshots = update.snapshots

    def run(self, checkpoint: Checkpoint) -> Run:
        """Return the run at a checkpoint, which must be at the end of the history."""
        if self.data.is_stand_in and self.opened is not None:  # it is only looked at, and has its own data set
            return dataclasses.replace(self.opened, label=self.label)
        base = None if self.opened is None else self.opened.base_iteration
        data, record = self.data.reference(), self.history.record()
        return Run(checkpoint, data, record, self.snapshots, base, self.label, self.final)


class RunRecorder(QObject):
    """Records the present run, and those that it has replaced until their final updates are in.

    Attributes
    ----------
    new_label
        Returns the label of a run that begins from its start; the list of runs, where there is one, names them.

    Signals
    -------
    begun(Label, Run or None)
        Another run is the present one: one that begins, under this label, or the run that was opened.
    recorded(Run)
        The present run, whole, whenever it has stopped or is ready to start.
    replaced(Run)
        The final state of a trained run whose place another one has taken.
    """

    begun = Signal(object, object)
    recorded = Signal(object)
    replaced = Signal(object)

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.new_label: Callable[[], Label] = functools.partial(Label.new, FIRST_NAME)
        self._workbench = workbench
        self._number = 0
        self._present: _Recording | None = None
        self._replaced: dict[int, _Recording] = {}

    @property
    def label(self) -> Label:
        """Name, notes and color of the present run; without a key while there is none."""
        return Label("", "") if self._present is None else self._present.label

    @label.setter
    def label(self, label: Label) -> None:
        if self._present is not None:
            self._present.label = label

    @property
    def is_trained(self) -> bool:
        """Whether the present run has iterations that are not discarded."""
        return self._present is not None and len(self._present.history) > 0 and not self._present.is_discarded

    @property
    def is_waiting(self) -> bool:
        """Whether the final update of a trained run that was replaced is still on its way."""
        return not all(recording.is_discarded for recording in self._replaced.values())

    @property
    def looked_at(self) -> Run | None:
        """The present run where it can only be looked at, as its data set is missing; None for any other."""
        is_looked_at = self._present is not None and self._present.data.is_stand_in
        return self.opened(self._number) if is_looked_at else None

    @property
    def base_iteration(self) -> int | None:
        """Iterations of the weights of a file that the present run started from; None where they came from its seed."""
        opened = None if self._present is None else self._present.opened
        return None if opened is None else opened.base_iteration

    # What the controller does

    def begin(
        self, number: int, config: TrainingConfig, run: Run | None = None, history: History | None = None
    ) -> None:
        """Record another run from now on, trained on the data set of the workbench.

        Parameters
        ----------
        number
            Of its updates.
        config
            Its settings.
        run, history
            The run that was opened, and its curves; None for one that begins from its start.
        """
        bench = self._workbench
        if bench.data is None:
            raise RuntimeError("there is no run without a data set")
        label = self.new_label() if run is None else run.label
        if self._present is not None:
            goes_on = run is not None and run.label.key == self._present.label.key
            self._present.is_discarded = goes_on or not self.is_trained
            self._replaced[self._number] = self._present
        self._number = number
        history = History(bench.history.window) if history is None else history
        self._present = now = _Recording(bench.data, history, label, run)
        if run is None:
            progress = RunProgress(end=config.iterations, learning_rate=config.learning_rate)
            bench.begin_run(config, history, progress)
        else:
            now.snapshots, now.live, now.final = run.snapshots, run.figures, run.figures
            start, rate = run.checkpoint, config.learning_rate
            progress = RunProgress(
                start.iteration, start.end, start.segment_start, start.seconds, 0.0, rate, start.divergence
            )
            bench.begin_run(config, history, progress, run.snapshots, run.figures)
            bench.set_model(start.model, start.iteration, start.average)
        self.begun.emit(label, run)

    def take(self, update: Update, state: State | None) -> Run | None:
        """Record an update of the present run or of one that it has replaced.

        Parameters
        ----------
        update
            What the training thread has sent; of any other run it is passed over.
        state
            What the present run is doing from now on; None where that has not changed.

        Returns
        -------
        Run or None
            The whole run, where the update holds a checkpoint.
        """
        is_present = update.number == self._number
        recording = self._present if is_present else self._replaced.get(update.number)
        if recording is None:
            return None
        recording.add(update)
        if is_present:
            self._show(update, recording, state)
        done = update.number + (update.halt is Halt.ENDED)  # the training thread is done with all runs before this one
        self._replaced = {number: other for number, other in self._replaced.items() if number >= done}
        run = None if update.checkpoint is None else recording.run(update.checkpoint)
        if run is None or update.halt is None:
            return run
        if is_present:
            self.recorded.emit(run)
        elif update.halt is Halt.ENDED and not recording.is_discarded:
            self.replaced.emit(run)
        return run

    def _show(self, update: Update, recording: _Recording, state: State | None) -> None:
        bench, new = self._workbench, update.progress
        if update.snapshots is not None:
            bench.set_snapshots(update.snapshots)
        start = bench.progress.segment_start
        progress = RunProgress(
            new.iteration, new.end, start, new.seconds, update.rate, new.learning_rate, new.divergence
        )
        bench.set_progress(progress, recording.final or recording.live)
        if new.model is not None:
            bench.set_model(new.model, new.iteration, new.average)
        if state is not None:
            bench.set_state(state)

    def finish(self) -> None:
        """Hand out the runs that were opened and replaced before the training thread, which has ended, got to them."""
        for number, recording in self._replaced.items():
            run = self.opened(number)
            if run is not None and not recording.is_discarded:
                self.replaced.emit(run)
        self._replaced.clear()

    def opened(self, number: int) -> Run | None:
        """Return the run that was opened under this number, as it was then; None for one that began from its start."""
        recording = self._present if number == self._number else self._replaced.get(number)
        if recording is None or recording.opened is None:
            return None
        return dataclasses.replace(recording.opened, label=recording.label)

    def name(self, number: int) -> str:
        """Return the name of a replaced run whose final update is still on its way; empty for any other."""
        recording = self._replaced.get(number)
        return "" if recording is None or recording.is_discarded else recording.label.name

    # What belongs to a session that another one takes the place of

    def discard_replaced(self) -> None:
        """Do not hand out the runs whose final updates are still on their way."""
        for recording in self._replaced.values():
            recording.is_discarded = True

    def discard_all(self) -> None:
        """Nor the present run when another one takes its place."""
        self.discard_replaced()
        if self._present is not None:
            self._present.is_discarded = True
