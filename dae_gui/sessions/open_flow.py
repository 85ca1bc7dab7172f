"""Opening a session in the place of the one that is open, once the user has said whether that is to be saved."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.files import FileStamp
from dae_core.jobs import Monitor
from dae_core.lessons.handin.handin_file import ENDING as HAND_IN_ENDING
from dae_core.sessions.run import Run
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session
from dae_gui.sessions.autosave_files import RecoverableSession, load_recoverable
from dae_gui.sessions.document import Document
from dae_gui.sessions.run_opener import RunOpener
from dae_gui.support.jobs import Job, Jobs
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench


class Answer(StrEnum):
    """What is to be done with unsaved changes; questions offer some of these."""

    SAVE = "save"
    SAVE_AS = "save as"
    DISCARD = "discard"
    CANCEL = "cancel"


Then = Callable[[], None]
Ask = Callable[[Callable[[Answer], None]], None]
"""Asks what is to be done with unsaved changes; the answer comes later, unless something else is asked meanwhile."""


@dataclass(frozen=True, eq=False)
class LoadedSession:
    """A session with the file that it is in and what that was like, or the folder that it was recovered from."""

    session: Session
    path: Path | None = None
    stamp: FileStamp | None = None
    recovered: RecoverableSession | None = None

    @property
    def home(self) -> Path | None:
        """The file that it is saved to from now on; None where that is of another kind, which stays as it is."""
        is_hand_in = self.path is not None and self.path.suffix.lower() == HAND_IN_ENDING
        return None if is_hand_in else self.path

    def warning(self) -> str:
        """Return in a sentence what is missing of it; empty where nothing is."""
        found = self.recovered
        if found is None or not found.unread:
            return ""
        count, of = len(found.unread), "1 run" if found.runs == 1 else f"{found.runs} runs"
        are, files, stay = ("is", "Its file", "stays") if count == 1 else ("are", "Their files", "stay")
        return f"{count} of {of} could not be read and {are} missing here. {files} {stay} in {found.folder}."


class OpenFlow(QObject):
    """Loads a session in the background, and opens its present run; until that is done, the open one stays.

    Parameters
    ----------
    ask
        Asks about unsaved changes.
    save
        Saves the session, and calls what it is given when that is done.

    Signals
    -------
    sessionOpened(LoadedSession)
        Another session is open.
    runOpened(Run)
        Another run is the present one, of another session or of this one.
    failed(str), statusMessage(str)
        A sentence for the user.
    """

    sessionOpened = Signal(object)
    runOpened = Signal(object)
    failed = Signal(str)
    statusMessage = Signal(str)

    def __init__(
        self,
        document: Document,
        workbench: Workbench,
        opener: RunOpener,
        jobs: Jobs,
        ask: Ask,
        save: Callable[[Then], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._opener = opener
        self._jobs = jobs
        self._ask = ask
        self._save = save
        self._job: Job | None = None
        self._opening: LoadedSession | None = None
        workbench.stateChanged.connect(self._on_state_changed)
        opener.opened.connect(self._on_run_opened)
        opener.failed.connect(self._on_run_failed)
        opener.cancelled.connect(self._on_run_cancelled)

    def new(self) -> None:
        """Begin a session without runs."""
        self._after_saving(self._begin_anew)

    def open(self, path: Path) -> None:
        """Open the session in a file."""
        self._after_saving(functools.partial(self._load, path.name, functools.partial(_load, path)))

    def recover(self, found: RecoverableSession) -> None:
        """Open what another window left unsaved."""
        self._after_saving(
            functools.partial(self._load, found.name or "what was left", functools.partial(_recover, found))
        )

    def _after_saving(self, then: Then) -> None:
        if self._document.is_modified:
            self._ask(functools.partial(self._on_answered, then))
        else:
            then()

    def _on_answered(self, then: Then, answer: Answer) -> None:
        if answer is Answer.SAVE:
            self._save(then)
        elif answer is Answer.DISCARD:
            then()

    def _begin_anew(self) -> None:
        self._cancel()
        self._document.clear()
        self._opener.begin_anew()

    def _load(self, name: str, load: Callable[[Monitor], LoadedSession]) -> None:
        self._cancel()
        self.statusMessage.emit(f"Opening {name} …")
        self._job = self._jobs.start(load, lane="sessions", failure=f"{name} could not be opened")
        self._job.done.connect(self._on_loaded)
        self._job.failed.connect(self.failed)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.discard()
        self._opening = None
        self._opener.cancel()

    @Slot(object)
    def _on_loaded(self, loaded: LoadedSession) -> None:
        self._opener.open(loaded.session.run, loaded.path)  # which cancels another run that is on its way
        self._opening = loaded

    @Slot(object)
    def _on_run_opened(self, run: Run) -> None:
        loaded = self._opening
        if loaded is not None and loaded.session.run is run:
            self._opening = None
            saved = () if loaded.recovered is not None else loaded.session.runs
            session = loaded.session
            self._document.replace(session.kept, loaded.home, saved, loaded.stamp, session.texts)
            self.sessionOpened.emit(loaded)
        self.runOpened.emit(run)

    @Slot(str)
    def _on_run_failed(self, text: str) -> None:
        self._opening = None
        self.failed.emit(text)

    @Slot()
    def _on_run_cancelled(self) -> None:
        self._opening = None

    @Slot(State)
    def _on_state_changed(self, state: State) -> None:
        is_opening = self._opening is not None or (self._job is not None and self._job.is_running)
        if state is State.RUNNING and is_opening:
            self._cancel()  # what is trained now would be lost without a question
            self.statusMessage.emit("The session is not opened, for training goes on.")


def _load(path: Path, _monitor: Monitor) -> LoadedSession:
    stamp = FileStamp.of(path)  # first: what is changed while it is read counts as changed since
    return LoadedSession(load_session(path), path, stamp)


def _recover(found: RecoverableSession, _monitor: Monitor) -> LoadedSession:
    unread: list[Path] = []
    session = load_recoverable(found.folder, unread)
    path = Path(found.path) if found.path else None
    return LoadedSession(session, path, found.stamp, replace(found, unread=tuple(unread)))
