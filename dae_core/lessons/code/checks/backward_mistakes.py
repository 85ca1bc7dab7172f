"""Finds the mistakes by which ``backward`` would return just what it returned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dae_core.lessons.code.checks.backward_cases import BLOCKS, Step
from dae_core.lessons.code.checks.comparing import TOLERANCE, Doubles, agrees, wrong_shape
from dae_core.lessons.code.mistakes import MISTAKES
from dae_core.texts import listed, number_text

_ENOUGH = 200  # numbers that tell most arrays apart
_ROUGH = 2e-3  # what rounding to float32 or float16 stays below


@dataclass(frozen=True)
class Finding:
    """A mistake in one block, and the figures that belong to it."""

    key: str
    detail: str = ""


Findings = tuple[Finding, ...]


def order_of(returned: tuple[Doubles, ...], step: Step) -> tuple[str, ...]:
    """Return which blocks the four returned values are, by their shapes, where they are only in another order.

    Empty where they are not; W and V in one another's place may as well be both transposed, which their entries decide.
    """
    names = {block.shape: name for name, block in step.right.items()}
    order = tuple(names.get(one.shape, "") for one in returned)
    if sorted(order) != sorted(BLOCKS) or order == BLOCKS:
        return ()
    if order == ("V", "B", "W", "C"):
        as_transposed = [bool(_explanations(one.T, name, step)) for one, name in zip(returned, BLOCKS, strict=True)]
        if as_transposed[0] or as_transposed[2]:
            return ()
    return order


def recognise(wrong: Mapping[str, Doubles], step: Step) -> dict[str, Findings]:
    """Return the mistakes by block, of those blocks that some explain.

    Of several explanations with equally many mistakes, the one is taken that explains more of the other blocks too.
    """
    possible = {name: _of_block(block, name, step) for name, block in wrong.items()}
    counts = Counter(key for ways in possible.values() for key in {one.key for way in ways for one in way})
    return {
        name: max(ways, key=lambda way: sum(counts[one.key] for one in way)) for name, ways in possible.items() if ways
    }


def sentences(found: Mapping[str, Findings]) -> list[tuple[str, str]]:
    """Return the mistakes, each with a sentence that names its blocks."""
    where: dict[Finding, list[str]] = {}
    for name, findings in found.items():
        for one in findings:
            where.setdefault(one, []).append(f"d{name}")
    order = list(MISTAKES)
    return [
        (one.key, MISTAKES[one.key].sentence.format(where=listed(names), detail=one.detail))
        for one, names in sorted(where.items(), key=lambda item: order.index(item[0].key))
    ]


def _of_block(returned: Doubles, name: str, step: Step) -> list[Findings]:
    """Return the explanations of a wrong block, with the fewest mistakes."""
    right = step.right[name]
    detail = wrong_shape(returned, right)
    if returned.shape == right.shape:
        if not returned.any():
            return [(Finding("zeros"),)]
        if agrees(returned, right, _ROUGH):
            return [(Finding("precision"),)]
        return _explanations(returned, name, step)
    if right.ndim == 2 and returned.shape == right.T.shape:
        ways = _explanations(returned.T, name, step)
        return [(*way, Finding("transposed", detail)) for way in ways] or [(Finding("transposed", detail),)]
    if returned.size == right.size:
        return [
            (*way, Finding("extra-axis", detail)) for way in _explanations(returned.reshape(right.shape), name, step)
        ]
    if right.ndim == 2 and returned.ndim == 1:
        return [(Finding("no-outer", detail),)]
    return [(Finding("summed", detail),)] if right.ndim == 1 and returned.size == 1 else []


def _explanations(returned: Doubles, name: str, step: Step) -> list[Findings]:
    """Return the explanations of an array in the right shape, with the fewest mistakes; one with none is empty."""
    found: list[Findings] = []
    if returned.shape != step.right[name].shape or not np.isfinite(returned).all():
        return found
    for keys, variant in step.variants(name):
        if found and sum(map(bool, keys)) > len(found[0]):
            break
        factor = _factor(returned, variant)
        if factor is None:
            continue
        findings = tuple(Finding(key) for key in keys if key) + _of_factor(factor)
        if found and len(findings) > len(found[0]):
            continue
        found = [*found, findings] if found and len(findings) == len(found[0]) else [findings]
    return found


def _factor(returned: Doubles, variant: Doubles) -> float | None:
    """Return by which factor an array is another one; None where it is by none."""
    some = slice(None, None, max(1, variant.size // _ENOUGH))
    for one, other in ((returned.flat[some], variant.flat[some]), (returned, variant)):
        size = float(np.vdot(other, other))
        factor = float(np.vdot(one, other)) / size if size else 0.0
        if not factor or not np.abs(one - factor * other).max() <= TOLERANCE * np.abs(one).max():
            return None
    return factor


def _of_factor(factor: float) -> Findings:
    if abs(factor - 1) <= TOLERANCE:
        return ()
    if abs(factor + 1) <= TOLERANCE:
        return (Finding("sign"),)
    return (Finding("factor", number_text(factor, ".4g")),)
