"""What single studies want from the rest of the window, connected when their panels are made."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from dae_gui.data.commands import DataCommands
from dae_gui.data.own_digits import OwnDigits
from dae_gui.data.selection import DataSelection
from dae_gui.panels.curves_panel import CurvesPanel
from dae_gui.panels.filters_panel.panel import MosaicPanel
from dae_gui.sessions.run_list import RunBook
from dae_gui.support.background import Background
from dae_gui.support.event_log import EventLog
from dae_gui.support.undo import UndoHistory
from dae_gui.training.controller import TrainingController
from dae_gui.window.run_commands import RunCommands
from dae_gui.workbench.study_panel import StudyPanel

# The panels' modules are imported when their docks are first shown: not here, at the start.


class StudyLinks(QObject):
    """Connects a panel by the name of its dock; a panel that wants nothing has no entry.

    Signals
    -------
    exportRequested(Run)
        A run is to be written to files.
    startWanted(TrainingConfig)
        A new run is to be made ready with these settings.
    paletteChanged()
        Passed on to those who draw elsewhere in colours of a theme.
    """

    exportRequested = Signal(object)
    startWanted = Signal(object)
    paletteChanged = Signal()

    def __init__(
        self,
        controller: TrainingController,
        run_commands: RunCommands,
        selection: DataSelection,
        data_commands: DataCommands,
        own_digits: OwnDigits,
        filters: tuple[MosaicPanel, ...],
        curves: CurvesPanel,
        book: RunBook,
        undo: UndoHistory,
        log: EventLog,
        background: Background,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._run_commands = run_commands
        self._selection = selection
        self._data_commands = data_commands
        self._own_digits = own_digits
        self._filters = filters
        self._curves = curves
        self._book = book
        self._undo = undo
        self._log = log
        self._background = background

    @Slot(object)
    def connect_panel(self, panel: StudyPanel) -> None:
        """Connect a panel that was just made."""
        connect = {
            "unitPanel": self._connect_unit,
            "stepPanel": self._connect_step,
            "datasetPanel": self._connect_dataset,
            "healthPanel": self._connect_health,
            "logPanel": self._connect_log,
            "runsPanel": self._connect_runs,
        }.get(panel.objectName())
        if connect is not None:
            connect(panel)

    def _connect_unit(self, panel: StudyPanel) -> None:
        from dae_gui.panels.unit_panel import UnitPanel

        if isinstance(panel, UnitPanel):
            for filters in self._filters:
                panel.orderChanged.connect(filters.set_order)

    def _connect_step(self, panel: StudyPanel) -> None:
        from dae_gui.panels.step_panel import StepPanel

        if isinstance(panel, StepPanel):
            panel.stepRequested.connect(self._run_commands.step)

    def _connect_dataset(self, panel: StudyPanel) -> None:
        from dae_gui.panels.dataset_panel import DatasetPanel

        if isinstance(panel, DatasetPanel):
            panel.useRequested.connect(self._data_commands.open)
            panel.openRequested.connect(self._data_commands.open_images)
            panel.ownUseRequested.connect(self._data_commands.use_own)
            panel.forgetRequested.connect(self._selection.forget)
            panel.choicesStale.connect(self._own_digits.reload)
            panel.choicesStale.connect(self._selection.refresh_choices)
            self._selection.choicesChanged.connect(panel.set_choices)
            self._selection.refresh_choices()

    def _connect_health(self, panel: StudyPanel) -> None:
        from dae_gui.panels.health_panel import HealthPanel

        if isinstance(panel, HealthPanel):
            panel.reviveRequested.connect(self._controller.revive_units)
            panel.rateScaled.connect(self._run_commands.scale_rate)

    def _connect_log(self, panel: StudyPanel) -> None:
        from dae_gui.panels.log_panel import LogPanel

        if isinstance(panel, LogPanel):
            panel.set_log(self._log)

    def _connect_runs(self, panel: StudyPanel) -> None:
        from dae_gui.panels.runs_panel import RunsPanel
        from dae_gui.window.runs_presenter import RunsDesk

        if isinstance(panel, RunsPanel):
            desk = RunsDesk(panel, self._controller, self._book, self._curves, self._undo, self._background, self)
            desk.exportRequested.connect(self.exportRequested)
            desk.startWanted.connect(self.startWanted)
            self.paletteChanged.connect(desk.refresh_colors)
