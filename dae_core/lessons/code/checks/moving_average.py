"""Checks ``moving_average`` against sums of slices, on curves and windows of several lengths."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dae_core.jobs import Monitor
from dae_core.lessons.code.checks.comparing import Call, Doubles, one_array
from dae_core.lessons.code.checks.single import Variant, judged
from dae_core.lessons.code.result import CheckResult
from dae_core.texts import number_text

_EXERCISE = 25
_CASES = ((200, _EXERCISE), (37, 4), (9, 9), (12, 1), (25_000, _EXERCISE))
"""Number of values and window; the first one is where mistakes are told by."""


def check(call: Call, rng: np.random.Generator, monitor: Monitor) -> CheckResult:
    """Check ``moving_average``."""
    for place, (count, window) in enumerate(_CASES):
        monitor.stage(place / len(_CASES), (place + 1) / len(_CASES), "Checking the means")
        values = rng.gamma(4.0, 50.0, count)  # errors as they are in training: positive and uneven
        returned = one_array(call(values, window))
        of = f"{count:,} values and a window of {window}"
        fault = judged(returned, _means(values, window), _variants(values, window), of, "moving_average")
        if fault is not None:
            return fault
    counts = " and ".join(f"{count:,} values with a window of {window}" for count, window in _CASES[::4])
    return CheckResult(True, f"Right for {counts}, and for others: every mean is over a whole window.")


def _means(values: Doubles, window: int) -> Doubles:
    """Return the mean of every whole window (n - window + 1,)."""
    return np.asarray(np.lib.stride_tricks.sliding_window_view(values, window).mean(axis=1))


def _variants(values: Doubles, window: int) -> Iterator[Variant]:
    """Yield what comes back with one mistake each."""
    n, means = len(values), _means(values, window)
    sums = np.cumsum(values)
    ones = np.ones(window) / window
    yield ("mode-same",), "", np.convolve(values, ones, "same")
    yield ("mode-full",), "", np.convolve(values, ones, "full")
    yield ("short-start",), "", np.concatenate([sums[: window - 1] / np.arange(1, window), means])
    for ahead in {window // 2, (window - 1) // 2}:
        places = range(n)
        short = [values[max(0, k - ahead) : k - ahead + window].mean() for k in places] if n < 1000 else []
        yield ("centred-short",), "", np.array(short)
        yield ("padded",), "", _padded(means, ahead, n)
        yield ("padded",), "", np.pad(means, (ahead, n - len(means) - ahead), mode="edge")
    for ahead in (0, window - 1):
        yield ("padded",), "", _padded(means, ahead, n)
        yield ("padded",), "", np.concatenate([values[:ahead], means, values[len(means) + ahead :]])
    yield ("first-lost",), "", means[1:]
    yield ("last-lost",), "", means[:-1]
    yield ("first-lost", "last-lost"), "", means[1:-1]
    if window < n:
        yield ("window-longer",), "", _means(values, window + 1)
    if window > 1:
        shorter = _means(values, window - 1)
        for some in (shorter, shorter[1:], shorter[:-1]):
            yield ("window-shorter",), "", some
        for some in (shorter * (window - 1) / window, shorter[:-1] * (window - 1) / window):
            yield ("window-shorter",), "", some
    for some in (means, means[:-1], means[1:]):
        yield ("not-divided",), "", some * window
        for count in {window - 1, window + 1, n, len(means), n - window} - {0, window}:
            yield ("wrong-count",), number_text(count, ",.0f"), some * window / count
    for some in (sums / np.arange(1, n + 1), (sums / np.arange(1, n + 1))[window - 1 :]):
        yield ("cumulative",), "", some
    yield ("blocks",), "", means[::window]
    yield ("one-mean",), "", values.mean()
    yield ("one-mean",), "", means[:1]
    yield ("one-mean",), "", means[0]
    yield ("one-mean",), "", means[-1]
    yield from ((("exponential",), "", some) for some in _fading(values, window))
    yield ("median",), "", np.median(np.lib.stride_tricks.sliding_window_view(values, window), axis=1)
    yield ("unchanged",), "", values
    if n >= _EXERCISE:
        yield ("fixed-window",), "", _means(values, _EXERCISE)


def _padded(means: Doubles, ahead: int, count: int) -> Doubles:
    """Return the means with zeros before and after them."""
    return np.pad(means, (ahead, count - len(means) - ahead))


def _fading(values: Doubles, window: int) -> Iterator[Doubles]:
    """Yield exponential averages with the usual rates."""
    for rate in (1 / window, 2 / (window + 1)):
        average = np.empty(len(values))
        average[0] = values[0]
        for k in range(1, len(values)):
            average[k] = (1 - rate) * average[k - 1] + rate * values[k]
        yield average
