"""A progress bar for terminals."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self, TextIO

_WIDTH = 30
_EVERY = 0.1


class ProgressBar:
    """Shows progress on a terminal, ten times a second; says nothing where the stream is not a terminal."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
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
        now = time.monotonic()
        if not self._visible or now < self._next:
            return
        self._next = now + _EVERY
        fraction = done / self._total
        bar = "█" * round(fraction * _WIDTH)
        left = (now - self._started) * (1 - fraction) / fraction if fraction else float("nan")
        self._stream.write(f"\r\033[K{bar:░<{_WIDTH}} {fraction:4.0%}  {done:,}  {left:.0f} s left  {note}")
        self._stream.flush()
