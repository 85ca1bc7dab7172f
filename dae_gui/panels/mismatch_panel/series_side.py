"""Networks trained at several noise levels and tested at all of them, as a heat map with numbers."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHeaderView, QLineEdit, QWidget

from dae_core.datasets.dataset import PIXEL_UNITS
from dae_core.evaluation.noise_mismatch import Series
from dae_core.training.config import TrainingConfig
from dae_gui.widgets.controls.figure_table import Cell, FigureTable, number_cell
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import combo_box, named, text_label
from dae_gui.widgets.controls.whole_box import WholeBox

_FADES_WITHIN = 3.0  # dB: what is so much worse than the best has no colour
_STRONGEST = 0.75
_LEVELS = 24  # letters, for those that are there at first to be seen whole
_DEFAULT_ITERATIONS = 10_000


class SeriesSide(QWidget):
    """The controls of a series, the heat map, and what it was made with."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._series: Series | None = None
        self.line = JobLine(
            "series",
            "Train a series",
            "Train one network for each of these levels, apart from your run, and test each at all of them",
            self,
        )
        self.levels = named(
            QLineEdit(self),
            "seriesLevelsLineEdit",
            "Noise levels of the series",
            "Noise levels to train and test at: two to eight numbers",
        )
        self.iterations = named(
            WholeBox(100, 1_000_000, _DEFAULT_ITERATIONS, parent=self),
            "seriesIterationsSpinBox",
            "Iterations of each network of the series",
            "How long each network of the series is trained; all else is as in your run",
        )
        self.iterations.setSingleStep(5_000)
        self.iterations.setSuffix(" it.")
        tip = f"PSNR in dB (mean over images, peak 1), or MSE in {PIXEL_UNITS}"
        measures = [("PSNR, dB", "psnr"), ("MSE", "mse")]
        self.measure = combo_box("seriesMetricComboBox", "Measure of the series", tip, measures, self)
        self.measure.currentIndexChanged.connect(self._show)
        self.table = named(
            FigureTable(self, sortable=False),
            "seriesTable",
            "Training level by test level",
            "A row for each training level, a column for each test level. Bold: the best of its column;\n"
            "the paler, the farther from it (white: 3 dB or more). Ctrl+C copies the numbers.",
        )
        for header in (self.table.horizontalHeader(), self.table.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._about = text_label("seriesLabel", "What the series was made with", self)
        self.levels.setMinimumWidth(_LEVELS * self.fontMetrics().averageCharWidth())
        first, second = hbox((self.line, 1), self.measure), FlowLayout()
        for field in (self.levels, self.iterations):
            second.addWidget(field)
        self.setLayout(vbox(first, second, (self.table, 1), self._about, spacing=4, margins=(0, 0, 0, 0)))
        self.show_series(None, "")

    def show_series(self, series: Series | None, text: str) -> None:
        """Show a series with a text below, or the text alone."""
        self._series = series
        self._about.setText(text)
        self._show()

    @Slot()
    def _show(self) -> None:
        series = self._series
        self.table.setVisible(series is not None)
        self._about.setAlignment(Qt.AlignmentFlag.AlignLeft if series else Qt.AlignmentFlag.AlignCenter)
        if series is None:
            return
        metric = str(self.measure.currentData())
        values = series.psnr if metric == "psnr" else series.mse
        spec = ".2f" if metric == "psnr" else ".3f"
        rows: list[list[Cell]] = [[] for _ in series.levels]
        for column in range(len(series.levels)):
            losses = losses_in_db(values[:, column], is_psnr=metric == "psnr")
            for row, loss in enumerate(losses):
                tip = "The best of its column" if loss == 0 else f"{loss:.2f} dB below the best of its column"
                rows[row].append(
                    number_cell(float(values[row, column]), spec, bold=loss == 0, shade=shade(loss), tip=tip)
                )
        titles = [f"at {level:g}" for level in series.levels]  # short, for the figures to have room
        self.table.show_rows(titles, rows, titles)
        for column in range(len(rows)):
            cells = (self.table.item(row, column) for row in range(len(rows)))
            for item in (self.table.horizontalHeaderItem(column), *cells):
                if item is not None:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)


def losses_in_db(values: np.ndarray, *, is_psnr: bool) -> list[float]:
    """Return by how many dB each value (k,) is worse than the best; NaN where it is no number."""
    decibels = values if is_psnr else -10.0 * np.log10(values)
    known = decibels[~np.isnan(decibels)]
    if not len(known):
        return [math.nan] * len(values)
    best = float(known.max())
    return [0.0 if value == best else float(best - value) for value in decibels]


def shade(loss: float) -> float:
    """Return how strong the colour of a cell is that loses so many dB."""
    return 0.0 if math.isnan(loss) else _STRONGEST * max(0.0, 1.0 - loss / _FADES_WITHIN)


def about(series: Series, config: TrainingConfig) -> str:
    """Return what a series was made with, and whether the run's settings are others now."""
    made = series.config
    text = (
        f"Rows: trained at, columns: tested at this {made.corruption.level_name} of {made.corruption.kind} noise. "
        f"{made.iterations:,} iterations each, {made.hidden_units:,} hidden units, rate {made.learning_rate:g} "
        f"({made.schedule}), seed {made.seed}; {series.images:,} held-out images."
    )
    if series.diverged:
        text += f" Diverged at {', '.join(f'{level:g}' for level in series.diverged)}: the last good weights."
    now = config.without_own_code().replace(iterations=made.iterations, corruption=made.corruption)
    return text if now == made else f"{text} The run's settings have changed since."
