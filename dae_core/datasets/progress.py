"""How far a download or the opening of many images is, told at a bearable rate, and whether to go on."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from dae_core.datasets.errors import Cancelled

_EVERY = 0.05  # seconds between two reports
_MEASURED_AFTER = 0.3  # seconds before the speed is worth an estimate


def format_bytes(count: int) -> str:
    """Return a number of bytes as people read it: "812 bytes", "29.5 kB", "11.6 MB" (powers of ten).

    Parameters
    ----------
    count : int
        Bytes, 0 or more.

    Returns
    -------
    str
        With one decimal from a kilobyte on.
    """
    if count < 1000:
        return f"{count} bytes"
    for unit in ("kB", "MB"):
        count_in_unit = count / (1e3 if unit == "kB" else 1e6)
        if count_in_unit < 999.95:
            return f"{count_in_unit:.1f} {unit}"
    return f"{count / 1e9:.1f} GB"


@dataclass(frozen=True)
class LoadProgress:
    """How far a job is.

    Parameters
    ----------
    what : str
        The file or step at hand, for people.
    done, total : int
        In units; the total may still change while servers tell more.
    unit : "bytes" or "images"
        What is counted.
    seconds_left : float or None
        By the mean speed so far; None while it is not known.
    """

    what: str
    done: int
    total: int
    unit: Literal["bytes", "images"]
    seconds_left: float | None

    @property
    def fraction(self) -> float:
        """The share that is done, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total > 0 else 0.0

    def text(self) -> str:
        """Return the figures as people read them, for instance "4.2 MB of 11.6 MB, 3 s left"."""
        if self.unit == "bytes":
            figures = f"{format_bytes(self.done)} of {format_bytes(self.total)}"
        else:
            figures = f"{self.done:,} of {self.total:,} images"
        return figures if self.seconds_left is None else f"{figures}, {self.seconds_left:.0f} s left"


OnProgress = Callable[[LoadProgress], None]
IsCancelled = Callable[[], bool]


def check_cancelled(is_cancelled: IsCancelled | None) -> None:
    """Go on, or stop here.

    Raises
    ------
    Cancelled
        `is_cancelled` says so.
    """
    if is_cancelled is not None and is_cancelled():
        raise Cancelled("Cancelled.")


class Reporter:
    """Reports progress to a callback, at most twenty times a second, with the seconds left.

    Parameters
    ----------
    on_progress : callable or None
        Gets each `LoadProgress`.
    unit : "bytes" or "images"
        What is counted.
    total : int
        What will have been done in the end.
    clock : callable
        Seconds; handed in by tests.
    """

    def __init__(
        self,
        on_progress: OnProgress | None,
        unit: Literal["bytes", "images"],
        total: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_progress = on_progress
        self._unit: Literal["bytes", "images"] = unit
        self._clock = clock
        self._started = clock()
        self._next = self._started
        self._first = 0
        self.total = total

    def start_from(self, done: int) -> None:
        """Say that `done` was there before the clock started, so that it does not count for the speed."""
        self._first = done
        self._started = self._clock()

    def show(self, what: str, done: int, *, now: bool = False) -> None:
        """Report, unless the last report was a moment ago and `now` is False."""
        if self._on_progress is None:
            return
        time_now = self._clock()
        if time_now < self._next and not now:
            return
        self._next = time_now + _EVERY
        elapsed, fresh = time_now - self._started, done - self._first
        left = None
        if elapsed >= _MEASURED_AFTER and fresh > 0:
            left = max(0.0, (self.total - done) * elapsed / fresh)
        self._on_progress(LoadProgress(what, done, self.total, self._unit, left))
