"""What differs between the selected runs, and whether two of them are a fair pair."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QStackedLayout, QWidget

from dae_core.sessions.run import Run
from dae_core.sessions.run_comparison import FairPair, differences, is_fair_pair
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.support.theme import current_theme
from dae_gui.widgets.controls.figure_table import Cell, FigureTable
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import hint_label, named

_EMPTY = "Select two or more runs (Ctrl+click) to see what differs."
_ALIKE = "The settings of these runs do not differ."


class DifferencesView(QWidget):
    """A badge about two runs, and below it a row for everything in which the selected runs differ."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("runsDifferencesView")
        self._fair: FairPair | None = None
        self._badge = named(PlainLabel(parent=self), "fairPairLabel", "Whether the two runs are a fair pair")
        self._badge.setWordWrap(True)
        self._badge.setTextFormat(Qt.TextFormat.PlainText)
        self.table = named(
            FigureTable(self, sortable=False),
            "runsDifferencesTable",
            "What differs between the selected runs",
            "Only what differs; Ctrl+C copies it",
        )
        self.table.setAlternatingRowColors(True)
        self._empty = hint_label("runsDifferencesEmptyLabel", _EMPTY, self)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.table)
        self.setLayout(vbox(self._badge, (self._pages, 1), spacing=4, margins=(6, 4, 6, 6)))
        self.set_runs(())

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Compare these runs."""
        rows = differences(runs)
        self._fair = is_fair_pair(*runs) if len(runs) == 2 else None
        self._badge.setVisible(self._fair is not None)
        if self._fair is not None:
            mark = "✓ Fair pair" if self._fair.is_fair else "✗ No fair pair"
            self._badge.setText(f"{mark}. {' '.join(self._fair.why)}")
            self._badge.setToolTip(
                plain_tip(
                    "With the same start weights and the same examples in the same order, "
                    "what differs in the results comes from the settings alone."
                )
            )
        self._color()
        self._empty.setText(_EMPTY if len(runs) < 2 else _ALIKE)
        self._pages.setCurrentWidget(self.table if rows else self._empty)
        cells = [[Cell(value, tip=value) for value in row.values] for row in rows]
        self.table.show_rows([run.label.name for run in runs], cells, [row.name for row in rows])
        self.table.resizeColumnsToContents()

    def changeEvent(self, event: QEvent) -> None:
        """Colour the badge anew in another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_badge"):
            self._color()

    def _color(self) -> None:
        if self._fair is None:
            return
        theme = current_theme(self.palette())
        color = theme.held_out if self._fair.is_fair else theme.warning
        sheet = f"color: {color}; border-left: 3px solid {color}; padding-left: 6px;"
        if self._badge.styleSheet() != sheet:
            self._badge.setStyleSheet(sheet)
