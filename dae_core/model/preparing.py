"""Has the compiled loops of the exercise ready, loaded from numba's cache on disk; as a program, this fills it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model import kernels, normal_numbers, small_loops
from dae_core.model.compiled import compile_elsewhere

one_at_a_time = threading.Lock()
"""Held while a loop is prepared: what another thread prepares is waited for, not compiled twice."""


def _warm_up_loop() -> None:
    d, h = 2, 2
    row, hidden, matrix = np.zeros((1, d), np.float32), np.zeros(h, np.float32), np.zeros((h, d), np.float32)
    rate, errors, sparsities = np.zeros((3, 1), np.float32)
    kernels.sgd_steps(row, row.copy(), rate, matrix, hidden, matrix.copy(), row[0].copy(), False, errors, sparsities)


def _warm_up_examples() -> None:
    normal_numbers.warm_up()
    small_loops.warm_up()


_SHARES: dict[str, Callable[[], None]] = {"loop": _warm_up_loop, "examples": _warm_up_examples}
"""What is compiled at the same time, each in a process of its own."""


def warm_up() -> None:
    """Compile all functions for float32, or load them from numba's cache on disk."""
    for share in _SHARES.values():
        share()


def prepare(monitor: Monitor = UNWATCHED) -> None:
    """Warm up without freezing the other threads of this process.

    Where numba's cache does not hold the loops yet, other processes compile them into the cache, and this one only
    loads them. Where that fails, they are compiled here. Raises Cancelled where the monitor says so meanwhile.
    """
    with one_at_a_time:
        if kernels.steps.stats.cache_path is not None and not _is_cached():
            compile_elsewhere(__name__, *([name] for name in _SHARES), monitor=monitor)
        warm_up()


def _is_cached() -> bool:
    """Whether the cache holds an index of both large loops that is not older than the loop's file."""
    loops = (kernels.steps, Path(kernels.__file__)), (normal_numbers.fill, Path(normal_numbers.__file__))
    return all(_has_index(loop, source) for loop, source in loops)


def _has_index(loop: Any, source: Path) -> bool:
    indices = Path(str(loop.stats.cache_path)).glob(f"{source.stem}.{loop.__name__}-*.nbi")
    try:
        return any(index.stat().st_mtime >= source.stat().st_mtime for index in indices)
    except OSError:
        return False


if __name__ == "__main__":
    for _name in sys.argv[1:] or _SHARES:
        _SHARES[_name]()
