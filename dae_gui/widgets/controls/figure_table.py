"""A table of figures that can be sorted, and copied as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QBrush, QColor, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem, QWidget

from dae_core.texts import table_cell
from dae_gui.support.copying import offer_copying
from dae_gui.support.plain_text import plain_tip
from dae_gui.support.theme import current_theme
from dae_gui.widgets.controls.number_text import number_text
from dae_gui.widgets.controls.table_look import set_table_look

_SORT_ROLE = Qt.ItemDataRole.UserRole
_ROW_AIR = 6  # pixels


@dataclass(frozen=True)
class Cell:
    """One entry: its text, the number that it is sorted by (None sorts by the text), and how it stands out.

    ``shade`` from 0 (none) to 1 colours the background with the accent colour; NaN is none.
    """

    text: str
    value: float | None = None
    bold: bool = False
    shade: float = 0.0
    tip: str = ""


def number_cell(value: float, spec: str, *, bold: bool = False, shade: float = 0.0, tip: str = "") -> Cell:
    """Return a cell with a number; a dash for NaN."""
    return Cell(number_text(value, spec), value, bold, shade, tip)


class _Item(QTableWidgetItem):
    def __lt__(self, other: QTableWidgetItem) -> bool:
        mine, theirs = self.data(_SORT_ROLE), other.data(_SORT_ROLE)
        if mine is None or theirs is None:
            return bool(self.text() < other.text())
        return bool(isnan(theirs) if not isnan(mine) and isnan(theirs) else mine < theirs)


class FigureTable(QTableWidget):
    """Rows of texts and numbers; Ctrl+C copies what is selected, or all of it, separated by tabs.

    Parameters
    ----------
    sortable
        Whether a click on a column's title sorts.
    """

    def __init__(self, parent: QWidget | None = None, *, sortable: bool = True) -> None:
        super().__init__(parent)
        self._sortable = sortable
        self._rows: list[list[Cell]] = []
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        set_table_look(self, 5)
        self.setAlternatingRowColors(sortable)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setVisible(not sortable)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.horizontalHeader().setSortIndicatorClearable(True)
        self.horizontalHeader().sortIndicatorChanged.connect(self._on_sort_asked)
        self.horizontalHeader().setSectionsClickable(sortable)
        self.horizontalHeader().setSortIndicatorShown(sortable)
        offer_copying(self)

    def show_rows(self, titles: Sequence[str], rows: Sequence[Sequence[Cell]], heads: Sequence[str] = ()) -> None:
        """Show these rows below these titles; `heads` are the titles of the rows. Sorting and selection stay."""
        self._rows = [list(row) for row in rows]
        if [self._title(column) for column in range(self.columnCount())] != list(titles):
            self.clear()
            self.setColumnCount(len(titles))
            self.setHorizontalHeaderLabels(list(titles))
            self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setRowCount(len(rows))
        if heads:
            self.setVerticalHeaderLabels(list(heads))
        for column, cell in enumerate(self._rows[0] if self._rows else ()):
            title = self.horizontalHeaderItem(column)
            if title is not None:
                title.setTextAlignment(_alignment(cell))
        self._fit_rows()
        self._fill()

    def row_texts(self) -> list[list[str]]:
        """Return the texts of all cells as they stand now."""
        cells = [[self.item(r, c) for c in range(self.columnCount())] for r in range(self.rowCount())]
        return [[table_cell(item.text()) if item is not None else "" for item in row] for row in cells]

    def as_text(self, separator: str = "\t") -> str:
        """Return titles and rows as they stand now, one row a line."""
        has_heads = self.verticalHeader().isVisibleTo(self)
        titles = [self._title(column).replace("\n", " ") for column in range(self.columnCount())]
        lines = [[*([""] if has_heads else []), *titles]]
        for row, texts in enumerate(self.row_texts()):
            head = self.verticalHeaderItem(row)
            lines.append([*([table_cell(head.text()) if head is not None else ""] if has_heads else []), *texts])
        return "\n".join(separator.join(line) for line in lines)

    @Slot()
    def copy_figures(self) -> None:
        """Put the selected cells on the clipboard, or the whole table where fewer than two are selected."""
        places = sorted((index.row(), index.column()) for index in self.selectedIndexes())
        if len(places) < 2:
            QGuiApplication.clipboard().setText(self.as_text())
            return
        texts = self.row_texts()
        rows = sorted({row for row, _ in places})
        lines = ["\t".join(texts[row][column] for r, column in places if r == row) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def copy_content(self) -> bool:
        """Copy the figures; return whether there are any."""
        if self.rowCount():
            self.copy_figures()
        return self.rowCount() > 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the rows a little lower where they would not all fit."""
        super().resizeEvent(event)
        self._fit_rows()

    def _fit_rows(self) -> None:
        if self._sortable and self._rows:
            least = self.fontMetrics().height() + 1
            room = (self.viewport().height() - 1) // len(self._rows)
            self.verticalHeader().setDefaultSectionSize(max(least, min(room, least + _ROW_AIR)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with the usual key."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_content()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Colour anew in another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_rows"):
            self._fill()

    def _fill(self) -> None:
        order = list(range(len(self._rows)))
        column = self.horizontalHeader().sortIndicatorSection()
        theme = current_theme(self.palette())
        for row, source in enumerate(self._rows):
            for place, cell in enumerate(source):
                item = self.item(row, place)
                if item is None:
                    item = _Item()
                    self.setItem(row, place, item)
                _write(item, cell, theme.base, theme.accent, theme.text)
        if self._sortable and 0 <= column < self.columnCount() and order:
            self.sortItems(column, self.horizontalHeader().sortIndicatorOrder())

    def _title(self, column: int) -> str:
        item = self.horizontalHeaderItem(column)
        return item.text() if item is not None else ""

    @Slot(int, Qt.SortOrder)
    def _on_sort_asked(self, column: int, _order: Qt.SortOrder) -> None:
        if self._sortable and column < self.columnCount():
            self._fill()


def _alignment(cell: Cell) -> Qt.AlignmentFlag:
    """Return where a cell, and the title of its column, stand: numbers at the right."""
    across = Qt.AlignmentFlag.AlignLeft if cell.value is None else Qt.AlignmentFlag.AlignRight
    return across | Qt.AlignmentFlag.AlignVCenter


def _write(item: QTableWidgetItem, cell: Cell, base: str, accent: str, text: str) -> None:
    item.setText(cell.text)
    item.setData(_SORT_ROLE, cell.value)
    item.setToolTip(plain_tip(cell.tip))
    item.setTextAlignment(_alignment(cell))
    font = item.font()
    font.setBold(cell.bold)
    item.setFont(font)
    if cell.shade > 0:
        background = _mixed(QColor(base), QColor(accent), cell.shade)
        item.setBackground(QBrush(background))
        item.setForeground(QBrush(QColor(_readable(background, QColor(base), QColor(text)))))
    else:
        item.setData(Qt.ItemDataRole.BackgroundRole, None)
        item.setData(Qt.ItemDataRole.ForegroundRole, None)


def _mixed(low: QColor, high: QColor, share: float) -> QColor:
    share = min(share, 1.0)
    ends = ((low.redF(), high.redF()), (low.greenF(), high.greenF()), (low.blueF(), high.blueF()))
    red, green, blue = (a + (b - a) * share for a, b in ends)
    return QColor.fromRgbF(red, green, blue)


def _readable(background: QColor, first: QColor, second: QColor) -> QColor:
    """Return which of two colours stands out more."""
    return max(first, second, key=lambda color: abs(color.lightnessF() - background.lightnessF()))
