"""Judges a function that returns one array: right, a known mistake, or how far off."""

from __future__ import annotations

from collections.abc import Iterable

from dae_core.lessons.code.checks.comparing import (
    Doubles,
    agrees,
    difference,
    not_finite,
    wrong_shape,
)
from dae_core.lessons.code.mistakes import MISTAKES
from dae_core.lessons.code.result import CheckResult

Variant = tuple[tuple[str, ...], str, Doubles]
"""What a function returns with some mistakes: their keys, what belongs in their sentences, and the array."""


def judged(
    returned: Doubles | None, right: Doubles, variants: Iterable[Variant], of: str, name: str
) -> CheckResult | None:
    """Return what is wrong with an array, or None where it is right.

    Parameters
    ----------
    returned : array or None
        None where several arrays came.
    right : array
        What should have come.
    variants : iterable
        What comes with some mistakes, those with the fewest first.
    of : str
        On what it was tried: "200 values and a window of 25".
    name : str
        Of the function.
    """
    if returned is None:
        return CheckResult(
            False, f"`{name}` returned several arrays. It has to return one, of the shape {right.shape}."
        )
    if agrees(returned, right):
        return None
    for keys, detail, variant in variants:
        if agrees(returned, variant):
            text = " ".join(MISTAKES[key].sentence.format(detail=detail) for key in keys)
            return CheckResult(False, text, mistake=keys[0])
    if returned.shape != right.shape:
        return CheckResult(False, f"With {of} the result has another shape: {wrong_shape(returned, right)}.")
    if missing := not_finite(returned):
        return CheckResult(False, f"With {of}: {missing}.")
    return CheckResult(False, f"With {of}: {difference(returned, right)}.")
