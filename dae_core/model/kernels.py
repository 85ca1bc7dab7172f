"""The compiled loop: many iterations of single-sample SGD in one call, without Python or the interpreter lock.

It does what ``AutoEncoder.forward``, ``backward`` and ``update`` do for one example after another, and is tested
against them. It is bound by the traffic between the processor and its caches, and three facts keep that small:
a hidden unit that is silent (z = 0) contributes neither to y nor to the exact gradient, so only the active rows of V
are touched; the update of W by one iteration is made in the same pass over W as the products of the next one; and
rows are taken in fours or pairs, so that x, y or the error, which all rows share, is loaded once for several of them.

The hidden units are in two parts, whose contributions to y are added up apart. One thread does both, or two threads one
each: W and V of a part then stay nearer to a core, and the threads meet once in an iteration. The bits are the same.

The passes over W and V are here too, for numba looks at a loop's own file alone to see whether what its cache holds is
still right.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from dae_core.model import aligned, instructions
from dae_core.model.compiled import compiled

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]

# Sums may be reordered and fused, which SIMD needs; NaN and infinity keep their meaning, for divergence must be seen.
FAST = {"reassoc", "contract", "nsz", "arcp"}

_loop = compiled(fastmath=FAST)

PARTS = 2
"""Of the hidden units: the first half, and the others."""
_LINE = 16
"""Places in an array of int64 between two that different threads write: two lines of the cache, which come in pairs."""
_GAP = 128
"""Numbers, of 4 or 8 bytes, on both sides of an array that is to be far from others."""
_LONG_WAIT = 20_000
"""Looks at the other thread, in one iteration, after which a call of two threads ends early.

