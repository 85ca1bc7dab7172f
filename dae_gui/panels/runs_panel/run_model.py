"""The runs as a tree: one entry a run, or one for runs that differ only in their seed, with these below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QPixmap

from dae_core.evaluation.held_out import Figures
from dae_core.sessions.run import LONGEST_NAME, LONGEST_NOTES, Run
from dae_core.sweeps.run_columns import COLUMNS, Kind, RunColumn
from dae_core.sweeps.run_groups import RunGroup, arranged
from dae_core.sweeps.run_row import Live, RunRow
from dae_gui.panels.runs_panel.cell_texts import cell_tip, curve_tip, head_tip, second_line
from dae_gui.support.plain_text import plain_tip

CURVE = "curve"
KEYS: tuple[str, ...] = (CURVE, *COLUMNS)
"""What stands in each column: the mark of the curve, then the columns of the core."""
PLACES: Mapping[str, int] = {key: place for place, key in enumerate(KEYS)}

SECOND_LINE_ROLE = Qt.ItemDataRole.UserRole
COLOR_ROLE = Qt.ItemDataRole.UserRole + 1
"""The number of the run's colour, None for several runs."""
CURRENT_ROLE = Qt.ItemDataRole.UserRole + 2
THUMBNAIL_ROLE = Qt.ItemDataRole.UserRole + 3

_LIVE = tuple(key for key, column in COLUMNS.items() if column.kind is Kind.FIGURE)
"""What changes while a run goes on."""
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_Role = Qt.ItemDataRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(eq=False)
class _Node:
    """An entry: its number, by which Qt knows it as long as it lives, what it shows, and where it is."""

    number: int
    group: RunGroup
    parent: _Node | None = None
    place: int = 0
    children: list[_Node] = field(default_factory=list)


