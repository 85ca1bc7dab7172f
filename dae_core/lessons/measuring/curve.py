"""What a run's curves say: how they scatter, where they end, where the run diverged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dae_core.lessons.errors import MeasureError
from dae_core.lessons.measuring.subject import Subject
from dae_core.training.averages import MovingAverage


def curve_scatter(subject: Subject) -> float:
    """Return the standard deviation of a smoothed curve around its straight line, over the last iterations."""
    window, last = subject.parameters["window"], subject.parameters["last"]
    values = _curve(subject)
    if len(values) < window + last:
        raise MeasureError(
            f"The run has {len(values):,} iterations; to average over {window:,} and look at the last {last:,}, "
            f"it must have at least {window + last:,}."
        )
    smoothed = _smoothed(values[-(window + last) :], window)[-last:]
    at = np.arange(last) - (last - 1) / 2
    with np.errstate(all="ignore"):
        slope = float(at @ smoothed) / float(at @ at)
        return float((smoothed - smoothed.mean() - slope * at).std())


def curve_end(subject: Subject) -> float:
    """Return the mean of a curve over the last iterations."""
    window = subject.parameters["window"]
    values = _curve(subject)
    if len(values) < window:
        raise MeasureError(f"The run has {len(values):,} iterations; it must have at least {window:,}.")
    return float(values[-window:].mean(dtype=np.float64))


def iteration(subject: Subject) -> float:
    """Return how many iterations made the run's weights."""
    return float(subject.run.model_iteration)


def divergence_iteration(subject: Subject) -> float:
    """Return the iteration at which the run diverged."""
    divergence = subject.run.checkpoint.divergence
    if divergence is None:
        raise MeasureError(f"The run has not diverged in {subject.run.checkpoint.iteration:,} iterations.")
    return float(divergence.iteration)


def _curve(subject: Subject) -> NDArray[np.float32]:
    record = subject.run.record
    return record.errors if subject.parameters["curve"] == "error" else record.sparsities


def _smoothed(values: NDArray[np.float32], window: int) -> NDArray[np.float64]:
    average = MovingAverage(window)
    average.append(values)
    return np.asarray(average.series.values(), np.float64)
