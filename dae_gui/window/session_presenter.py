"""What the window says and asks about its session: the title, unsaved work that was found, and missing data."""

from __future__ import annotations

import functools

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMainWindow

from dae_core.texts import plain
from dae_gui.sessions.autosave_files import RecoverableSession
from dae_gui.sessions.commands import SessionCommands
from dae_gui.sessions.document import Document
from dae_gui.sessions.run_opener import RunOpener, folder_of
from dae_gui.support.file_dialogs import MISSING_DATA, ask_for_folder
from dae_gui.window.first_minute import FirstMinute
from dae_gui.window.messages import Cause, Messages

TITLE = "Denoising Autoencoder Studio"


class SessionPresenter(QObject):
    """Names the session in the window's title, and offers what can be done about unsaved work and missing data."""

    def __init__(
        self,
        window: QMainWindow,
        document: Document,
        sessions: SessionCommands,
        opener: RunOpener,
        messages: Messages,
        first_minute: FirstMinute,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._sessions = sessions
        self._opener = opener
        self._messages = messages
        self._first_minute = first_minute
        document.titleChanged.connect(self._show_title)
        sessions.found.connect(self._offer_lost_work)
        opener.missing.connect(self._tell_missing)
        self._show_title("", False)

    @Slot(str, bool)
    def _show_title(self, name: str, is_modified: bool) -> None:
        name = plain(name).replace("[*]", "[*][*]")  # Qt's own mark, which stands for itself when it is doubled
        shown = f"{name or 'Unsaved session'}[*] – {TITLE}" if name or is_modified else TITLE
        self._window.setWindowTitle(shown)
        self._window.setWindowModified(is_modified)

    @Slot(object)
    def _offer_lost_work(self, found: RecoverableSession) -> None:
        """Offer it on the card over the empty curves, or, where there are curves, in the banner."""
        go_on = functools.partial(self._sessions.recover, found)
        delete = functools.partial(self._sessions.delete_found, found)
        later = self._sessions.offer_next  # this one again at the next start
        if self._first_minute.is_seen:
            self._messages.log(found.text())
            self._first_minute.offer(found, go_on, delete, later)
        else:
            answers = [("Open it", go_on), ("Delete it", delete)]
            self._messages.warn(found.text(), answers, later, Cause.OFFER)

    @Slot(str)
    def _tell_missing(self, text: str) -> None:
        offer = [("Open it", self._opener.open_offered)] if self._opener.offered else []
        self._messages.warn(text, [*offer, ("Find the data…", self._find_data)], cause=Cause.SESSION)

    @Slot()
    def _find_data(self) -> None:
        run = self._opener.missing_run
        # A dialog looks at where it begins: not at a path that only a file names.
        start = "" if run is None or self._opener.offered else folder_of(run.data)
        path = None if run is None else ask_for_folder(MISSING_DATA, self._window, start)
        if path is not None:
            self._opener.locate(str(path))
