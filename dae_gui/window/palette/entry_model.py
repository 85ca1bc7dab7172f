"""What was found, as Qt's views want it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from dae_gui.window.palette.entries import Entry

ENTRY_ROLE = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


class EntryModel(QAbstractListModel):
    """A list of entries, and what was typed to find them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._entries: Sequence[Entry] = ()
        self.query = ""

    def set_entries(self, entries: Sequence[Entry], query: str) -> None:
        """Show others."""
        self.beginResetModel()
        self._entries, self.query = entries, query
        self.endResetModel()

    def entry(self, place: int) -> Entry | None:
        """Return the entry at a place; None where there is none."""
        return self._entries[place] if 0 <= place < len(self._entries) else None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many there are."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return an entry's name, all of it in words, or the entry."""
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return entry.spoken()
        return entry if role == ENTRY_ROLE else None
