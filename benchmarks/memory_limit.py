"""The least that one iteration must move: W read once, its active rows written, V's read twice and written once.

A compiled pass over arrays of the kernel's sizes does only this, with as little arithmetic as will keep the compiler
from leaving it out, and with the activity pattern of real digits. Nothing that trains this model can be faster, unless
it keeps part of the weights in the nearest caches.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

Singles = NDArray[np.float32]


@numba.njit(nogil=True, fastmath={"reassoc", "contract", "nsz", "arcp"}, error_model="numpy", boundscheck=False)
def move(active: NDArray[np.bool_], WT: Singles, V: Singles, sums: Singles) -> None:
    """Move the bytes of n iterations: ``active`` (n, h) says which rows; ``WT`` and ``V`` are (h, d)."""
    n, h = active.shape
    d = WT.shape[1]
    one = np.float32(1)
    for i in range(n):
        total = np.float32(0)
        before = active[max(i - 1, 0)]
        for j in range(h):
            w, v = WT[j], V[j]
            if before[j]:  # its update of the last iteration, in the same pass
                for k in range(d):
                    w[k] += one
            else:
                for k in range(d):
                    total += w[k]
            if active[i, j]:
                for k in range(d):
                    total += v[k]
        for j in range(h):
            if active[i, j]:
                v = V[j]
                for k in range(d):
                    v[k] += one
        sums[i] = total


def bytes_moved(active: NDArray[np.bool_], d: int) -> float:
    """Return the bytes that ``move`` reads and writes per iteration."""
    h = active.shape[1]
    rows = h + 4.0 * np.count_nonzero(active) / len(active)
    return float(4.0 * d * rows)
