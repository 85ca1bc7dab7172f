"""Checks ``mosaic`` against a loop over the pictures, in a square and another grid."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dae_core.jobs import Monitor
from dae_core.lessons.code.checks.comparing import Call, Doubles, one_array, wrong_shape
from dae_core.lessons.code.checks.single import Variant, judged
from dae_core.lessons.code.mistakes import MISTAKES
from dae_core.lessons.code.result import CheckResult
from dae_core.sandbox import CodeFault

SIDE = 28
_SQUARE, _OBLONG = (15, 15), (3, 5)


def check(call: Call, rng: np.random.Generator, monitor: Monitor) -> CheckResult:
    """Check ``mosaic`` in the exercise's grid, in which rows and columns are as many, and in another one."""
    monitor.stage(0.0, 0.5, "Laying out 15 × 15 pictures")
    fault = _tried(call, *_SQUARE, rng)
    if fault is not None:
        return fault
    monitor.stage(0.5, 1.0, "Laying out 3 × 5 pictures")
    fixed = MISTAKES["fixed-grid"]
    try:
        fault = _tried(call, *_OBLONG, rng)
    except CodeFault as code_fault:
        if code_fault.kind != "exception":
            raise
        return CheckResult(False, f"{fixed.sentence} {code_fault}", code_fault.line, fixed.key)
    if fault is None:
        return CheckResult(True, "Right: every picture is in its place, for 15 × 15 as for 3 × 5.")
    return CheckResult(False, f"{fixed.sentence} {fault.text}", mistake=fault.mistake or fixed.key)


def laid_out(V: Doubles, rows: int, columns: int) -> Doubles:
    """Return the mosaic, picture by picture."""
    picture = np.empty((rows * SIDE, columns * SIDE))
    for k, row in enumerate(V):
        top, left = SIDE * (k // columns), SIDE * (k % columns)
        picture[top : top + SIDE, left : left + SIDE] = row.reshape(SIDE, SIDE)
    return picture


def _tried(call: Call, rows: int, columns: int, rng: np.random.Generator) -> CheckResult | None:
    """Return what is wrong in a grid, or None."""
    V = rng.normal(size=(rows * columns, SIDE * SIDE))
    right = laid_out(V, rows, columns)
    returned = one_array(call(V, rows, columns))
    fault = judged(returned, right, _variants(V, rows, columns), f"{rows} × {columns} pictures", "mosaic")
    if fault is None or fault.mistake or returned is None or returned.shape != right.shape:
        return fault
    if np.array_equal(np.sort(returned, axis=None), np.sort(right, axis=None)):
        return CheckResult(False, MISTAKES["other-order"].sentence, mistake="other-order")
    return fault


def _variants(V: Doubles, rows: int, columns: int) -> Iterator[Variant]:
    """Yield what comes back with a mistake."""
    right = laid_out(V, rows, columns)
    grid = np.arange(rows * columns).reshape(rows, columns)
    downwards = np.arange(rows * columns).reshape(columns, rows).T
    tiles = V.reshape(-1, SIDE, SIDE)
    turned = tiles.transpose(0, 2, 1)

    def laid(pictures: Doubles, order: np.ndarray[tuple[int, ...], np.dtype[np.int_]] = grid) -> Doubles:
        return laid_out(pictures[order.ravel()].reshape(-1, SIDE * SIDE), rows, columns)

    yield ("column-order",), "", laid(tiles, downwards)
    yield ("tile-transposed",), "", laid(turned)
    yield ("both-transposed",), "", laid(turned, downwards)
    yield ("both-transposed",), "", right.T
    for below, beside in ((rows, columns), (columns, rows)):
        as_w = V.reshape(SIDE, SIDE, below, beside).transpose(2, 0, 3, 1)
        yield ("layout-of-w",), "", as_w.reshape(below * SIDE, beside * SIDE)
    for numbers in (V, V.T):
        yield ("plain-reshape",), "", numbers.reshape(right.shape)
    other = laid_out(V, columns, rows)
    yield ("swapped-grid",), wrong_shape(other, right), other
    four = V.reshape(rows, columns, SIDE, SIDE)
    stacked, beside_all = tiles.reshape(-1, SIDE), tiles.transpose(1, 0, 2).reshape(SIDE, -1)
    for parts in (four, four.transpose(0, 2, 1, 3), tiles, stacked, beside_all):
        yield ("not-joined",), wrong_shape(parts, right), parts
    for flipped in (right[::-1], laid(tiles[:, ::-1]), laid(tiles, grid[::-1])):
        yield ("upside-down",), "", flipped
    for flipped in (right[:, ::-1], laid(tiles[:, :, ::-1]), laid(tiles, grid[:, ::-1])):
        yield ("mirrored",), "", flipped
