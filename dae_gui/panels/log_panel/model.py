"""The events as a table, and the choice of those that are shown."""

from __future__ import annotations

from collections import deque
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QBrush, QColor, QGuiApplication

from dae_core.texts import table_cell
from dae_gui.support.event_log import MOST_EVENTS, Event, EventLog, Kind
from dae_gui.support.icons import icon
from dae_gui.support.plain_text import plain_tip
from dae_gui.support.theme import current_theme

TITLES = ("Time", "Kind", "What happened")
_ICONS = {
    Kind.RUN: "start",
    Kind.SETTING: "settings",
    Kind.SESSION: "save",
    Kind.DATA: "open",
    Kind.FILE: "export",
    Kind.NOTE: "info",
    Kind.WARNING: "warning",
    Kind.ERROR: "error",
}
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class EventModel(QAbstractTableModel):
    """The events that are kept, oldest first: time of day, kind, text."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._events: deque[Event] = deque()
        self._seen = 0

    def catch_up(self, log: EventLog) -> None:
        """Append what is new in a log, and drop what it no longer keeps."""
        new = log.since(self._seen)
        self._seen = log.count
        surplus = min(len(self._events) + len(new) - MOST_EVENTS, len(self._events))
        if surplus > 0:
            self.beginRemoveRows(QModelIndex(), 0, surplus - 1)
            for _ in range(surplus):
                self._events.popleft()
            self.endRemoveRows()
        if new:
            first = len(self._events)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._events.extend(new)
            self.endInsertRows()

    def clear(self) -> None:
        """Show no events."""
        self.beginResetModel()
        self._events.clear()
        self.endResetModel()

    def refresh_colors(self) -> None:
        """Draw all events anew in the colours of the present theme."""
        if self._events:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._events) - 1, len(TITLES) - 1))

    def event_at(self, row: int) -> Event:
        """Return an event; 0 is the oldest one."""
        return self._events[row]

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """Return the number of events."""
        return 0 if parent.isValid() else len(self._events)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        """Return 3."""
        return 0 if parent.isValid() else len(TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Return the columns' titles."""
        is_title = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return TITLES[section] if is_title else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return texts, the kind's icon, and the warning colour for trouble."""
        event, column = self._events[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (time_text(event), event.kind.value, " ".join(event.text.split()))[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{event.time.astimezone():%A %d %B %Y, %H:%M:%S}" if column == 0 else plain_tip(event.text)
        color = QColor(current_theme(QGuiApplication.palette()).warning) if event.kind.is_trouble else None
        if role == Qt.ItemDataRole.DecorationRole and column == 1:
            return icon(_ICONS[event.kind], color)
        if role == Qt.ItemDataRole.ForegroundRole and color is not None:
            return QBrush(color)
        return None


class EventFilter(QSortFilterProxyModel):
    """Lets through events of some kinds whose text holds what is searched for, in capitals or not."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._kinds = frozenset(Kind)
        self._text = ""

    def set_kinds(self, kinds: frozenset[Kind]) -> None:
        """Let only these kinds through."""
        self._kinds = kinds
        self.invalidate()

    def set_text(self, text: str) -> None:
        """Let only those through whose text or kind holds this one; an empty text lets all through."""
        self._text = text.strip().casefold()
        self.invalidate()

    def filterAcceptsRow(self, row: int, _parent: _Index) -> bool:
        """Whether an event is shown."""
        model = self.sourceModel()
        if not isinstance(model, EventModel):
            return False
        event = model.event_at(row)
        return event.kind in self._kinds and (not self._text or self._text in f"{event.kind} {event.text}".casefold())


def time_text(event: Event) -> str:
    """Return the time of day of an event where the user is."""
    return f"{event.time.astimezone():%H:%M:%S}"


def line_text(event: Event) -> str:
    """Return an event as one line of text, with date, separated by tabs."""
    return (
        f"{event.time.astimezone():%Y-%m-%d %H:%M:%S}\t{event.kind.value}\t{table_cell(' '.join(event.text.split()))}"
    )
