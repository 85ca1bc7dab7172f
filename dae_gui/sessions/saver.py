"""Writes sessions into files of the person's, one after the other, so that what was asked for last is what stays."""

from __future__ import annotations

import functools
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.sessions.container import SessionError
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import save_session
from dae_gui.support.background import Background, Task

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Order:
    """A session that is to be written; ``number`` tells which of the window's sessions it is."""

    path: Path
    session: Session
    number: int


class SessionSaver(QObject):
    """Writes in the background, in the order of asking; of several for one file that wait, only the newest.

    Signals
    -------
    saved(Order)
        It is written and on the disk.
    failed(str)
        It is not; a sentence says why. What was in the file before is still there.
    """

    saved = Signal(object)
    failed = Signal(str)

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._writing: Order | None = None
        self._waiting: list[Order] = []

    @property
    def is_busy(self) -> bool:
        """Whether something is being written."""
        return self._writing is not None

    def save(self, order: Order) -> None:
        """Write a session when those before it are written."""
        self._waiting = [other for other in self._waiting if other.path != order.path]
        self._waiting.append(order)
        if self._writing is None:
            self._write_next()

    def finish(self) -> None:
        """Write at once what the background did not get to. Its threads must have ended."""
        orders = [*([] if self._writing is None else [self._writing]), *self._waiting]
        self._writing, self._waiting = None, []
        for order in orders:
            try:
                save_session(order.path, order.session)
            except (SessionError, MemoryError) as error:
                _log.exception("The session could not be saved")
                self.failed.emit(sentence(error))
            else:
                self.saved.emit(order)

    def _write_next(self) -> None:
        if not self._waiting:
            return
        self._writing = self._waiting.pop(0)
        work = functools.partial(_write, self._writing)
        self._background.run(work, self._on_written, self._on_failed)

    @Slot(object)
    def _on_written(self, order: Order) -> None:
        self._writing = None
        self._write_next()
        self.saved.emit(order)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._writing = None
        self._write_next()
        self.failed.emit(sentence(error))


def _write(order: Order, _task: Task) -> Order:
    save_session(order.path, order.session)
    return order


def sentence(error: Any) -> str:
    """Return what went wrong with a session's file, for the person."""
    if isinstance(error, SessionError):
        return str(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for the session."
    return f"It did not work: {error}."
