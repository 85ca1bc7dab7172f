"""Asking for files, and writing them: what went wrong is told in a sentence."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from dae_core.sessions.model_file import ModelFileError, SavedModel, save_model
from dae_gui.support.settings import Settings

_DATA_FILTER = (
    "Images (*-ubyte *-ubyte.gz *.idx* *.gz *.npy *.npz *.csv);;IDX data (*-ubyte *-ubyte.gz *.idx* *.gz);;"
    "NumPy arrays (*.npy *.npz);;Tables (*.csv);;All files (*)"
)
_MODEL_FILTER = "Model (*.safetensors)"
_SESSION_FILTER = "Session (*.dae)"
_OPEN_FILTER = "Sessions and models (*.dae *.safetensors);;Session (*.dae);;Model (*.safetensors);;All files (*)"


class FileCommands(QObject):
    """The window's file dialogs; each remembers the folder that it was last in."""

    failed = Signal(str)
    saved = Signal(str)

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings

    def ask_for_data_folder(self) -> str:
        """Return a folder that the person chose, or an empty text."""
        folder = QFileDialog.getExistingDirectory(self._window, "Open a folder of IDX data", self._folder("data"))
        return self._remember("data", folder, is_folder=True)

    def ask_for_data_file(self) -> str:
        """Return a file of images that the person chose, or an empty text."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Open images", self._folder("data"), _DATA_FILTER)
        return self._remember("data", path)

    def ask_for_image_folder(self) -> str:
        """Return a folder of pictures that the person chose, or an empty text."""
        folder = QFileDialog.getExistingDirectory(self._window, "Open a folder of pictures", self._folder("data"))
        return self._remember("data", folder, is_folder=True)

    def ask_for_model(self) -> str:
        """Return a model file that the person chose, or an empty text."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Open a model", self._folder("models"), _MODEL_FILTER)
        return self._remember("models", path)

    def ask_for_session(self) -> str:
        """Return a session or model file that the person chose, or an empty text."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Open a session", self._folder("sessions"), _OPEN_FILTER)
        return self._remember("sessions", path)

    def ask_where_to_save_session(self, name: str) -> Path | None:
        """Return the file that a session is to be saved in, or None."""
        proposal = str(Path(self._folder("sessions")) / f"{name}.dae")
        path, _ = QFileDialog.getSaveFileName(self._window, "Save the session", proposal, _SESSION_FILTER)
        if not path:
            return None
        self._remember("sessions", path)
        return _with_suffix(path, "dae")

    def ask_for_missing_data(self, folder: str) -> str:
        """Return the folder that a session's data set is in now, or an empty text."""
        start = folder if folder and Path(folder).is_dir() else self._folder("data")
        return QFileDialog.getExistingDirectory(self._window, "Find the session's data set", start)

    def save_model(self, model: SavedModel) -> bool:
        """Ask where, and write a model file; returns whether it was written."""
        proposal = str(Path(self._folder("models")) / "model.safetensors")
        path, _ = QFileDialog.getSaveFileName(self._window, "Save the model", proposal, _MODEL_FILTER)
        if not path:
            return False
        target = _with_suffix(path, "safetensors")
        try:
            save_model(target, model)
        except ModelFileError as error:
            self.failed.emit(str(error))
            return False
        self._remember("models", str(target))
        self.saved.emit(str(target))
        return True

    def _folder(self, purpose: str) -> str:
        folder = self._settings.folder(purpose)
        if folder and Path(folder).is_dir():
            return folder
        return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)

    def _remember(self, purpose: str, path: str, *, is_folder: bool = False) -> str:
        if path:
            self._settings.set_folder(purpose, path if is_folder else str(Path(path).parent))
        return path


def _with_suffix(path: str, suffix: str) -> Path:
    """Return the path with an ending, added where another one or none was typed."""
    target = Path(path)
    return target if target.suffix.lower() == f".{suffix}" else target.with_name(f"{target.name}.{suffix}")
