"""Ending the process although a thread does not come back: nothing is torn down that it still uses.

Destroying a running thread aborts the process, and waiting for it may take minutes. So it is kept, and the process ends
without any tearing down, when all that is to be saved has been saved.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import sys

_left: list[object] = []


def leave_running(*owners: object) -> None:
    """Keep objects that a running thread needs, and have the process end without it."""
    if not _left:
        atexit.register(_end_at_exit)
    _left.extend(owners)


def end_if_left(code: int) -> None:
    """End the process with this exit code, at once, if a thread was left running."""
    if _left:
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(code)


def _end_at_exit() -> None:
    end_if_left(1 if getattr(sys, "last_value", None) is not None else 0)