class RunTreeModel(QAbstractItemModel):
    """All runs of the session, filtered, sorted and folded.

    Signals
    -------
    renamed(str, str), noted(str, str)
        The user wants another name for the run with this key, or other notes.
    shownChanged()
        Other curves are ticked.
    rearranged()
        Other runs are listed, or other figures of them, or in another order.
    """

    renamed = Signal(str, str)
    noted = Signal(str, str)
    shownChanged = Signal()
    rearranged = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._runs: list[Run] = []
        self._rows: dict[str, RunRow] = {}
        self._current_key = ""
        self._live: Live | None = None
        self._shown: set[str] = set()
        self._measured: Mapping[str, Figures] = {}
        self._bounds: Mapping[str, float] = {}
        self._thumbnails: dict[str, QPixmap] = {}
        self._top: list[_Node] = []
        self._nodes: dict[int, _Node] = {}
        self._numbers: dict[str, int] = {}
        self._sort_by, self._descending, self._words, self._folds = "", False, "", True

    # What there is

    def runs(self) -> tuple[Run, ...]:
        """Return all runs, in the order in which they came."""
        return tuple(self._runs)

    def rows(self) -> tuple[RunRow, ...]:
        """Return all runs with their figures."""
        return tuple(self._rows.values())

    def groups(self) -> tuple[RunGroup, ...]:
        """Return what is listed, from top to bottom."""
        return tuple(node.group for node in self._top)

    def find(self, key: str) -> Run | None:
        """Return a run; None where there is none."""
        return self._rows[key].run if key in self._rows else None

    def index_of(self, key: str, column: str) -> QModelIndex:
        """Return where a run stands in a column; an invalid index where it is not listed."""
        node = self._nodes.get(self._numbers.get(key, -1))
        return QModelIndex() if node is None else self.createIndex(node.place, PLACES[column], node.number)

    def group_at(self, index: _Index) -> RunGroup:
        """Return the run or the runs of an entry."""
        return self._nodes[index.internalId()].group

    @property
    def current_key(self) -> str:
        """Key of the current run; empty where there is none."""
        return self._current_key

    def shown_keys(self) -> set[str]:
        """Return the runs whose curves are ticked; the current one needs no tick."""
        return self._shown - {self._current_key}

    @property
    def folds(self) -> bool:
        """Whether runs that differ only in their seed make one entry."""
        return self._folds

    # What is set

    def set_runs(self, runs: Sequence[Run], current_key: str) -> None:
        """Show these runs; those that were there before keep their entries."""
        if current_key != self._current_key:
            self._live = None
        self._current_key = current_key
        self._runs = list(runs)
        self._thumbnails = {run.label.key: t for run in runs if (t := self._thumbnails.get(run.label.key)) is not None}
        self._make_rows()

    def set_live(self, live: Live | None) -> None:
        """Take the newest figures of the current run; only its entry is shown anew, unless the order follows them."""
        self._live = live
        old = self._rows.get(self._current_key)
        if old is None:
            return
        row = self._rows[self._current_key] = self._make_row(old.run)
        if (row.live is None) != (old.live is None):  # it leaves its group, or comes back
            self._rearrange()
            return
        groups = self._arranged() if self._sort_by in _LIVE else None
        if groups is not None and [group.key for group in groups] != [node.group.key for node in self._top]:
            self._rearrange(groups)
            return
        index = self.index_of(self._current_key, CURVE)
        if index.isValid():
            self._nodes[index.internalId()].group = RunGroup((row,))
            self.dataChanged.emit(index, index.siblingAtColumn(len(KEYS) - 1))

    def set_measured(self, figures: Mapping[str, Figures], bounds: Mapping[str, float]) -> None:
        """Take figures, by key, of runs that have none of their own, and errors of the best linear denoiser."""
        self._measured, self._bounds = figures, bounds
        self._make_rows()

    def set_shown(self, keys: Iterable[str]) -> None:
        """Tick the curves of these runs, and no others."""
        keys = set(keys)
        if keys != self._shown:
            self._shown = keys
            self.tell_changed()
            self.shownChanged.emit()

    def set_thumbnails(self, thumbnails: Mapping[str, QPixmap]) -> None:
        """Show these pictures of runs, by key."""
        self._thumbnails |= thumbnails
        self.tell_changed()

    def set_words(self, words: str) -> None:
        """List only the runs in whose name, note or settings all of these words occur."""
        if words != self._words:
            self._words = words
            self._rearrange()

    def set_folding(self, folds: bool) -> None:
        """Make one entry of runs that differ only in their seed, or not."""
        if folds != self._folds:
            self._folds = folds
            self._rearrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; by none (-1) in the order in which the runs came."""
        self._sort_by = KEYS[column] if 0 < column < len(KEYS) else ""
        self._descending = order == Qt.SortOrder.DescendingOrder
        self._rearrange()

    def tell_changed(self) -> None:
        """Have all entries drawn anew, in the colours of another theme, say."""
        for node in (None, *self._top):
            children = self._top if node is None else node.children
            if children:
                first, last = children[0], children[-1]
                low = self.createIndex(first.place, 0, first.number)
                self.dataChanged.emit(low, self.createIndex(last.place, len(KEYS) - 1, last.number))

    def _make_row(self, run: Run) -> RunRow:
        key = run.label.key
        live = self._live if key == self._current_key else None
        figures = run.figures or self._measured.get(key)
        if live is not None and live.iteration <= run.checkpoint.iteration:
            live = None if figures is not None or live.mse is None else live
        return RunRow(run, figures, self._bounds.get(key), live)

    def _make_rows(self) -> None:
        self._rows = {run.label.key: self._make_row(run) for run in self._runs}
        self._rearrange()

    def _rearrange(self, groups: Sequence[RunGroup] | None = None) -> None:
        groups = self._arranged() if groups is None else groups
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        self._nodes, self._top = {}, []
        for group in groups:
            node = self._placed(group, None, self._top)
            if not group.is_single:
                for row in group.rows:
                    self._placed(RunGroup((row,)), node, node.children)
        self.changePersistentIndexList(before, [self._index_again(index) for index in before])
        self.layoutChanged.emit()
        self.rearranged.emit()
        self.tell_changed()

    def _arranged(self) -> tuple[RunGroup, ...]:
        rows, down = self.rows(), self._descending
        return arranged(rows, self._sort_by, descending=down, words=self._words, fold=self._folds)

    def _placed(self, group: RunGroup, parent: _Node | None, siblings: list[_Node]) -> _Node:
        number = self._numbers.setdefault(group.key, len(self._numbers) + 1)
        node = self._nodes[number] = _Node(number, group, parent, len(siblings))
        siblings.append(node)
        return node

    def _index_again(self, index: _Index) -> QModelIndex:
        node = self._nodes.get(index.internalId())
        return QModelIndex() if node is None else self.createIndex(node.place, index.column(), node.number)

    # What Qt asks

    def _children(self, parent: _Index) -> list[_Node]:
        if not parent.isValid():
            return self._top
        node = self._nodes.get(parent.internalId())
        return [] if node is None or parent.column() else node.children

    def index(self, row: int, column: int, parent: _Index = _ROOT) -> QModelIndex:
        """Return the index of an entry."""
        children = self._children(parent)
        if not (0 <= row < len(children) and 0 <= column < len(KEYS)):
            return QModelIndex()
        return self.createIndex(row, column, children[row].number)

    def parent(self, index: _Index = _ROOT) -> Any:
        """Return the index of the entry that one is folded into."""
        node = self._nodes.get(index.internalId()) if index.isValid() else None
        if node is None or node.parent is None:
            return QModelIndex()
        return self.createIndex(node.parent.place, 0, node.parent.number)

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """Return the number of entries."""
        return len(self._children(parent))

    def columnCount(self, _parent: _Index = _ROOT) -> int:
        """Return the number of columns."""
        return len(KEYS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        """Return the columns' titles and what they mean."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(KEYS):
            return None
        column = _column(section)
        if role in (_Role.DisplayRole, _Role.AccessibleTextRole):
            return ("" if role == _Role.DisplayRole else "Curve") if column is None else column.head
        if role == _Role.TextAlignmentRole and column is not None and column.is_number:
            return _RIGHT
        return head_tip(column, self.rows()) if role == _Role.ToolTipRole else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Say which cells can be edited and ticked."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        key, group = KEYS[index.column()], self.group_at(index)
        if key in ("name", "notes") and group.is_single:
            flags |= Qt.ItemFlag.ItemIsEditable
        if key == CURVE and self._tickable(group):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        """Return texts, ticks, pictures and looks."""
        if not index.isValid():
            return None
        group, column = self.group_at(index), _column(index.column())
        if column is None:
            return self._curve_data(group, role)
        row = group.rows[0]
        if role == _Role.DisplayRole:
            return self._text(group, column)
        if role == _Role.EditRole:
            return row.run.label.notes if column.key == "notes" else self._text(group, column)
        if role == _Role.ToolTipRole:
            return plain_tip(cell_tip(group, column, is_current=self._is_current(group)))
        if role == _Role.TextAlignmentRole and column.is_number:
            return _RIGHT
        if role == THUMBNAIL_ROLE:
            return self._thumbnails.get(row.key)
        if role == SECOND_LINE_ROLE:
            return second_line(group, is_current=self._is_current(group))
        return self._is_current(group) if role == CURRENT_ROLE else None

    def _curve_data(self, group: RunGroup, role: int) -> Any:
        if role == _Role.CheckStateRole:
            keys = self._tickable(group)
            shown = len(keys & self._shown)
            state = Qt.CheckState.Checked if shown == len(keys) else Qt.CheckState.PartiallyChecked
            return (state if shown else Qt.CheckState.Unchecked) if keys else None
        if role == COLOR_ROLE:
            return group.rows[0].run.label.color if group.is_single else None
        if role in (_Role.ToolTipRole, _Role.AccessibleTextRole):
            return curve_tip(group, self._shown, is_current=self._is_current(group))
        return None

    def setData(self, index: _Index, value: Any, role: int = _Role.EditRole) -> bool:
        """Ask for another name or other notes, or tick curves."""
        group, key = self.group_at(index), KEYS[index.column()]
        if key == CURVE and role == _Role.CheckStateRole:
            keys = self._tickable(group)
            self.set_shown(self._shown - keys if keys <= self._shown else self._shown | keys)
            return True
        if role != _Role.EditRole:
            return False
        label, text = group.rows[0].run.label, str(value).strip()
        if key == "name" and text and text != label.name:
            self.renamed.emit(label.key, text[:LONGEST_NAME])
            return True
        if key == "notes" and text != label.notes:
            self.noted.emit(label.key, text[:LONGEST_NOTES])
            return True
        return False

    def _text(self, group: RunGroup, column: RunColumn) -> str:
        text = group.text(column)
        is_live = column.key == "mse" and group.rows[0].live is not None and group.rows[0].mse is not None
        return f"≈ {text}" if is_live else text

    def _is_current(self, group: RunGroup) -> bool:
        return group.is_single and group.rows[0].key == self._current_key

    def _tickable(self, group: RunGroup) -> set[str]:
        """Return the runs of an entry whose curves can be shown or not."""
        return {row.key for row in group.rows} - {self._current_key}


def _column(section: int) -> RunColumn | None:
    """Return a column of the core; None for that of the curve."""
    return COLUMNS.get(KEYS[section])
