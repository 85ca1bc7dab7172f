"""How many threads the matrix products of NumPy and SciPy take.

A product of BLAS waits for the slowest of its threads. Where a training run or another program keeps the cores busy,
that made products of 64 rows ten times slower than with one thread; and results depend on the number of threads.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

# What the libraries themselves read when they are loaded: OpenBLAS, Intel's, BLIS, Apple's.
_VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


_lock = threading.Lock()
_inside = 0  # threads that are in `single_thread`
_limit = contextlib.ExitStack()


@functools.cache
def _controller() -> ThreadpoolController:
    """Return a controller of the BLAS libraries that are loaded now; looking for them takes some milliseconds."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextlib.contextmanager
def single_thread() -> Iterator[None]:
    """Return a context in which BLAS takes one thread, in the whole process.

    Several threads may be in it at once: the last one to leave it gives BLAS its threads back.
    """
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _inside, _limit
    with _lock:
        if not _inside:
            _limit = contextlib.ExitStack()
            _limit.enter_context(_controller().limit(limits=1, user_api="blas"))
        _inside += 1


def _leave() -> None:
    global _inside
    with _lock:
        _inside -= 1
        if not _inside:
            _limit.close()


def use_single_thread() -> None:
    """Let BLAS take one thread in this process from now on.

    Best before NumPy is imported: looking for libraries that are loaded already takes 20 ms.
    """
    for variable in _VARIABLES:
        os.environ.setdefault(variable, "1")  # also for libraries loaded later: SciPy brings a BLAS of its own
    if "numpy" in sys.modules:
        from threadpoolctl import ThreadpoolController

        ThreadpoolController().limit(limits=1, user_api="blas")
