"""The main window: tables of docks, menus and toolbars, and all connecting of parts that do not know each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from dae_core.datasets import Dataset
from dae_core.sessions.run import Run
from dae_core.sessions.session_file import ENDING
from dae_core.training.config import TrainingConfig
from dae_gui.data.commands import DataCommands
from dae_gui.data.own_digits import OwnDigits
from dae_gui.data.selection import DataSelection
from dae_gui.exports import Exports
from dae_gui.exports.model_commands import ModelCommands
from dae_gui.exports.report_writer import ReportWriter
from dae_gui.panels.curves_panel import CurvesPanel
from dae_gui.panels.denoise_panel import DenoisePanel
from dae_gui.panels.filters_panel.panel import MosaicPanel
from dae_gui.panels.timeline_panel import TimelinePanel
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.sessions.commands import SessionCommands
from dae_gui.sessions.run_list import RunBook
from dae_gui.sessions.run_opener import RunOpener
from dae_gui.sessions.view_state import ViewState
from dae_gui.support import theme
from dae_gui.support.appearance import Appearance
from dae_gui.support.background import Background
from dae_gui.support.event_log import EventLog, Kind, LogBridge
from dae_gui.support.file_dialogs import FileCommands
from dae_gui.support.icons import application_icon
from dae_gui.support.settings import Settings
from dae_gui.support.theme import ThemeChoice
from dae_gui.support.undo import UndoHistory
from dae_gui.training.controller import TrainingController
from dae_gui.training.linear_bound import LinearBound
from dae_gui.training.run_log import RunEvents
from dae_gui.training.warm_up import Warmer
from dae_gui.widgets.controls.message_banner import MessageBanner
from dae_gui.widgets.controls.progress_strip import ProgressStrip
from dae_gui.window import actions as action_table
from dae_gui.window import menus
from dae_gui.window.association_commands import AssociationCommands
from dae_gui.window.docks import DockLayout
from dae_gui.window.help_commands import HelpCommands
from dae_gui.window.messages import Messages
from dae_gui.window.panel_registry import PanelRegistry
from dae_gui.window.run_commands import RunCommands
from dae_gui.window.run_display import RunDisplay
from dae_gui.window.session_presenter import SessionDesk
from dae_gui.window.shown_weights import TimeMachine
from dae_gui.window.status_bar import StatusBar
from dae_gui.window.study_links import StudyLinks
from dae_gui.window.undo_actions import UndoActions
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.model_feed import ModelFeed
from dae_gui.workbench.workbench import Workbench

_LATEST_BEGINNING_MS = 500
_FULL_SIZE, _SMALL_SIZE = QSize(1440, 900), QSize(1280, 720)


class MainWindow(QMainWindow):
    """Everything on the screen."""

    def __init__(self, settings: Settings, data_source: str | None = None, path: Path | None = None) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        self._settings = settings
        self._path_to_open = path
        self._room_is_to_divide = False
        self._closed = False

        self.background = Background(self)
        self.workbench = Workbench(self)
        self.controller = TrainingController(self.workbench, self)
        self._data = DataSelection(settings, self.background, self)
        self._bound = LinearBound(self.background, self)
        self._warmer = Warmer(self.background, self)

        self.training_panel = TrainingPanel(self)
        self.curves_panel = CurvesPanel(self)
        self.filters_w_panel = MosaicPanel("W", self)
        self.filters_v_panel = MosaicPanel("V", self)
        self.denoise_panel = DenoisePanel(self)
        self.timeline_panel = TimelinePanel(self.background, self)
        self.banner = MessageBanner(self)
        self.status = StatusBar(self)
        self.actions_by_name = action_table.create_actions(self)
        self.undo_history = UndoHistory(self)
        self._edit = UndoActions(self.undo_history, self.actions_by_name, self)
        self.training_panel.use_history(self.undo_history)
        self.denoise_panel.use_history(self.undo_history)
        self.event_log = EventLog(self)
        self._log_bridge = LogBridge(self.event_log)
        RunEvents(self.event_log, self.controller)
        self.messages = Messages(self.banner, self.status, self.event_log, self)
        self.files = FileCommands(self, self._settings)
        self.report_writer = ReportWriter(self, self.background, self._settings)
        self.loading_strip = ProgressStrip(self)
        self.data_commands = DataCommands(self, self._data, self.files, self.background, self.loading_strip)
        self.own_digits = OwnDigits(self)
        self.models = ModelCommands(self.controller, self.files, self.report_writer, self)

        self.run_commands = RunCommands(self.controller, self.training_panel, self)
        self.book = RunBook(self.controller, self)
        self.opener = RunOpener(self.controller, self._data, self.background, self)
        view = ViewState(self.curves_panel, self.denoise_panel)
        self.sessions = SessionCommands(self, self.controller, self.book, self.opener, self.files, view, self._settings)
        self.exports = Exports(
            self, self._settings, self.background, lambda: self.book.present, lambda: self.controller.dataset
        )

        self._build_centre()
        self._toolbar = menus.build_toolbar(self, self.actions_by_name)
        panels: dict[str, QWidget] = {
            "trainingDock": self.training_panel,
            "filtersWDock": self.filters_w_panel,
            "filtersVDock": self.filters_v_panel,
            "timelineDock": self.timeline_panel,
            "denoiseDock": self.denoise_panel,
        }
        self._layout = DockLayout(self, panels, self._toolbar)
        self.studies = PanelRegistry(self, self.workbench, self.background)
        self._model_feed = ModelFeed(
            [
                lambda model, _iteration: self.filters_w_panel.set_model(model),
                lambda model, _iteration: self.filters_v_panel.set_model(model),
                lambda model, _iteration: self.denoise_panel.set_model(model),
            ],
            self,
        )
        self.time_machine = TimeMachine(self.controller, self._model_feed, self.timeline_panel, self.curves_panel, self)
        records, studies = self.studies.actions(records=True), self.studies.actions(records=False)
        shown = [*self._layout.actions(), *records, self._toolbar.toggleViewAction()]
        recent = menus.build_menus(self, self.actions_by_name, shown, studies)
        self.session_desk = SessionDesk(
            self,
            self.sessions,
            self.opener,
            self.models,
            self.data_commands,
            self.files,
            self.messages,
            self._settings,
            recent,
        )
        self.study_links = StudyLinks(
            self.controller,
            self.run_commands,
            self._data,
            self.data_commands,
            self.own_digits,
            (self.filters_w_panel, self.filters_v_panel),
            self.curves_panel,
            self.book,
            self.undo_history,
            self.event_log,
            self.background,
            self,
        )
        self.help = HelpCommands(self, self.controller, self.background, self._all_actions)
        self.association = AssociationCommands(self.actions_by_name["fileAssociationAction"], self.background, self)
        self.display = RunDisplay(
            self.controller,
            self.actions_by_name,
            self.training_panel,
            self.curves_panel,
            (self.filters_w_panel, self.filters_v_panel),
            self.timeline_panel,
            self.status,
            self.messages,
            self._model_feed,
            self.time_machine,
            self,
        )
        self._connect()
        choices = {choice: self.actions_by_name[f"{choice.value}ThemeAction"] for choice in ThemeChoice}
        self._appearance = Appearance(settings, choices, self)
        self._appearance.apply()
        self._restore()
        self.display.show_state(self.controller.state)
        # When the window is painted, before threads want the interpreter; soon where it is not shown at all.
        self._wanted_source = data_source or settings.data_source
        self._beginning = QTimer(self)
        self._beginning.setSingleShot(True)
        self._beginning.timeout.connect(self._begin)
        self._beginning.start(_LATEST_BEGINNING_MS)

    # Building

    def _build_centre(self) -> None:
        centre = QWidget(self)
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.banner)
        layout.addWidget(self.loading_strip)
        layout.addWidget(self.curves_panel, 1)
        self.setCentralWidget(centre)
        self.setStatusBar(self.status)

    # Connecting

    def _connect(self) -> None:
        slots: dict[str, Callable[[], object]] = {
            "startAction": self.run_commands.start,
            "pauseAction": self.run_commands.pause_or_resume,
            "stepAction": self.run_commands.step,
            "stopAction": self.controller.stop,
            "resetAction": self.run_commands.reset,
            "continueAction": self.run_commands.carry_on,
            "openDataAction": self.data_commands.open_folder,
            "openDataFileAction": self.data_commands.open_file,
            "openImagesAction": self.data_commands.open_images,
            "newSessionAction": self.sessions.new,
            "openSessionAction": self.session_desk.ask_and_open,
            "saveSessionAction": self.sessions.save,
            "saveSessionAsAction": self.sessions.save_as,
            "openModelAction": self.models.open,
            "saveModelAction": self.models.save,
            "reportAction": self.models.write_report,
            "exportCurvesAction": self.curves_panel.save_picture_as,
            "exportWAction": self.filters_w_panel.view.save_picture_as,
            "exportVAction": self.filters_v_panel.view.save_picture_as,
            "exportRowsAction": self.denoise_panel.rows.view.save_picture_as,
            "quitAction": self.close,
            "resetLayoutAction": self.reset_layout,
            "fullScreenAction": self._toggle_full_screen,
            "checkGradientAction": self.help.check_gradient,
            "helpAction": self.help.show_help,
            "shortcutsAction": self.help.show_shortcuts,
            "aboutAction": self.help.show_about,
        }
        for name, slot in slots.items():
            self.actions_by_name[name].triggered.connect(slot)
        self.exports.connect_actions(self.actions_by_name)
        self.messages.hear(
            self.data_commands,
            self.denoise_panel,
            self.timeline_panel,
            self.curves_panel,
            self.filters_w_panel,
            self.filters_v_panel,
            self.files,
            self.association,
            self.models,
            self.report_writer,
            self.exports,
            self.own_digits,
            self.book,
            self.sessions,
        )

        controller = self.controller
        self.run_commands.begun.connect(self.banner.clear)
        self.run_commands.settled.connect(self._request_bound)
        training = self.training_panel
        training.configChanged.connect(self._on_config_changed)
        training.learningRateChanged.connect(controller.set_learning_rate)
        training.noiseLevelChanged.connect(controller.set_noise_level)
        training.paceChanged.connect(controller.set_pace)
        training.learningRateChanged.connect(self.display.tell_settings)  # after the controller, in this order
        training.noiseLevelChanged.connect(self.display.tell_settings)
        training.datasetChosen.connect(self.data_commands.open)
        training.openRequested.connect(self.data_commands.open_folder)
        buttons = ("startAction", "pauseAction", "stepAction", "stopAction")
        training.set_actions([self.actions_by_name[name] for name in buttons])

        for panel in (self.filters_w_panel, self.filters_v_panel):
            panel.unitSelected.connect(self.workbench.select_unit)
            self.workbench.unitSelected.connect(panel.set_selected)
        self.denoise_panel.digitChanged.connect(self.workbench.set_digit)
        self.timeline_panel.snapshotShown.connect(self.workbench.look_at)
        self.timeline_panel.liveRequested.connect(lambda: self.workbench.look_at(None))
        self.workbench.dataChanged.connect(self._warmer.start, Qt.ConnectionType.SingleShotConnection)
        self.workbench.dataChanged.connect(self._show_data)
        self.curves_panel.exportCsvRequested.connect(self.actions_by_name["exportCsvAction"].trigger)

        self._data.loading.connect(self._on_data_loading)
        self._data.opened.connect(self._on_data_opened)
        self._data.failed.connect(self._on_data_failed)
        self._data.choicesChanged.connect(training.set_datasets)
        self._data.cancelled.connect(self._on_data_cancelled)
        self.denoise_panel.drawingKept.connect(self.own_digits.keep)
        self.denoise_panel.takeBackRequested.connect(self.own_digits.take_back)
        self.own_digits.undoAvailable.connect(self.denoise_panel.set_take_back_available)
        self.own_digits.changed.connect(self._data.refresh_choices)
        self.timeline_panel.branchRequested.connect(self.book.branch_off)
        self.sessions.opened.connect(self._on_run_opened)
        self.sessions.failed.connect(self._on_session_failed)
        self.book.replaced.connect(self.undo_history.clear)
        self.undo_history.refused.connect(self.messages.note)
        self._edit.refused.connect(self.messages.note)
        self.models.opened.connect(self._on_model_opened)
        self.studies.panelMade.connect(self.messages.hear)
        self.studies.panelMade.connect(self.study_links.connect_panel)
        self.study_links.exportRequested.connect(self.exports.export_run)
        self.study_links.startWanted.connect(self._make_ready)
        self._bound.found.connect(self.curves_panel.set_linear_bound)
        self._bound.leftOut.connect(self._on_bound_left_out)
        application = QApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._shut_down)

    # Training

    @Slot(object)
    def _on_config_changed(self, config: TrainingConfig) -> None:
        self.denoise_panel.set_corruption(config.corruption)
        self._settings.config = config
        self.display.refresh_continue()
        self.run_commands.settings_changed()

    @Slot(object)
    def _request_bound(self, config: TrainingConfig) -> None:
        dataset = self.controller.dataset
        if dataset is not None:
            self._bound.request(dataset, config.corruption)

    @Slot(str)
    def _on_bound_left_out(self, reason: str) -> None:
        self.curves_panel.set_bound_left_out(reason)
        if reason:
            self.messages.note(reason)

    @Slot(object)
    def _make_ready(self, config: TrainingConfig) -> None:
        """Show these settings and their start weights; a run under way is kept."""
        self.controller.reset(config)
        self.training_panel.set_config(config)

    # Data

    @Slot()
    def _begin(self) -> None:
        path = self._path_to_open
        if path is not None and path.suffix.lower() == ENDING:
            self._path_to_open = None
            self.sessions.open(path)  # which opens its data set
        else:
            self._data.open(self._wanted_source)
        self.sessions.look_for_lost_work()

    @Slot()
    def _on_data_loading(self) -> None:
        self.status.set_busy("Loading data …")

    @Slot()
    def _on_data_cancelled(self) -> None:
        self.status.show_run(self.controller)

    @Slot(object)
    def _show_data(self, data: OpenData) -> None:
        """Have all panels take their digits from a data set."""
        dataset = data.dataset
        self._model_feed.clear()
        self.timeline_panel.set_dataset(dataset)
        for panel in (self.filters_w_panel, self.filters_v_panel):
            panel.set_shape(dataset.shape)
        self.denoise_panel.set_model(None)
        self.denoise_panel.set_dataset(dataset)

    @Slot(object)
    def _on_data_opened(self, dataset: Dataset) -> None:
        config = self.training_panel.config()
        present = self._data.present
        request = None if present is None else present.request
        if request is None or request.own:
            data = OpenData(dataset)  # nobody could open this mixture again
        else:
            data = OpenData(dataset, request.source, request.options)
        if not self.opener.take(data):
            self.controller.set_data(data, config)
            self._request_bound(config)
        self.display.show_state(self.controller.state)
        skipped = "" if present is None or not present.skipped else f", {len(present.skipped):,} files skipped"
        self.messages.note(
            f"{dataset.name}: {len(dataset.train_images):,} digits to train on, {len(dataset.test_images):,} held out"
            f"{skipped}",
            Kind.DATA,
        )
        if self._path_to_open is not None:
            path, self._path_to_open = self._path_to_open, None
            self.models.open_path(path)

    @Slot(str)
    def _on_data_failed(self, message: str) -> None:
        self.messages.warn(message)
        self.status.show_run(self.controller)

    # Sessions

    @Slot(object)
    def _on_run_opened(self, run: Run) -> None:
        self.training_panel.set_config(run.config)
        self.denoise_panel.set_corruption(run.config.corruption)
        self.display.show_state(self.controller.state)
        if self.controller.can_train:
            self._request_bound(run.config)
            self.banner.clear()
        text = f"{run.label.name}: {run.checkpoint.iteration:,} iterations on {run.data.name}"
        self.messages.note(text, Kind.SESSION)

    @Slot(object)
    def _on_model_opened(self, config: TrainingConfig) -> None:
        self.training_panel.set_config(config)
        self.display.refresh_continue()
        self.denoise_panel.set_corruption(config.corruption)
        self._request_bound(config)

    @Slot(str)
    def _on_session_failed(self, _text: str) -> None:
        """Open data where the session that was to be the first one could not be opened."""
        if self.controller.dataset is None and not self._data.is_loading:
            self._data.open(self._wanted_source)

    # Files from elsewhere

    def open_path(self, path: Path) -> None:
        """Open a session, a model, or data, as the path's ending says."""
        if self._beginning.isActive() and path.suffix.lower() in (ENDING, ".safetensors"):
            self._path_to_open = path  # macOS names the file at once, but after the start
        else:
            self.session_desk.open_path(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders and files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a session or a model, and anything else as data."""
        path = next((Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()), None)
        if path is None:
            return
        event.acceptProposedAction()
        self.open_path(path)

    # Appearance

    def changeEvent(self, event: QEvent) -> None:
        """Draw icons anew when the theme has changed."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "actions_by_name"):
            action_table.refresh_icons(self.actions_by_name)
            self.training_panel.refresh_icons()
            colors = theme.current_theme(self.palette())
            self.banner.set_colors(colors.warning, colors.warning_background)
            self.study_links.paletteChanged.emit()

    @Slot()
    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def reset_layout(self) -> None:
        """Put all docks and the toolbar back where they were at first."""
        self._layout.reset()
        self.studies.place()

    def _restore(self) -> None:
        self.training_panel.set_config(self._settings.config)
        self.denoise_panel.set_corruption(self._settings.config.corruption)
        if not self.restoreGeometry(self._settings.geometry):
            screen = self.screen().availableSize()
            fits = screen.width() >= _FULL_SIZE.width() and screen.height() >= _FULL_SIZE.height()
            self.resize(_FULL_SIZE if fits else _SMALL_SIZE.boundedTo(screen))
        self._room_is_to_divide = not self._layout.restore(self._settings.layout)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Begin as soon as all is painted for the first time."""
        super().paintEvent(event)
        if self._beginning.isActive():
            self._beginning.start(0)

    def showEvent(self, event: QShowEvent) -> None:
        """Divide the room among the docks when the window is first shown; before that it has no layout."""
        super().showEvent(event)
        if self._room_is_to_divide:
            self._room_is_to_divide = False
            self._layout.divide_room()

    def _all_actions(self) -> list[QAction]:
        docks = [dock.toggleViewAction() for dock in (*self._layout.docks.values(), *self.studies.docks.values())]
        return [*self.actions_by_name.values(), *docks]

    # The end

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout, stop the threads, and go."""
        self._settings.geometry = self.saveGeometry()
        self._settings.layout = self.saveState()
        self._settings.config = self.training_panel.config()
        self._settings.sync()
        self.hide()  # at once, for a thread may still be in the middle of something
        self._shut_down()
        super().closeEvent(event)

    @Slot()
    def _shut_down(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._log_bridge.close()
        self.run_commands.cancel()
        self.display.close()
        self._beginning.stop()
        self.data_commands.shutdown()
        self._data.cancel()
        self.report_writer.cancel()
        self.exports.cancel()
        self.opener.cancel()
        self.controller.shutdown()
        for background in self.findChildren(Background):  # downloads have threads of their own
            background.shutdown()
        self.sessions.close()
