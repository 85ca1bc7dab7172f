"""Giving memory that nobody needs back to the system: the C library of Linux does that only at the end of its heaps."""

from __future__ import annotations

import ctypes
import functools
import linecache
import sys
from collections.abc import Callable


def give_back_memory() -> None:
    """Have all whole pages that are free taken out of resident memory; where nothing can be done, nothing is.

    Python's lines of source files go too: PySide has them read when it is imported, 15 MB, and they are only a cache.

    It takes some ten milliseconds, in which other threads may wait for memory: not for the window's thread.
    """
    linecache.clearcache()
    trim = _trim()
    if trim is not None:
        trim(0)


@functools.cache
def _trim() -> Callable[[int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc alone
