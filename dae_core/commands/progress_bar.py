"""A progress bar for terminals."""

from __future__ import annotations

import contextlib
import sys
import time
from types import TracebackType
from typing import Self, TextIO

from dae_core.commands.terminal import shown
from dae_core.jobs import JobProgress

_WIDTH = 30
_EVERY = 0.1
_BLOCKS, _SIGNS = ("█", "░"), ("#", "-")  # where the encoding has no blocks


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
        self._visible = self._stream is not None and self._stream.isatty()  # it is None where it was closed
        self._full, self._empty = _BLOCKS if _can_show(self._stream, "".join(_BLOCKS)) else _SIGNS
        self._started = time.monotonic()
        self._next = self._started

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._visible:
            self._write("\r\033[K")

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
        bar = self._full * round(fraction * _WIDTH)
        bar += self._empty * (_WIDTH - len(bar))
        left = (now - self._started) * (1 - fraction) / fraction if fraction else float("nan")
        self._write(f"\r\033[K{bar} {fraction:4.0%}  {count}{left:.0f} s left  {shown(note)}")

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # a terminal that was closed is no reason to stop
            self._stream.write(text)
            self._stream.flush()


def _can_show(stream: TextIO | None, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
