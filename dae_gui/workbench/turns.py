"""Turns of the event loop for what draws while a run goes on: one thing in each, so that the window answers between."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot
from shiboken6 import isValid

Work = Callable[[], object]

# What draws at each update takes about 15 ms together; with these pauses all of it still has its turn within a tenth of
# a second, in which the next weights come.
_PAUSE_MS = 12


class Turns(QObject):
    """Does what it is asked for in turn, each thing once however often it is asked for, with a pause before each."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: list[Work] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._on_timeout)

    def ask(self, work: Work) -> None:
        """Call this when all that waits has had its turn; where it waits already, it keeps its place.

        The method of a QObject that is gone by then is not called.
        """
        if work not in self._waiting:
            self._waiting.append(work)
            if not self._timer.isActive():
                self._timer.start()

    def hurry(self, work: Work) -> None:
        """Call this now, if it waits."""
        if self.forget(work):
            work()

    def forget(self, work: Work) -> bool:
        """Do not call this; return whether it waited."""
        waited = work in self._waiting
        if waited:
            self._waiting.remove(work)
            self._rest()
        return waited

    def _rest(self) -> None:
        if not self._waiting:
            self._timer.stop()

    @Slot()
    def _on_timeout(self) -> None:
        work = self._waiting.pop(0)
        self._rest()
        owner = getattr(work, "__self__", None)
        if not isinstance(owner, QObject) or isValid(owner):
            work()
