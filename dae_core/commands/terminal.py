"""How a command speaks: lines on standard output and notes on standard error, whatever these are connected to.

Characters that the encoding lacks and those that do not show are written as escapes. A reader that goes away early
(``| head``) ends the command without a word, a full disk behind ``>`` with a sentence; standard error is optional.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from typing import TextIO

from dae_core.texts import plain

OK, FAILED, USAGE, DIVERGED, INTERRUPTED, UNREAD = 0, 1, 2, 3, 130, 141
"""Exit codes; the last two are what a shell reports of a program that SIGINT or SIGPIPE has ended."""


class _OutputLost(Exception):  # noqa: N818 - the error is its cause
    """Standard output takes no more."""


def run(program: Callable[[], int]) -> int:
    """Run a program that prints with `say` and `note`, and return its exit code, or that of an output that failed."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            return program()
        finally:
            with _lost_output():
                if sys.stdout is not None:
                    sys.stdout.flush()
    except _OutputLost as lost:
        _let_go_of(sys.stdout)
        error = lost.__cause__
        if isinstance(error, BrokenPipeError):
            return UNREAD
        note(f"The output could not be written: {getattr(error, 'strerror', None) or error}.")
        return FAILED
    except KeyboardInterrupt:  # when all was done and said
        note("Interrupted.")
        return INTERRUPTED


def say(*lines: object) -> None:
    """Print lines of text on standard output."""
    with _lost_output():
        for line in lines:
            print(shown(str(line)))  # noqa: T201


def note(text: object) -> None:
    """Print a line on standard error; where that is closed or full, nobody reads it."""
    try:
        print(shown(str(text)), file=sys.stderr, flush=True)  # noqa: T201
    except (OSError, ValueError):
        _let_go_of(sys.stderr)


def shown(text: str) -> str:
    """Return a text as one line, with control characters and the like as escapes: names of files hold any of them."""
    return plain(text, most=sys.maxsize)


@contextlib.contextmanager
def _lost_output() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _OutputLost from error


def _let_go_of(stream: TextIO) -> None:
    """Send what is still buffered nowhere, or Python would try once more at its end and print a traceback."""
    with contextlib.suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())
