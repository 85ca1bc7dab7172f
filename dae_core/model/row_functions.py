"""The functions of the tables' rows for compiled code, looked up by name while that is compiled.

A name is a constant string of the compiled function, in whose place numba puts the row's own Python function: the one
that NumPy computes with elsewhere. So there is no branch for a row, and a new row is compiled like the others.
Called from Python, they do the same.
"""
# What numba puts in a function's place has its parameters by name, needed or not.
# ruff: noqa: ARG001

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from dae_core.model import activations, kernels, losses, penalties
from dae_core.model.activations import ACTIVATIONS
from dae_core.model.kernels import FAST
from dae_core.model.losses import LOSSES
from dae_core.model.penalties import PENALTIES, Penalty

_OPTIONS: Any = {"error_model": "numpy", "fastmath": FAST}


def tables_version() -> str:
    """Return a hash of what a loop is compiled from besides its own file, which alone numba's cache looks at.

    After the name of an activation it makes the constant string, and so the cached loop, one of these very tables.
    """
    digest = hashlib.sha256()
    for module in (activations, losses, penalties, kernels, sys.modules[__name__]):
        path = Path(str(module.__file__))
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()[:16]


def _of_row(table: Any, field: str) -> Any:
    """Return a function: (row's name, x) -> the row's function of x; in compiled code the name is a constant."""

    def look_up(kind: Any, x: Any) -> Any:
        return getattr(table[kind.split()[0]], field)(x)

    @overload(look_up, jit_options=_OPTIONS)
    def compile_for(kind: Any, x: Any) -> Any:
        if not isinstance(kind, types.StringLiteral):
            return None  # numba then asks with the constant
        function = _jitable(getattr(table[kind.literal_value.split()[0]], field))

        def of_row(kind: Any, x: Any) -> Any:
            return function(x)

        return of_row

    return look_up


def _jitable(function: Callable[..., Any]) -> Any:
    return function if isinstance(function, np.ufunc) else register_jitable(**_OPTIONS)(function)


activate = _of_row(ACTIVATIONS, "function")
slope = _of_row(ACTIVATIONS, "derivative")
curvature = _of_row(ACTIVATIONS, "curvature")
output = _of_row(LOSSES, "output")


def pixel_error(kind: Any, o: Any, x0: Any) -> Any:
    """Return the recorded error of a pixel by the loss of this name."""
    return LOSSES[kind].pixel_error(o, x0)


@overload(pixel_error, jit_options=_OPTIONS)
def _compile_pixel_error(kind: Any, o: Any, x0: Any) -> Any:
    if not isinstance(kind, types.StringLiteral):
        return None
    function = _jitable(LOSSES[kind.literal_value].pixel_error)

    def of_row(kind: Any, o: Any, x0: Any) -> Any:
        return function(o, x0)

    return of_row


def _penalties(part: str) -> Any:
    """Return a function: (strengths, arguments before, after) -> the sum of all penalties' ``part``.

    ``strengths`` (p,) are in the order of the table; a penalty of strength 0 is not computed.
    """

    def add_up(strengths: Any, before: Any, after: Any) -> Any:
        rows = zip(PENALTIES.values(), strengths, strict=True)
        return sum(getattr(row, part)(*before, s, *after) for row, s in rows if s)

    @overload(add_up, jit_options=_OPTIONS)
    def compile_for(strengths: Any, before: Any, after: Any) -> Any:
        total = _nothing
        for place, row in enumerate(PENALTIES.values()):
            function = getattr(row, part)
            if function is not getattr(Penalty, part):  # the default, which adds nothing
                total = _plus(total, place, _jitable(function))

        def of_rows(strengths: Any, before: Any, after: Any) -> Any:
            return total(strengths, before, after)

        return of_rows

    return add_up


@register_jitable
def _nothing(strengths: Any, before: Any, after: Any) -> float:
    return 0.0


def _plus(total: Any, place: int, function: Any) -> Any:
    @_jitable
    def plus(strengths: Any, before: Any, after: Any) -> Any:
        sum_so_far = total(strengths, before, after)
        if strengths[place] != 0:
            sum_so_far += function(*(before + (strengths[place],) + after))  # noqa: RUF005  # what numba can compile
        return sum_so_far

    return plus


on_code, on_sum = _penalties("on_code"), _penalties("on_sum")
on_inputs, on_outputs = _penalties("on_inputs"), _penalties("on_outputs")
