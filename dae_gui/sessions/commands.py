"""Sessions as the person sees them: saved, opened, named in the title, secured against a crash, offered after one."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from dae_core.sessions.run import Run
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session
from dae_gui.sessions.autosave import Recovery
from dae_gui.sessions.autosave_folder import Found, RunState, load_found, state_of
from dae_gui.sessions.run_list import RunBook
from dae_gui.sessions.run_opener import RunOpener
from dae_gui.sessions.save_question import save_question
from dae_gui.sessions.saver import Order, SessionSaver, sentence
from dae_gui.support.background import Background, Task
from dae_gui.support.file_dialogs import FileCommands
from dae_gui.support.settings import Settings
from dae_gui.training.controller import TrainingController
from dae_gui.workbench.state import State

# What changes while nothing is trained is secured when it has been quiet for so long.
_SOON_MS = 500

_Loaded = tuple[Path | None, Session, Found | None]


class View(Protocol):
    """What of the window's look is kept with a session."""

    def values(self) -> dict[str, Any]:
        """Return a JSON object."""

    def drawings(self) -> tuple[NDArray[np.uint8], ...]:
        """Return the user's own images, uint8 (h, w)."""

    def restore(self, values: dict[str, Any], drawings: tuple[NDArray[np.uint8], ...]) -> None:
        """Show it as it was."""


