"""The report's curves and histograms, with their captions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.model.losses import Loss
from dae_core.report.curves import Curves, Extremes
from dae_core.report.document import Plot
from dae_core.report.plots import HEIGHT, WIDTH, Axis, Trace, curves_svg, histogram_svg

Floats = NDArray[np.floating[Any]]
_RAW, _ERROR, _SPARSITY, _HELD_OUT = "#9dbcec", "#2563c9", "#c2570c", "#0f7f5c"
_TOO_HIGH = 50.0


def error_plot(curves: Curves, loss: Loss) -> Plot:
    """Return the exercise's figure (b): the raw error of every iteration."""
    top, is_cut = _top(curves.error)
    traces = (Trace("error of each iteration", curves.x, curves.error.low, curves.error.high, _RAW),)
    axes = (Axis(_error_label(loss), 0.0, top),)
    return _curves(
        traces, curves, axes, f"(b) The error of each iteration's own noisy image, before its update{_note(is_cut)}"
    )


def smoothed_plot(curves: Curves, loss: Loss) -> Plot:
    """Return the exercise's figure (c): moving averages of error and sparsity, over the raw error."""
    top, is_cut = _top(curves.smoothed_error)
    error, mean, active = curves.error, curves.smoothed_error, curves.smoothed_sparsity
    traces: tuple[Trace, ...] = (
        Trace("error", curves.x, error.low, error.high, "#dbe6f8"),
        Trace("error, moving average", curves.x, mean.low, mean.high, _ERROR),
        Trace("sparsity, moving average", curves.x, active.low, active.high, _SPARSITY, axis=1),
    )
    if curves.held_out:
        traces = (*traces, _held_out(curves))
    axes = (Axis(_error_label(loss), 0.0, top, _ERROR), Axis("sparsity: active units", 0.0, 1.0, _SPARSITY))
    caption = f"(c) Error and sparsity, each averaged over the last {curves.window:,} iterations{_note(is_cut)}"
    return _curves(traces, curves, axes, caption)


def held_out_plot(curves: Curves, loss: Loss) -> Plot:
    """Return the error on held-out images, as measured during the run."""
    trace = _held_out(curves)
    top, is_cut = _top(Extremes(trace.low, trace.high))
    caption = f"The error on held-out images during the run, the mean over them{_note(is_cut)}"
    return _curves((trace,), curves, (Axis(_error_label(loss), 0.0, top),), caption)


def _error_label(loss: Loss) -> str:
    return "|y − x₀|² per image" if loss.is_squared else f"{loss.error_title} per image ({loss.unit})"


def _held_out(curves: Curves) -> Trace:
    iterations, errors = np.array(curves.held_out, np.float64).T
    return Trace("held-out error", iterations, errors, errors, _HELD_OUT, dots=True)


def _curves(traces: tuple[Trace, ...], curves: Curves, axes: tuple[Axis, ...], caption: str) -> Plot:
    def draw(width: int, height: int) -> str:
        return curves_svg(traces, "iteration", curves.count, axes, (width, height))

    return Plot(draw, WIDTH, HEIGHT, caption)


def histogram(values: Floats, label: str) -> Plot:
    """Return how a quantity of the hidden units is distributed, to stand beside another one."""
    missing = int((~np.isfinite(values)).sum())
    note = f"; {missing:,} units without a finite value are left out" if missing else ""

    def draw(width: int, height: int) -> str:
        return histogram_svg(values, label, _ERROR, (width, height))

    return Plot(draw, WIDTH // 2, HEIGHT, f"Distribution of the {label}{note}")


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
