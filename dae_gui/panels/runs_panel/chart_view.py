"""A figure of the listed runs against a setting, both chosen, as a chart; a click on a point selects its run."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from dae_core.sweeps.run_chart import RunChart, best_setting, chart, figures, settings
from dae_core.sweeps.run_columns import COLUMNS
from dae_core.sweeps.run_row import RunRow
from dae_core.texts import table_cell
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import check_box, combo_box
from dae_gui.widgets.plots.scatter_chart import ScatterChart
from dae_gui.widgets.plots.scatter_frame import Dot, Mean, Scatter

_EMPTY = "Runs are drawn here as soon as there are any with a figure to draw."


class ChartView(QWidget):
    """Two boxes that choose what is on the axes, and the chart.

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
        offered = [(f"against {column.title[0].lower()}{column.title[1:]}", column.key) for column in settings()]
        self._setting = combo_box(
            "runsChartSettingComboBox", "Setting", "The setting that it is drawn against", offered, self
        )
        tip = "Logarithmic axes where all numbers are above 0 and the largest is at least eight times the smallest"
        self._log = check_box("runsChartLogCheckBox", "Log where it suits", tip, self)
        self._log.setChecked(True)
        self.chart = ScatterChart("runsChart", "Runs: a figure against a setting", "runs", self)
        controls = FlowLayout()
        for widget in (self._figure, self._setting, self._log):
            controls.addWidget(widget)
        self.setLayout(vbox(controls, (self.chart, 1), spacing=4, margins=(6, 4, 6, 6)))
        self._figure.currentIndexChanged.connect(self._refresh)
        self._setting.currentIndexChanged.connect(self._refresh)
        self._setting.activated.connect(self._on_setting_chosen)
        self._log.toggled.connect(self._refresh)
        self.chart.dotChosen.connect(self.runChosen)
        self._refresh()

    def set_rows(self, rows: Sequence[RunRow], selected: Collection[str]) -> None:
        """Draw these runs, and mark those that are selected."""
        self.chart.select(selected)
        if tuple(rows) == self._rows:
            return
        self._rows = tuple(rows)
        if not self._is_chosen:
            place = self._setting.findData(best_setting(rows))
            if place != self._setting.currentIndex():
                self._setting.setCurrentIndex(place)  # which draws
                return
        self._refresh()

    @Slot()
    def _on_setting_chosen(self) -> None:
        self._is_chosen = True

    @Slot()
    def _refresh(self) -> None:
        x, y = COLUMNS[self._setting.currentData()], COLUMNS[self._figure.currentData()]
        drawn = chart(self._rows, x, y)
        empty = f"{y.title} is known of none of the runs yet." if self._rows else _EMPTY
        self.chart.show_scatter(_scatter(drawn, self._rows, log=self._log.isChecked()), empty)


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
