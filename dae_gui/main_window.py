"""The main window: tables of docks, menus and toolbars, and all connecting of parts that do not know each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from dae_core.autoencoder import AutoEncoder
from dae_core.config import TrainingConfig
from dae_core.datasets import Dataset
from dae_core.divergence import Divergence
from dae_core.history import History
from dae_core.model_file import ModelFileError, load_model
from dae_gui import actions as action_table
from dae_gui import dialogs, menus, theme
from dae_gui.appearance import Appearance
from dae_gui.background import Background
from dae_gui.controller import TrainingController
from dae_gui.data_commands import DataCommands
from dae_gui.data_selection import DataSelection
from dae_gui.docks import DockLayout
from dae_gui.file_commands import FileCommands
from dae_gui.gradient_dialog import GradientDialog
from dae_gui.icons import application_icon
from dae_gui.loading import LinearBound, Warmer
from dae_gui.model_feed import ModelFeed
from dae_gui.own_digits import OwnDigits
from dae_gui.panels.curves_panel import CurvesPanel
from dae_gui.panels.denoise_panel import DenoisePanel
from dae_gui.panels.mosaic_panel import MosaicPanel
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.report_writer import ReportWriter, report_input
from dae_gui.run_commands import RunCommands
from dae_gui.settings import Settings
from dae_gui.state import State
from dae_gui.status_bar import StatusBar
from dae_gui.studies import Studies
from dae_gui.study_panel import StudyPanel
from dae_gui.theme import ThemeChoice
from dae_gui.widgets.message_banner import MessageBanner
from dae_gui.widgets.progress_strip import ProgressStrip

TITLE = "Denoising Autoencoder Studio"
_FULL_SIZE, _SMALL_SIZE = QSize(1440, 900), QSize(1280, 720)


class MainWindow(QMainWindow):
    """Everything on the screen."""

    def __init__(self, settings: Settings, data_source: str | None = None, model_path: Path | None = None) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle(TITLE)
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        self._settings = settings
        self._model_to_open = model_path
        self._room_is_to_divide = False
        self._closed = False

        self.background = Background(self)
        self.controller = TrainingController(self)
        self._data = DataSelection(settings, self.background, self)
        self._bound = LinearBound(self.background, self)
        self._warmer = Warmer(self.background, self)

        self.training_panel = TrainingPanel(self)
        self.curves_panel = CurvesPanel(self)
        self.filters_w_panel = MosaicPanel("W", self)
        self.filters_v_panel = MosaicPanel("V", self)
        self.denoise_panel = DenoisePanel(self)
        self.banner = MessageBanner(self)
        self.status = StatusBar(self)
        self.actions_by_name = action_table.create_actions(self)
        self.files = FileCommands(self, self._settings)
        self.report_writer = ReportWriter(self, self.background, self._settings)
        self.loading_strip = ProgressStrip(self)
        self.data_commands = DataCommands(
            self, self._data, self.files, self.controller, self.background, self.loading_strip
        )
        self.own_digits = OwnDigits(self)

        self.run_commands = RunCommands(self.controller, self.training_panel, self)

        self._build_centre()
        self._toolbar = menus.build_toolbar(self, self.actions_by_name)
        panels: dict[str, QWidget] = {
            "trainingDock": self.training_panel,
            "filtersWDock": self.filters_w_panel,
            "filtersVDock": self.filters_v_panel,
            "denoiseDock": self.denoise_panel,
        }
        self._layout = DockLayout(self, panels, self._toolbar)
        self.studies = Studies(self, self.background)
        self._model_feed = ModelFeed(
            [
                lambda model, _iteration: self.filters_w_panel.set_model(model),
                lambda model, _iteration: self.filters_v_panel.set_model(model),
                lambda model, _iteration: self.denoise_panel.set_model(model),
                self.studies.set_model,
            ],
            self,
        )
        shown = [*self._layout.actions(), self._toolbar.toggleViewAction()]
        menus.build_menus(self, self.actions_by_name, shown, self.studies.actions())
        self._connect()
        choices = {choice: self.actions_by_name[f"{choice.value}ThemeAction"] for choice in ThemeChoice}
        self._appearance = Appearance(settings, choices, self)
        self._appearance.apply()
        self._restore()
        self._on_state_changed(self.controller.state)
        # At the first turn of the event loop, so that the window is painted before threads want the interpreter.
        self._wanted_source = data_source or settings.data_source
        self._beginning = QTimer(self)
        self._beginning.setSingleShot(True)
        self._beginning.timeout.connect(self._begin)
        self._beginning.start(0)

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
            "openModelAction": self._open_model,
            "saveModelAction": self._save_model,
            "reportAction": self._write_report,
            "exportCurvesAction": self._export_curves,
            "exportCsvAction": self._export_csv,
            "exportWAction": self.filters_w_panel.view.save_picture_as,
            "exportVAction": self.filters_v_panel.view.save_picture_as,
            "exportRowsAction": self.denoise_panel.rows.view.save_picture_as,
            "quitAction": self.close,
            "resetLayoutAction": self.reset_layout,
            "fullScreenAction": self._toggle_full_screen,
            "checkGradientAction": self._check_gradient,
            "helpAction": self._show_help,
            "shortcutsAction": self._show_shortcuts,
            "aboutAction": self._show_about,
        }
        for name, slot in slots.items():
            self.actions_by_name[name].triggered.connect(slot)

        controller = self.controller
        controller.stateChanged.connect(self._on_state_changed)
        controller.stateChanged.connect(self.studies.set_state)
        controller.historyReplaced.connect(self._on_history_replaced)
        controller.progressed.connect(self._on_progressed)
        controller.modelChanged.connect(self._on_model_changed)
        controller.divergenceFound.connect(self._on_divergence_found)
        controller.failureHappened.connect(self.banner.show_message)
        controller.preparing.connect(self._on_preparing)

        self.run_commands.begun.connect(self.banner.clear)
        self.run_commands.settled.connect(self._request_bound)
        training = self.training_panel
        training.configChanged.connect(self._on_config_changed)
        training.learningRateChanged.connect(controller.set_learning_rate)
        training.noiseLevelChanged.connect(controller.set_noise_level)
        training.paceChanged.connect(controller.set_pace)
        training.learningRateChanged.connect(self._tell_studies_settings)  # after the controller, in this order
        training.noiseLevelChanged.connect(self._tell_studies_settings)
        training.datasetChosen.connect(self.data_commands.open)
        training.openRequested.connect(self.data_commands.open_folder)
        buttons = ("startAction", "pauseAction", "stepAction", "stopAction")
        training.set_actions([self.actions_by_name[name] for name in buttons])

        for panel in (self.filters_w_panel, self.filters_v_panel):
            panel.unitSelected.connect(self._select_unit)
            panel.failed.connect(self.banner.show_message)
            panel.pictureSaved.connect(self._on_file_saved)
        self.denoise_panel.failed.connect(self.banner.show_message)
        self.denoise_panel.statusMessage.connect(self._show_status)
        self.denoise_panel.digitChanged.connect(self.studies.set_digit)
        self.studies.unitSelected.connect(self._select_unit)
        self.studies.stepRequested.connect(self.actions_by_name["stepAction"].trigger)
        self.studies.failed.connect(self.banner.show_message)
        self.studies.statusMessage.connect(self._show_status)
        self.curves_panel.exportPictureRequested.connect(self._export_curves)
        self.curves_panel.exportCsvRequested.connect(self._export_csv)
        self.files.failed.connect(self.banner.show_message)
        self.files.saved.connect(self._on_file_saved)
        self.report_writer.failed.connect(self.banner.show_message)
        self.report_writer.saved.connect(self._on_file_saved)

        self._data.loading.connect(self._on_data_loading)
        self._data.opened.connect(self._on_data_opened)
        self._data.failed.connect(self._on_data_failed)
        self._data.choicesChanged.connect(training.set_datasets)
        self._data.cancelled.connect(self._on_data_cancelled)
        self.data_commands.failed.connect(self.banner.show_message)
        self.denoise_panel.drawingKept.connect(self.own_digits.keep)
        self.denoise_panel.takeBackRequested.connect(self.own_digits.take_back)
        self.own_digits.undoAvailable.connect(self.denoise_panel.set_take_back_available)
        self.own_digits.changed.connect(self._data.refresh_choices)
        self.own_digits.failed.connect(self.banner.show_message)
        self.own_digits.statusMessage.connect(self._show_status)
        self.studies.panelMade.connect(self._on_study_made)
        self._bound.found.connect(self.curves_panel.set_linear_bound)
        application = QApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._shut_down)

    # Training

    @Slot(object)
    def _on_config_changed(self, config: TrainingConfig) -> None:
        self.denoise_panel.set_corruption(config.corruption)
        self._settings.config = config
        self._refresh_continue()
        self.run_commands.settings_changed()

    @Slot(object)
    def _request_bound(self, config: TrainingConfig) -> None:
        dataset = self.controller.dataset
        if dataset is not None:
            self._bound.request(dataset, config.corruption)

    # What the controller tells

    @Slot(State)
    def _on_state_changed(self, state: State) -> None:
        has_data = self.controller.dataset is not None
        menus.show_state(self.actions_by_name, state, has_data)
        if state is not State.RUNNING:
            self._model_feed.flush()
        self.training_panel.set_state(state)
        self._refresh_continue()
        self.curves_panel.refresh()
        if has_data:
            self.status.clearMessage()
            self.status.show_run(self.controller)

    def _refresh_continue(self) -> None:
        action = self.actions_by_name["continueAction"]
        action.setEnabled(self.controller.can_continue)
        action.setText(f"&Continue for {self.training_panel.config().iterations:,} more")

    @Slot(object)
    def _on_history_replaced(self, history: History) -> None:
        self.curves_panel.set_history(history)
        self.curves_panel.set_run_length(self.controller.end)

    @Slot()
    def _on_progressed(self) -> None:
        self.curves_panel.set_run_length(self.controller.end)
        self.curves_panel.refresh()
        self.status.show_run(self.controller)
        figures = self.controller.final_figures or self.controller.live_figures
        rates = None if figures is None else figures.firing_rates
        dead = [] if rates is None else [int(unit) for unit in np.nonzero(rates == 0)[0]]
        self.filters_w_panel.set_dead(dead)
        self.filters_v_panel.set_dead(dead)

    @Slot(object)
    def _on_model_changed(self, model: AutoEncoder) -> None:
        self._tell_studies_settings()
        self._model_feed.show(model, self.controller.iteration)
        if self.controller.state is not State.RUNNING:
            self._model_feed.flush()
        self._refresh_continue()

    @Slot()
    def _tell_studies_settings(self) -> None:
        self.studies.set_config(self.controller.config)
        self.studies.set_leg(self.controller.leg_start, self.controller.end)

    @Slot(int)
    def _select_unit(self, unit: int) -> None:
        self.filters_w_panel.set_selected(unit)
        self.filters_v_panel.set_selected(unit)
        self.studies.set_unit(unit)

    @Slot(object)
    def _on_divergence_found(self, divergence: Divergence) -> None:
        self.banner.show_message(divergence.message)

    @Slot(bool)
    def _on_preparing(self, is_preparing: bool) -> None:
        if is_preparing:
            self.status.set_busy("Preparing the fast training loop …")
        else:
            self.status.show_run(self.controller)

    # Data

    @Slot()
    def _begin(self) -> None:
        self._data.open(self._wanted_source)

    @Slot(object)
    def _on_study_made(self, panel: StudyPanel) -> None:
        from dae_gui.panels.dataset_panel import DatasetPanel
        from dae_gui.panels.unit_panel import UnitPanel

        if isinstance(panel, UnitPanel):
            panel.orderChanged.connect(self.filters_w_panel.set_order)
            panel.orderChanged.connect(self.filters_v_panel.set_order)
        if isinstance(panel, DatasetPanel):
            panel.useRequested.connect(self.data_commands.open)
            panel.openRequested.connect(self.data_commands.open_images)
            panel.ownUseRequested.connect(self.data_commands.use_own)
            panel.forgetRequested.connect(self._data.forget)
            panel.choicesStale.connect(self.own_digits.reload)
            panel.choicesStale.connect(self._data.refresh_choices)
            self._data.choicesChanged.connect(panel.set_choices)
            self._data.sourceChanged.connect(panel.set_source)
            panel.set_source(self._data.source)
            self._data.refresh_choices()
        elif panel.objectName() == "healthPanel":
            from dae_gui.panels.health_panel import HealthPanel

            if isinstance(panel, HealthPanel):
                panel.reviveRequested.connect(self.controller.revive_units)
                panel.rateScaled.connect(self.run_commands.scale_rate)

    @Slot()
    def _on_data_loading(self) -> None:
        self.status.set_busy("Loading data …")

    @Slot()
    def _on_data_cancelled(self) -> None:
        self.status.show_run(self.controller)

    @Slot(object)
    def _on_data_opened(self, dataset: Dataset) -> None:
        if self.controller.dataset is None:
            self._warmer.start()
        self._model_feed.clear()
        for panel in (self.filters_w_panel, self.filters_v_panel):
            panel.set_shape(dataset.shape)
        self.denoise_panel.set_model(None)
        self.studies.set_dataset(dataset)
        self.denoise_panel.set_dataset(dataset)
        config = self.training_panel.config()
        self.controller.set_dataset(dataset, config)
        self._on_state_changed(self.controller.state)
        self._request_bound(config)
        present = self._data.present
        skipped = "" if present is None or not present.skipped else f", {len(present.skipped):,} files skipped"
        self._show_status(
            f"{dataset.name}: {len(dataset.train_images):,} digits to train on, {len(dataset.test_images):,} held out"
            f"{skipped}"
        )
        if self._model_to_open is not None:
            path, self._model_to_open = self._model_to_open, None
            self.open_model(path)

    @Slot(str)
    def _on_data_failed(self, message: str) -> None:
        self.banner.show_message(message)
        self.status.show_run(self.controller)

    # Models and exports

    @Slot()
    def _open_model(self) -> None:
        path = self.files.ask_for_model()
        if path:
            self.open_model(Path(path))

    def open_model(self, path: Path) -> None:
        """Load weights and their settings from a file; what does not work is said in the window."""
        try:
            saved = load_model(path)
            self.controller.load(saved)
        except (ModelFileError, ValueError) as error:
            self.banner.show_message(str(error))
            return
        self.training_panel.set_config(saved.config)
        self.denoise_panel.set_corruption(saved.config.corruption)
        self._request_bound(saved.config)
        self._show_status(f"{path.name}: {saved.model.n_hidden} hidden units, {saved.iteration:,} iterations")

    @Slot()
    def _save_model(self) -> None:
        saved = self.controller.saved_model()
        if saved is not None and self.files.save_model(saved):
            self.data_commands.mark_saved()

    @Slot()
    def _write_report(self) -> None:
        controller = self.controller
        path = None if self.report_writer.is_busy else self.report_writer.ask_for_path()
        saved, dataset = controller.saved_model(), controller.dataset
        if path is not None and saved is not None and dataset is not None:
            self.report_writer.write(report_input(saved, dataset, controller.history, controller.seconds), path)

    @Slot()
    def _export_curves(self) -> None:
        self.files.export("curves", ("png", "svg"), self.curves_panel.export_picture)

    @Slot()
    def _export_csv(self) -> None:
        self.files.export("curves", ("csv",), self.curves_panel.export_csv)

    @Slot(str)
    def _on_file_saved(self, path: str) -> None:
        self._show_status(f"Saved {path}")

    @Slot(str)
    def _show_status(self, text: str) -> None:
        self.status.showMessage(text, 4000)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders and files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a model file as a model, and anything else as data."""
        path = next((Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()), None)
        if path is None:
            return
        event.acceptProposedAction()
        if path.suffix.lower() == ".safetensors":
            self.open_model(path)
        else:
            self.data_commands.open_path(str(path))

    # Appearance

    def changeEvent(self, event: QEvent) -> None:
        """Draw icons anew when the theme has changed."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "actions_by_name"):
            action_table.refresh_icons(self.actions_by_name)
            self.training_panel.refresh_icons()
            colors = theme.current_theme(self.palette())
            self.banner.set_colors(colors.warning, colors.warning_background)

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

    def showEvent(self, event: QShowEvent) -> None:
        """Divide the room among the docks when the window is first shown; before that it has no layout."""
        super().showEvent(event)
        if self._room_is_to_divide:
            self._room_is_to_divide = False
            self._layout.divide_room()

    # Help

    @Slot()
    def _check_gradient(self) -> None:
        dialog = self._gradient_dialog()
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _gradient_dialog(self) -> GradientDialog:
        """Return the window of the gradient check with the weights of this moment, made when first asked for."""
        dialog = self.findChild(GradientDialog)
        if dialog is None:
            dialog = GradientDialog(self.background, self)
        controller = self.controller
        dialog.set_run(controller.dataset, controller.model, controller.config, controller.iteration)
        return dialog

    @Slot()
    def _show_help(self) -> None:
        dialogs.show_help(self)

    @Slot()
    def _show_shortcuts(self) -> None:
        dialogs.show_shortcuts(self, [*self.actions_by_name.values(), *self._layout.actions(), *self.studies.actions()])

    @Slot()
    def _show_about(self) -> None:
        dialogs.show_about(self)

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
        self.run_commands.cancel()
        self._model_feed.clear()
        self._beginning.stop()
        self.data_commands.shutdown()
        self._data.cancel()
        self.report_writer.cancel()
        self.controller.shutdown()
        for background in self.findChildren(Background):  # downloads have threads of their own
            background.shutdown()
