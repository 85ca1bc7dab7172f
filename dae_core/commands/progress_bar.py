"""A progress bar for terminals."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self, TextIO

from dae_core.jobs import JobProgress

_WIDTH = 30
_EVERY = 0.1


class ProgressBar:
    """Shows progress on a terminal, ten times a second; says nothing where the stream is not a terminal.

    Parameters
    ----------
    total
        What ``show`` counts up to.
    stream
        Where to write; the standard error by default.
    """

    def __init__(self, total: int = 1, stream: TextIO | None = None) -> None:
        self._total = total
        self._stream = stream or sys.stderr
        self._visible = self._stream.isatty()
        self._started = time.monotonic()
        self._next = self._started

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._visible:
            self._stream.write("\r\033[K")
            self._stream.flush()

    def show(self, done: int, note: str = "") -> None:
        """Show that ``done`` of the total are done, with a note behind."""
        self._draw(done / self._total, f"{done:,}  ", note)

    def show_job(self, progress: JobProgress) -> None:
        """Show how far a long function is."""
        self._draw(progress.fraction, "", progress.text)

    def _draw(self, fraction: float, count: str, note: str) -> None:
        now = time.monotonic()
        if not self._visible or now < self._next:
            return
        self._next = now + _EVERY
        bar = "█" * round(fraction * _WIDTH)
        left = (now - self._started) * (1 - fraction) / fraction if fraction else float("nan")
        self._stream.write(f"\r\033[K{bar:░<{_WIDTH}} {fraction:4.0%}  {count}{left:.0f} s left  {note}")
        self._stream.flush()
