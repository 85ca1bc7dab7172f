"""The compiled loop of every member of the family: `kernels.sgd_steps` with the functions of the tables' rows.

There is a loop for each pair of activation and loss; whether the weights are tied, how many units pass and how strong
the penalties are it is told at each call. Tied weights need nothing but V in the memory of W: the pass over V takes
dE/dV off the rows, and the next pass over W dE/dW, which was made before.
"""

from __future__ import annotations

import functools
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model import preparing
from dae_core.model.activations import ACTIVATIONS
from dae_core.model.architecture import Architecture
from dae_core.model.compiled import compile_elsewhere, compiled, is_cached
from dae_core.model.kernels import FAST, add_rows, apart, multiply_and_update, subtract, update_and_multiply
from dae_core.model.penalties import MEMORY, PENALTIES
from dae_core.model.row_functions import (
    activate,
    curvature,
    on_code,
    on_inputs,
    on_outputs,
    on_sum,
    output,
    pixel_error,
    slope,
    tables_version,
)

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]

_loop = compiled(fastmath=FAST)


@functools.cache
def loop_for(activation: str, loss: str) -> Any:
    """Return the compiled loop of this activation and loss, keys of the tables.

    Its parameters are those of `kernels.sgd_steps` without ``published``, and between C and ``errors``:

    tied : bool
        V is the memory of WT.
    k : int
        How many units, the strongest, pass their value on; 0 for all.
    strengths : (p,) float64
        Strengths of the penalties in the order of their table.
    target : float
        The activity that the KL penalty draws units to.
    activity : (h,)
        The running mean of z, changed in place where z lies between 0 and 1, else not looked at.

    ``errors`` are the loss's recorded ones, and ``sparsities`` the fractions of units above the activation's threshold.
    """
    row = ACTIVATIONS[activation]  # type: ignore[index]
    hidden, ending = f"{activation} {tables_version()}", loss
    is_sparse, has_activity, threshold = row.is_sparse, row.unit_interval, row.threshold

    @compiled(fastmath=FAST)
    def family_steps(
        clean: Floats,
        noisy: Floats,
        rates: Floats,
        WT: Floats,
        B: Floats,
        V: Floats,
        C: Floats,
        tied: bool,
        k: int,
        strengths: Floats,
        target: float,
        activity: Floats,
        errors: Floats,
        sparsities: Floats,
    ) -> None:
        h, d = WT.shape
        real = B.dtype.type
        z, step, slopes, work = apart(h, B), apart(h, B), apart(h, B), apart(h, B)
        step[:], slopes[:] = 0, 0
        e = apart(d, B)  # o, then dE/do = y - x0
        used, unused = np.empty(h, np.int64), np.empty(h, np.int64)  # units with a gradient or a value, and the others
        norms, W_keep, V_keep = np.zeros(h, B.dtype), np.ones(h, B.dtype), np.ones(h, B.dtype)
        is_penalized = bool((strengths != 0).any())
        previous = noisy[0]
        for i in range(len(noisy)):
            x, x0, rate = noisy[i], clean[i], rates[i]
            if is_penalized:
                _shrink_update_and_multiply(WT, W_keep, step, previous, x, z, norms)
            else:
                update_and_multiply(WT, step, previous, x, z)
            for j in range(h):
                z[j] = activate(hidden, z[j] + B[j])
            if 0 < k < h:
                _keep_strongest(z, k, work)
            n_used, n_active = 0, 0
            for j in range(h):
                if has_activity:
                    activity[j] += (z[j] - activity[j]) / real(MEMORY)
                if not z[j] <= threshold:  # so written, NaN counts as active
                    n_active += 1
                if (is_sparse or k > 0) and z[j] == 0:
                    unused[j - n_used] = j
                    slopes[j] = 0
                else:
                    used[n_used] = j
                    n_used += 1
                    slopes[j] = slope(hidden, z[j])
                step[j] = 0
            for m in range(d):
                e[m] = C[m]
            add_rows(V, used[:n_used], z, e)
            error = real(0)
            for m in range(d):
                error += pixel_error(ending, e[m], x0[m])
                e[m] = output(ending, e[m]) - x0[m]
            errors[i] = error
            sparsities[i] = n_active / h
            if is_penalized:
                for j in range(h):
                    W_keep[j] = 1 - rate * on_inputs(strengths, (slopes[j],), ())
                    V_keep[j] = W_keep[j] if tied else real(1 - rate * on_outputs(strengths, (), ()))
                    if tied:
                        W_keep[j] = 1
                _multiply_shrink_and_update(V, used[:n_used], V_keep, rate, z, e, step)
                for j in unused[: h - n_used]:
                    _scale(V[j], V_keep[j])
                for j in used[:n_used]:
                    step[j] += rate * on_code(strengths, (z[j], activity[j]), (target,))
                    bent = curvature(hidden, z[j]) * (slopes[j] != 0)
                    step[j] = step[j] * slopes[j] + rate * on_sum(strengths, (slopes[j], bent, norms[j]), ())
            else:
                multiply_and_update(V, used[:n_used], rate, z, e, step)
                for j in used[:n_used]:
                    step[j] *= slopes[j]
            for j in range(h):
                B[j] -= step[j]
            for m in range(d):
                C[m] -= rate * e[m]
            previous = x
        for j in range(h):
            if is_penalized:
                _shrink_and_subtract(WT[j], W_keep[j], step[j], previous)
            else:
                subtract(WT[j], step[j], previous)

    return family_steps


