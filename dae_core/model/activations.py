"""The hidden units' activations: a row each, which the model, the compiled loop, the panels and the exports read.

Every function here takes arrays of any shape and single numbers alike, keeps their type, and is compiled as it stands
into the training loop. A derivative is a function of the value z = f(a) and not of a, for z is what training keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

ActivationName = Literal["relu", "leaky-relu", "sigmoid", "tanh", "linear"]
LEAK = 0.01
"""The slope of the leaky ReLU where it is negative (Maas et al. 2013)."""


@dataclass(frozen=True)
class Activation:
    """One activation z = f(a).

    Parameters
    ----------
    name, title : str
        In files and on the command line; as the user reads it.
    function : callable
        a -> z.
    derivative, curvature : callable
        z -> f'(a) and z -> f''(a).
    line, derivative_line, curvature_line : str
        The same as NumPy, of arrays ``a`` and ``z``.
    onnx : (str, mapping)
        ONNX operator with its attributes.
    equation, derivative_equation : str
        f(a), and f'(a) in terms of z, as they are shown.
    source : str
        Where it was first used so.
    start_bias, weight_scale : float
        What B starts at, and the standard deviation of the start weights.
    unit_interval : bool
        Whether z lies between 0 and 1, so that its mean may be read as a frequency.
    is_sparse : bool
        Whether units that are not active have z = 0 and no gradient.
    constant_slope : bool
        Whether f'(a) is the same for every a.
    """

    name: ActivationName
    title: str
    function: Callable[[Any], Any]
    derivative: Callable[[Any], Any]
    curvature: Callable[[Any], Any]
    line: str
    derivative_line: str
    curvature_line: str
    onnx: tuple[str, Mapping[str, float]]
    equation: str
    derivative_equation: str
    source: str
    start_bias: float = 0.0
    weight_scale: float = 0.01
    unit_interval: bool = False
    is_sparse: bool = False
    constant_slope: bool = False

    @cached_property
    def threshold(self) -> float:
        """f(0): a unit counts as active where z is greater."""
        return float(self.function(0.0))

    @property
    def is_signed(self) -> bool:
        """Whether z is negative for some a."""
        return bool(self.function(-1.0) < 0)


_ROWS = (
    Activation(
        "relu",
        "ReLU",
        function=lambda a: np.maximum(a, 0),
        derivative=lambda z: z > 0,
        curvature=lambda z: 0 * z,
        line="np.maximum(a, 0)",
        derivative_line="(z > 0)",
        curvature_line="0 * z",
        onnx=("Relu", {}),
        equation="max(0, a)",
        derivative_equation="[z > 0]",
        source="Nair & Hinton 2010",
        start_bias=0.5,
        is_sparse=True,
    ),
    Activation(
        "leaky-relu",
        "leaky ReLU",
        function=lambda a: np.maximum(a, LEAK * a),
        derivative=lambda z: np.maximum(np.sign(z), LEAK),
        curvature=lambda z: 0 * z,
        line=f"np.maximum(a, {LEAK} * a)",
        derivative_line=f"np.maximum(np.sign(z), {LEAK})",
        curvature_line="0 * z",
        onnx=("LeakyRelu", {"alpha": LEAK}),
        equation=f"max({LEAK} a, a)",
        derivative_equation=f"[z > 0] + {LEAK} [z ≤ 0]",
        source="Maas et al. 2013",
        start_bias=0.5,
    ),
    Activation(
        "sigmoid",
        "sigmoid",
        function=lambda a: 0.5 * (1 + np.tanh(0.5 * a)),  # the same as below, and nothing overflows
        derivative=lambda z: z * (1 - z),
        curvature=lambda z: z * (1 - z) * (1 - 2 * z),
        line="0.5 * (1 + np.tanh(0.5 * a))",
        derivative_line="z * (1 - z)",
        curvature_line="z * (1 - z) * (1 - 2 * z)",
        onnx=("Sigmoid", {}),
        equation="1 / (1 + exp(-a))",
        derivative_equation="z (1 - z)",
        source="Rumelhart, Hinton & Williams 1986",
        weight_scale=0.1,
        unit_interval=True,
    ),
    Activation(
        "tanh",
        "tanh",
        function=np.tanh,
        derivative=lambda z: 1 - z * z,
        curvature=lambda z: -2 * z * (1 - z * z),
        line="np.tanh(a)",
        derivative_line="(1 - z * z)",
        curvature_line="-2 * z * (1 - z * z)",
        onnx=("Tanh", {}),
        equation="tanh(a)",
        derivative_equation="1 - z²",
        source="LeCun et al. 1998",
    ),
    Activation(
        "linear",
        "linear",
        function=lambda a: a,
        derivative=lambda z: 0 * z + 1,
        curvature=lambda z: 0 * z,
        line="a",
        derivative_line="1",
        curvature_line="0 * z",
        onnx=("Identity", {}),
        equation="a",
        derivative_equation="1",
        source="Baldi & Hornik 1989",
        constant_slope=True,
    ),
)

ACTIVATIONS: dict[ActivationName, Activation] = {row.name: row for row in _ROWS}
"""All activations by name, the exercise's first."""

ACTIVE = "z > 0" + "".join(f", of {row.title} units z > {row.threshold:g}" for row in _ROWS if row.threshold)
"""When a unit is active, in words for whatever the model is."""
