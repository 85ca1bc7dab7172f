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
from dae_core.jobs import Monitor
from dae_core.sessions.container import SessionError
from dae_core.sessions.run import Run
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import save_session
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
    view, drawings
        See `Session`.
    then
        Called when it is written.
    """

    path: Path
    number: int
    kept: tuple[Run, ...] | None
    view: dict[str, Any]
    drawings: Drawings
    then: tuple[_Then, ...]


_Writing = tuple[_SaveRequest, Session]


class Saver(QObject):
    """Saves the present run, asked for as it is now, with all that belongs to the session.

    Of several savings to one file that wait, only the newest is carried out.

    Signals
    -------
    saved(str)
        The session is in this file, and on the disk.
    failed(str)
        It is not; a sentence says why. What was in the file before is still there.
    """

    saved = Signal(str)
    failed = Signal(str)

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

    def save(self, path: Path, *then: _Then) -> None:
        """Write the session to a file as it is now, and call ``then`` when it is there."""
        runs, view = self._document.runs, self._view
        kept = runs.kept if runs.is_complete else None
        request = _SaveRequest(path, self._document.number, kept, view.values(), view.drawings(), then)
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
        same = [other for other in self._waiting if other[0].path == request.path]
        self._waiting = [other for other in self._waiting if other not in same]
        then = (*(then for other, _ in same for then in other.then), *request.then)
        session = Session(run, kept, request.drawings, request.view)
        self._waiting.append((replace(request, then=then), session))
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
                save_session(request.path, session)
            except (SessionError, MemoryError) as error:
                _log.exception("The session could not be saved")
                self.failed.emit(sentence(error, _failure(request)))
            else:
                self._announce(request, session)

    def _write_next(self) -> None:
        if self._waiting:
            self._writing = self._waiting.pop(0)
            failure = _failure(self._writing[0])
            job = self._jobs.start(_write, self._writing, lane="sessions", failure=failure)
            job.done.connect(self._on_written)
            job.failed.connect(self._on_failed)

    @Slot(object)
    def _on_written(self, written: _Writing) -> None:
        self._writing = None
        self._write_next()
        self._announce(*written)
        for then in written[0].then:
            then()

    def _announce(self, request: _SaveRequest, session: Session) -> None:
        self._document.mark_saved(request.path, session.runs, request.number)
        self.saved.emit(str(request.path))

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        self._writing = None
        self._write_next()
        self.failed.emit(text)


def _failure(request: _SaveRequest) -> str:
    return f"{request.path.name} was not saved"


def _write(writing: _Writing, _monitor: Monitor) -> _Writing:
    request, session = writing
    save_session(request.path, session)
    return writing
