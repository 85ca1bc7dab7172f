"""The report's curves and histograms, with their captions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.report.curves import Curves, Extremes
from dae_core.report.document import Plot
from dae_core.report.plots import HEIGHT, WIDTH, Axis, Trace, curves_svg, histogram_svg

Floats = NDArray[np.floating[Any]]
_RAW, _ERROR, _SPARSITY, _HELD_OUT = "#9dbcec", "#2563c9", "#c2570c", "#0f7f5c"
_ERROR_LABEL = "|y − x₀|² per digit (standardized)"
_TOO_HIGH = 50.0


def error_plot(curves: Curves) -> Plot:
    """Return the exercise's figure (b): the raw error of every iteration."""
    top, is_cut = _top(curves.error)
    traces = (Trace("error of each iteration", curves.x, curves.error.low, curves.error.high, _RAW),)
    svg = curves_svg(traces, "iteration", curves.count, (Axis(_ERROR_LABEL, 0.0, top),))
    return _plot(svg, f"(b) The error of each iteration's own noisy digit, before its update{_note(is_cut)}")


def smoothed_plot(curves: Curves) -> Plot:
    """Return the exercise's figure (c): moving averages of error and sparsity, over the raw error."""
    top, is_cut = _top(curves.smoothed_error)
    error, mean, active = curves.error, curves.smoothed_error, curves.smoothed_sparsity
    traces = (
        Trace("error", curves.x, error.low, error.high, "#dbe6f8"),
        Trace("error, moving average", curves.x, mean.low, mean.high, _ERROR),
        Trace("sparsity, moving average", curves.x, active.low, active.high, _SPARSITY, axis=1),
    )
    axes = (Axis(_ERROR_LABEL, 0.0, top, _ERROR), Axis("sparsity: fraction of active units", 0.0, 1.0, _SPARSITY))
    svg = curves_svg(traces, "iteration", curves.count, axes)
    return _plot(
        svg, f"(c) Error and sparsity, each averaged over the last {curves.window:,} iterations{_note(is_cut)}"
    )


def held_out_plot(curves: Curves) -> Plot:
    """Return the error on held-out digits, as measured during the run."""
    x = np.array([iteration for iteration, _ in curves.held_out], np.float64)
    errors = np.array([error for _, error in curves.held_out], np.float64)
    top, is_cut = _top(Extremes(errors, errors))
    trace = Trace("held-out error", x, errors, errors, _HELD_OUT, dots=True)
    svg = curves_svg((trace,), "iteration", curves.count, (Axis(_ERROR_LABEL, 0.0, top),))
    return _plot(svg, f"The error on held-out digits during the run, the mean over them{_note(is_cut)}")


def histogram(values: Floats, label: str) -> Plot:
    """Return how a quantity of the hidden units is distributed."""
    missing = int((~np.isfinite(values)).sum())
    note = f"; {missing:,} units without a finite value are left out" if missing else ""
    return _plot(histogram_svg(values, label, _ERROR), f"Distribution of the {label}{note}")


def _plot(svg: str, caption: str) -> Plot:
    return Plot(svg, WIDTH, HEIGHT, caption)


def _top(extremes: Extremes) -> tuple[float, bool]:
    """Return the upper end of an axis, and whether values lie beyond it: those of a run that diverged are cut."""
    finite = extremes.high[np.isfinite(extremes.high)]
    if not finite.size or finite.max() <= 0:
        return 1.0, False
    top = float(min(finite.max(), _TOO_HIGH * np.median(finite)))
    is_cut = bool(top < finite.max()) or finite.size < len(extremes.high)
    return 1.05 * top if top > 0 else 1.0, is_cut


def _note(is_cut: bool) -> str:
    return "; values beyond the axis are cut" if is_cut else ""
