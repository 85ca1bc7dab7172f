"""The penalties that may be added to the loss: a row each; they are added up.

A penalty acts on a hidden unit by up to four numbers, functions that take arrays and single numbers alike, and are
compiled as they stand into the training loop. With strength s and target t, unit j's value z, slope f'(a), curvature
f''(a), norm |W_j|² of its weights and its activity (the mean of z over examples), they are

- ``on_code(z, activity, s, t)``: what is added to dE/dz,
- ``on_sum(slope, curvature, norm, s)``: what is added to dE/da,
- ``on_inputs(slope, s)``: c, where c W_j is added to dE/dW_j,
- ``on_outputs(s)``: c, where c V_j is added to dE/dV_j; not for tied weights, which are counted once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
PenaltyName = Literal["weight_decay", "l1", "kl_weight", "contractive"]

CLOSEST = 1e-6
"""How near to 0 and 1 an activity may come in the KL penalty, whose slope is infinite there."""

MEMORY = 1000
"""Training takes the mean of z over about so many examples for the KL penalty's activity."""


class Measured(NamedTuple):
    """What the energy of a penalty is a function of, for n examples and h hidden units.

    z, slope : (n, h)
    activity : (h,), the mean of z over the examples
    norms : (h,), |W_j|²
    squares : float, the sum of squares of all weights that are trained (W and V, or W alone where they are tied)
    """

    z: Floats
    slope: Floats
    activity: Floats
    norms: Floats
    squares: float


def _nothing(*_: Any) -> float:
    return 0.0


@dataclass(frozen=True)
class Penalty:
    """One penalty; its strength is the field of `Architecture` that has its name.

    Parameters
    ----------
    name, title : str
        The field of its strength; as the user reads it.
    energy : callable
        (measured, s, t) -> what is added to E, a float.
    equation, gradient_equation : str
        What is added to E, and to which derivative what is added, as they are shown.
    source : str
    strongest : float
        The end of its slider: more is out of proportion to the exercise's loss.
    on_code, on_sum, on_inputs, on_outputs : callable
        See the module.
    lines : mapping of str to str
        The same four as NumPy for a script, of ``z, activity, slope, curvature, norms`` and the strengths by name.
    """

    name: PenaltyName
    title: str
    energy: Callable[[Measured, float, float], float]
    equation: str
    gradient_equation: str
    source: str
    strongest: float
    on_code: Callable[..., Any] = _nothing
    on_sum: Callable[..., Any] = _nothing
    on_inputs: Callable[..., Any] = _nothing
    on_outputs: Callable[..., Any] = _nothing
    lines: tuple[tuple[str, str], ...] = ()


def _kl_energy(m: Measured, s: float, t: float) -> float:
    r = np.clip(m.activity, CLOSEST, 1 - CLOSEST)
    return s * float((t * np.log(t / r) + (1 - t) * np.log((1 - t) / (1 - r))).sum())


def _kl_on_code(_z: Any, activity: Any, s: Any, t: Any) -> Any:
    r = np.minimum(np.maximum(activity, CLOSEST), 1 - CLOSEST)
    return s * ((1 - t) / (1 - r) - t / r)


_ROWS = (
    Penalty(
        "weight_decay",
        "weight decay",
        energy=lambda m, s, _t: s * m.squares / 2,
        equation="λ/2 (|W|² + |V|²)",
        gradient_equation="λ W to ∂E/∂W, λ V to ∂E/∂V",
        source="Krogh & Hertz 1992",
        strongest=0.01,
        on_inputs=lambda _slope, s: s,
        on_outputs=lambda s: s,
        lines=(("on_inputs", "weight_decay"), ("on_outputs", "weight_decay")),
    ),
    Penalty(
        "l1",
        "L1 on z",
        energy=lambda m, s, _t: s * float(np.abs(m.z).sum(axis=-1, dtype=np.float64).mean()),
        equation="λ Σ |z|",
        gradient_equation="λ sign z to ∂E/∂z",
        source="Olshausen & Field 1996",
        strongest=10.0,
        on_code=lambda z, _activity, s, _t: s * np.sign(z),
        lines=(("on_code", "l1 * np.sign(z)"),),
    ),
    Penalty(
        "kl_weight",
        "KL to a target activity",
        energy=_kl_energy,
        equation="λ Σ ρ log(ρ/ρ̂) + (1 - ρ) log((1 - ρ)/(1 - ρ̂))",
        gradient_equation="λ ((1 - ρ)/(1 - ρ̂) - ρ/ρ̂) to ∂E/∂z",
        source="Lee, Ekanadham & Ng 2008; Ng 2011",
        strongest=10.0,
        on_code=_kl_on_code,
        lines=(("on_code", "kl_weight * ((1 - kl_target) / (1 - activity) - kl_target / activity)"),),
    ),
    Penalty(
        "contractive",
        "contractive",
        energy=lambda m, s, _t: s * float((m.slope * m.slope * m.norms).sum(axis=-1, dtype=np.float64).mean()),
        equation="λ Σ f'(a)² |W_j|²",
        gradient_equation="2λ f'(a)² W_j to ∂E/∂W_j, 2λ f'(a) f''(a) |W_j|² to ∂E/∂a",
        source="Rifai et al. 2011",
        strongest=10.0,
        on_sum=lambda slope, curvature, norm, s: 2 * s * slope * curvature * norm,
        on_inputs=lambda slope, s: 2 * s * slope * slope,
        lines=(
            ("on_sum", "2 * contractive * slope * curvature * norms"),
            ("on_inputs", "2 * contractive * slope ** 2"),
        ),
    ),
)

PENALTIES: dict[PenaltyName, Penalty] = {row.name: row for row in _ROWS}
"""All penalties by the name of their strength."""
