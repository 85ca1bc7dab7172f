"""Checks ``backward``: finite differences block by block, and the mistakes that explain what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dae_core.jobs import Monitor
from dae_core.lessons.code.checks.backward_cases import BLOCKS, EXERCISE, SMALL, Step
from dae_core.lessons.code.checks.backward_mistakes import order_of, recognise, sentences
from dae_core.lessons.code.checks.comparing import (
    Call,
    Doubles,
    agrees,
    as_doubles,
    difference,
    not_finite,
    wrong_shape,
)
from dae_core.lessons.code.mistakes import MISTAKES
from dae_core.lessons.code.result import CheckResult
from dae_core.model.gradient_check import BlockCheck, check_gradient, explain
from dae_core.sandbox import CodeFault, Value
from dae_core.texts import listed

_NAMES = "dW, dB, dV, dC"


def check(call: Call, rng: np.random.Generator, monitor: Monitor) -> CheckResult:
    """Check ``backward`` on a network of the exercise's size, and on a small one where that is right."""
    step = Step.random(*EXERCISE, rng)
    result = judged(call(*step.arguments), step, rng, monitor)
    if not result.ok:
        return result
    small = Step.random(*SMALL, rng)
    try:
        is_general = judged(call(*small.arguments), small, rng, monitor).ok
    except CodeFault:
        is_general = False
    if is_general:
        return result
    remark = (
        f"It is right only for {EXERCISE[0]} pixels and {EXERCISE[1]} hidden units: with {SMALL[0]} and {SMALL[1]} "
        "it is not. To train other networks with it, take all sizes from the arguments."
    )
    return CheckResult(True, f"{result.text} {remark}", blocks=result.blocks)


def judged(values: tuple[Value, ...], step: Step, rng: np.random.Generator, monitor: Monitor) -> CheckResult:
    """Return what is to be said of the values that ``backward`` returned for a step."""
    if len(values) != len(BLOCKS):
        count = f"{len(values)} value{'' if len(values) == 1 else 's'}"
        return CheckResult(False, f"`backward` returned {count}. It has to return four: {_NAMES}.")
    arrays = tuple(map(as_doubles, values))
    if order := order_of(arrays, step):
        detail = ", ".join(f"d{name}" for name in order)
        return CheckResult(False, MISTAKES["order"].sentence.format(detail=detail), mistake="order")
    returned, right = dict(zip(BLOCKS, arrays, strict=True)), step.right
    shaped = {name: block for name, block in returned.items() if block.shape == right[name].shape}
    checks = check_gradient(step.model, step.x, step.x0, gradients=shaped, rng=rng, monitor=monitor)
    wrong = {
        name: block
        for name, block in returned.items()
        if name not in checks or not checks[name].ok or not agrees(block, right[name])
    }
    if not wrong:
        return CheckResult(True, explain(checks, "exact"), blocks=checks)
    found = recognise(wrong, step)
    recognised = sentences(found)
    texts = [sentence for _, sentence in recognised]
    texts += [_unknown(name, block, step) for name, block in wrong.items() if name not in found]
    text = " ".join([*texts, *_counted(checks, step)])
    return CheckResult(False, text, mistake=recognised[0][0] if recognised else "", blocks=checks)


def _unknown(name: str, returned: Doubles, step: Step) -> str:
    """Return how a block differs that no mistake explains."""
    right = step.right[name]
    if returned.shape != right.shape:
        return f"d{name} has another shape than {name}: {wrong_shape(returned, right)}."
    if missing := not_finite(returned):
        return f"d{name}: {missing}."
    unit = _unit(name, np.unravel_index(int(np.abs(returned - right).argmax()), right.shape))
    of = "" if unit is None else f" (hidden unit {unit}, which is {'active' if step.z[unit] > 0 else 'silent'} here)"
    return f"d{name}: {difference(returned, right)}{of}."


def _unit(name: str, place: tuple[np.intp, ...]) -> int | None:
    """Return the hidden unit that an entry of a block belongs to; None for those of C."""
    return None if name == "C" else int(place[-1] if name == "W" else place[0])


def _counted(checks: Mapping[str, BlockCheck], step: Step) -> list[str]:
    """Return what finite differences say of the wrong blocks, as a sentence."""
    wrong = [name for name, check in checks.items() if not check.ok]
    if not wrong:
        return []
    names = listed([f"d{name}" for name in wrong])
    count, silent = (sum(getattr(checks[name], what) for name in wrong) for what in ("wrong", "wrong_silent"))
    total = sum(checks[name].checked for name in wrong)
    whose = "all" if silent == count else f"{silent:,}" if silent else "none"
    n_silent = int((step.z <= 0).sum())
    return [
        f"By finite differences {count:,} of {total:,} entries checked of {names} are wrong, {whose} of them of silent "
        f"units ({n_silent} of {len(step.z)} units are silent on this digit)."
    ]
