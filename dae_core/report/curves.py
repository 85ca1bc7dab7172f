"""What a report shows of a run's history: taken at one moment, of the same size however long the run was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.training.history import History

Floats = NDArray[np.floating[Any]]
_BINS = 550


@dataclass(frozen=True, eq=False)
class Extremes:
    """Lowest and highest value in each bin, (m,)."""

    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Curves:
    """A run's curves, reduced to at most 550 bins without losing an extreme value.

    Attributes
    ----------
    count : int
        Iterations recorded.
    window : int
        Iterations that the moving averages average over.
    x : ndarray, shape (m,)
        Last iteration of each bin, counted from 1.
    error, smoothed_error, sparsity, smoothed_sparsity : Extremes
        |y - x0|² of each iteration's own digit, in standardized units; fraction of active units.
    first, last : tuple of float
        Smoothed error and sparsity at the end of the first window, and at the last iteration.
    late : tuple of float
        Mean error over the last but one and over the last fifth of the iterations.
    held_out : tuple of (int, float)
        Iteration and mean held-out |y - x0|².
    changes : tuple of str
        What was changed during the run, with the iteration.
    """

    count: int
    window: int
    x: Floats
    error: Extremes
    smoothed_error: Extremes
    sparsity: Extremes
    smoothed_sparsity: Extremes
    first: tuple[float, float]
    last: tuple[float, float]
    late: tuple[float, float]
    held_out: tuple[tuple[int, float], ...]
    changes: tuple[str, ...]

    @classmethod
    def of(cls, history: History) -> Curves | None:
        """Return what there is now, or None before the first iteration; it takes some milliseconds."""
        count = len(history)
        if not count:
            return None
        edges = np.unique(np.linspace(0, count, min(_BINS, count) + 1).astype(np.int64))
        smoothed = history.smoothed_error.series, history.smoothed_sparsity.series
        series = history.error, smoothed[0], history.sparsity, smoothed[1]
        begin = min(history.window, count) - 1
        fifth = max(1, count // 5)
        errors = history.error.values()[:count]
        with np.errstate(all="ignore"):
            late = (
                float(errors[max(0, count - 2 * fifth) : max(1, count - fifth)].mean(dtype=np.float64)),
                float(errors[count - fifth :].mean(dtype=np.float64)),
            )
        error, smoothed_error, sparsity, smoothed_sparsity = (Extremes(*one.envelope(edges)) for one in series)
        return cls(
            count=count,
            window=history.window,
            x=edges[1:].astype(np.float64),
            error=error,
            smoothed_error=smoothed_error,
            sparsity=sparsity,
            smoothed_sparsity=smoothed_sparsity,
            first=(float(smoothed[0].values()[begin]), float(smoothed[1].values()[begin])),
            last=(float(smoothed[0].values()[count - 1]), float(smoothed[1].values()[count - 1])),
            late=late,
            held_out=tuple(history.held_out),
            changes=tuple(f"after iteration {change.iteration:,}: {change}" for change in history.changes),
        )
