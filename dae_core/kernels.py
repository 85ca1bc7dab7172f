"""The compiled loop: many iterations of single-sample SGD in one call, without Python or the interpreter lock.

It does what ``AutoEncoder.forward``, ``backward`` and ``update`` do for one example after another, and is tested
against them. Two facts make it fast. Memory: a hidden unit that is silent (z = 0) contributes neither to y nor to the
exact gradient, so only the active rows of V are touched. And the update of W by one iteration is made in the same pass
over W as the products of the next one, which saves reading the active columns once more.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

# Sums may be reordered and fused, which SIMD needs; NaN and infinity keep their meaning, for divergence must be seen.
_FAST = {"reassoc", "contract", "nsz", "arcp"}

_preparing = threading.Lock()


@numba.njit(nogil=True, cache=True, fastmath=_FAST, error_model="numpy", boundscheck=False)
def sgd_steps(
    clean: Floats,
    noisy: Floats,
    rates: Floats,
    WT: Floats,
    B: Floats,
    V: Floats,
    C: Floats,
    published: bool,
    errors: Floats,
    sparsities: Floats,
) -> None:
    """Run n iterations of SGD with batch size 1, in place.

    Parameters
    ----------
    clean, noisy : (n, d)
        Row i is the example of iteration i and its corrupted version.
    rates : (n,)
        Learning rate of each iteration.
    WT, B, V, C : (h, d), (h,), (h, d), (d,)
        Parameters, C-contiguous, changed in place; ``WT`` is W transposed.
    published : bool
        Leave out the ReLU's derivative (see ``AutoEncoder.backward``).
    errors, sparsities : (n,)
        Filled with |y - x0|² and the fraction of hidden units with z > 0, both before the iteration's update.

    All arrays have one dtype, float32 or float64.
    """
    n, d = clean.shape
    h = B.shape[0]
    zero = B.dtype.type(0)
    e = np.empty(d, B.dtype)  # reconstruction y, then the error y - x0
    z = np.empty(h, B.dtype)  # x W + B, before the ReLU
    step = np.zeros(h, B.dtype)  # rate * dE/da of the previous iteration, still to be taken off W
    previous = noisy[0]
    for i in range(n):
        x = noisy[i]
        target = clean[i]
        rate = rates[i]
        for k in range(d):
            e[k] = C[k]
        active = 0
        for j in range(h):
            w = WT[j]
            s = step[j]
            if s != zero:
                for k in range(d):
                    w[k] -= s * previous[k]
            # Not in the loop above, though the row is read twice then (it is in the nearest cache): as the only loop that
            # sums this product it adds in one order always, and results do not depend on how a run is cut into calls.
            a = B[j]
            for k in range(d):
                a += w[k] * x[k]
            z[j] = a
            if not a <= zero:  # so written, NaN counts as active and shows in the error
                active += 1
                v = V[j]
                for k in range(d):
                    e[k] += a * v[k]
        squared = zero
        for k in range(d):
            e[k] -= target[k]
            squared += e[k] * e[k]
        errors[i] = squared
        sparsities[i] = active / h
        for j in range(h):
            v = V[j]
            gradient = zero
            if not z[j] <= zero:
                g = rate * z[j]
                for k in range(d):
                    gradient += v[k] * e[k]
                    v[k] -= g * e[k]
            elif published:
                for k in range(d):
                    gradient += v[k] * e[k]
            step[j] = rate * gradient
            B[j] -= step[j]
        for k in range(d):
            C[k] -= rate * e[k]
        previous = x
    for j in range(h):
        s = step[j]
        if s != zero:
            w = WT[j]
            for k in range(d):
                w[k] -= s * previous[k]


def warm_up() -> None:
    """Compile the loop for float32, or load it from numba's cache on disk."""
    d, h = 2, 2
    row, hidden, matrix = np.zeros((1, d), np.float32), np.zeros(h, np.float32), np.zeros((h, d), np.float32)
    rate, errors, sparsities = np.zeros((3, 1), np.float32)
    sgd_steps(row, row.copy(), rate, matrix, hidden, matrix.copy(), row[0].copy(), False, errors, sparsities)


def prepare() -> None:
    """Warm up without freezing the other threads of this process.

    Compiling holds the interpreter lock for seconds, so where numba's cache does not hold the loop yet, another process
    compiles it into the cache, and this one only loads it. Where that fails, it is compiled here.
    """
    with _preparing:
        if not _is_cached() and sys.executable:
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                subprocess.run([sys.executable, "-m", __name__], check=False, capture_output=True, timeout=120)  # noqa: S603
        warm_up()


def _is_cached() -> bool:
    """Whether the cache holds an index of this file's loop that is not older than the file."""
    source = Path(__file__)
    indices = Path(str(sgd_steps.stats.cache_path)).glob(f"{source.stem}.sgd_steps-*.nbi")
    try:
        return any(index.stat().st_mtime >= source.stat().st_mtime for index in indices)
    except OSError:
        return False


if __name__ == "__main__":
    warm_up()
