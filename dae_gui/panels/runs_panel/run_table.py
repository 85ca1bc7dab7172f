"""The table of runs: sorts, folds, selects whole rows, copies them, and shows the columns that say something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem, QTreeView, QWidget

from dae_core.sweeps.run_columns import COLUMNS, RunColumn, shown_by_themselves
from dae_core.sweeps.run_groups import RunGroup
from dae_core.sweeps.run_row import RunRow
from dae_core.sweeps.run_table import as_shown, csv_text
from dae_gui.panels.runs_panel.row_delegate import RowDelegate
from dae_gui.panels.runs_panel.run_model import CURVE, KEYS, PLACES, RunTreeModel
from dae_gui.panels.runs_panel.table_memory import TableMemory
from dae_gui.support.debounce import Debounce
from dae_gui.support.theme import current_theme
from dae_gui.widgets.controls.quiet_header import QuietHeader

_NAME, _CURVE = PLACES["name"], PLACES[CURVE]
_CURVE_WIDTH = 34
_LEAST_NAME, _MOST_NAME = 210, 380  # pixels
_HEAD_AIR = 22  # beside a head: the arrow of sorting
_SAVE_MS = 300


class RunTable(QTreeView):
    """A row a run, or one for runs that differ only in their seed, which are unfolded below it.

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
    deleteRequested(), toggleRequested()
        The Delete key was pressed; the space bar, which shows curves.
    copied(int)
        So many runs are on the clipboard.
    menuRequested(QPoint)
        The context menu is wanted at this place of the screen.
    """

    selectionChangedTo = Signal()
    deleteRequested = Signal()
    toggleRequested = Signal()
    copied = Signal(int)
    menuRequested = Signal(object)

    def __init__(self, model: RunTreeModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._runs = model
        self._selected: list[str] = []
        self._is_arranging = False
        self.memory = TableMemory.read(KEYS)
        self.setObjectName("runsTable")
        self.setAccessibleName("Runs")
        self.setModel(model)
        self._set_look()
        header = self.header()
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(True)
        header.setSortIndicatorClearable(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setTreePosition(_NAME)
        self._save = Debounce(_SAVE_MS, self._on_save_due, self)
        self._restore()
        header.sectionResized.connect(self._on_resized_by_hand)
        header.sectionMoved.connect(self.remember)
        header.sortIndicatorChanged.connect(self.remember)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        model.layoutAboutToBeChanged.connect(self._on_rearranging)
        model.rearranged.connect(self._on_rearranged)
        self._show_columns()

    def _set_look(self) -> None:
        self.setHeader(QuietHeader(self))
        self.setItemDelegate(RowDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setExpandsOnDoubleClick(False)
        self.setTabKeyNavigation(False)
        self.setIndentation(16)
        self.setSortingEnabled(True)
        self.header().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.header().setMinimumSectionSize(24)
        self.header().setStretchLastSection(False)
        self.header().setHighlightSections(False)

    # Selection

    def selected_keys(self) -> list[str]:
        """Return the keys of the selected runs, from top to bottom; a group stands for its runs."""
        selection = self.selectionModel()
        found: dict[str, None] = {}
        for group, index in self._entries():
            if selection.isSelected(index):
                found |= dict.fromkeys(row.key for row in group.rows)
        return list(found)

    def select_keys(self, keys: Sequence[str]) -> None:
        """Select these runs, and no others; those of a folded group by the group, if they are all of it."""
        flags = self.selectionModel().SelectionFlag
        wanted = set(keys)
        self.clearSelection()
        for group, index in self._entries():
            mine = {row.key for row in group.rows}
            unfolded = group.is_single or not self.isExpanded(index.siblingAtColumn(0))
            if mine <= wanted and unfolded:
                self.selectionModel().select(index, flags.Select | flags.Rows)
            elif not group.is_single and mine & wanted:
                self.expand(index.siblingAtColumn(0))

    def show_run(self, key: str) -> None:
        """Select a run, and make sure that it can be seen."""
        index = self._runs.index_of(key, "name")
        if index.isValid():
            if index.parent().isValid():
                self.expand(index.parent())
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def begin_editing(self, key: str, column: str) -> None:
        """Let the user type in a cell."""
        index = self._runs.index_of(key, column)
        if index.isValid():
            if self.isColumnHidden(index.column()):
                self.set_chosen(column, True)
            self.scrollTo(index)
            self.setCurrentIndex(index)
            if self.indexWidget(index) is None:  # else the user is typing there already
                self.edit(index)

    def _entries(self) -> Iterator[tuple[RunGroup, QModelIndex]]:
        """Yield all entries with an index each, groups before the runs in them."""
        for place in range(self._runs.rowCount()):
            top = self._runs.index(place, _NAME)
            yield self._runs.group_at(top), top
            head = top.siblingAtColumn(0)
            for below in range(self._runs.rowCount(head)):
                index = self._runs.index(below, _NAME, head)
                yield self._runs.group_at(index), index

    @Slot()
    def _on_selection_changed(self) -> None:
        if not self._is_arranging:
            self.selectionChangedTo.emit()

    @Slot()
    def _on_rearranging(self) -> None:
        self._selected, self._is_arranging = self.selected_keys(), True

    @Slot()
    def _on_rearranged(self) -> None:
        """Select the same runs again, wherever they are now, and show the columns that say something of them."""
        self._show_columns()
        if self.selected_keys() != self._selected:
            self.select_keys(self._selected)
        self._is_arranging = False
        if self.selected_keys() != self._selected:
            self.selectionChangedTo.emit()

    # Columns

    def shown_columns(self) -> list[RunColumn]:
        """Return the columns that are shown, from left to right."""
        places = sorted(range(len(KEYS)), key=self.header().visualIndex)
        return [COLUMNS[KEYS[place]] for place in places if place != _CURVE and not self.isColumnHidden(place)]

    def set_chosen(self, key: str, is_shown: bool) -> None:
        """Show a column, or put it away, whatever it says."""
        self.memory.chosen[key] = is_shown
        self.remember()
        self._show_columns()

    def forget_choices(self) -> None:
        """Have all columns come and go by themselves, in their usual order and widths."""
        self.memory.chosen.clear()
        self.memory.widths.clear()
        self._is_arranging = True
        for place in range(len(KEYS)):
            self.header().moveSection(self.header().visualIndex(place), place)
        self._is_arranging = False
        self.remember()
        self._show_columns()

    def _show_columns(self) -> None:
        shown = set(shown_by_themselves(self._runs.rows()))
        for key, place in PLACES.items():
            is_shown = key in (CURVE, "name") or self.memory.chosen.get(key, key in shown)
            if is_shown == self.isColumnHidden(place):
                self.setColumnHidden(place, not is_shown)
        self._fit()

    def _fit(self) -> None:
        """Make columns as wide as they need, unless the user has; the names get what is left."""
        was_arranging, self._is_arranging = self._is_arranging, True
        self.setColumnWidth(_CURVE, _CURVE_WIDTH)
        metrics, taken = self.header().fontMetrics(), 0
        for key, place in PLACES.items():
            if place == _NAME or self.isColumnHidden(place):
                continue
            if place != _CURVE:
                own = max(self.sizeHintForColumn(place), metrics.horizontalAdvance(COLUMNS[key].head) + _HEAD_AIR)
                self.setColumnWidth(place, self.memory.widths.get(key, own))
            taken += self.columnWidth(place)
        room = self.viewport().width() - taken
        self.setColumnWidth(_NAME, self.memory.widths.get("name", min(max(room, _LEAST_NAME), _MOST_NAME)))
        self._is_arranging = was_arranging

    def _restore(self) -> None:
        memory, header = self.memory, self.header()
        for place, key in enumerate(memory.order):
            header.moveSection(header.visualIndex(PLACES[key]), place)
        order = Qt.SortOrder.DescendingOrder if memory.descending else Qt.SortOrder.AscendingOrder
        self.sortByColumn(PLACES[memory.sort_by] if memory.sort_by else -1, order)
        self._runs.set_folding(memory.folds)

    @Slot(int, int, int)
    def _on_resized_by_hand(self, place: int, _old: int, new: int) -> None:
        if not self._is_arranging and new > 0 and place != _CURVE:
            self.memory.widths[KEYS[place]] = new
            self.remember()

    @Slot()
    def remember(self) -> None:
        """Write soon how the table is left."""
        if not self._is_arranging:
            self._save.start_unless_active()

    @Slot()
    def _on_save_due(self) -> None:
        header, memory = self.header(), self.memory
        places = sorted(range(len(KEYS)), key=header.visualIndex)
        memory.order = [KEYS[place] for place in places] if places != list(range(len(KEYS))) else []
        section = header.sortIndicatorSection()
        memory.sort_by = KEYS[section] if 0 < section < len(KEYS) else ""
        memory.descending = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        memory.folds = self._runs.folds
        memory.write()

    # Copying

    def listed(self) -> list[RunRow]:
        """Return the runs that are listed, from top to bottom."""
        return [row for group in self._runs.groups() for row in group.rows]

    def as_lines(self, keys: Iterable[str] | None = None) -> list[list[str]]:
        """Return titles and rows as they stand, of all entries or of those of some runs: the columns that are shown."""
        wanted = None if keys is None else set(keys)
        groups: list[RunGroup] = []
        for group in self._runs.groups():
            if wanted is None or {row.key for row in group.rows} <= wanted:
                groups.append(group)
            else:
                groups += [RunGroup((row,)) for row in group.rows if row.key in wanted]
        return as_shown(groups, self.shown_columns())

    @Slot()
    def copy_selected(self) -> None:
        """Put the selected runs on the clipboard, or all where none is selected: titles and rows, tabs between."""
        lines = self.as_lines(self.selected_keys() or None)
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))
        self.copied.emit(len(lines) - 1)

    def copy_content(self) -> bool:
        """Copy runs as `copy_selected` does; return whether there are any."""
        if self._runs.rowCount():
            self.copy_selected()
        return self._runs.rowCount() > 0

    @Slot()
    def copy_as_csv(self) -> None:
        """Put all listed runs on the clipboard as CSV: the columns that are shown, with all digits."""
        rows = self.listed()
        QGuiApplication.clipboard().setText(csv_text(rows, self.shown_columns()))
        self.copied.emit(len(rows))

    # Events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, show curves, and ask to delete, with the usual keys."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_content()
        elif event.matches(QKeySequence.StandardKey.Delete):
            self.deleteRequested.emit()
        elif event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.toggleRequested.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu."""
        self.menuRequested.emit(event.globalPos())

    def drawRow(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a row with a hairline below it."""
        super().drawRow(painter, option, index)
        painter.setPen(QPen(QColor(current_theme(self.palette()).hairline), 1.0))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the names what room is left."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return room for the first columns."""
        return QSize(450, 200)