class SessionCommands(QObject):
    """New, open, save and save as, for the runs of one window.

    Signals
    -------
    titleChanged(str, bool)
        The session's name, empty where it has none, and whether something of it is in no file.
    recentChanged()
        Another file was opened or saved.
    opened(Run)
        A session is open, and this is its present run.
    saved(str)
        A session was written to this path.
    found(object)
        What a window left that was not closed in order: a `Found`.
    failed(str), statusMessage(str)
        A sentence for the person.
    """

    titleChanged = Signal(str, bool)
    recentChanged = Signal()
    opened = Signal(object)
    saved = Signal(str)
    found = Signal(object)
    failed = Signal(str)
    statusMessage = Signal(str)

    def __init__(
        self,
        window: QWidget,
        controller: TrainingController,
        book: RunBook,
        opener: RunOpener,
        files: FileCommands,
        view: View,
        settings: Settings,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._controller = controller
        self._book = book
        self._opener = opener
        self._files = files
        self._view = view
        self._settings = settings
        # Its own, for neither saving nor securing may wait behind a long computation of a panel.
        self._writer = Background(self)
        self._saver = SessionSaver(self._writer, self)
        self.recovery = Recovery(self._writer, self)
        self.path: Path | None = None
        self._mark: dict[str, RunState] = {}
        self._secured: dict[str, RunState] = {}
        self._number = 0
        self._save_to: Path | None = None
        self._then: functools.partial[None] | None = None
        self._question: QMessageBox | None = None
        self._asked_for: functools.partial[None] | None = None
        self._opening: _Loaded | None = None
        self._load_task: Task | None = None
        self._lost: list[Found] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(controller.capture)
        self._saver.saved.connect(self._on_saved)
        self._saver.failed.connect(self._on_save_failed)
        self._told: tuple[str, bool] | None = None
        controller.captured.connect(self._on_captured)
        controller.stateChanged.connect(self._on_state_changed)
        controller.progressed.connect(self.refresh_title)
        book.changed.connect(self._on_book_changed)
        book.openRequested.connect(opener.open)
        opener.opened.connect(self._on_run_opened)
        opener.failed.connect(self._on_open_failed)
        opener.cancelled.connect(self._on_open_cancelled)
        self.recovery.captureWanted.connect(controller.capture)
        self.recovery.failed.connect(self.failed)

    # What there is

    @property
    def is_modified(self) -> bool:
        """Whether something was trained, named or deleted that is in no session file."""
        states = self._present_states()
        return bool(states) and states != self._mark

    @property
    def name(self) -> str:
        """The file's name without its ending; empty for a session that is in no file."""
        return self.path.stem if self.path is not None else ""

    def _present_states(self) -> dict[str, RunState]:
        states = _states(self._book.kept)
        controller = self._controller
        if controller.iteration:
            changes = len(controller.history.changes)
            label = controller.label
            states[label.key] = controller.iteration, controller.end, controller.config, label, changes
        return states

    @Slot()
    def refresh_title(self) -> None:
        """Tell name and modification when one of them has changed."""
        now = self.name, self.is_modified
        if now != self._told:
            self._told = now
            self.titleChanged.emit(*now)

    # Saving

    @Slot()
    def save(self) -> bool:
        """Write the session to its file; ask for one where there is none. Returns whether it will be written."""
        return self._save_as(self.path) if self.path is not None else self.save_as()

    @Slot()
    def save_as(self) -> bool:
        """Ask for a file, and write the session to it. Returns whether it will be written."""
        path = self._files.ask_where_to_save_session(self.name or self._controller.label.name or "session")
        return path is not None and self._save_as(path)

    def _save_as(self, path: Path) -> bool:
        self._save_to = path
        self._controller.capture()  # goes on in _on_captured, with the run of that moment
        return True

    @Slot(object)
    def _on_saved(self, order: Order) -> None:
        if order.number == self._number:
            self._mark = _states(order.session.runs)
            self.path = order.path
            self._forget_unless_modified()
            self.refresh_title()
        self._remember(order.path)
        self.saved.emit(str(order.path))
        if self._save_to is None and not self._saver.is_busy:
            self._go_on()

    @Slot(str)
    def _on_save_failed(self, text: str) -> None:
        self._then = None
        self.failed.emit(text)

    def _go_on(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()

    # Opening

    @Slot()
    def new(self) -> None:
        """Begin a session without runs."""
        self._after_saving(functools.partial(self._begin_anew))

    def _begin_anew(self) -> None:
        self._cancel_opening()
        self._controller.forget_runs()
        self._book.replace_all(())
        self._controller.reset(self._controller.config)
        self._take_place(None, {})
        self._opener.leave_stand_in()
        self.recovery.forget()
        self.refresh_title()

    def open(self, path: Path) -> None:
        """Open a session; one with unsaved changes is asked about first."""
        self._after_saving(functools.partial(self._load, path, None))

    def open_found(self, found: Found) -> None:
        """Open what another window left behind."""
        self._after_saving(functools.partial(self._load, found.folder, found))

    def _load(self, path: Path, found: Found | None) -> None:
        self._cancel_opening()
        self.statusMessage.emit(f"Opening {path.name if found is None else found.name} …")
        work = functools.partial(_open, path, found)
        self._load_task = self._writer.run(work, self._on_loaded, self._on_open_failed)

    @Slot(object)
    def _on_loaded(self, loaded: _Loaded) -> None:
        self._load_task = None
        self._opener.open(loaded[1].run)  # which tells that a run before it is not opened
        self._opening = loaded

    @Slot(object)
    def _on_run_opened(self, run: Run) -> None:
        if self._opening is not None and self._opening[1].run is run:
            (path, session, found), self._opening = self._opening, None
            self._controller.forget_left()  # it belongs to the session that this one takes the place of
            self._book.replace_all(session.kept)
            self._view.restore(session.view, session.drawings)
            self._take_place(path, _states(session.runs) if found is None else {})
            if found is not None:
                self.recovery.adopt(found)
            else:
                self.recovery.forget()
                if path is not None:
                    self._remember(path)
        self._book.begin_with(run)
        self.refresh_title()
        self.opened.emit(run)
        self._tell_next_found()

    def _take_place(self, path: Path | None, mark: dict[str, RunState]) -> None:
        """Count what is shown now as another session than before; nothing is written of that one any more."""
        self._number += 1
        self.path, self._mark = path, mark
        if self._save_to is not None:
            self.failed.emit(f"{self._save_to.name} was not saved, for another session was opened first.")
            self._save_to = None

    @Slot(object)
    def _on_open_failed(self, error: Exception | str) -> None:
        self._load_task = self._opening = None
        self.failed.emit(error if isinstance(error, str) else sentence(error))

    @Slot()
    def _on_open_cancelled(self) -> None:
        self._opening = None

    def _cancel_opening(self) -> None:
        if self._load_task is not None:
            self._load_task.drop()
        self._load_task = self._opening = None
        self._opener.cancel()

    # What would be lost

    def _after_saving(self, then: functools.partial[None]) -> None:
        """Do what puts another session in the place of this one, when the person has said what of it stays."""
        if not self.is_modified:
            then()
            return
        if self._question is not None:
            self._question.done(0)  # what is asked for now takes its place
        changed = sum(state != self._mark.get(key) for key, state in self._present_states().items())
        box = save_question(self._window, self.name, changed)
        box.buttonClicked.connect(self._on_answered)
        self._question, self._asked_for = box, then
        box.open()

    @Slot(QAbstractButton)
    def _on_answered(self, button: QAbstractButton) -> None:
        then, self._asked_for, self._question = self._asked_for, None, None
        name = button.objectName()
        if then is None:
            return
        if name == "saveSessionButton":
            self._then = then
            if not self.save():
                self._then = None
        elif name == "discardSessionButton":
            then()

    # Against a crash

    def look_for_lost_work(self) -> None:
        """Tell of what windows left that were not closed in order; of the next when one was opened or deleted."""
        self._lost = self.recovery.find()
        self._tell_next_found()

    def delete_found(self, found: Found) -> None:
        """Delete what a window left behind."""
        self.recovery.discard(found)
        self._tell_next_found()

    def _tell_next_found(self) -> None:
        if self._lost:
            self.found.emit(self._lost.pop(0))

    def close(self) -> None:
        """Write what is to be written, and leave what is unsaved for the next start; the window's last words."""
        self._soon.stop()
        self._then = None
        self._saver.finish()
        run, kept = self._book.present, self._book.kept
        if run is None and kept:
            run, kept = kept[-1], kept[:-1]
        is_worth_it = self.is_modified and run is not None
        self.recovery.close((run, kept, str(self.path or "")) if is_worth_it and run is not None else None)

    @Slot(object)
    def _on_captured(self, run: Run) -> None:
        self._soon.stop()
        kept = self._book.kept
        if self._save_to is not None:
            path, self._save_to = self._save_to, None
            session = Session(run, kept, self._view.drawings(), self._view.values())
            self._saver.save(Order(path, session, self._number))
        if not self._forget_unless_modified():
            self._secured = _states((*kept, run))
            self.recovery.secure(run, kept, str(self.path or ""))
        self.refresh_title()

    def _forget_unless_modified(self) -> bool:
        if not self.is_modified:
            self._secured = {}
            self.recovery.forget()
            return True
        return False

    @Slot(State)
    def _on_state_changed(self, state: State) -> None:
        if state is State.RUNNING and (self._load_task is not None or self._opening is not None):
            self._cancel_opening()  # what is trained now would be lost without a question
            self.statusMessage.emit("The session is not opened, for training goes on.")
        self.recovery.set_training(state is State.RUNNING)
        self.refresh_title()

    @Slot()
    def _on_book_changed(self) -> None:
        if self._controller.state is not State.RUNNING and self.is_modified and self._secured != self._present_states():
            self._soon.start()  # training is secured by its clock
        self.refresh_title()

    def _remember(self, path: Path) -> None:
        known = [other for other in self._settings.recent_sessions if other != str(path)]
        self._settings.recent_sessions = [str(path), *known]
        self.recentChanged.emit()


def _states(runs: Iterable[Run]) -> dict[str, RunState]:
    """Return what tells whether a run has changed, of each that has begun."""
    return {run.label.key: state_of(run) for run in runs if run.checkpoint.iteration}


def _open(path: Path, found: Found | None, _task: Task) -> _Loaded:
    if found is None:
        return path, load_session(path), None
    return (Path(found.path) if found.path else None), load_found(found.folder), found
