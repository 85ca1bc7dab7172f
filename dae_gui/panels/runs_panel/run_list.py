"""The left half of the runs panel: buttons and a filter above the table, or what that is for while it is empty."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QStackedLayout, QToolButton, QWidget

from dae_gui.panels.runs_panel.column_menu import ColumnMenu
from dae_gui.panels.runs_panel.run_table import RunTable
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import check_box, hint_label, named

_EMPTY = (
    "Every run of this session is listed here, with its settings and held-out figures. "
    "Start one, or train several at once with Sweep…"
)
_NONE_FOUND = "No run has all of these words in its name, note or settings."
_BUTTONS = ("runsMakeCurrentAction", "runsSameStartAction", "runsDeleteAction", "runsSaveTableAction")
_FILTER_WIDTH = 90  # pixels at least


class RunList(QWidget):
    """The table with its buttons.

    Parameters
    ----------
    table
        The runs.
    line
        The button that asks for a sweep, and the sweep's progress.
    actions
        What the other buttons do.
    parent
        The widget that it stands in.

    Signals
    -------
    wordsChanged(str)
        Only runs with these words are to be listed.
    foldingChanged(bool)
        Runs that differ only in their seed are to make one entry, or not.
    """

    wordsChanged = Signal(str)
    foldingChanged = Signal(bool)

    def __init__(self, table: RunTable, line: JobLine, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self._table = table
        tip = "Words that a run's name, note or settings must have; Esc shows all again (Ctrl+F)"
        self.filter = named(QLineEdit(self), "runsFilterLineEdit", "Filter runs", tip)
        self.filter.setPlaceholderText("Filter")
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(_FILTER_WIDTH)
        self.filter.textChanged.connect(self.wordsChanged)
        self.filter.installEventFilter(self)
        find = QShortcut(QKeySequence.StandardKey.Find, parent, self.filter.setFocus)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        tip = "Runs that differ only in their seed make one row: mean ± sample standard deviation"
        self.fold = check_box("runsFoldCheckBox", "Group seeds", tip, self)
        self.fold.setChecked(table.memory.folds)
        self.fold.toggled.connect(self.foldingChanged)
        self.columns = IconButton("runsColumnsButton", "grid", "Columns", "Which columns are shown", self)
        self.columns.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.columns.setMenu(ColumnMenu(table, self))
        buttons = [_button_of(actions[name], self) for name in _BUTTONS]
        self._line = line
        line.hide()
        line.bar.installEventFilter(self)
        bar = hbox(line.start_button, (self.filter, 1), self.fold, *buttons, self.columns, spacing=4)
        self._empty = hint_label("runsEmptyLabel", _EMPTY, self)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(table)
        self.setLayout(vbox(bar, line, (self._pages, 1), spacing=4, margins=(6, 6, 0, 6)))

    def show_counts(self, runs: int, listed: int) -> None:
        """Show the table, or why it is empty."""
        self._empty.setText(_NONE_FOUND if runs else _EMPTY)
        self._pages.setCurrentIndex(1 if listed else 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Clear the filter with Escape, go down from it into the table, and give the progress of a sweep a row."""
        if watched is self._line.bar and event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._line.setVisible(event.type() == QEvent.Type.ShowToParent)
        if watched is self.filter and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape and self.filter.text():
                self.filter.clear()
                return True
            if event.key() == Qt.Key.Key_Down:
                self._table.setFocus()
                return True
        return super().eventFilter(watched, event)


def _button_of(action: QAction, parent: QWidget) -> IconButton:
    """Return a flat button for an action."""
    name, icon_name = action.objectName().removesuffix("Action"), str(action.data())
    button = IconButton(f"{name}Button", icon_name, action.text(), action.toolTip(), parent)
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    return button