@_loop
def _keep_strongest(z: Floats, k: int, work: Floats) -> None:
    """Set all but the k greatest of z (h,) to 0; of equal ones, the first stay, and NaN is the greatest."""
    for j in range(len(z)):
        work[j] = np.inf if np.isnan(z[j]) else z[j]
    least = np.partition(work, len(z) - k)[len(z) - k]
    equal = k
    for value in work:
        if value > least:
            equal -= 1
    for j in range(len(z)):
        if work[j] == least and equal > 0:
            equal -= 1
        elif work[j] <= least:
            z[j] = 0


@_loop
def _scale(row: Floats, keep: float) -> None:
    """``row *= keep``; a factor of one costs nothing."""
    if keep != 1:
        for k in range(len(row)):
            row[k] *= keep


@_loop
def _shrink_and_subtract(row: Floats, keep: float, factor: float, other: Floats) -> None:
    """``row = keep * row - factor * other``."""
    if factor != 0:
        for k in range(len(row)):
            row[k] = keep * row[k] - factor * other[k]
    else:
        _scale(row, keep)


@_loop
def _shrink_update_and_multiply(
    WT: Floats, keep: Floats, step: Floats, previous: Floats, x: Floats, a: Floats, norms: Floats
) -> None:
    """``WT = keep * WT - outer(step, previous)``, then ``a = WT @ x`` and ``norms`` = |rows of WT|², in one pass."""
    h, d = WT.shape
    pairs = h - h % 2
    for j in range(0, pairs, 2):
        v, w = WT[j], WT[j + 1]
        _shrink_and_subtract(v, keep[j], step[j], previous)
        _shrink_and_subtract(w, keep[j + 1], step[j + 1], previous)
        sv = sw = nv = nw = a.dtype.type(0)
        for k in range(d):
            sv += v[k] * x[k]
            nv += v[k] * v[k]
            sw += w[k] * x[k]
            nw += w[k] * w[k]
        a[j], a[j + 1], norms[j], norms[j + 1] = sv, sw, nv, nw
    for j in range(pairs, h):
        w = WT[j]
        _shrink_and_subtract(w, keep[j], step[j], previous)
        s = n = a.dtype.type(0)
        for k in range(d):
            s += w[k] * x[k]
            n += w[k] * w[k]
        a[j], norms[j] = s, n


@_loop
def _multiply_shrink_and_update(
    V: Floats, units: Ints, keep: Floats, rate: float, z: Floats, e: Floats, step: Floats
) -> None:
    """``step[units] = rate * V[units] @ e``, then ``V[units] = keep * V[units] - rate * outer(z[units], e)``."""
    for j in units:
        v, g, kept = V[j], rate * z[j], keep[j]
        s = step.dtype.type(0)
        for k in range(len(e)):
            s += v[k] * e[k]
            v[k] = kept * v[k] - g * e[k]
        step[j] = rate * s


def strengths_of(architecture: Architecture) -> NDArray[np.float64]:
    """Return the strengths (p,) of all penalties in the order of their table, as the loop takes them."""
    return np.array([getattr(architecture, name) for name in PENALTIES])


def prepare(activation: str, loss: str, monitor: Monitor = UNWATCHED) -> None:
    """Have the loop of this activation and loss ready, as `preparing.prepare` does for the exercise's."""
    loop = loop_for(activation, loss)
    with preparing.one_at_a_time:
        if loop.signatures:
            return
        if not is_cached(loop, *_example()):
            compile_elsewhere(__name__, [activation, loss], monitor=monitor)
        loop(*_example())


def _example() -> tuple[Any, ...]:
    """Return arguments of a loop, of the types that training has."""
    d, h = 2, 2
    row, hidden, matrix = np.zeros((1, d), np.float32), np.zeros(h, np.float32), np.zeros((h, d), np.float32)
    rate, errors, sparsities = np.zeros((3, 1), np.float32)
    parameters = matrix, hidden, matrix.copy(), row[0].copy()
    kind = Architecture()
    added = kind.tied, kind.k_sparse, strengths_of(kind), kind.kl_target, hidden.copy()
    return row, row.copy(), rate, *parameters, *added, errors, sparsities


if __name__ == "__main__":
    loop_for(*sys.argv[1:])(*_example())
