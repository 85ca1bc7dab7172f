"""The rows of the list of data sets, as Qt's views want them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from dae_gui.panels.dataset_panel.rows import DataRow
from dae_gui.support.plain_text import plain_tip

ROW_ROLE = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


class RowModel(QAbstractListModel):
    """A list of `DataRow`; a changed row is announced alone, so that the selection stays."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: list[DataRow] = []

    def set_rows(self, rows: list[DataRow]) -> None:
        """Show other rows; where the sources are the same, the rows are only refreshed."""
        if [row.source for row in rows] == [row.source for row in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, place: int) -> DataRow | None:
        """Return the row at a place; None where there is none."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def place(self, source: str) -> int:
        """Return where a source stands; -1 if it does not."""
        return next((i for i, row in enumerate(self._rows) if row.source == source), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a row's name, its description, or all of it."""
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(row.description())
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return row.description()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.description().replace("\n", ", ")
        return row if role == ROW_ROLE else None
