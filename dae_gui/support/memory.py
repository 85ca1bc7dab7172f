"""Giving memory that nobody needs back to the system: the C library of Linux does that only at the end of its heaps."""

from __future__ import annotations

import ctypes
import functools
import sys
from collections.abc import Callable

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of <malloc.h>
_LARGE = 8 * 2**20


def give_back_memory() -> None:
    """Have all whole pages that are free taken out of resident memory; where nothing can be done, nothing is.

    It takes some ten milliseconds, in which other threads may wait for memory: not for the window's thread.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


def return_large_arrays() -> None:
    """Have arrays of several megabytes go back to the system when they are freed, in this process from now on.

    The C library of Linux raises its bound for that whenever such an array is freed, up to 32 MB, and keeps the next
    ones within its heaps.
    """
    if sys.platform.startswith("linux"):
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)
        if set_option is not None:
            set_option(_MMAP_THRESHOLD, _LARGE)


@functools.cache
def _trim() -> Callable[[int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc alone
