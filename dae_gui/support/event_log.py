"""What happened when since the program started: a bounded list of events, without any widget."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice

from PySide6.QtCore import QObject, Qt, Signal, Slot

from dae_gui.support.plain_text import plain_lines

MOST_EVENTS = 5_000
_JUST = 5  # events, among which a sentence is not repeated
_LONGEST_TEXT = 2_000  # characters of one event
_log = logging.getLogger(__name__)


class Kind(StrEnum):
    """What an event is about."""

    RUN = "Run"
    SETTING = "Setting"
    SESSION = "Session"
    DATA = "Data"
    FILE = "File"
    NOTE = "Note"
    WARNING = "Warning"
    ERROR = "Error"

    @property
    def is_trouble(self) -> bool:
        """Whether something is not as it should be."""
        return self in (Kind.WARNING, Kind.ERROR)


@dataclass(frozen=True)
class Event:
    """Something that happened: when (UTC), of what kind, and what in words."""

    time: datetime
    kind: Kind
    text: str


class EventLog(QObject):
    """The last 5,000 events, which all belong to the GUI thread.

    Every event that does not come from Python's logging goes to it, at the level INFO.

    Signals
    -------
    added(Event)
        Something happened.
    cleared()
        The user wants an empty list.
    """

    added = Signal(object)
    cleared = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._events: deque[Event] = deque(maxlen=MOST_EVENTS)
        self._count = 0

    def __len__(self) -> int:
        return len(self._events)

    @property
    def count(self) -> int:
        """How many events there were since the start, with those that are no longer kept."""
        return self._count

    def since(self, count: int) -> tuple[Event, ...]:
        """Return the events that were added after there had been ``count``, as far as they are kept, oldest first."""
        new = min(max(self._count - count, 0), len(self._events))
        return tuple(islice(self._events, len(self._events) - new, None))

    def add(self, kind: Kind, text: str) -> None:
        """Add what happened now, in a sentence or a few words."""
        self._add(kind, text)
        _log.info("%s: %s", kind.value, text)

    @Slot(int, str)
    def add_record(self, level: int, text: str) -> None:
        """Add what was logged with Python's logging, unless it is what the user was just told in the same words."""
        if any(event.text == text for event in self.since(self._count - _JUST)):
            return
        self._add(Kind.ERROR if level >= logging.ERROR else Kind.WARNING, text)

    @Slot()
    def clear(self) -> None:
        """Forget all events."""
        self._events.clear()
        self.cleared.emit()

    def _add(self, kind: Kind, text: str) -> None:
        text = plain_lines(text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]} …", _LONGEST_TEXT + 2)
        event = Event(datetime.now(UTC), kind, text)
        self._events.append(event)
        self._count += 1
        self.added.emit(event)


class LogBridge(QObject):
    """Brings warnings and errors of Python's logging, from whatever thread, into an event log.

    Parameters
    ----------
    log
        Where they go; its thread is the one that they are brought into.
    """

    recorded = Signal(int, str)

    def __init__(self, log: EventLog) -> None:
        super().__init__(log)
        self.recorded.connect(log.add_record, Qt.ConnectionType.QueuedConnection)
        self._handler = _Handler(self)
        logging.getLogger().addHandler(self._handler)

    def close(self) -> None:
        """Listen no more. May be called twice."""
        self._handler.bridge = None
        logging.getLogger().removeHandler(self._handler)


class _Handler(logging.Handler):
    def __init__(self, bridge: LogBridge) -> None:
        super().__init__(logging.WARNING)
        self.bridge: LogBridge | None = bridge

    def emit(self, record: logging.LogRecord) -> None:
        bridge = self.bridge
        if bridge is None:
            return
        try:
            text = record.getMessage()
            if record.exc_info and record.exc_info[1] is not None:
                error = record.exc_info[1]
                if str(error).rstrip(".") not in text or not str(error):
                    text = f"{text} ({type(error).__name__}: {error})"
            bridge.recorded.emit(record.levelno, text)
        except Exception:  # a log must never be the reason for another fault
            self.handleError(record)
