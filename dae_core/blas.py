"""How many threads the matrix products of NumPy and SciPy take.

A product of BLAS waits for the slowest of its threads. Where a training run or another program keeps the cores busy,
that made products of 64 rows ten times slower than with one thread; and results depend on the number of threads.
"""

from __future__ import annotations

import functools
from contextlib import AbstractContextManager

from threadpoolctl import ThreadpoolController


@functools.cache
def _controller() -> ThreadpoolController:
    """Return a controller of the BLAS libraries that are loaded now; looking for them takes some milliseconds."""
    return ThreadpoolController()


def single_thread() -> AbstractContextManager[object]:
    """Return a context in which BLAS takes one thread, in the whole process."""
    limit: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limit


def use_single_thread() -> None:
    """Let BLAS take one thread in this process from now on, as far as it is loaded."""
    ThreadpoolController().limit(limits=1, user_api="blas")
