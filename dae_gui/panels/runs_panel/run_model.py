"""The runs as a table that can be sorted, with names and notes to edit and curves to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPixmap

from dae_core.evaluation.held_out import Figures
from dae_core.sessions.run import LONGEST_NAME, LONGEST_NOTES, Run
from dae_gui.panels.runs_panel.run_rows import NUMBERS, TITLES, Column, Live, Row
from dae_gui.support.plain_text import plain_tip
from dae_gui.support.theme import current_theme, run_color

SORT_ROLE = Qt.ItemDataRole.UserRole
_LIVE_COLUMNS = (Column.MSE, Column.STATE, Column.SPARSITY, Column.SECONDS)
_SWATCH_SIZE = 14
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_Role = Qt.ItemDataRole


class RunTableModel(QAbstractTableModel):
    """All runs of the session, in the order in which they came.

    Signals
    -------
    renamed(str, str), noted(str, str)
        The user wants another name for the run with this key, or other notes.
    shownChanged()
        Other curves are ticked.
    """

    renamed = Signal(str, str)
    noted = Signal(str, str)
    shownChanged = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._runs: list[Run] = []
        self._rows: list[Row] = []
        self._current_key = ""
        self._live: Live | None = None
        self._shown: set[str] = set()
        self._measured: Mapping[str, Figures] = {}
        self._swatches: dict[tuple[int, bool], QIcon] = {}

    # What there is

    def runs(self) -> tuple[Run, ...]:
        """Return all runs."""
        return tuple(self._runs)

    def row(self, row: int) -> Row:
        """Return a run as it is shown."""
        return self._rows[row]

    def find(self, key: str) -> int:
        """Return the row of a run, -1 where there is none."""
        return next((row for row, run in enumerate(self._runs) if run.label.key == key), -1)

    @property
    def current_key(self) -> str:
        """Key of the current run; empty where there is none."""
        return self._current_key

    def shown_keys(self) -> set[str]:
        """Return the runs whose curves are ticked; the current one needs no tick."""
        return self._shown - {self._current_key}

    def set_runs(self, runs: Sequence[Run], current_key: str, measured: Mapping[str, Figures] | None = None) -> None:
        """Show these runs; those that were there before keep their rows. ``measured`` as for ``set_measured``."""
        self._measured = measured or {}
        keys = {run.label.key for run in runs}
        for row in reversed(range(len(self._runs))):
            if self._runs[row].label.key not in keys:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._runs[row], self._rows[row]
                self.endRemoveRows()
        if current_key != self._current_key:
            self._live = None
        self._current_key = current_key
        present = {run.label.key: row for row, run in enumerate(self._runs)}
        new = [run for run in runs if run.label.key not in present]
        for run in runs:
            if run.label.key in present:
                self._runs[present[run.label.key]] = run
        self._rows = [self._make_row(run) for run in self._runs]
        if self._runs:
            self._tell_changed()
        if new:
            first = len(self._runs)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._runs += new
            self._rows += [self._make_row(run) for run in new]
            self.endInsertRows()

    def set_live(self, live: Live | None) -> None:
        """Take the newest figures of the current run; only its row is shown anew."""
        self._live = live
        row = self.find(self._current_key)
        if row >= 0:
            self._rows[row] = self._make_row(self._runs[row])
            for column in _LIVE_COLUMNS:
                self.dataChanged.emit(self.index(row, column), self.index(row, column))

    def set_measured(self, figures: Mapping[str, Figures]) -> None:
        """Take figures, by key, of runs that have none of their own."""
        self._measured = figures
        self._rows = [self._make_row(run) for run in self._runs]
        self._tell_changed()

    def set_shown(self, keys: Iterable[str]) -> None:
        """Tick the curves of these runs, and no others."""
        keys = set(keys)
        if keys != self._shown:
            self._shown = keys
            self._tell_changed()
            self.shownChanged.emit()

    def refresh_colors(self) -> None:
        """Draw the swatches anew in the colours of the present theme."""
        self._tell_changed()

    def _make_row(self, run: Run) -> Row:
        is_current = run.label.key == self._current_key
        live = self._live if is_current else None
        figures = run.figures or self._measured.get(run.label.key)
        if live is not None and live.iteration <= run.checkpoint.iteration:
            live = None if figures is not None or live.mse is None else live
        return Row(run, figures, is_current, live)

    def _tell_changed(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(Column) - 1))

    # What Qt asks

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """Return the number of runs."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        """Return the columns' titles and what they mean."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        title, tip = TITLES[Column(section)]
        if role == _Role.DisplayRole:
            return title
        if role == _Role.TextAlignmentRole and section in NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == _Role.ToolTipRole:
            return f"{tip} {self._digits()}".strip() if section == Column.MSE else tip
        return None

    def _digits(self) -> str:
        """Say on how many digits the figures are."""
        counts = sorted({row.figures.n_images for row in self._rows if row.figures is not None})
        return f"Measured on {' or '.join(f'{n:,}' for n in counts)} digits." if counts else ""

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Say which cells can be edited and ticked."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() in (Column.NAME, Column.NOTES):
            flags |= Qt.ItemFlag.ItemIsEditable
        if index.column() == Column.CURVE and not self._rows[index.row()].is_current:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        """Return texts, sort keys, ticks, swatches and looks."""
        row, column = self._rows[index.row()], Column(index.column())
        if role == _Role.DisplayRole:
            return row.text(column)
        if role == SORT_ROLE:
            return row.key(column)
        if role == _Role.EditRole:
            return row.run.label.notes if column == Column.NOTES else row.text(column)
        if role == _Role.ToolTipRole:
            return plain_tip(self._curve_tip(row) if column == Column.CURVE else row.tip(column))
        if role == _Role.AccessibleTextRole:
            return self._curve_tip(row) if column == Column.CURVE else row.text(column)
        if role == _Role.TextAlignmentRole and column in NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == _Role.FontRole and row.is_current and column == Column.NAME:
            font = QFont(QGuiApplication.font())
            font.setBold(True)
            return font
        if column == Column.CURVE and role == _Role.CheckStateRole and not row.is_current:
            return Qt.CheckState.Checked if row.run.label.key in self._shown else Qt.CheckState.Unchecked
        if column == Column.CURVE and role == _Role.DecorationRole:
            return self._swatch(row)
        return None

    def setData(self, index: _Index, value: Any, role: int = _Role.EditRole) -> bool:
        """Ask for another name or other notes, or tick a curve."""
        run, column = self._rows[index.row()].run, index.column()
        key = run.label.key
        if column == Column.CURVE and role == _Role.CheckStateRole:
            is_on = Qt.CheckState(value) == Qt.CheckState.Checked
            self.set_shown(self._shown | {key} if is_on else self._shown - {key})
            return True
        if role != _Role.EditRole:
            return False
        text = str(value).strip()
        if column == Column.NAME and text and text != run.label.name:
            self.renamed.emit(key, text[:LONGEST_NAME])
            return True
        if column == Column.NOTES and text != run.label.notes:
            self.noted.emit(key, text[:LONGEST_NOTES])
            return True
        return False

    def _curve_tip(self, row: Row) -> str:
        if row.is_current:
            return "The current run: its curves are always shown"
        return "Its curves are shown" if row.run.label.key in self._shown else "Tick to show its curves"

    def _swatch(self, row: Row) -> QIcon:
        """Return a square of the run's colour, which stays when another run becomes the current one."""
        theme = current_theme(QGuiApplication.palette())
        known = (row.run.label.color, theme.is_dark)
        if known not in self._swatches:
            self._swatches[known] = _square(run_color(*known), theme.base)
        return self._swatches[known]


class RunOrder(QSortFilterProxyModel):
    """The runs sorted by a column; what is not known comes last in either direction."""

    def lessThan(self, left: _Index, right: _Index) -> bool:
        """Compare two cells of a column."""
        a, b = left.data(SORT_ROLE), right.data(SORT_ROLE)
        if a is None or b is None:
            known_first = a is not None and b is None
            unknown_first = a is None and b is not None
            return known_first if self.sortOrder() == Qt.SortOrder.AscendingOrder else unknown_first
        return bool(a < b)


def _square(color: QColor | str, rim: str) -> QIcon:
    """Return a square with a rim of the table's colour, to stand out from the selection."""
    pixmap = QPixmap(2 * _SWATCH_SIZE, 2 * _SWATCH_SIZE)
    pixmap.setDevicePixelRatio(2.0)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(rim))
    painter.setBrush(QColor(color))
    painter.drawRoundedRect(QRectF(0.5, 0.5, _SWATCH_SIZE - 1, _SWATCH_SIZE - 1), 2.5, 2.5)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # not tinted by the selection
    return icon
