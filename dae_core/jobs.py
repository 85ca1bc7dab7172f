"""Long work, a job: how far it has come, and whether it is to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from dae_core.texts import format_bytes, format_seconds

Unit = Literal["bytes", "images", "runs"]

_MEASURED_AFTER = 0.3  # seconds before the speed is worth an estimate


class Cancelled(Exception):  # noqa: N818 - it is no error
    """A job was cancelled: nothing is wrong, and nothing half-done is left behind."""


@dataclass(frozen=True)
class JobProgress:
    """How far a job is.

    Parameters
    ----------
    fraction : float
        How much is done, from 0 to 1.
    what : str
        What is being done, in a few words for the user.
    done, total : int
        The same counted in units; a total of 0 where nothing is counted.
    unit : "bytes", "images" or "runs"
        What is counted.
    seconds_left : float or None
        By the mean speed so far; None while it is not known.
    """

    fraction: float = 0.0
    what: str = ""
    done: int = 0
    total: int = 0
    unit: Unit = "images"
    seconds_left: float | None = None

    @property
    def figures(self) -> str:
        """What is counted, as people read it: "4.2 MB of 11.6 MB, 3 s left"; empty where nothing is."""
        if not self.total:
            return ""
        if self.unit == "bytes":
            figures = f"{format_bytes(self.done)} of {format_bytes(self.total)}"
        else:
            figures = f"{self.done:,} of {self.total:,} {self.unit[:-1] if self.total == 1 else self.unit}"
        return figures if self.seconds_left is None else f"{figures}, {format_seconds(self.seconds_left)} left"

    @property
    def text(self) -> str:
        """What is being done, with the figures."""
        return ": ".join(filter(None, (self.what, self.figures)))


class Monitor:
    """Handed to a long function, which reports to it and learns from it when to stop.

    Its ``progress`` may be read from another thread at any time.

    Parameters
    ----------
    is_cancelled
        Asked at each report and check; where it says True, the function ends with Cancelled.
    on_progress
        Called with each new progress, in the function's thread.
    clock
        Returns seconds.
    """

    def __init__(
        self,
        is_cancelled: Callable[[], bool] = bool,
        on_progress: Callable[[JobProgress], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.progress = JobProgress()
        self.is_cancelled = is_cancelled
        self._on_progress = on_progress
        self._clock = clock
        self._start, self._end, self._what = 0.0, 1.0, ""
        self._began = clock()

    def check(self) -> None:
        """Raise Cancelled where the function is to stop."""
        if self.is_cancelled():
            raise Cancelled

    def stage(self, start: float, end: float, what: str) -> None:
        """Begin a stage that reaches from one fraction of the whole to another. Raises Cancelled."""
        self._start, self._end, self._what = start, end, what
        self._began = self._clock()
        self.report(0.0)

    def report(self, fraction: float, what: str = "") -> None:
        """Say how much of the stage is done, from 0 to 1. Raises Cancelled."""
        self._set(JobProgress(fraction, what or self._what))

    def count(self, done: int, total: int, unit: Unit, what: str = "", *, fraction: float | None = None) -> None:
        """Say how many of the stage's units are done. Raises Cancelled.

        The total may change while more gets known. ``fraction`` is given where the units differ in what they take.
        """
        if fraction is None:
            fraction = min(1.0, done / total) if total > 0 else 0.0
        elapsed = self._clock() - self._began
        left = elapsed * (1 - fraction) / fraction if elapsed >= _MEASURED_AFTER and fraction > 0 else None
        self._set(JobProgress(fraction, what or self._what, done, total, unit, left))

    def part(self) -> Monitor:
        """Return a monitor for a function that does the present stage, and has stages of its own."""
        return Monitor(self.is_cancelled, self._set, self._clock)

    def _set(self, progress: JobProgress) -> None:
        self.check()
        fraction = self._start + (self._end - self._start) * progress.fraction
        self.progress = replace(progress, fraction=fraction)
        if self._on_progress is not None:
            self._on_progress(self.progress)


class _Unwatched(Monitor):
    """Takes no note of anything, so that any number of functions may report to it at once."""

    def _set(self, progress: JobProgress) -> None:
        pass


UNWATCHED: Final[Monitor] = _Unwatched()
"""The monitor of a function whose caller wants neither to see how far it is nor to cancel it."""
