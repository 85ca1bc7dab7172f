"""Sessions as the person sees them: saved, opened, named in the title, secured against a crash, offered after one."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from dae_core.session import Run, Session, load_session, save_session
from dae_core.session_format import SessionError
from dae_gui.background import Background, Task
from dae_gui.controller import TrainingController
from dae_gui.file_commands import FileCommands
from dae_gui.recovery import Found, Recovery, load_found
from dae_gui.run_book import RunBook
from dae_gui.run_opener import RunOpener
from dae_gui.settings import Settings
from dae_gui.state import State
from dae_gui.view_state import ViewState

_Mark = tuple[str, int, int, int]


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
        view: ViewState,
        settings: Settings,
        background: Background,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._controller = controller
        self._book = book
        self._opener = opener
        self._files = files
        self._view = view
        self._settings = settings
        self._background = background
        self.recovery = Recovery(background, self)
        self.path: Path | None = None
        self._mark: _Mark | None = None
        self._saving: tuple[Path, _Mark] | None = None
        self._save_to: Path | None = None
        self._then: functools.partial[None] | None = None
        self._opening: tuple[Path | None, Session, Found | None] | None = None
        self._load_task: Task | None = None
        self._told: tuple[str, bool] | None = None
        controller.captured.connect(self._on_captured)
        controller.stateChanged.connect(self._on_state_changed)
        controller.progressed.connect(self.refresh_title)
        book.changed.connect(self._on_book_changed)
        book.openRequested.connect(opener.open)
        opener.opened.connect(self._on_run_opened)
        opener.failed.connect(self._on_open_failed)
        self.recovery.captureWanted.connect(controller.capture)
        self.recovery.failed.connect(self.failed)

    # What there is

    @property
    def is_modified(self) -> bool:
        """Whether something was trained, named or deleted that is in no session file."""
        return self._is_worth_keeping() and self._mark != self._present_mark()

    @property
    def name(self) -> str:
        """The file's name without its ending; empty for a session that is in no file."""
        return self.path.stem if self.path is not None else ""

    def _is_worth_keeping(self) -> bool:
        return self._controller.can_train and (self._controller.iteration > 0 or bool(self._book.kept))

    def _present_mark(self) -> _Mark:
        controller = self._controller
        return controller.label.key, controller.iteration, controller.end, self._book.revision

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
        if not self._controller.can_train:
            self.failed.emit("A run whose data set is missing cannot be saved again: find the data set first.")
            return False
        self._save_to = path
        self._controller.capture()  # goes on in _on_captured, with the run of that moment
        return True

    def _write(self, path: Path, run: Run) -> None:
        session = Session(run, self._book.kept, self._view.drawings(), self._view.values())
        self._saving = path, (run.label.key, run.checkpoint.iteration, run.checkpoint.end, self._book.revision)
        self._background.run(functools.partial(_save, path, session), self._on_saved, self._on_save_failed)

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        if self._saving is None:
            return
        _, self._mark = self._saving
        self._saving = None
        self.path = path
        self._remember(path)
        if not self.is_modified:
            self.recovery.forget()
        self.refresh_title()
        self.saved.emit(str(path))
        self._go_on()

    @Slot(object)
    def _on_save_failed(self, error: Exception) -> None:
        self._saving = self._then = None
        self.failed.emit(_sentence(error))

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
        self._book.replace_all(())
        self._controller.reset(self._controller.config)
        self._controller.forget_left()
        self.path = None
        self._mark = self._present_mark()
        self.recovery.forget()
        self.refresh_title()

    @Slot()
    def ask_and_open(self) -> None:
        """Let the person choose a session, and open it."""
        path = self._files.ask_for_session()
        if path:
            self.open(Path(path))

    def open(self, path: Path) -> None:
        """Open a session; one with unsaved changes is asked about first."""
        self._after_saving(functools.partial(self._load, path, None))

    def open_found(self, found: Found) -> None:
        """Open what another window left behind."""
        self._after_saving(functools.partial(self._load, found.folder, found))

    def _load(self, path: Path, found: Found | None) -> None:
        self._cancel_loading()
        self.statusMessage.emit(f"Opening {path.name if found is None else found.name} …")
        work = functools.partial(_open, path, found)
        self._load_task = self._background.run(work, self._on_loaded, self._on_open_failed)

    @Slot(object)
    def _on_loaded(self, loaded: tuple[Path | None, Session, Found | None]) -> None:
        self._load_task = None
        self._opening = loaded
        self._opener.open(loaded[1].run)

    @Slot(object)
    def _on_run_opened(self, run: Run) -> None:
        if self._opening is not None:
            (path, session, found), self._opening = self._opening, None
            self._controller.forget_left()  # it belongs to the session that this one takes the place of
            self._book.replace_all(session.kept)
            self._view.restore(session.view, session.drawings)
            self.path = path
            self._mark = self._present_mark() if found is None else None
            if found is not None:
                self.recovery.adopt(found)
            elif path is not None:
                self._remember(path)
        self.refresh_title()
        self.opened.emit(run)

    @Slot(object)
    def _on_open_failed(self, error: Exception | str) -> None:
        self._load_task = self._opening = None
        self.failed.emit(error if isinstance(error, str) else _sentence(error))

    def _cancel_loading(self) -> None:
        if self._load_task is not None:
            self._load_task.drop()
        self._load_task = self._opening = None

    # What would be lost

    def _after_saving(self, then: functools.partial[None]) -> None:
        """Do what puts another session in the place of this one, when the person has said what of it stays."""
        if not self.is_modified:
            then()
            return
        self._then = then
        box = QMessageBox(self._window)
        box.setObjectName("saveSessionQuestion")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Unsaved changes")
        box.setText(f"Save the changes to {self.name or 'this session'} first?")
        runs = len(self._book.runs)
        box.setInformativeText(f"{'One run is' if runs == 1 else f'{runs} runs are'} in no file and would be lost.")
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        for kind in (buttons.Save, buttons.Discard, buttons.Cancel):
            box.button(kind).setObjectName(f"{str(kind.name).lower()}SessionButton")
        box.buttonClicked.connect(self._on_answered)
        box.open()

    @Slot(QAbstractButton)
    def _on_answered(self, button: QAbstractButton) -> None:
        name = button.objectName()
        if name == "saveSessionButton":
            if not self.save():
                self._then = None
        elif name == "discardSessionButton":
            self._go_on()
        else:
            self._then = None

    # Against a crash

    def look_for_lost_work(self) -> None:
        """Tell of what windows left that were not closed in order."""
        for found in self.recovery.find()[:1]:
            self.found.emit(found)

    def close(self) -> None:
        """Leave what is unsaved for the next start; the last thing that a window does."""
        run = self._book.present
        last = None
        if self.is_modified and run is not None:
            last = run, self._book.kept, str(self.path or "")
        self.recovery.close(last)

    @Slot(object)
    def _on_captured(self, run: Run) -> None:
        if self._save_to is not None:
            path, self._save_to = self._save_to, None
            self._write(path, run)
        elif self.is_modified and run.checkpoint.iteration:
            self.recovery.secure(run, self._book.kept, str(self.path or ""))
        self.refresh_title()

    @Slot(State)
    def _on_state_changed(self, state: State) -> None:
        self.recovery.set_training(state is State.RUNNING)
        self.refresh_title()

    @Slot()
    def _on_book_changed(self) -> None:
        self.refresh_title()

    def _remember(self, path: Path) -> None:
        known = [other for other in self._settings.recent_sessions if other != str(path)]
        self._settings.recent_sessions = [str(path), *known]
        self.recentChanged.emit()


def _save(path: Path, session: Session, _task: Task) -> Path:
    save_session(path, session)
    return path


def _open(path: Path, found: Found | None, _task: Task) -> tuple[Path | None, Session, Found | None]:
    if found is None:
        return path, load_session(path), None
    return (Path(found.path) if found.path else None), load_found(found.folder), found


def _sentence(error: Any) -> str:
    if isinstance(error, SessionError):
        return str(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for the session."
    return f"It did not work: {error}."
