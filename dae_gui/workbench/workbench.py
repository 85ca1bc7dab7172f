"""What is being worked on: the facts that all panels show, each with one signal that carries it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.datasets import Dataset
from dae_core.evaluation.denoising import NoisyDigit
from dae_core.evaluation.held_out import Figures
from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.snapshots import Snapshot
from dae_gui.workbench.arrangement import Arrangement, UnitChoice
from dae_gui.workbench.facts import OpenData, RunProgress, Weights
from dae_gui.workbench.state import State
from dae_gui.workbench.turns import Turns


class Workbench(QObject):
    """Holds facts and does nothing with them.

    A method sets everything that changes together before it emits the first signal, so a slot may read any fact.
    What is trained on is set by those who open data, the run by those who train it; the panels set only what the user
    points at: a unit, a digit, a snapshot, an order of the units.

    Attributes
    ----------
    turns : Turns
        In which those who show the facts draw while they change fast.

    Signals
    -------
    dataChanged(OpenData)
        Another data set. There are no weights, no figures and no digit until there are some of its own.
    stateChanged(State)
        What the run is doing.
    historyReplaced(History)
        Another run is the present one; its history grows, see ``progressed``.
    progressed(RunProgress)
        The history has grown, or one of the run's figures has changed.
    configChanged(TrainingConfig)
        The settings of the run that are in force now.
    segmentChanged(int, int)
        From and to which iteration the learning rate's schedule goes.
    snapshotsChanged(tuple of Snapshot)
        The run's snapshots, by ascending iteration.
    figuresChanged(Figures or None)
        Figures on held-out images: on all of them when the run stands, on some while it goes on.
    weightsChanged(Weights or None)
        The weights to be shown: live or averaged, at most ten times a second, or those of a snapshot.
    averageOffered(bool)
        Whether the run has averaged weights that can be looked at.
    unitSelected(int)
        The hidden unit that is pointed at; -1 is none.
    digitChanged(NoisyDigit or None)
        The digit that is denoised; None while there is none.
    unitsChosen(UnitChoice)
        Which units the user wants to see in which order.
    unitsArranged(Arrangement)
        Which units are seen in which order.
    """

    dataChanged = Signal(object)
    stateChanged = Signal(State)
    historyReplaced = Signal(object)
    progressed = Signal(object)
    configChanged = Signal(object)
    segmentChanged = Signal(int, int)
    snapshotsChanged = Signal(object)
    figuresChanged = Signal(object)
    weightsChanged = Signal(object)
    averageOffered = Signal(bool)
    unitSelected = Signal(int)
    digitChanged = Signal(object)
    unitsChosen = Signal(object)
    unitsArranged = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.turns = Turns(self)
        self._data: OpenData | None = None
        self._state = State.IDLE
        self._history = History()
        self._progress = RunProgress()
        self._config = TrainingConfig()
        self._snapshots: tuple[Snapshot, ...] = ()
        self._figures: Figures | None = None
        self._live: Weights | None = None
        self._snapshot: Snapshot | None = None
        self._average: AutoEncoder | None = None
        self._shows_average = False
        self._unit = -1
        self._digit: NoisyDigit | None = None
        self._unit_choice = UnitChoice()
        self._arrangement = Arrangement()

    # The facts

    @property
    def data(self) -> OpenData | None:
        """The data set with its origin; None until one is loaded."""
        return self._data

    @property
    def dataset(self) -> Dataset | None:
        """The data set alone."""
        return None if self._data is None else self._data.dataset

    @property
    def can_train(self) -> bool:
        """Whether there is a data set to train on; a stand-in for a missing one is none."""
        return self._data is not None and not self._data.is_stand_in

    @property
    def state(self) -> State:
        """What the run is doing."""
        return self._state

    @property
    def history(self) -> History:
        """The curves of the run; the object grows."""
        return self._history

    @property
    def progress(self) -> RunProgress:
        """How far the run is."""
        return self._progress

    @property
    def config(self) -> TrainingConfig:
        """The settings of the run that are in force now."""
        return self._config

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """The run's snapshots, by ascending iteration."""
        return self._snapshots

    @property
    def figures(self) -> Figures | None:
        """The newest figures on held-out images; None before there are any."""
        return self._figures

    @property
    def model(self) -> AutoEncoder | None:
        """The newest weights of the run, whichever are shown; None before there are any."""
        return None if self._live is None else self._live.model

    @property
    def weights(self) -> Weights | None:
        """The weights to be shown: the newest ones, their average, or those of the snapshot that is looked at."""
        shown = self._snapshot
        if shown is not None:
            return Weights(shown.model, shown.iteration, is_live=False)
        if self._live is None or self._average is None or not self._shows_average:
            return self._live
        return Weights(self._average, self._live.iteration, is_average=True)

    @property
    def average(self) -> AutoEncoder | None:
        """The averaged weights of the run; None where its settings do not ask for them."""
        return self._average

    @property
    def shows_average(self) -> bool:
        """Whether the user wants to look at the averaged weights, where there are any."""
        return self._shows_average

    @property
    def unit(self) -> int:
        """The hidden unit that is pointed at; -1 is none."""
        return self._unit

    @property
    def digit(self) -> NoisyDigit | None:
        """The digit that is denoised; None while there is none."""
        return self._digit

    @property
    def unit_choice(self) -> UnitChoice:
        """Which units the user wants to see in which order."""
        return self._unit_choice

    @property
    def arrangement(self) -> Arrangement:
        """Which units are seen in which order."""
        return self._arrangement

    # Set by those who open data and train

    def set_data(self, data: OpenData) -> None:
        """Work on another data set; weights, figures and digit of the one before are forgotten."""
        self._data = data
        self._live = self._snapshot = self._figures = self._digit = None
        self._offer(None)
        self._unit_choice, self._arrangement = UnitChoice(), Arrangement()
        self.weightsChanged.emit(None)
        self.figuresChanged.emit(None)
        self.digitChanged.emit(None)
        self.unitsChosen.emit(self._unit_choice)
        self.dataChanged.emit(data)  # last, for who shows the data sets a digit of it

    def set_state(self, state: State) -> None:
        """Take what the run is doing."""
        if state is not self._state:
            self._state = state
            self.stateChanged.emit(state)

    def begin_run(
        self,
        config: TrainingConfig,
        history: History,
        progress: RunProgress,
        snapshots: tuple[Snapshot, ...] = (),
        figures: Figures | None = None,
    ) -> None:
        """Work on another run; its weights follow with ``set_model``."""
        segment = self._progress.segment
        was_looking_back = self._snapshot is not None
        was_idle = self._state is State.IDLE
        self._config, self._history, self._progress = config, history, progress
        self._snapshots, self._figures, self._snapshot = snapshots, figures, None
        self._state = State.IDLE
        self.historyReplaced.emit(history)
        self.configChanged.emit(config)
        if progress.segment != segment:
            self.segmentChanged.emit(*progress.segment)
        self.snapshotsChanged.emit(snapshots)
        self.figuresChanged.emit(figures)
        if was_looking_back:
            self.weightsChanged.emit(self.weights)
        if not was_idle:
            self.stateChanged.emit(State.IDLE)
        self.progressed.emit(progress)

    def set_progress(self, progress: RunProgress, figures: Figures | None) -> None:
        """Take how far the run is: its history has grown."""
        segment = self._progress.segment
        has_other_figures = figures is not self._figures
        self._progress, self._figures = progress, figures
        if progress.segment != segment:
            self.segmentChanged.emit(*progress.segment)
        if has_other_figures:
            self.figuresChanged.emit(figures)
        self.progressed.emit(progress)

    def set_config(self, config: TrainingConfig) -> None:
        """Take the settings in force from now on."""
        if config != self._config:
            self._config = config
            self.configChanged.emit(config)

    def set_snapshots(self, snapshots: tuple[Snapshot, ...]) -> None:
        """Take the run's snapshots."""
        self._snapshots = snapshots
        self.snapshotsChanged.emit(snapshots)

    def set_model(self, model: AutoEncoder, iteration: int, average: AutoEncoder | None = None) -> None:
        """Take the newest weights, and their average if there is one; shown unless the user looks at a snapshot."""
        self._live = Weights(model, iteration)
        self._offer(average)
        if self._snapshot is None:
            self.weightsChanged.emit(self.weights)

    def _offer(self, average: AutoEncoder | None) -> None:
        had_one, self._average = self._average is not None, average
        if had_one != (average is not None):
            self.averageOffered.emit(average is not None)

    # Set by what the user points at

    @Slot(object)
    def look_at(self, snapshot: Snapshot | None) -> None:
        """Show the weights of a snapshot, or with None the newest ones again; training goes on."""
        if snapshot is not self._snapshot:
            self._snapshot = snapshot
            self.weightsChanged.emit(self.weights)

    @Slot(bool)
    def show_average(self, wanted: bool) -> None:
        """Show the averaged weights in the place of the newest ones, or no more; training goes on."""
        if wanted != self._shows_average:
            self._shows_average = wanted
            if self._snapshot is None:
                self.weightsChanged.emit(self.weights)

    @Slot(int)
    def select_unit(self, unit: int) -> None:
        """Point at a hidden unit; -1 is none."""
        if unit != self._unit:
            self._unit = unit
            self.unitSelected.emit(unit)

    @Slot(object)
    def set_digit(self, digit: NoisyDigit | None) -> None:
        """Take the digit that is denoised."""
        self._digit = digit
        self.digitChanged.emit(digit)

    @Slot(object)
    def choose_units(self, choice: UnitChoice) -> None:
        """Want to see some units in an order."""
        if choice != self._unit_choice:
            self._unit_choice = choice
            self.unitsChosen.emit(choice)

    def arrange_units(self, arrangement: Arrangement) -> None:
        """Take which units are seen in which order."""
        self._arrangement = arrangement
        self.unitsArranged.emit(arrangement)
