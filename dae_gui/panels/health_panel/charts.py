"""The curves and histograms of a run's health, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QGridLayout, QWidget

from dae_core.glossary import meaning
from dae_core.inspection.health_metrics import HealthMetrics
from dae_core.model.activations import ACTIVE
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.plots.bar_chart import BarChart, count_bars
from dae_gui.widgets.plots.trend_plot import Trend, TrendPlot

BINS = 20
_X = "iteration"
_Reading = Callable[[HealthMetrics], float]

# Object name, title, tip, how numbers are written, and the curves: name, colour, where the value comes from.
_PLOTS: tuple[tuple[str, str, str, str, tuple[tuple[str, str, _Reading], ...]], ...] = (
    (
        "healthSparsityPlot",
        "Sparsity",
        f"{meaning('sparsity')} Active is {ACTIVE}; the mean over held-out images.",
        ".3f",
        (("active", "sparsity", lambda v: v.sparsity),),
    ),
    (
        "healthDeadPlot",
        "Dead units",
        meaning("dead unit"),
        ",.0f",
        (("dead", "warning", lambda v: float(v.n_dead)),),
    ),
    (
        "healthBiasPlot",
        "Mean bias",
        f"{meaning('mean bias')} A run starts with 0.5 (ReLU) or 0.",
        ".3f",
        (("bias", "error", lambda v: v.mean_bias),),
    ),
    (
        "healthNormPlot",
        "Norms",
        "Frobenius norms of W and V",
        ".3g",
        (("W", "error", lambda v: v.norm_w), ("V", "sparsity", lambda v: v.norm_v)),
    ),
    (
        "healthGradientPlot",
        "Gradients",
        "Frobenius norms of dE/dW and dE/dV, the mean over a fixed mini-batch of held-out images; logarithmic",
        ".3g",
        (("W", "error", lambda v: v.gradient_w), ("V", "sparsity", lambda v: v.gradient_v)),
    ),
    (
        "healthCosinePlot",
        "W–V cosine",
        f"{meaning('W–V cosine')} The mean over units; none for tied weights, where V is Wᵀ.",
        ".3f",
        (("cosine", "held_out", lambda v: v.cosine),),
    ),
)


class Charts(QWidget):
    """Six small plots over the iterations, and two histograms of the newest measurement."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plots: dict[str, TrendPlot] = {}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(10)
        layout.setVerticalSpacing(4)
        for place, (name, title, tip, spec, curves) in enumerate(_PLOTS):
            trends = [Trend(curve, color) for curve, color, _ in curves]
            plot = TrendPlot(name, title, _X, trends, self, spec=spec, log=name == "healthGradientPlot")
            plot.setToolTip(plain_tip(f"{tip}.\nCtrl+C copies the numbers."))
            self.plots[name] = plot
            layout.addWidget(plot, place // 3, place % 3)
        self.rates = BarChart("healthRatesChart", "Firing rates of the units", "healthRatesChart", self)
        self.rates.setToolTip(plain_tip("Lifetime sparsity: on what fraction of the held-out images each unit fires"))
        self.biases = BarChart("healthBiasesChart", "Biases of the units", "healthBiasesChart", self)
        self.biases.setToolTip("How many units have a bias in each range")
        for row, chart in enumerate((self.rates, self.biases)):
            layout.addWidget(chart, row, 3)
        for column in range(4):
            layout.setColumnStretch(column, 1)
        self.clear()

    def show_metrics(self, entries: Sequence[HealthMetrics]) -> None:
        """Show all measurements of a run; the histograms are those of the last one."""
        if not entries:
            self.clear()
            return
        iterations = np.array([v.iteration for v in entries], np.float64)
        for name, _, _, _, curves in _PLOTS:
            values = {curve: np.array([read(v) for v in entries]) for curve, _, read in curves}
            self.plots[name].show_trends(iterations, values)
        now = entries[-1]
        _show(self.rates, now.firing_rates, (0.0, 1.0))
        finite = now.biases[np.isfinite(now.biases)]
        if len(finite):
            _show(self.biases, finite, _nice_range(finite))
        else:
            self.biases.clear()

    def clear(self) -> None:
        """Show nothing."""
        for plot in self.plots.values():
            plot.show_trends(np.empty(0), {})
        self.rates.clear()
        self.biases.clear()

    def as_text(self) -> str:
        """Return all curves as one table, separated by tabs."""
        columns: list[tuple[str, NDArray[np.float64]]] = []
        for plot, (_, title, _, _, curves) in zip(self.plots.values(), _PLOTS, strict=True):
            for curve, _, _ in curves:
                if curve in plot.values():
                    columns.append((f"{title} {curve}" if len(curves) > 1 else title, plot.values()[curve]))
        iterations = next(iter(self.plots.values())).places()
        lines = ["\t".join([_X, *(title for title, _ in columns)])]
        for place, iteration in enumerate(iterations):
            lines.append("\t".join([f"{iteration:.0f}", *(f"{values[place]:.6g}" for _, values in columns)]))
        return "\n".join(lines)


def _nice_range(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return a range that holds all values, and is not empty."""
    low, high = float(values.min()), float(values.max())
    return (low, high) if high - low > 1e-6 * max(1.0, abs(high)) else (low - 0.5, high + 0.5)


def _show(chart: BarChart, values: NDArray[np.float64], limits: tuple[float, float]) -> None:
    counts, edges = np.histogram(values, BINS, limits)
    names = [f"{low:.3g} to {high:.3g}".replace("-", "−") for low, high in pairwise(edges)]
    ends = (f"{edges[0]:.2g}".replace("-", "−"), f"{edges[-1]:.2g}".replace("-", "−"))
    chart.set_bars(count_bars(chart.accessibleName(), names, [int(count) for count in counts], "units", ends=ends))
