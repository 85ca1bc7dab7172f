"""A cursor that reads the curves by keyboard, and the curves in a sentence for those who do not see them."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF

from dae_core.evaluation.beside_linear import beside_linear
from dae_core.evaluation.held_out import Figures
from dae_gui.panels.curves_panel.drawing import CurveDrawing
from dae_gui.widgets.plots.curve_plot import CurvePlot

_STEPS = 100  # from one end of what is visible to the other


class ReadingCursor:
    """Stands at an iteration that the arrow keys have come to, or nowhere.

    Parameters
    ----------
    drawing, plot
        What is drawn, and where.
    """

    def __init__(self, drawing: CurveDrawing, plot: CurvePlot) -> None:
        self._drawing, self._plot = drawing, plot
        self.iteration: int | None = None

    def step(self, steps: int) -> None:
        """Go so many steps to the right; a step is a hundredth of what is visible, and one iteration at least."""
        plot, count = self._plot, self._count()
        if not count:
            self.iteration = None
            return
        low, high = plot.x_range()
        if self.iteration is None or self.pixel() is None:
            self.iteration = count  # begins with the newest
            steps = min(steps, 0) if low <= self._x(count) <= high else steps
        target = self._x(self.iteration) + steps * (high - low) / _STEPS
        there = round(10.0 ** min(target, 15.0) if plot.log_x else target)
        if steps and there == self.iteration:
            there += 1 if steps > 0 else -1
        first, last = plot.iteration_range()
        there = min(max(there, math.ceil(first)), math.floor(last))
        self.iteration = min(max(there, 1), count)

    def pixel(self) -> QPointF | None:
        """Return where the cursor is in the pixels of the view box, on the mean error; None where it is nowhere."""
        plot, series = self._plot, self._drawing.series()["error"]
        if self.iteration is None or not self._count():
            return None
        x, (low, high) = self._x(self.iteration), plot.x_range()
        if not low <= x <= high:
            return None
        values = series.values()[self.iteration - 1 : self.iteration]
        y = float(plot.view_values(values)[0]) if len(values) else math.nan
        bottom, top = plot.y_range()
        height = min(max(y, bottom), top) if math.isfinite(y) else bottom
        return QPointF(plot.view_box.mapFromView(QPointF(x, height)))

    def words(self) -> str:
        """Return what the cursor reads: ``Iteration 1,200: Error 98.2, …``; empty where it is nowhere."""
        readings = self._plot.crosshair.readings()
        if self.pixel() is None or not readings:
            return ""
        place, *others = [f"{reading.name} {reading.value}".strip() for reading in readings]
        return f"{place}: {', '.join(others)}"

    def _count(self) -> int:
        return max(len(self._drawing.history), self._drawing.overlays.longest())

    def _x(self, iteration: int) -> float:
        return float(self._plot.view_x(np.array([iteration]))[0])


def curves_in_words(drawing: CurveDrawing, figures: Figures | None) -> str:
    """Return how far a run is and how good: the held-out error beside the linear denoiser, mean error, sparsity."""
    history, parts = drawing.history, []
    count = len(history)
    error = figures.error if figures is not None else history.held_out[-1][1] if history.held_out else math.nan
    if math.isfinite(error):
        beside = "" if drawing.bound is None else beside_linear(error, drawing.bound)
        at = f" at iteration {count:,}" if count else " before training"
        parts.append(f"Held-out error {error:,.1f}{at}" + (f", {beside}" if beside else ""))
    for key, name, spec in (("error", "error", ",.1f"), ("sparsity", "share of active hidden units", ".0%")):
        values = drawing.series()[key].values()[-1:]
        if len(values) and math.isfinite(float(values[0])):
            parts.append(f"{name} {format(float(values[0]), spec)}, mean of {history.window:,}")
    return "; ".join(parts) or "empty, no iteration yet"
