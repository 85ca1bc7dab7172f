"""The docks that study the run: which there are, and telling all of them what goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow

from dae_core.datasets import Dataset
from dae_core.evaluation.denoising import NoisyDigit
from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.config import TrainingConfig
from dae_gui.support.background import Background
from dae_gui.workbench.state import State
from dae_gui.workbench.study_panel import StudyPanel


@dataclass(frozen=True)
class StudySpec:
    """A study: object name and title of its dock, key that shows it, its tip, and how its panel is made.

    The panel is made when the dock is first shown, and its module is imported only then.
    """

    name: str
    title: str
    shortcut: str
    tip: str
    make: Callable[[Background], StudyPanel]
    is_record: bool = False
    """Whether it tells what was done, and does not explain the network."""


def _make_step(background: Background) -> StudyPanel:
    from dae_gui.panels.step_panel import StepPanel

    return StepPanel(background)


def _make_unit(background: Background) -> StudyPanel:
    from dae_gui.panels.unit_panel import UnitPanel

    return UnitPanel(background)


def _make_comparison(background: Background) -> StudyPanel:
    from dae_gui.panels.comparison_panel import ComparisonPanel

    return ComparisonPanel(background)


def _make_mismatch(background: Background) -> StudyPanel:
    from dae_gui.panels.mismatch_panel import MismatchPanel

    return MismatchPanel(background)


def _dataset_panel(background: Background) -> StudyPanel:
    from dae_gui.panels.dataset_panel import DatasetPanel

    return DatasetPanel(background)


def _make_health(background: Background) -> StudyPanel:
    from dae_gui.panels.health_panel import HealthPanel

    return HealthPanel(background)


def _make_manifold(background: Background) -> StudyPanel:
    from dae_gui.panels.manifold_panel import ManifoldPanel

    return ManifoldPanel(background)


def _make_runs(background: Background) -> StudyPanel:
    from dae_gui.panels.runs_panel import RunsPanel

    return RunsPanel(background)


def _make_log(background: Background) -> StudyPanel:
    from dae_gui.panels.log_panel import LogPanel

    return LogPanel(background)


STUDIES: tuple[StudySpec, ...] = (
    StudySpec(
        "datasetDock",
        "Data sets",
        "Ctrl+Shift+1",
        "Choose, download and remove data sets, and see the present one at a glance",
        _dataset_panel,
    ),
    StudySpec(
        "unitDock",
        "Unit",
        "Ctrl+5",
        "What the selected hidden unit looks for, adds, does and is worth; sorts the filters",
        _make_unit,
    ),
    StudySpec(
        "comparisonDock",
        "Is it any good?",
        "Ctrl+6",
        "The network beside the classical denoisers, on the same held-out digits with the same noise",
        _make_comparison,
    ),
    StudySpec(
        "mismatchDock",
        "Other noise",
        "Ctrl+7",
        "Noise that the network was not trained on: its quality over the level, and a series trained at several",
        _make_mismatch,
    ),
    StudySpec(
        "healthDock",
        "Health",
        "Ctrl+8",
        "Sparsity, dead units, biases, norms and gradients of the run, what is wrong with it, and what helps",
        _make_health,
    ),
    StudySpec(
        "manifoldDock",
        "Where does it lead?",
        "Ctrl+9",
        "The reconstruction applied again and again, from a digit or from noise: its path and the score",
        _make_manifold,
    ),
    StudySpec(
        "stepDock",
        "One step",
        "Ctrl+0",
        "One iteration in pictures, in the order in which it happens, with its equations and code",
        _make_step,
    ),
    StudySpec(
        "runsDock",
        "Runs",
        "Ctrl+Shift+2",
        "All runs of the session side by side: what differs, their filters and figures, and sweeps",
        _make_runs,
        is_record=True,
    ),
    StudySpec(
        "logDock",
        "Log",
        "Ctrl+Shift+3",
        "What happened when: runs, changed settings, files, warnings and errors",
        _make_log,
        is_record=True,
    ),
)


class Studies(QObject):
    """Makes the docks of the studies, hidden at first, and passes on to their panels what the window tells.

    Signals
    -------
    panelMade(StudyPanel)
        A dock was shown for the first time.
    failed(str), statusMessage(str), unitSelected(int), stepRequested()
        Those of all panels.
    """

    panelMade = Signal(object)
    failed = Signal(str)
    statusMessage = Signal(str)
    unitSelected = Signal(int)
    stepRequested = Signal()

    def __init__(self, window: QMainWindow, background: Background) -> None:
        super().__init__(window)
        self._window = window
        self._background = background
        self._panels: dict[str, StudyPanel] = {}
        self.docks: dict[str, QDockWidget] = {}
        self._dataset: Dataset | None = None
        self._config: TrainingConfig | None = None
        self._model: tuple[AutoEncoder, int] | None = None
        self._leg: tuple[int, int] | None = None
        self._digit: NoisyDigit | None = None
        self._unit = -1
        self._state = State.IDLE
        for spec in STUDIES:
            dock = QDockWidget(spec.title, window)
            dock.setObjectName(spec.name)
            action = dock.toggleViewAction()
            action.setShortcut(spec.shortcut)
            action.setToolTip(spec.tip)
            action.setStatusTip(spec.tip)
            action.triggered.connect(self._on_action_triggered)
            dock.visibilityChanged.connect(self._on_visibility_changed)
            self.docks[spec.name] = dock
        self.place()

    def place(self) -> None:
        """Put all docks where they are at first: behind the denoise dock at the bottom, closed."""
        denoise = self._window.findChild(QDockWidget, "denoiseDock")
        for dock in self.docks.values():
            dock.setFloating(False)
            self._window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
            if denoise is not None:
                self._window.tabifyDockWidget(denoise, dock)
            dock.hide()

    def actions(self, *, records: bool) -> list[QAction]:
        """Return the actions that show and hide the docks: of those that tell what was done, or of the others."""
        return [self.docks[spec.name].toggleViewAction() for spec in STUDIES if spec.is_record is records]

    def panel(self, name: str) -> StudyPanel:
        """Return the panel of a dock, made now if it was never shown."""
        if name not in self._panels:
            spec = next(spec for spec in STUDIES if spec.name == name)
            panel = spec.make(self._background)
            panel.setAccessibleName(spec.title)
            self._panels[name] = panel
            panel.failed.connect(self.failed)
            panel.statusMessage.connect(self.statusMessage)
            panel.unitSelected.connect(self.unitSelected)
            panel.stepRequested.connect(self.stepRequested)
            self._tell_all(panel)
            self.docks[name].setWidget(panel)
            self.panelMade.emit(panel)
        return self._panels[name]

    # Passing on

    def set_dataset(self, dataset: Dataset) -> None:
        """Tell that there is another data set."""
        self._dataset, self._model, self._digit = dataset, None, None
        for panel in self._panels.values():
            panel.set_dataset(dataset)

    def set_config(self, config: TrainingConfig) -> None:
        """Tell the settings of the run in force now."""
        self._config = config
        for panel in self._panels.values():
            panel.set_config(config)

    def set_model(self, model: AutoEncoder, iteration: int) -> None:
        """Tell new weights."""
        self._model = model, iteration
        for panel in self._panels.values():
            panel.set_model(model, iteration)

    def set_leg(self, start: int, end: int) -> None:
        """Tell from and to which iteration the learning rate's schedule goes."""
        self._leg = start, end
        for panel in self._panels.values():
            panel.set_leg(start, end)

    @Slot(object)
    def set_digit(self, digit: NoisyDigit | None) -> None:
        """Tell the digit that the denoise panel shows."""
        self._digit = digit
        for panel in self._panels.values():
            panel.set_digit(digit)

    @Slot(int)
    def set_unit(self, unit: int) -> None:
        """Tell which hidden unit is selected."""
        self._unit = unit
        for panel in self._panels.values():
            panel.set_unit(unit)

    @Slot(State)
    def set_state(self, state: State) -> None:
        """Tell what the run is doing."""
        self._state = state
        for panel in self._panels.values():
            panel.set_state(state)

    def _tell_all(self, panel: StudyPanel) -> None:
        if self._dataset is not None:
            panel.set_dataset(self._dataset)
        if self._config is not None:
            panel.set_config(self._config)
        if self._leg is not None:
            panel.set_leg(*self._leg)
        if self._model is not None:
            panel.set_model(*self._model)
        panel.set_digit(self._digit)
        panel.set_unit(self._unit)
        panel.set_state(self._state)

    @Slot(bool)
    def _on_action_triggered(self, is_shown: bool) -> None:
        """Bring a dock to the front that was asked for; Qt shows it behind the other tabs."""
        action = self.sender()
        for dock in self.docks.values():
            if is_shown and dock.toggleViewAction() is action:
                dock.raise_()

    @Slot(bool)
    def _on_visibility_changed(self, is_visible: bool) -> None:
        dock = self.sender()
        if is_visible and isinstance(dock, QDockWidget):
            self.panel(dock.objectName())
