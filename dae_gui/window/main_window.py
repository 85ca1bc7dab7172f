"""The main window: tables of docks, menus and toolbars, and all connecting of parts that do not know each other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QChildEvent, QEvent, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QMainWindow, QTabBar, QWidget

from dae_core.training.config import TrainingConfig
from dae_gui.data.commands import DataCommands
from dae_gui.data.own_digits import OwnDigits
from dae_gui.data.selection import DataSelection
from dae_gui.exports import Exports
from dae_gui.exports.model_commands import ModelCommands
from dae_gui.exports.report.commands import ReportCommands
from dae_gui.panels.curves_panel import CurvesPanel
from dae_gui.panels.denoise_panel import DenoisePanel
from dae_gui.panels.filters_panel.link import MosaicLink
from dae_gui.panels.filters_panel.panel import MosaicPanel
from dae_gui.panels.timeline_panel import TimelinePanel
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.sessions.commands import SessionCommands
from dae_gui.sessions.document import Document
from dae_gui.sessions.run_opener import RunOpener
from dae_gui.sessions.run_parking import RunParking
from dae_gui.support import theme, zoom
from dae_gui.support.appearance import Appearance
from dae_gui.support.event_log import EventLog, LogBridge
from dae_gui.support.focus_ring import FocusRing
from dae_gui.support.icons import application_icon
from dae_gui.support.jobs import Jobs
from dae_gui.support.notices import Notice
from dae_gui.support.reading_order import go_on
from dae_gui.support.settings import Settings
from dae_gui.support.theme import ThemeChoice
from dae_gui.support.undo import UndoHistory
from dae_gui.training.controller import TrainingController
from dae_gui.training.linear_bound import LinearBound
from dae_gui.training.run_log import RunLog
from dae_gui.training.warm_up import WarmUp
from dae_gui.widgets.controls.spotlight import Spotlight
from dae_gui.window import actions as action_table
from dae_gui.window import first_minute, menus, panel_presenters
from dae_gui.window.action_slots import slots_of
from dae_gui.window.centre import Centre
from dae_gui.window.copy_action import CopyAction
from dae_gui.window.data_presenter import DataPresenter
from dae_gui.window.dock_keys import DockKeys
from dae_gui.window.dock_rail import DockRail
from dae_gui.window.docks import DOCKS, DockLayout, show_whole_names
from dae_gui.window.file_drop import FileDrop
from dae_gui.window.first_minute import FirstCommands, FirstMinute
from dae_gui.window.help_commands import HelpCommands
from dae_gui.window.info_line import InfoLine
from dae_gui.window.lessons import Lessons
from dae_gui.window.lifetime import Lifetime
from dae_gui.window.long_runs import LongRuns
from dae_gui.window.messages import Cause, Messages
from dae_gui.window.not_remembered import not_remembered
from dae_gui.window.opening import OpenedPresenter, PathOpener
from dae_gui.window.panel_registry import PanelRegistry, in_menus
from dae_gui.window.placing import Placing
from dae_gui.window.plot_share import PlotShare
from dae_gui.window.recent_sessions import RecentSessions
from dae_gui.window.run_bar import RunBar
from dae_gui.window.run_commands import RunCommands
from dae_gui.window.run_presenter import RunPresenter
from dae_gui.window.session_presenter import SessionPresenter
from dae_gui.window.start_values import StartValues
from dae_gui.window.status_bar import StatusBar
from dae_gui.window.undo_actions import UndoActions
from dae_gui.window.view_modes import ViewModes
from dae_gui.window.view_state import ViewState
from dae_gui.window.zoom_actions import ZoomActions
from dae_gui.workbench.model_feed import ModelFeed
from dae_gui.workbench.unit_sorter import UnitSorter
from dae_gui.workbench.workbench import Workbench

if TYPE_CHECKING:
    from dae_gui.window.palette.command_palette import CommandPalette


class MainWindow(QMainWindow):
    """Everything on the screen.

    Signals
    -------
    paletteChanged()
        The theme is another one.
    """

    paletteChanged = Signal()

    def __init__(
        self,
        settings: Settings,
        data_source: str | None = None,
        path: Path | None = None,
        lesson: Path | None = None,
        student: str = "",
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        self._settings = settings
        self._palette: CommandPalette | None = None

        self.jobs = Jobs(self)
        self.workbench = Workbench(self)
        self.controller = TrainingController(self.workbench, self)
        self.undo_history = UndoHistory(self)
        self.event_log = EventLog(self)
        self._log_bridge = LogBridge(self.event_log)
        RunLog(self.event_log, self.workbench)
        self.actions_by_name = action_table.create_actions(self)

        self._make_panels()
        self._make_commands()
        self._make_docks_and_menus()
        self._make_presenters()
        self._connect_actions()
        self._connect_parts()
        self._connect_messages()
        choices = {choice: self.actions_by_name[f"{choice.value}ThemeAction"] for choice in ThemeChoice}
        self._appearance = Appearance(settings, choices, self)
        self._appearance.apply()
        self.zoom = zoom.Zoom(settings, self)
        self._zoom_actions = ZoomActions(self.zoom, self.actions_by_name, self)
        form = self._layout.docks["trainingDock"]
        self.modes = ViewModes(self, self.actions_by_name, self.zoom, form)
        PlotShare(self, self._layout.docks["denoiseDock"], self.zoom, self.modes)
        self.spotlight = Spotlight(self)
        self.actions_by_name["spotlightAction"].toggled.connect(self.spotlight.set_on)
        self.placing = Placing(self._layout, self.studies, self.rail, self.modes, settings)
        self.actions_by_name["resetLayoutAction"].triggered.connect(self.placing.reset)
        self.training_panel.set_config(settings.config)
        self.denoise_panel.set_corruption(settings.config.corruption)
        self.placing.restore()
        FocusRing(self)
        DockKeys(self, self.actions_by_name)
        self._first = data_source or settings.data_source, path, lesson
        if lesson is not None:
            self.lessons.presenter.expect(student, settings.data_source if data_source is None else None)
        threads = self.controller.shutdown, self.jobs.shutdown
        end = self._log_bridge.close, self.run_commands.cancel, *threads, self.sessions.close
        self._lifetime = Lifetime(self._begin, end, self)

    # Making the parts

    def _make_panels(self) -> None:
        bench = self.workbench
        self.training_panel = TrainingPanel(bench, self)
        self.curves_panel = CurvesPanel(bench, self)
        self.filters_w_panel = MosaicPanel("W", bench, self)
        self.filters_v_panel = MosaicPanel("V", bench, self)
        self.denoise_panel = DenoisePanel(bench, self)
        self.timeline_panel = TimelinePanel(bench, self.jobs, self)
        self.training_panel.use_history(self.undo_history)
        self.denoise_panel.use_history(self.undo_history)
        self.unit_sorter = UnitSorter(bench, self.jobs, self)
        mosaics = self.filters_w_panel, self.filters_v_panel
        self.mosaic_link = MosaicLink(mosaics, self.unit_sorter, self._settings, self)
        receivers = [panel.set_model for panel in (self.filters_w_panel, self.filters_v_panel, self.denoise_panel)]
        self._model_feed = ModelFeed(bench, receivers, self)
        self.status = StatusBar(bench, self)
        centre = Centre(self.curves_panel, self)
        self.banner, self.loading_strip = centre.banner, centre.loading_strip
        self.setCentralWidget(centre)
        self.setContentsMargins(6, 0, 6, 0)  # the docks are cards on the window's ground
        self.setStatusBar(self.status)

    def _make_commands(self) -> None:
        bench, controller, jobs = self.workbench, self.controller, self.jobs
        self._bound = LinearBound(bench, jobs, self)
        WarmUp(bench, jobs, self)
        self._data = DataSelection(self._settings, jobs, self)
        self.data_commands = DataCommands(self, self._data, jobs, self.loading_strip)
        self.own_digits = OwnDigits(self)
        self.run_commands = RunCommands(controller, self.training_panel, self)
        self.models = ModelCommands(self, controller)
        self.document = Document(bench, controller.recorder, self)
        self.document.words.use_history(self.undo_history)
        RunParking(self.document.runs, jobs, self)
        self.opener = RunOpener(controller, self._data, jobs, self)
        view = ViewState(self.curves_panel, self.denoise_panel)
        self.sessions = SessionCommands(self.document, controller, self.opener, view, jobs, self)
        self.exports = Exports(self, bench, jobs, controller.request_run)
        self.start_values = StartValues(bench, self.training_panel, jobs, self)
        LongRuns(bench, self.training_panel, jobs, self)
        self.reports = ReportCommands(self, bench, self.document, jobs, controller.request_run)
        self.paths = PathOpener(self, bench, self.sessions, self.models, self.data_commands, self._data)
        self.help = HelpCommands(self, bench, jobs)

    def _make_docks_and_menus(self) -> None:
        self._toolbar = RunBar(self, self.actions_by_name)
        panels: dict[str, QWidget] = {
            "trainingDock": self.training_panel,
            "filtersWDock": self.filters_w_panel,
            "filtersVDock": self.filters_v_panel,
            "timelineDock": self.timeline_panel,
            "denoiseDock": self.denoise_panel,
        }
        self._layout = DockLayout(self, panels, self._toolbar)
        self.studies = PanelRegistry(self, self.workbench, self.jobs)
        docks = {**self._layout.docks, **self.studies.docks}
        self.rail = DockRail(self, docks, (DOCKS, *in_menus()))
        self.lessons = Lessons(self, docks)
        data, understand = self.studies.actions("file"), self.studies.actions("understand")
        lines = self._toolbar, self.rail, InfoLine(self)
        bars = [bar.toggleViewAction() for bar in lines]
        shown = [*self._layout.actions(), *self.studies.actions("view"), *bars]
        recent = menus.build_menus(self, self.actions_by_name, data, understand, shown)
        self._recent = RecentSessions(recent, self._settings, self.workbench, self.jobs, self.paths.open)
        training, source = self.training_panel, self.denoise_panel.source
        begin = FirstCommands(training, source, self.start_values, self.run_commands, self.help, self.lessons)
        actions = begin.actions() | {first_minute.OWN: self.data_commands.open_images}
        self.first_minute = FirstMinute(self.curves_panel.card, self.workbench, self._recent, actions)

    def _make_presenters(self) -> None:
        controller, training = self.controller, self.training_panel
        UndoActions(self.undo_history, self.actions_by_name, self)
        self._copy = CopyAction(self.actions_by_name["copyAction"])
        self.messages = Messages(self.banner, self.status, self.event_log, self)
        self._drop = FileDrop(self.open_path, self.messages.warn)
        show = self._toolbar, training, self.status, self.messages
        RunPresenter(controller, self.run_commands, self.actions_by_name, *show)
        SessionPresenter(self, self.document, self.sessions, self.opener, self.messages, self.first_minute)
        self._opened = OpenedPresenter(controller, self._data, self.opener, training, self.messages, self)
        data, theme_changed = (self._data, self.data_commands, self.own_digits), self.paletteChanged
        runner = controller, self.run_commands
        DataPresenter(*data, training, self.denoise_panel, self.status, self.messages)
        runs = self.document.runs, self.sessions, self.curves_panel, self.undo_history, self.jobs
        presenters: dict[str, Callable[[Any], object]] = {
            "lessonPanel": self.lessons.connect_panel,
            "unitPanel": partial(panel_presenters.connect_unit, self.unit_sorter, self.document.runs),
            "stepPanel": partial(panel_presenters.connect_step, self.run_commands),
            "healthPanel": partial(panel_presenters.connect_health, *runner),
            "datasetPanel": partial(panel_presenters.connect_datasets, *data),
            "representationPanel": partial(
                panel_presenters.connect_representation, *data[:2], self._opened.dataShown, self.run_commands
            ),
            "codePanel": partial(
                panel_presenters.connect_code, *runner, self.jobs, self.document.code, self.lessons.take_check
            ),
            "logPanel": lambda panel: panel.set_log(self.event_log),
            "runsPanel": partial(panel_presenters.connect_runs, *runs, self.exports, self.run_commands, theme_changed),
        }
        self.studies.present_with(presenters)

    # Connecting

    def _connect_actions(self) -> None:
        slots: dict[str, Callable[[], object]] = {
            **slots_of(self),
            "fullScreenAction": self._toggle_full_screen,
            "paletteAction": self._open_palette,
        }
        for name, slot in slots.items():
            self.actions_by_name[name].triggered.connect(slot)
        self.exports.connect_actions(self.actions_by_name)
        self.curves_panel.exportCsvRequested.connect(self.actions_by_name["exportCsvAction"].trigger)
        self.run_commands.begun.connect(self.messages.end_all)
        self.training_panel.configChanged.connect(self._on_config_changed)

    def _connect_parts(self) -> None:
        self._opened.dataShown.connect(self.paths.open_waiting_model)
        self.paths.lessonChosen.connect(self.lessons.open_path)
        self.sessions.opened.connect(self._opened.show_run)
        self.sessions.fileUsed.connect(self._recent.add)
        self.models.opened.connect(self._opened.show_model)
        self.timeline_panel.branchRequested.connect(self.sessions.branch_off)
        self.document.runs.replaced.connect(self.undo_history.clear)
        self._bound.found.connect(self.curves_panel.set_linear_errors)
        self._bound.leftOut.connect(self.curves_panel.set_bound_left_out)

    def _connect_messages(self) -> None:
        """Have every part's sentences shown: a new part is one entry in a line; widgets send notices instead."""
        told = self.sessions.statusMessage, self.undo_history.refused
        self.messages.connect_parts(
            warnings=[
                (self._data.failed, Cause.DATA),
                (self.sessions.failed, Cause.SESSION),
                (self.lessons.told, Cause.OTHER),
            ],
            notes=[*told, self._copy.refused, self._bound.leftOut, self.document.runs.thinned],
            saved=[self.sessions.saved],
        )

    def customEvent(self, event: QEvent) -> None:
        """Show what a widget tells the user."""
        if isinstance(event, Notice):
            self.messages.take(event)

    # What needs more than a connection

    @Slot()
    def _open_palette(self) -> None:
        if self._palette is None:
            from dae_gui.window.palette.sources import make_palette

            session = self.workbench, self.document.runs, self.sessions
            places = self._data, self.data_commands, self.studies
            self._palette = make_palette(self, *session, *places, self._settings, self.paths.open, self.help.show_page)
        self._palette.open()

    @Slot(object)
    def _on_config_changed(self, config: TrainingConfig) -> None:
        self.denoise_panel.set_corruption(config.corruption)
        self._settings.config = config

    @Slot()
    def _begin(self) -> None:
        self._layout.on_framed()
        lost = not_remembered()
        if lost:
            self.messages.warn(lost)
        self.paths.begin(*self._first)

    # Files from elsewhere

    def open_path(self, path: Path) -> None:
        """Open a session, a model, or data, as the path's ending says."""
        self.paths.open(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders and files."""
        self._drop.enter(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open them."""
        self._drop.drop(event)

    # Appearance

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl and the wheel, where nothing else takes it."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_actions.turn(event.angleDelta().y())
            event.accept()
        else:
            super().wheelEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Draw icons anew when the theme has changed."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "actions_by_name"):
            action_table.refresh_icons(self.actions_by_name)
            self.training_panel.refresh_icons()
            colors = theme.current_theme(self.palette())
            self.banner.set_colors(colors.warning, colors.warning_background)
            self.paletteChanged.emit()

    @Slot()
    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Begin as soon as all is painted for the first time."""
        super().paintEvent(event)
        self._lifetime.on_painted()

    def childEvent(self, event: QChildEvent) -> None:
        """Show the names of docks in one place whole; Qt makes their tabs when they are needed."""
        super().childEvent(event)
        tabs = event.child()
        if event.polished() and isinstance(tabs, QTabBar):
            show_whole_names(tabs)

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Go through docks and fields as one reads, wherever the docks are."""
        return go_on(self, is_forward=is_next) or super().focusNextPrevChild(is_next)

    def showEvent(self, event: QShowEvent) -> None:
        """Divide the room among the docks when the window is first shown."""
        super().showEvent(event)
        self._layout.on_shown()
        self._lifetime.on_shown()

    # The end

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout, stop the threads, and go, unless that would lose what is unsaved without a question."""
        if not self._lifetime.has_ended and not self.sessions.may_close(self.close):
            event.ignore()
            return
        for box in self.findChildren(QAbstractSpinBox):
            box.interpretText()  # else what is typed there is announced when its dock is deleted, to what is gone
        self.placing.remember()
        self._settings.config = self.training_panel.config()
        self._settings.sync()
        self.hide()  # at once, for a thread may still be in the middle of something
        self._lifetime.end()
        super().closeEvent(event)
