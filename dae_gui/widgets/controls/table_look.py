"""How all tables of the program look."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableView


def set_table_look(table: QTableView, air: int) -> None:
    """Show rows as high as a line of text and so many pixels more, without a grid; Tab leaves the table."""
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # names of runs and files differ at their ends
    table.setCornerButtonEnabled(False)
    table.setTabKeyNavigation(False)
    table.horizontalHeader().setHighlightSections(False)
    rows = table.verticalHeader()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setMinimumSectionSize(16)
    rows.setDefaultSectionSize(table.fontMetrics().height() + air)
