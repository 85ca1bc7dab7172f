"""How far a long computation has come, and whether somebody wants it to stop."""

from __future__ import annotations

from collections.abc import Callable


class CancelledError(Exception):
    """The work was given up because nobody wants its result any more."""


class Work:
    """Handed to a long computation, which reports to it; may be read from another thread at any time.

    Parameters
    ----------
    is_cancelled
        Asked from time to time; where it says True, the computation ends with CancelledError.
    on_report
        Called with (fraction, text) at each report.

    Attributes
    ----------
    fraction : float
        How much is done, from 0 to 1.
    text : str
        What is being done, as a few words for a person.
    """

    def __init__(
        self, is_cancelled: Callable[[], bool] = bool, on_report: Callable[[float, str], None] | None = None
    ) -> None:
        self.is_cancelled = is_cancelled
        self.fraction = 0.0
        self.text = ""
        self._on_report = on_report
        self._range = (0.0, 1.0)

    def stage(self, start: float, end: float, text: str) -> None:
        """Begin a stage that reaches from one fraction of the whole to another. Raises CancelledError."""
        self._range, self.text = (start, end), text
        self.report(0.0)

    def report(self, fraction: float) -> None:
        """Say how much of the stage is done, 0 to 1. Raises CancelledError when the work is to stop."""
        start, end = self._range
        self.fraction = start + (end - start) * fraction
        self.check()
        if self._on_report is not None:
            self._on_report(self.fraction, self.text)

    def check(self) -> None:
        """Raise CancelledError when the work is to stop."""
        if self.is_cancelled():
            raise CancelledError
