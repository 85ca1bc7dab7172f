"""A figure of the listed runs against a setting, as a chart, or over two, as a heat map; a click selects runs."""

from __future__ import annotations

import functools
import math
from collections.abc import Collection, Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QStackedWidget, QWidget

from dae_core.sweeps.run_chart import RunChart, best_setting, chart, figures, settings
from dae_core.sweeps.run_columns import COLUMNS
from dae_core.sweeps.run_heat import HeatCell, RunHeat, best_pair, heat
from dae_core.sweeps.run_row import RunRow
from dae_core.texts import table_cell
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import check_box, combo_box, narrow
from dae_gui.widgets.plots.heat_chart import Heat, HeatChart, Tile
from dae_gui.widgets.plots.scatter_chart import ScatterChart
from dae_gui.widgets.plots.scatter_frame import Dot, Mean, Scatter

_NO_OTHER = "and no other setting"
_EMPTY = "Runs are drawn here as soon as there are any with a figure to draw."


class ChartView(QWidget):
    """Boxes that choose what is on the axes, and the chart: a heat map where there is a second setting.

    Signals
    -------
    runChosen(str)
        The user clicked on the point of the run with this key.
    """

    runChosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("runsChartView")
        self._rows: tuple[RunRow, ...] = ()
        self._is_chosen = False
        offered = [(column.title, column.key) for column in figures()]
        tips = [column.tip for column in figures()]
        self._figure = combo_box("runsChartFigureComboBox", "Figure", "What is drawn of each run", offered, self, tips)
        offered = [(f"by {_begun_small(column.title)}", column.key) for column in settings()]
        self._setting = combo_box(
            "runsChartSettingComboBox", "Setting", "The setting that it is drawn against", offered, self
        )
        offered = [(_NO_OTHER, ""), *((f"and {text.removeprefix('by ')}", key) for text, key in offered)]
        tip = "A second setting, which makes a heat map: the mean over all runs with the same two values"
        self._second = combo_box("runsChartSecondComboBox", "Second setting", tip, offered, self)
        tip = "Logarithmic axes where all numbers are above 0 and the largest is at least eight times the smallest"
        self._log = check_box("runsChartLogCheckBox", "Log where it suits", tip, self)
        self._log.setChecked(True)
        self.chart = ScatterChart("runsChart", "Runs: a figure against a setting", "runs", self)
        self.heat = HeatChart("runsHeatChart", "Runs: a figure over two settings", "runs-heat-map", self)
        self._charts = QStackedWidget(self)
        for chart_widget in (self.chart, self.heat):
            self._charts.addWidget(chart_widget)
        for box in (self._figure, self._setting, self._second):
            box.currentTextChanged.connect(functools.partial(_fit, box))
            _fit(box, box.currentText())
        controls = FlowLayout()
        for widget in (self._figure, self._setting, self._second, self._log):
            controls.addWidget(widget)
        self.setLayout(vbox(controls, (self._charts, 1), spacing=4, margins=(6, 4, 6, 6)))
        self._figure.currentIndexChanged.connect(self._refresh)
        self._setting.currentIndexChanged.connect(self._refresh)
        self._second.currentIndexChanged.connect(self._refresh)
        self._setting.activated.connect(self._on_setting_chosen)
        self._second.activated.connect(self._on_setting_chosen)
        self._log.toggled.connect(self._refresh)
        self.chart.dotChosen.connect(self.runChosen)
        self.heat.tileChosen.connect(self.runChosen)
        self._refresh()

    def set_rows(self, rows: Sequence[RunRow], selected: Collection[str]) -> None:
        """Draw these runs, and mark those that are selected."""
        self.chart.select(selected)
        if tuple(rows) == self._rows:
            return
        self._rows = tuple(rows)
        if not self._is_chosen:
            first, second = best_pair(rows) or (best_setting(rows), "")
            for box, key in ((self._setting, first), (self._second, second)):
                with QSignalBlocker(box):
                    box.setCurrentIndex(box.findData(key))
                _fit(box, box.currentText())
        self._refresh()

    @Slot()
    def _on_setting_chosen(self) -> None:
        self._is_chosen = True

    @Slot()
    def _refresh(self) -> None:
        x, y = COLUMNS[self._setting.currentData()], COLUMNS[self._figure.currentData()]
        empty = f"{y.title} is known of none of the runs yet." if self._rows else _EMPTY
        second = self._second.currentData()
        self._log.setVisible(not second)
        if second:
            self._charts.setCurrentWidget(self.heat)
            self.heat.show_heat(_heat(heat(self._rows, x, COLUMNS[second], y)), empty)
        else:
            self._charts.setCurrentWidget(self.chart)
            drawn = chart(self._rows, x, y)
            self.chart.show_scatter(_scatter(drawn, self._rows, log=self._log.isChecked()), empty)


def _fit(box: QComboBox, text: str) -> None:
    """Have a box as wide as what is chosen in it, for the chart to have the room that a longer item would take."""
    letters = box.fontMetrics()
    narrow(box, math.ceil(letters.horizontalAdvance(text) / letters.horizontalAdvance("X")))


def _begun_small(title: str) -> str:
    """Return a title for the middle of a sentence: "L1" and "KL" keep their capitals."""
    return title if title[1:2].isupper() or title[1:2].isdigit() else title[:1].lower() + title[1:]


def _heat(drawn: RunHeat) -> Heat:
    """Return what is painted of a heat map of runs."""
    x, y, figure = drawn.x, drawn.y, drawn.figure

    def tip(cell: HeatCell) -> str:
        values = f"{x.title} {drawn.columns[cell.column]}\n{y.title} {drawn.rows[cell.row]}"
        return f"{values}\n{figure.title} {cell.long_text(figure)}"

    tiles = tuple(
        Tile(cell.column, cell.row, cell.figure.mean, cell.text(figure), tip(cell), cell.keys[0])
        for cell in drawn.cells
    )
    table = tuple(tuple(map(table_cell, row)) for row in drawn.table())
    return Heat(x.long_head, y.long_head, drawn.title, drawn.columns, drawn.rows, tiles, table)


def _scatter(drawn: RunChart, rows: Sequence[RunRow], *, log: bool) -> Scatter:
    """Return what is painted of a chart of runs."""
    x, y = drawn.x, drawn.y
    by_key = {row.key: row for row in rows}

    def tip(key: str) -> str:
        row = by_key[key]
        return f"{row.run.label.name}\n{x.title} {x.text(x.value(row))}\n{y.title} {y.text(y.value(row))}"

    dots = tuple(Dot(point.key, point.color, point.x, point.y, tip(point.key)) for point in drawn.points)
    means = tuple(
        Mean(mean.x, mean.figure.mean, mean.figure.deviation, f"{y.title} {mean.figure.text(y)}\nn = {mean.figure.n}")
        for mean in drawn.means
    )
    left_out = f" ({drawn.left_out:,} not known)" if drawn.left_out else ""
    cells = [
        (table_cell(row.run.label.name), table_cell(x.text(x.value(row))), repr(point.y))
        for point, row in ((point, by_key[point.key]) for point in drawn.points)
    ]
    table = (("Run", x.long_head, y.long_head), *cells)
    return Scatter(
        x.long_head,
        f"{y.long_head}{left_out}",
        dots,
        means,
        drawn.lines,
        drawn.categories,
        log and drawn.log_x,
        log and drawn.log_y,
        table,
    )
