"""What the user asks of the session: new, open, save, save as, and to go on with another of its runs."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dae_core.files import clear_leftovers
from dae_core.sessions.run import Run
from dae_core.training.snapshots import Snapshot
from dae_gui.sessions.autosave import Autosave
from dae_gui.sessions.autosave_files import RecoverableSession
from dae_gui.sessions.autosave_folder import AutosaveFolder
from dae_gui.sessions.document import Document
from dae_gui.sessions.open_flow import Answer, LoadedSession, OpenFlow, Then
from dae_gui.sessions.open_mark import OpenMark
from dae_gui.sessions.run_opener import RunOpener
from dae_gui.sessions.save_question import close_question, conflict_question, save_question
from dae_gui.sessions.saver import Conflict, Saver
from dae_gui.sessions.session_view import SessionView
from dae_gui.support.file_dialogs import NEW_SESSION, ask_where_to_save, known_folders
from dae_gui.support.jobs import Jobs
from dae_gui.support.question import Question
from dae_gui.training.controller import TrainingController


class SessionCommands(QObject):
    """Asks for files and answers, and has the rest done.

    Signals
    -------
    opened(Run)
        Another run is the present one, of another session or of this one.
    saved(str)
        The session was written to this path.
    fileUsed(str)
        The session in this file was opened or saved.
    found(RecoverableSession)
        What a window left that was not closed in order.
    failed(str), statusMessage(str)
        A sentence for the user.
    """

    opened = Signal(object)
    saved = Signal(str)
    fileUsed = Signal(str)
    found = Signal(object)
    failed = Signal(str)
    statusMessage = Signal(str)

    def __init__(
        self,
        document: Document,
        controller: TrainingController,
        opener: RunOpener,
        view: SessionView,
        jobs: Jobs,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self._document = document
        self._controller = controller
        self._opener = opener
        self._view = view
        self._question: Question | None = None
        self._is_given_up = False
        self._warnings: list[str] = []
        self._found: list[RecoverableSession] = []
        self._folder = AutosaveFolder()
        self._saver = Saver(document, controller, view, jobs, self)
        self.autosave = Autosave(document, controller, self._folder, jobs, self)
        self._flow = OpenFlow(document, controller.workbench, opener, jobs, self._ask, self._save, self)
        self._mark = OpenMark()
        document.fileChanged.connect(self._on_file_changed)
        self._saver.conflicted.connect(self._on_conflicted)
        self._saver.saved.connect(self.saved)
        self._saver.saved.connect(self.fileUsed)
        self._saver.saved.connect(self._tell_warnings)
        self._flow.sessionOpened.connect(self._on_session_opened)
        self._flow.runOpened.connect(self._on_run_opened)
        self._flow.statusMessage.connect(self.statusMessage)
        for part in (self._saver, self._flow, self.autosave):
            part.failed.connect(self.failed)

    # Files

    @Slot()
    def new(self) -> None:
        """Begin a session without runs."""
        self._flow.new()

    def open(self, path: Path) -> None:
        """Open a session; one with unsaved changes is asked about first."""
        self._flow.open(path)

    @Slot()
    def save(self) -> None:
        """Write the session to its file; ask for one where there is none."""
        self._save()

    @Slot()
    def save_as(self) -> None:
        """Ask for a file, and write the session to it."""
        self._save_as()

    def _save(self, *then: Then) -> None:
        if self._document.path is None:
            self._save_as(*then)
        else:
            self._saver.save(self._document.path, *then)

    def _save_as(self, *then: Then) -> None:
        path = self._ask_where()
        if path is not None:
            self._saver.save(path, *then, replaces=True)

    def _ask_where(self) -> Path | None:
        name = self._document.name or self._document.runs.label.name or "session"
        return ask_where_to_save(NEW_SESSION, f"{name}.dae", self._window)

    @Slot(object)
    def _on_conflicted(self, conflict: Conflict) -> None:
        on_answer = functools.partial(self._on_conflict_answered, conflict)
        self._show(conflict_question(self._window, conflict.path.name), on_answer)

    def _on_conflict_answered(self, conflict: Conflict, answer: Answer) -> None:
        path = self._ask_where() if answer is Answer.SAVE_AS else conflict.path
        if answer is not Answer.CANCEL and path is not None:
            self._saver.resolve(conflict, path)

    @Slot(object)
    def _on_file_changed(self, path: Path | None) -> None:
        if self._mark.move(path) and path is not None:
            self._warnings.append(f"{path.name} is also open in another window: the second of them to save is asked.")

    @Slot()
    def _tell_warnings(self) -> None:
        """Tell what was noticed while a session was opened or saved, now that what is shown is of that session."""
        warnings, self._warnings = self._warnings, []
        if warnings:
            self.failed.emit(" ".join(warnings))

    # Runs of the session

    def make_present(self, key: str) -> None:
        """Go on with a kept run; the present one is kept in its turn."""
        for run in self._document.runs.kept:
            if run.label.key == key:
                self._opener.open(run, self._document.path)

    @Slot(object)
    def branch_off(self, snapshot: Snapshot) -> None:
        """Begin a new run at a snapshot of the present one."""
        on_run = functools.partial(self._branch_off, snapshot, self._document.number)
        self._controller.request_run(on_run, self.failed.emit)

    def _branch_off(self, snapshot: Snapshot, number: int, run: Run) -> None:
        if number != self._document.number:
            self.failed.emit(f"There is no new run from {run.label.name}, for another session was opened first.")
            return
        self._document.runs.record(run)
        try:
            self._opener.open(self._document.runs.branch(run, snapshot))
        except ValueError as error:
            self.failed.emit(str(error))

    @Slot(object)
    def _on_session_opened(self, loaded: LoadedSession) -> None:
        self._view.restore(loaded.session.view, loaded.session.drawings)
        self._warnings += filter(None, [loaded.warning()])
        if loaded.recovered is not None:
            self.autosave.adopt(loaded.recovered)
        elif loaded.home is not None:
            self.fileUsed.emit(str(loaded.home))

    @Slot(object)
    def _on_run_opened(self, run: Run) -> None:
        self.opened.emit(run)
        if self._warnings:
            self._tell_warnings()  # the next offer is made another time, or it would hide them
        else:
            self.offer_next()

    # Questions

    def _ask(self, on_answer: Callable[[Answer], None]) -> None:
        """Ask what is to be done with unsaved changes; a question that is open already is cancelled."""
        self._show(save_question(self._window, self._document.name, self._document.n_unsaved), on_answer)

    def _show(self, question: Question, on_answer: Callable[[Answer], None]) -> None:
        if self._question is not None:
            self._question.reject()
        self._question = question
        question.ask(functools.partial(self._on_answered, on_answer))

    def _on_answered(self, on_answer: Callable[[Answer], None], answer: Answer) -> None:
        self._question = None
        on_answer(answer)

    # After a crash

    def look_for_lost_work(self) -> None:
        """Announce what windows left that were not closed in order, one after the other."""
        self._found = self._folder.find()
        self.offer_next()
        # Not a job, which closing would wait for: the folder of a server that is gone may not answer for minutes.
        threading.Thread(target=_clear_leftovers, args=(known_folders(),), name="leftovers", daemon=True).start()

    def recover(self, found: RecoverableSession) -> None:
        """Open what another window left unsaved."""
        self._flow.recover(found)

    def delete_found(self, found: RecoverableSession) -> None:
        """Delete what another window left."""
        self._folder.delete(found)
        self.offer_next()

    def offer_next(self) -> None:
        """Announce the next of what windows left, if there is one."""
        if self._found:
            self.found.emit(self._found.pop(0))

    # The end

    def may_close(self, close: Callable[[], object]) -> bool:
        """Return whether the next start can offer what is unsaved; else ask, and ``close`` when that is answered."""
        reason = "" if self._is_given_up else self.autosave.obstacle()
        if reason:
            question = close_question(self._window, reason, self._document.n_unsaved)
            self._show(question, functools.partial(self._on_close_answered, close))
        return not reason

    def _on_close_answered(self, close: Callable[[], object], answer: Answer) -> None:
        if answer is Answer.SAVE_AS:
            self._save_as(functools.partial(self._give_up, close))
        elif answer is Answer.DISCARD:
            self._give_up(close)

    def _give_up(self, close: Callable[[], object]) -> None:
        """Close whatever is still unsaved: that it is not all in a file was said."""
        self._is_given_up = True
        close()

    def close(self) -> None:
        """Write what is to be written, and what is unsaved for the next start; all threads must have ended."""
        self._saver.finish()
        self.autosave.close()
        self._mark.move(None)


def _clear_leftovers(folders: list[Path]) -> None:
    """Delete what was half-written when a program was killed, where the user's files go."""
    for folder in folders:
        clear_leftovers(folder)
