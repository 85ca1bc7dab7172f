"""Writes the session into files of the user's, one after the other, so that what was asked for last is what stays."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.errors import sentence
from dae_core.files import FileStamp, free_path
from dae_core.jobs import Monitor
from dae_core.sessions.container import SessionError
from dae_core.sessions.run import Run
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import save_session
from dae_core.sessions.user_texts import UserTexts
from dae_gui.sessions.document import Document
from dae_gui.sessions.session_view import Drawings, SessionView
from dae_gui.support.jobs import Jobs
from dae_gui.training.controller import TrainingController

_log = logging.getLogger(__name__)
_Then = Callable[[], None]


@dataclass(frozen=True, eq=False)
class _SaveRequest:
    """What belongs to a session besides its present run, from the moment of asking.

    Parameters
    ----------
    path
        Where it is to be written.
    number
        Which of the window's sessions it is.
    kept
        Its other runs; None where one of them was still on its way.
    view, drawings, texts
        See `Session`.
    then
        Called when it is written.
    stamp
        What the file must be like, if it is there.
    is_agreed
        Whether it may be like anything: the user has said that it is to be replaced.
    """

    path: Path
    number: int
    kept: tuple[Run, ...] | None
    view: dict[str, Any]
    drawings: Drawings
    texts: UserTexts
    then: tuple[_Then, ...]
    stamp: FileStamp | None = None
    is_agreed: bool = False


_Writing = tuple[_SaveRequest, Session]


@dataclass(frozen=True, eq=False)
class Conflict:
    """A session that was not saved, for another program has changed its file; handed back with `Saver.resolve`."""

    request: _SaveRequest
    session: Session

    @property
    def path(self) -> Path:
        """The file."""
        return self.request.path


@dataclass(frozen=True, eq=False)
class _Written:
    """A session that was written, and what its file is like."""

    request: _SaveRequest
    session: Session
    stamp: FileStamp | None


class Saver(QObject):
    """Saves the present run, asked for as it is now, with all that belongs to the session.

    Of several savings to one file that wait, only the newest is carried out.

    Signals
    -------
    saved(str)
        The session is in this file, and on the disk.
    failed(str)
        It is not; a sentence says why. What was in the file before is still there.
    conflicted(Conflict)
        It is not, for the session's file has changed since it was opened or saved here.
    """

    saved = Signal(str)
    failed = Signal(str)
    conflicted = Signal(object)

    def __init__(
        self,
        document: Document,
        controller: TrainingController,
        view: SessionView,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._controller = controller
        self._view = view
        self._jobs = jobs
        self._writing: _Writing | None = None
        self._waiting: list[_Writing] = []
        self._written: dict[Path, FileStamp | None] = {}

    def save(self, path: Path, *then: _Then, replaces: bool = False) -> None:
        """Write the session to a file as it is now, and call ``then`` when it is there.

        Where it is the session's own file, and another program has changed it, nothing is written and ``conflicted``
        tells, unless the user has said that it is to be replaced.
        """
        runs, view, document = self._document.runs, self._view, self._document
        kept = runs.kept if runs.is_complete else None
        is_agreed = replaces or path != document.path
        shown = view.values(), view.drawings(), document.texts.value
        request = _SaveRequest(path, document.number, kept, *shown, then, document.stamp, is_agreed)
        on_run, on_failed = functools.partial(self._on_run, request), functools.partial(self._on_no_run, path)
        self._controller.request_run(on_run, on_failed)

    def _on_run(self, request: _SaveRequest, run: Run) -> None:
        runs, kept = self._document.runs, request.kept
        if request.number == self._document.number:  # all that was on its way is there now
            runs.record(run)
            kept = runs.others_than(run)
        if kept is None:
            self._on_no_run(request.path, "Another session was opened before all of its runs had stopped.")
            return
        self._take(request, Session.with_texts(run, kept, request.drawings, request.view, request.texts))

    def resolve(self, conflict: Conflict, path: Path) -> None:
        """Write what was not saved after all, to its own file or to another, whatever is there."""
        self._take(replace(conflict.request, path=path, is_agreed=True), conflict.session)

    def _take(self, request: _SaveRequest, session: Session) -> None:
        """Write as soon as it is its turn; of several writings to one file that wait, the newest."""
        same = [other for other, _ in self._waiting if other.path == request.path]
        self._waiting = [waiting for waiting in self._waiting if waiting[0] not in same]
        then = (*(then for other in same for then in other.then), *request.then)
        is_agreed = request.is_agreed or any(other.is_agreed for other in same)
        self._waiting.append((replace(request, then=then, is_agreed=is_agreed), session))
        if self._writing is None:
            self._write_next()

    def _on_no_run(self, path: Path, reason: str) -> None:
        self.failed.emit(f"{path.name} was not saved. {reason}")

    def finish(self) -> None:
        """Write at once what the background did not get to. Its threads must have ended."""
        remaining = [*([] if self._writing is None else [self._writing]), *self._waiting]
        self._writing, self._waiting = None, []
        for request, session in remaining:
            try:
                written = self._write_now(request, session)
            except (SessionError, MemoryError) as error:
                _log.exception("The session could not be saved")
                self.failed.emit(sentence(error, _failure(request)))
            else:
                self._announce(written)

    def _write_now(self, request: _SaveRequest, session: Session) -> _Written:
        """Write in the window's thread, at the end: where nobody can be asked any more, beside what others wrote."""
        if _is_changed(request, self._written):
            other = free_path(request.path)
            _log.warning("%s was changed by another program: the session is in %s", request.path, other)
            request = replace(request, path=other)
        save_session(request.path, session)
        return _Written(request, session, FileStamp.of(request.path))

    def _write_next(self) -> None:
        if self._waiting:
            self._writing = self._waiting.pop(0)
            failure = _failure(self._writing[0])
            job = self._jobs.start(_write, *self._writing, self._written, lane="sessions", failure=failure)
            job.done.connect(self._on_written)
            job.failed.connect(self._on_failed)

    @Slot(object)
    def _on_written(self, result: _Written | Conflict) -> None:
        self._writing = None
        if isinstance(result, Conflict):
            self._write_next()
            self.conflicted.emit(result)
            return
        self._write_next()
        self._announce(result)
        for then in result.request.then:
            then()

    def _announce(self, written: _Written) -> None:
        request = written.request
        saved = written.session
        self._document.mark_saved(request.path, saved.runs, request.number, written.stamp, saved.texts)
        self.saved.emit(str(request.path))

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        self._writing = None
        self._write_next()
        self.failed.emit(text)


def _failure(request: _SaveRequest) -> str:
    return f"{request.path.name} was not saved"


def _is_changed(request: _SaveRequest, written: dict[Path, FileStamp | None]) -> bool:
    """Return whether the file is neither what was opened or saved at the time of asking, nor what was written since."""
    return not request.is_agreed and FileStamp.of(request.path) not in (
        None,
        request.stamp,
        written.get(request.path),
    )


def _write(
    request: _SaveRequest, session: Session, written: dict[Path, FileStamp | None], _monitor: Monitor
) -> _Written | Conflict:
    if _is_changed(request, written):
        return Conflict(request, session)
    save_session(request.path, session)
    stamp = written[request.path] = FileStamp.of(request.path)  # here: closing may come before the result is taken
    return _Written(request, session, stamp)
