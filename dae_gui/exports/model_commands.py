"""Weights and reports of the present run as files: opened, saved, written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.sessions.model_file import ModelFileError, SavedModel, load_model
from dae_gui.exports.report_writer import ReportWriter, report_input
from dae_gui.support.file_dialogs import FileCommands
from dae_gui.training.controller import TrainingController
from dae_gui.workbench.workbench import Workbench


class ModelCommands(QObject):
    """Opens a model file, saves one, and has a report written.

    Signals
    -------
    opened(TrainingConfig)
        The weights of a file are the present ones; these are their settings.
    failed(str), statusMessage(str)
        A sentence for the person.
    """

    opened = Signal(object)
    failed = Signal(str)
    statusMessage = Signal(str)

    def __init__(
        self, workbench: Workbench, controller: TrainingController, files: FileCommands, report_writer: ReportWriter
    ) -> None:
        super().__init__(controller)
        self._workbench = workbench
        self._controller = controller
        self._files = files
        self._report_writer = report_writer

    @Slot()
    def open(self) -> None:
        """Let the person choose a model file, and open it."""
        path = self._files.ask_for_model()
        if path:
            self.open_path(Path(path))

    def open_path(self, path: Path) -> None:
        """Load weights and their settings from a file."""
        try:
            saved: SavedModel = load_model(path)
            self._controller.load(saved)
        except (ModelFileError, ValueError) as error:
            self.failed.emit(str(error))
            return
        self.opened.emit(saved.config)
        self.statusMessage.emit(f"{path.name}: {saved.model.n_hidden} hidden units, {saved.iteration:,} iterations")

    @Slot()
    def save(self) -> None:
        """Ask where, and write the present weights."""
        saved = self._controller.saved_model()
        if saved is not None:
            self._files.save_model(saved)

    @Slot()
    def write_report(self) -> None:
        """Ask where, and write a report on the present run."""
        controller, writer = self._controller, self._report_writer
        path = None if writer.is_busy else writer.ask_for_path()
        saved, dataset = controller.saved_model(), self._workbench.dataset
        if path is not None and saved is not None and dataset is not None:
            writer.write(report_input(saved, dataset, self._workbench.history, self._workbench.progress.seconds), path)
