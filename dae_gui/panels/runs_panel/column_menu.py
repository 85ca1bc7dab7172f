"""The menu that shows columns of the table of runs, or puts them away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from dae_core.sweeps.run_columns import COLUMNS, Kind
from dae_gui.panels.runs_panel.run_model import PLACES
from dae_gui.panels.runs_panel.run_table import RunTable
from dae_gui.support.plain_text import plain_tip

_HEADINGS = {Kind.FIGURE: "Figures", Kind.SETTING: "Settings", Kind.ABOUT: "About the run"}


class ColumnMenu(QMenu):
    """An entry for each column, ticked while it is shown, and one that lets all of them come and go by themselves."""

    def __init__(self, table: RunTable, parent: QWidget) -> None:
        super().__init__("Columns", parent)
        self.setObjectName("runsColumnMenu")
        self.setToolTipsVisible(True)
        self._table = table
        self._entries: dict[str, QAction] = {}
        for kind, heading in _HEADINGS.items():
            self.addSection(heading)
            for key, column in COLUMNS.items():
                if column.kind is kind and key != "name":
                    entry = self._entries[key] = self.addAction(column.title)
                    entry.setObjectName(f"runsColumn_{key}")
                    entry.setCheckable(True)
                    entry.setToolTip(plain_tip(column.tip))
                    entry.triggered.connect(self._chooser(key))
        self.addSeparator()
        usual = self.addAction("What says something")
        usual.setObjectName("runsUsualColumnsAction")
        usual.setToolTip(
            plain_tip("All figures, and the settings in which the runs differ; in their usual order and widths")
        )
        usual.triggered.connect(table.forget_choices)
        self.aboutToShow.connect(self._refresh)

    def _chooser(self, key: str) -> Callable[[bool], None]:
        return lambda is_shown: self._table.set_chosen(key, is_shown)

    def _refresh(self) -> None:
        for key, entry in self._entries.items():
            entry.setChecked(not self._table.isColumnHidden(PLACES[key]))
