"""What the window says and asks about its session: the title, recent files, lost work, and missing data."""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from dae_core.sessions.session_file import ENDING
from dae_gui.data.commands import DataCommands
from dae_gui.exports.model_commands import ModelCommands
from dae_gui.sessions.autosave_folder import Found
from dae_gui.sessions.commands import SessionCommands
from dae_gui.sessions.run_opener import RunOpener, folder_of
from dae_gui.support.file_dialogs import FileCommands
from dae_gui.support.settings import Settings
from dae_gui.window import menus
from dae_gui.window.messages import Messages

TITLE = "Denoising Autoencoder Studio"


class SessionDesk(QObject):
    """Opens whatever a path names, and keeps the person informed about the session."""

    def __init__(
        self,
        window: QMainWindow,
        sessions: SessionCommands,
        opener: RunOpener,
        models: ModelCommands,
        data: DataCommands,
        files: FileCommands,
        messages: Messages,
        settings: Settings,
        recent: QMenu,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._sessions = sessions
        self._opener = opener
        self._models = models
        self._data = data
        self._files = files
        self._messages = messages
        self._settings = settings
        self._recent = recent
        sessions.titleChanged.connect(self._show_title)
        sessions.recentChanged.connect(self._show_recent)
        sessions.found.connect(self._offer_lost_work)
        opener.missing.connect(self._tell_missing)
        recent.triggered.connect(self._open_recent)
        self._show_title("", False)
        self._show_recent()

    @Slot()
    def ask_and_open(self) -> None:
        """Let the person choose a session or a model, and open it."""
        path = self._files.ask_for_session()
        if path:
            self.open_path(Path(path))

    def open_path(self, path: Path) -> None:
        """Open a session, a model, or data, as the path's ending says."""
        suffix = path.suffix.lower()
        if suffix == ENDING:
            self._sessions.open(path)
        elif suffix == ".safetensors":
            self._models.open_path(path)
        else:
            self._data.open_path(str(path))

    @Slot(str, bool)
    def _show_title(self, name: str, is_modified: bool) -> None:
        shown = f"{name or 'Unsaved session'}[*] – {TITLE}" if name or is_modified else TITLE
        self._window.setWindowTitle(shown)
        self._window.setWindowModified(is_modified)

    @Slot()
    def _show_recent(self) -> None:
        menus.fill_recent(self._recent, self._settings.recent_sessions)

    @Slot(QAction)
    def _open_recent(self, action: QAction) -> None:
        self.open_path(Path(action.data()))

    @Slot(object)
    def _offer_lost_work(self, found: Found) -> None:
        self._messages.warn(
            found.text(),
            [
                ("Open it", functools.partial(self._sessions.open_found, found)),
                ("Delete it", functools.partial(self._sessions.delete_found, found)),
            ],
        )

    @Slot(str)
    def _tell_missing(self, text: str) -> None:
        self._messages.warn(text, [("Find the data…", self._find_data)])

    @Slot()
    def _find_data(self) -> None:
        run = self._opener.missing_run
        path = "" if run is None else self._files.ask_for_missing_data(folder_of(run.data))
        if path:
            self._opener.locate(path)
