"""The table of runs: sorts, selects whole rows, copies them, and keeps columns away that say the same of all."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from dae_core.texts import table_cell
from dae_gui.panels.runs_panel.run_model import RunOrder, RunTableModel
from dae_gui.panels.runs_panel.run_rows import TITLES, Column
from dae_gui.widgets.controls.table_look import set_table_look

_WIDTHS = {
    Column.CURVE: 50,
    Column.NAME: 116,
    Column.MSE: 92,
    Column.STATE: 128,
    Column.NOISE: 108,
    Column.HIDDEN: 52,
    Column.RATE: 124,
    Column.METHOD: 120,
    Column.SEED: 52,
    Column.SPARSITY: 66,
    Column.SECONDS: 62,
    Column.DATA: 120,
    Column.NOTES: 160,
    Column.ORIGIN: 170,
    Column.BEGUN: 64,
}
_USUAL_METHOD = "SGD"


class RunTable(QTableView):
    """A row a run.

    Parameters
    ----------
    model
        The runs.
    parent
        The widget that it stands in.

    Signals
    -------
    selectionChangedTo()
        Other runs are selected.
    deleteRequested()
        The Delete key was pressed.
    copied(int)
        So many runs are on the clipboard.
    menuRequested(QPoint)
        The context menu is wanted at this place of the screen.
    """

    selectionChangedTo = Signal()
    deleteRequested = Signal()
    copied = Signal(int)
    menuRequested = Signal(object)

    def __init__(self, model: RunTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._runs = model
        self._order = RunOrder(self)
        self._order.setSourceModel(model)
        self._order.setDynamicSortFilter(True)
        self.setModel(self._order)
        self.setObjectName("runsTable")
        self.setAccessibleName("Runs")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        set_table_look(self, 7)
        self.setIconSize(QSize(14, 14))
        self.setSortingEnabled(True)
        self.sortByColumn(Column.BEGUN, Qt.SortOrder.AscendingOrder)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(36)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        model.dataChanged.connect(self._hide_the_usual)
        model.rowsInserted.connect(self._hide_the_usual)
        model.rowsRemoved.connect(self._hide_the_usual)
        self._hide_the_usual()

    # Selection

    def selected_keys(self) -> list[str]:
        """Return the keys of the selected runs, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._key(row) for row in rows]

    def all_keys(self) -> list[str]:
        """Return the keys of all runs, from top to bottom."""
        return [self._key(row) for row in range(self._order.rowCount())]

    def select_keys(self, keys: Sequence[str]) -> None:
        """Select these runs, and no others."""
        flags = self.selectionModel().SelectionFlag
        self.clearSelection()
        for row in range(self._order.rowCount()):
            if self._key(row) in keys:
                self.selectionModel().select(self._order.index(row, 0), flags.Select | flags.Rows)

    def begin_editing(self, key: str, column: Column) -> None:
        """Let the user type in a cell."""
        row = self._runs.find(key)
        if row >= 0:
            index = self._order.mapFromSource(self._runs.index(row, column))
            self.scrollTo(index)
            self.setCurrentIndex(index)
            if self.indexWidget(index) is None:  # else the user is typing there already
                self.edit(index)

    def _key(self, row: int) -> str:
        return self._runs.row(self._source(row)).run.label.key

    def _source(self, row: int) -> int:
        return self._order.mapToSource(self._order.index(row, 0)).row()

    @Slot()
    def _on_selection_changed(self) -> None:
        self.selectionChangedTo.emit()

    # Copying

    def as_lines(self, keys: Sequence[str] | None = None) -> list[list[str]]:
        """Return titles and rows as they stand, of all runs or of some: the columns that are not hidden."""
        header = self.horizontalHeader()
        columns = sorted(
            (c for c in Column if c != Column.CURVE and not self.isColumnHidden(c)), key=header.visualIndex
        )
        lines = [[TITLES[column][0] for column in columns]]
        for row in range(self._order.rowCount()):
            if keys is None or self._key(row) in keys:
                shown = self._runs.row(self._source(row))
                lines.append([table_cell(" ".join(shown.text(column).split())) for column in columns])
        return lines

    @Slot()
    def copy_selected(self) -> None:
        """Put the selected runs on the clipboard, or all where none is selected: titles and rows, tabs between."""
        lines = self.as_lines(self.selected_keys() or None)
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))
        self.copied.emit(len(lines) - 1)

    def copy_content(self) -> bool:
        """Copy runs as `copy_selected` does; return whether there are any."""
        if self._order.rowCount():
            self.copy_selected()
        return self._order.rowCount() > 0

    @Slot()
    def copy_as_csv(self) -> None:
        """Put the whole table on the clipboard as CSV."""
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerows(self.as_lines())
        QGuiApplication.clipboard().setText(stream.getvalue())
        self.copied.emit(self._order.rowCount())

    # Events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, and ask to delete, with the usual keys."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_content()
        elif event.matches(QKeySequence.StandardKey.Delete):
            self.deleteRequested.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu."""
        self.menuRequested.emit(event.globalPos())

    def sizeHint(self) -> QSize:
        """Return room for the first columns."""
        return QSize(450, 200)

    @Slot()
    def _hide_the_usual(self, *_what: QModelIndex) -> None:
        """Show the method only where some run is not plain SGD, and the origin where some run has one."""
        rows = [self._runs.row(row) for row in range(self._runs.rowCount())]
        for column, usual in ((Column.METHOD, _USUAL_METHOD), (Column.ORIGIN, "")):
            is_usual = all(row.text(column) == usual for row in rows)
            if is_usual != self.isColumnHidden(column):
                self.setColumnHidden(column, is_usual)
