"""Brings a history onto the plot: chooses what is visible and gives the plot only what it needs for that."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF

from dae_core.training.history import History
from dae_core.training.progress import Change
from dae_core.training.series import Series
from dae_gui.panels.curves_panel import looks
from dae_gui.panels.curves_panel.envelopes import Envelope, PairArray
from dae_gui.panels.curves_panel.overlays import Overlays
from dae_gui.widgets.plots.axis_ranges import Framing, Range, ViewMode
from dae_gui.widgets.plots.axis_tags import Tag
from dae_gui.widgets.plots.curve_bins import Bins, make_bins, zigzag
from dae_gui.widgets.plots.curve_legend import CurveLegend
from dae_gui.widgets.plots.curve_plot import CurvePlot
from dae_gui.widgets.plots.curve_readings import Readable, show_readings
from dae_gui.widgets.plots.plot_overlay import Mark
from dae_gui.widgets.plots.plot_picture import PictureKey

Values = NDArray[np.floating]
_MOST_MARKS = 1000  # of the changes of a run; each is painted with every picture


class CurveDrawing:
    """Draws one history, the best linear denoiser's error, other runs and a marker.

    Parameters
    ----------
    plot, legend
        Where, and which of the curves.
    """

    def __init__(self, plot: CurvePlot, legend: CurveLegend) -> None:
        self.history = History()
        self.hint = looks.HINT  # as long as there is no curve
        self.bound: float | None = None  # of the run's data, with the noise of now
        self.result: float | None = None  # the newest held-out error
        self.marked: int | None = None
        self.framing = Framing(looks.EMPTY_RANGE)
        self.overlays = Overlays(plot, legend)
        self._plot, self._legend = plot, legend
        self._envelopes = {style.key: Envelope() for style in looks.STYLES if style.key not in looks.MEASURED}
        self._measured = {key: PairArray() for key in looks.MEASURED}
        self._changes: list[Change] = []
        self._marks: list[Mark] = []

    def series(self) -> dict[str, Series]:
        """Return what is recorded at every iteration, by the curve's key."""
        history = self.history
        return {
            "error_raw": history.error,
            "error": history.smoothed_error.series,
            "sparsity_raw": history.sparsity,
            "sparsity": history.smoothed_sparsity.series,
        }

    def has_something(self) -> bool:
        """Whether there is anything to read."""
        return bool(len(self.history) or self.history.held_out or self.overlays.longest())

    def readables(self) -> list[Readable]:
        """Return the curves of the history that a crosshair can read."""
        curves = []
        for key, series in self.series().items():
            name, places = ("Error", 1) if key.startswith("error") else ("Sparsity", 3)
            smooth = not key.endswith("_raw")
            name += f", mean of {self.history.window:,}" if smooth else ""
            dot = smooth and self._legend.is_shown(key)
            curves.append(Readable(key, name, places, series, key.startswith("sparsity"), dot))
        return curves

    def show_crosshair(self, mouse: QPointF | None, window: int, colors: dict[str, str]) -> None:
        """Read all curves at some pixels of the view box, or take the crosshair away."""
        if mouse is None or not self.has_something():
            self._plot.crosshair.setVisible(False)
            return
        heading = f"Other runs: mean of {window:,}; nearest held-out"
        others = self.overlays.shown()
        show_readings(self._plot, mouse, self.readables(), self.history.held_out, colors, others, heading)

    def draw(self, window: int, *, arrange: bool) -> None:
        """Draw all; `arrange` chooses the visible part of the axes, `window` is that of all moving averages."""
        history, plot, count = self.history, self._plot, len(self.history)
        x_range = self._x_range(count) if arrange else plot.x_range()
        bins = make_bins(*x_range, plot.pixel_width(), count, log=plot.log_x)
        curves: dict[str, tuple[Values, Values]] = {}
        for key, series in self.series().items():
            if self._legend.is_shown(key) or (arrange and key in ("error", "error_raw")):
                curves[key] = self._envelopes[key].extremes(series, bins)
        measured = {key: self._measured[key].of(getattr(history, key)) for key in looks.MEASURED}
        other_lines, other_ends = self.overlays.values(x_range, window) if len(self.overlays) else ([], [])
        if arrange:
            # On a linear axis the lowest raw errors do not matter: it starts at 0.
            raw = np.concatenate(curves["error_raw"]) if plot.log_y else curves["error_raw"][1]
            always = np.array(
                [
                    *(e for at in measured.values() for e in at[-1:, 1]),
                    *other_ends,
                    *([] if self.bound is None else [self.bound]),
                ]
            )
            smoothed = np.concatenate([*curves["error"], *other_lines])
            y_range = self.framing.y_range(smoothed, raw, always, log=plot.log_y)
            plot.set_ranges(x_range, y_range, looks.RIGHT_RANGE)
        with plot.layer.together():
            self._draw_curves(bins, curves, measured)
        self._draw_marks()
        plot.backdrop.set_hint("" if self.has_something() else self.hint)

    def _draw_curves(
        self, bins: Bins, curves: dict[str, tuple[Values, Values]], measured: dict[str, NDArray[np.float64]]
    ) -> None:
        plot = self._plot
        for key, (low, high) in curves.items():
            if self._legend.is_shown(key):
                x, y = (bins.x, high) if bins.single else zigzag(bins.x, low, high)
                dots = key == "error_raw" and len(bins) * looks.PIXELS_PER_DOT < plot.pixel_width()
                plot.set_curve(key, x, y, dots=dots)
        for key, pairs in measured.items():
            visible = pairs[:, 0].searchsorted(plot.iteration_range()) if len(pairs) else (0, 0)
            few = int(visible[1]) - int(visible[0]) <= looks.MAX_DOTS
            plot.set_curve(key, plot.view_x(pairs[:, 0]), pairs[:, 1], dots=few)
        self._legend.set_present("averaged", is_there=bool(len(measured["averaged"])))
        if len(self.overlays):
            self.overlays.draw()

    def legend_lines(self, colors: dict[str, str], name: str) -> list[PictureKey]:
        """Return the keys of all that is shown, for a picture; `name` is the live run's where others are."""
        shown = self._legend.shown_keys()
        lines = [PictureKey(colors[entry.key], entry.text) for entry in looks.LEGEND if entry.key in shown]
        shown_overlays = (one.overlay for one in self.overlays.shown())
        others = [PictureKey(one.color.name(), one.name, one.pattern) for one in shown_overlays]
        if name and others:
            lines.insert(0, PictureKey(colors["error"], f"{name}:"))
        return lines + others

    def _x_range(self, count: int) -> Range:
        longest = 0 if count and self.framing.mode is ViewMode.FOLLOW else self.overlays.longest()
        return self.framing.x_range(max(count, longest), log=self._plot.log_x)

    def _draw_marks(self) -> None:
        history, plot = self.history, self._plot
        newest = history.changes[-_MOST_MARKS:]
        if newest != self._changes:
            self._changes = newest
            self._marks = [Mark(change.iteration, str(change)) for change in newest]
        marks = self._marks
        if len(history) and not np.isfinite(history.error.values()[-1]):
            marks = [*marks, Mark(len(history), f"diverged at iteration {len(history):,}", warns=True)]
        places = plot.view_x(np.array([mark.iteration for mark in marks]))
        plot.marks.set_marks(list(zip(places.tolist(), marks, strict=True)))
        tags = []
        if self.result is not None and self._legend.is_shown("held_out"):
            tags.append(self._tag(self.result, "held_out"))
        if self.history.averaged and self._legend.is_shown("averaged"):
            tags.append(self._tag(self.history.averaged[-1][1], "averaged"))
        if self.bound is not None and self._legend.is_shown("linear_bound"):
            tags.append(self._tag(self.bound, "linear_bound"))
            since = [change.iteration for change in self._changes if change.name == looks.NOISE_CHANGE]
            start = float(plot.view_x(np.array(since[-1:]))[0]) if since else -math.inf
            plot.marks.set_reference(tags[-1].level, start)
        else:
            plot.marks.set_reference(None)
        plot.tags.set_tags([tag for tag in tags if math.isfinite(tag.level)])
        self.draw_marker()

    def _tag(self, error: float, key: str) -> Tag:
        return Tag(float(self._plot.view_values(np.array([error]))[0]), f"{error:,.1f}", key)

    def draw_marker(self) -> None:
        """Draw the line at the marked iteration, or take it away."""
        plot = self._plot
        if self.marked is None:
            plot.marker.setVisible(False)
        else:
            place = float(plot.view_x(np.array([self.marked]))[0])
            plot.marker.show_at(place, f"iteration {self.marked:,}")