They take some tenths of a millisecond: the other thread is not running then, for there is other work for its core.
"""


class Meeting:
    """Where the two parts of a network meet in each iteration.

    Parameters
    ----------
    d : int
        Pixels.
    dtype
        Of the parameters.
    """

    def __init__(self, d: int, dtype: DTypeLike) -> None:
        # What is written in an iteration is still read by the other thread when the next one begins, so all is there
        # twice, for even and odd iterations.
        self.partial = aligned.empty((2, PARTS, d), dtype)  # what each part adds to y
        self.counts = np.zeros((2, PARTS * _LINE), np.int64)  # its active units
        self.signals = np.zeros((PARTS + 1) * _LINE, np.int64)  # how far each part has come, and where both end


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
    part: int | None = None,
    meeting: Meeting | None = None,
) -> int:
    """Run n iterations of SGD with batch size 1, in place; return n.

    With a part, another thread does the same at the same time, with the other part and the same meeting. Each has a
    copy of C then, for both change it, and part 0 alone fills errors and sparsities. What is returned is the same for
    both: fewer iterations than n where a thread waited long for the other.

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
    part : int, optional
        The part of the hidden units that this thread does; all of them where it is not given.
    meeting : Meeting, optional
        Where two threads meet; needed with a part.

    All arrays have one dtype, float32 or float64. Raises ValueError for a part without a meeting, which nobody would
    come to.
    """
    if part is not None and meeting is None:
        raise ValueError("A part of the units is trained with a meeting.")
    room = meeting or Meeting(len(C), C.dtype)
    parts = (0, PARTS) if part is None else (part, part + 1)
    parameters, found = (WT, B, V, C), (errors, sparsities)
    shared = room.partial, room.counts, room.signals
    return int(steps(*parts, clean, noisy, rates, *parameters, published, *found, *shared))


@_loop
def steps(
    first: int,
    end: int,
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
    partial: Floats,
    counts: Ints,
    signals: Ints,
) -> int:
    """Run iterations for the parts from ``first`` to ``end``; return how many were done.

    One function for one thread and for two, for compiled apart, they might not add in the same order.
    """
    h, d = WT.shape
    zero = B.dtype.type(0)
    middle = h // 2 // 4 * 4  # rows are taken in fours
    bounds = (0, middle, h)
    low, high = bounds[first], bounds[end]
    b = apart(high - low, B)  # of this thread alone: lines of the cache that two write would go to and fro
    for j in range(low, high):
        b[j - low] = B[j]
    a = apart(h, B)  # x W + B, before the ReLU
    active, silent = np.empty(h, np.int64), np.empty(h, np.int64)  # a part's units with z > 0, and its others
    numbers = np.zeros(PARTS, np.int64)  # how many are active
    e = apart(d, B)  # y - x0
    step = apart(h, B)  # rate * dE/da of the previous iteration, still to be taken off W
    for j in range(h):
        step[j] = zero
    previous = noisy[0]
    done = 0
    for i in range(len(noisy)):
        x, x0, rate, parity = noisy[i], clean[i], rates[i], i & 1
        for part in range(first, end):
            start, stop = bounds[part], bounds[part + 1]
            update_and_multiply(WT[start:stop], step[start:stop], previous, x, a[start:stop])
            n_active = 0
            for j in range(start, stop):
                a[j] += b[j - low]
                if not a[j] <= zero:  # so written, NaN counts as active and shows in the error
                    active[start + n_active] = j
                    n_active += 1
                else:
                    silent[j - n_active] = j
                step[j] = zero
            numbers[part] = counts[parity, part * _LINE] = n_active
            share = partial[parity, part]
            for k in range(d):
                share[k] = zero
            add_rows(V, active[start : start + n_active], a, share)
        last = 0
        if end - first < PARTS:
            instructions.store(signals, first * _LINE, i + 1)
            waited = 0
            while instructions.load(signals, (PARTS - 1 - first) * _LINE) <= i:
                instructions.relax()
                waited += 1
            # Whoever asks for an end has it at the end of the next iteration, before which the other thread sees it. In
            # the first one it may still be on its way here.
            if i and waited > _LONG_WAIT and instructions.load(signals, PARTS * _LINE) == 0:
                instructions.store(signals, PARTS * _LINE, i + 2)
            last = instructions.load(signals, PARTS * _LINE)
        squared = zero
        for k in range(d):
            difference = ((C[k] - x0[k]) + partial[parity, 0, k]) + partial[parity, 1, k]
            e[k] = difference
            squared += difference * difference
        if first == 0:
            errors[i] = squared
            sparsities[i] = (counts[parity, 0] + counts[parity, _LINE]) / h
        for part in range(first, end):
            start, stop = bounds[part], bounds[part + 1]
            units = active[start : start + numbers[part]]
            multiply_and_update(V, units, rate, a, e, step)
            if published:
                _multiply(V, silent[start : stop - numbers[part]], rate, e, step)
        for j in range(low, high):
            b[j - low] -= step[j]
        for k in range(d):
            C[k] -= rate * e[k]
        previous = x
        done = i + 1
        if last and done >= last:
            break
    for j in range(low, high):
        subtract(WT[j], step[j], previous)
        B[j] = b[j - low]
    return done


@_loop
def apart(count: int, like: Floats) -> Floats:
    """Return an uninitialised array (count,) that is far from all others.

    A compiled loop that writes one array and reads another looks whether they are near each other, nearer than a few
    wide registers, and then adds in another order. Bits would depend on where small arrays happen to lie.
    """
    return np.empty(count + 2 * _GAP, like.dtype)[_GAP : _GAP + count]


@_loop
def subtract(row: Floats, factor: float, other: Floats) -> None:
    """``row -= factor * other``; a factor of zero costs nothing."""
    if factor != 0:
        for k in range(len(row)):
            row[k] -= factor * other[k]


@_loop
def update_and_multiply(WT: Floats, step: Floats, previous: Floats, x: Floats, a: Floats) -> None:
    """``WT -= outer(step, previous)``, then ``a = WT @ x``, in one pass over WT.

    A row is updated just before it is multiplied, when it is in the nearest cache, but in a loop of its own: the sum
    then is the same code whether there was an update or not, and so are its bits however a run is cut into calls.
    """
    h, d = WT.shape
    fours = h - h % 4
    for j in range(0, fours, 4):
        for r in range(4):
            subtract(WT[j + r], step[j + r], previous)
        w0, w1, w2, w3 = WT[j], WT[j + 1], WT[j + 2], WT[j + 3]
        s0 = s1 = s2 = s3 = a.dtype.type(0)
        for k in range(d):
            s0 += w0[k] * x[k]
            s1 += w1[k] * x[k]
            s2 += w2[k] * x[k]
            s3 += w3[k] * x[k]
        a[j], a[j + 1], a[j + 2], a[j + 3] = s0, s1, s2, s3
    for j in range(fours, h):
        w = WT[j]
        subtract(w, step[j], previous)
        s = a.dtype.type(0)
        for k in range(d):
            s += w[k] * x[k]
        a[j] = s


@_loop
def add_rows(V: Floats, units: Ints, a: Floats, e: Floats) -> None:
    """``e += a[units] @ V[units]``."""
    fours = len(units) - len(units) % 4
    for i in range(0, fours, 4):
        p, q, r, s = units[i], units[i + 1], units[i + 2], units[i + 3]
        ap, aq, ar, as_ = a[p], a[q], a[r], a[s]
        vp, vq, vr, vs = V[p], V[q], V[r], V[s]
        for k in range(len(e)):
            e[k] += ap * vp[k] + aq * vq[k] + ar * vr[k] + as_ * vs[k]
    for j in units[fours:]:
        v, aj = V[j], a[j]
        for k in range(len(e)):
            e[k] += aj * v[k]


@_loop
def multiply_and_update(V: Floats, units: Ints, rate: float, a: Floats, e: Floats, step: Floats) -> None:
    """``step[units] = rate * V[units] @ e``, then ``V[units] -= rate * outer(a[units], e)``, in one pass over V."""
    pairs = len(units) - len(units) % 2
    for i in range(0, pairs, 2):
        p, q = units[i], units[i + 1]
        gp, gq = rate * a[p], rate * a[q]
        vp, vq = V[p], V[q]
        sp = sq = step.dtype.type(0)
        for k in range(len(e)):
            sp += vp[k] * e[k]
            sq += vq[k] * e[k]
            vp[k] -= gp * e[k]
            vq[k] -= gq * e[k]
        step[p], step[q] = rate * sp, rate * sq
    for j in units[pairs:]:
        v, g = V[j], rate * a[j]
        s = step.dtype.type(0)
        for k in range(len(e)):
            s += v[k] * e[k]
            v[k] -= g * e[k]
        step[j] = rate * s


@_loop
def _multiply(V: Floats, units: Ints, rate: float, e: Floats, step: Floats) -> None:
    """``step[units] = rate * V[units] @ e``."""
    for j in units:
        v = V[j]
        s = step.dtype.type(0)
        for k in range(len(e)):
            s += v[k] * e[k]
        step[j] = rate * s
