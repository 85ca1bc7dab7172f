"""The curves of other runs behind those of the live one: mean error lines and held-out errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from dae_core.training.averages import RangeMeans
from dae_core.training.history import History
from dae_gui.panels.curves_panel.looks import MAX_DOTS
from dae_gui.widgets.plots.curve_bins import make_bins
from dae_gui.widgets.plots.curve_layer import Pattern
from dae_gui.widgets.plots.curve_legend import CurveLegend, Entry, Swatch
from dae_gui.widgets.plots.curve_plot import CurvePlot
from dae_gui.widgets.plots.plot_overlay import Reading

Floats = NDArray[np.float64]
_PIXELS_PER_POINT = 3.0
_LONGEST_NAME, _HEAD = 24, 9  # letters; runs of a sweep differ at the end of their names
_FARTHEST = 2.0**53


@dataclass(frozen=True, eq=False)
class Overlay:
    """Another run to compare with: `key` is unique, `name` is what the user calls it; the history is only read.

    `other` says what its data or noise are, where they are not those of the present run: its errors are not to be
    measured against the best linear denoiser that the plot shows. Its lines are broken by `pattern`.
    """

    key: str
    name: str
    color: QColor
    history: History
    other: str = ""
    pattern: Pattern = ()


class DrawnOverlay:
    """One other run as it is drawn and read.

    Parameters
    ----------
    overlay
        The run.
    """

    def __init__(self, overlay: Overlay) -> None:
        self.overlay = overlay
        self.line_key, self.held_out_key = f"run:{overlay.key}", f"held-out of run:{overlay.key}"
        name = overlay.name
        short = name if len(name) <= _LONGEST_NAME else f"{name[:_HEAD].rstrip()}…{name[_HEAD + 1 - _LONGEST_NAME :]}"
        self.short_name = f"{short} ({overlay.other})" if overlay.other and overlay.other not in name else short
        measured = np.array(overlay.history.held_out, np.float64).reshape(-1, 2)
        self.held_out = measured[(measured[:, 0] >= 0) & (measured[:, 0] <= _FARTHEST)]
        self.window = overlay.history.window
        self._means: RangeMeans | None = None

    def __len__(self) -> int:
        measured = int(self.held_out[:, 0].max()) if len(self.held_out) else 0
        return max(len(self.overlay.history), measured)

    def line(self, low: float, high: float, pixels: float, *, log: bool) -> tuple[Floats, Floats]:
        """Return x and y of the line of means for a part of the plot, each (m,).

        A point is the mean of the raw errors in some pixels' width, and never of fewer than the moving average's
        window: close by, the line is the moving average. The parameters are those of `make_bins`.
        """
        bins = make_bins(low, high, max(pixels / _PIXELS_PER_POINT, 16.0), len(self.overlay.history), log=log)
        if not len(bins):
            return np.empty(0), np.empty(0)
        return bins.x, self._trailing_means(bins.edges[:-1], bins.edges[1:])

    def read(self, iteration: int) -> Reading | None:
        """Return the moving average at an iteration and the held-out error measured nearest to it."""
        texts = []
        if iteration <= len(self.overlay.history):
            mean = self._trailing_means(np.array([iteration - 1]), np.array([iteration]))
            texts.append(f"{float(mean[0]):.1f}")
        if len(self.held_out) and iteration <= len(self):
            error = self.held_out[np.abs(self.held_out[:, 0] - iteration).argmin(), 1]
            texts = [*(texts or ["–"]), f"{error:.1f}"]
        return Reading(self.short_name, "; ".join(texts), self.overlay.color.name()) if texts else None

    def _trailing_means(self, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> Floats:
        if self._means is None:  # some milliseconds for millions of iterations: only for runs that are looked at
            self._means = RangeMeans(self.overlay.history.error.values())
        return self._means.means(np.maximum(np.minimum(starts, stops - self.window), 0), stops)


class Overlays:
    """All other runs that are shown, drawn again only when what is visible changes.

    Parameters
    ----------
    plot, legend
        Where they are drawn and listed.
    """

    def __init__(self, plot: CurvePlot, legend: CurveLegend) -> None:
        self._plot, self._legend = plot, legend
        self._drawn: dict[str, DrawnOverlay] = {}
        self._lines: dict[str, tuple[Floats, Floats]] = {}
        self._lines_for: object = None
        self._drawn_for: object = None

    def __len__(self) -> int:
        return len(self._drawn)

    def set(self, overlays: Sequence[Overlay]) -> None:
        """Show these runs in place of those before."""
        drawn = [DrawnOverlay(overlay) for overlay in overlays]
        self._drawn = {one.line_key: one for one in drawn}
        colors = {key: one.overlay.color for one in reversed(drawn) for key in (one.line_key, one.held_out_key)}
        patterns = {key: one.overlay.pattern for one in drawn for key in (one.line_key, one.held_out_key)}
        self._plot.set_overlays(colors, patterns)
        self._legend.set_overlays([(_entry(one), one.overlay.color.name()) for one in drawn])
        self._lines_for = self._drawn_for = None

    def shown(self) -> list[DrawnOverlay]:
        """Return the runs that are not hidden."""
        return [one for key, one in self._drawn.items() if self._legend.is_shown(key)]

    def longest(self) -> int:
        """Return how many iterations the longest shown run has, 0 without any."""
        return max((len(one) for one in self.shown()), default=0)

    def values(self, x_range: tuple[float, float], window: int) -> tuple[list[Floats], list[float]]:
        """Return the lines' values in an x range, and each run's last held-out error; the lines are kept."""
        plot = self._plot
        shown = self.shown()
        view = (x_range, plot.pixel_width(), plot.log_x, window, [one.line_key for one in shown])
        if view != self._lines_for:
            for one in shown:
                one.window = window
            lines = {one.line_key: one.line(*x_range, plot.pixel_width(), log=plot.log_x) for one in shown}
            self._lines, self._lines_for, self._drawn_for = lines, view, None
        last = [float(one.held_out[-1, 1]) for one in shown if len(one.held_out)]
        return [y for _, y in self._lines.values()], last

    def draw(self) -> None:
        """Draw the lines that `values` returned last and the held-out errors, unless they stand there already."""
        plot = self._plot
        view = (plot.y_range(), plot.log_y)
        if view == self._drawn_for:
            return
        self._drawn_for = view
        for key, one in self._drawn.items():
            shown = key in self._lines
            for part in (one.line_key, one.held_out_key):
                plot.set_shown(part, shown)
            if shown:
                plot.set_curve(one.line_key, *self._lines[key])
                at = one.held_out[:, 0]
                visible = at.searchsorted(plot.iteration_range()) if len(at) else (0, 0)
                few = int(visible[1]) - int(visible[0]) <= MAX_DOTS
                plot.set_curve(one.held_out_key, plot.view_x(at), one.held_out[:, 1], dots=few)


def _entry(one: DrawnOverlay) -> Entry:
    whole = f"{one.overlay.name}: mean squared error, and held-out error as dots"
    if one.overlay.other:
        whole += f". Trained on {one.overlay.other}, so the dashed line of the best linear denoiser is not for it"
    pattern = one.overlay.pattern
    return Entry(one.line_key, one.short_name, whole, Swatch.LINE if pattern else Swatch.DOTS, pattern=pattern)
