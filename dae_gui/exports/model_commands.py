"""The weights of the present run as a file of their own: opened and saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dae_core.sessions.model_file import ModelFileError, load_model, save_model
from dae_gui.support import notices
from dae_gui.support.file_dialogs import MODEL, NEW_MODEL, ask_for_file, ask_where_to_save
from dae_gui.training.controller import TrainingController


class ModelCommands(QObject):
    """Opens a model file, and saves one.

    Signals
    -------
    opened(TrainingConfig)
        The weights of a file are the present ones; these are their settings.
    """

    opened = Signal(object)

    def __init__(self, window: QWidget, controller: TrainingController) -> None:
        super().__init__(window)
        self._window = window
        self._controller = controller
        self._why_not = ""

    def forbid(self, why: str) -> None:
        """Open no model for a reason, given as a clause; an empty one allows it."""
        self._why_not = why

    @Slot()
    def open(self) -> None:
        """Let the user choose a model file, and open it."""
        path = ask_for_file(MODEL, self._window)
        if path is not None:
            self.open_path(path)

    def open_path(self, path: Path) -> None:
        """Load weights and their settings from a file."""
        if self._why_not:
            notices.warn(self, f"{path.name} is not opened: {self._why_not}.")
            return
        try:
            saved = load_model(path)
            self._controller.load(saved)
        except (ModelFileError, ValueError) as error:
            notices.warn(self, str(error))
            return
        self.opened.emit(saved.config)
        notices.note(self, f"{path.name}: {saved.model.n_hidden} hidden units, {saved.iteration:,} iterations")
        dataset = self._controller.workbench.dataset
        if dataset is not None and saved.scale is not None and saved.scale.differs_from(dataset.scale):
            notices.warn(
                self,
                f"{path.name} was trained on images with a {saved.scale}; those of the open data set have a "
                f"{dataset.scale}, so that it sees them otherwise than it learnt to.",
            )

    @Slot()
    def save(self) -> None:
        """Ask where, and write the present weights."""
        saved = self._controller.saved_model()
        path = None if saved is None else ask_where_to_save(NEW_MODEL, "model.safetensors", self._window)
        if saved is None or path is None:
            return
        try:
            save_model(path, saved)
        except ModelFileError as error:
            notices.warn(self, str(error))
            return
        notices.note_saved(self, path)
