"""Checks ``reconstruct`` against the specification of the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from dae_core.jobs import Monitor
from dae_core.lessons.code.checks.backward_cases import EXERCISE, SMALL, Step
from dae_core.lessons.code.checks.comparing import Call, Doubles, combinations, one_array, wrong_shape
from dae_core.lessons.code.checks.single import Variant, judged
from dae_core.lessons.code.result import CheckResult
from dae_core.sandbox import CodeFault

_OTHERS: Mapping[str, Callable[[Doubles], Doubles]] = {
    "a sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "tanh": np.tanh,
    "the absolute value": np.abs,
    "a step from 0 to 1": lambda a: (a > 0).astype(np.float64),
    "a leaky ReLU": lambda a: np.where(a > 0, a, 0.01 * a),
}
_STEPS = (
    ("", "v-first"),
    ("", "no-bias", "bias-late"),
    ("", "no-activation", *_OTHERS),
    ("", "tied"),
    ("", "no-offset"),
    ("", "output-activation"),
)


def check(call: Call, rng: np.random.Generator, monitor: Monitor) -> CheckResult:
    """Check ``reconstruct`` on a network of the exercise's size, and on a small one where that is right."""
    monitor.stage(0.0, 0.5, "Reconstructing a digit")
    fault = _tried(call, Step.random(*EXERCISE, rng))
    if fault is not None:
        return fault
    monitor.stage(0.5, 1.0, "Reconstructing a small digit")
    text = "Right: y is what the network makes of the digit."
    try:
        is_general = _tried(call, Step.random(*SMALL, rng)) is None
    except CodeFault:
        is_general = False
    if is_general:
        return CheckResult(True, text)
    return CheckResult(True, f"{text} But only with {EXERCISE[0]} pixels and {EXERCISE[1]} hidden units.")


def _tried(call: Call, step: Step) -> CheckResult | None:
    """Return what is wrong with one reconstruction, or None."""
    arguments = step.x, *(np.asarray(block) for block in step.model.parameters.values())
    returned = one_array(call(*arguments))
    of = f"{step.model.n_inputs} pixels and {step.model.n_hidden} hidden units"
    return judged(returned, step.y, _variants(step), of, "reconstruct")


def _variants(step: Step) -> Iterator[Variant]:
    """Yield what comes back with some mistakes, those with the fewest first."""
    yield ("hidden-returned",), "", step.z
    yield ("input-returned",), "", step.x
    for column in (step.y[:, None], step.y[None]):
        yield ("extra-axis-y",), wrong_shape(column, step.y), column
    for keys in combinations(_STEPS, most=2):
        activation = keys[2]
        named = tuple("other-activation" if key in _OTHERS else key for key in keys if key)
        if named:
            yield named, activation, _reconstructed(step, *keys)


def _reconstructed(
    step: Step, inwards: str, bias: str, activation: str, outwards: str, offset: str, output: str
) -> Doubles:
    """Return y where each step of the network is taken in a right or wrong way."""
    W, B, V, C = (np.asarray(block) for block in step.model.parameters.values())
    bend = {"": lambda a: np.maximum(a, 0), "no-activation": lambda a: a, **_OTHERS}[activation]
    a = step.x @ (V.T if inwards else W)
    z = bend(a + B) if not bias else bend(a) + (B if bias == "bias-late" else 0)
    y = z @ (W.T if outwards else V)
    if not offset:
        y = y + C
    return np.asarray(np.maximum(y, 0) if output else y)
