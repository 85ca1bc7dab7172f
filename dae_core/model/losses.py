"""The output's function and the loss that belongs to it: a row each.

Each pair is chosen so that the derivative of E by the output's sum o = z V + C is y - x0 (Bishop 2006, section 4.3.6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
LossName = Literal["squared", "cross-entropy"]


@dataclass(frozen=True)
class Loss:
    """One loss with the output y = g(o) that it goes with.

    Parameters
    ----------
    name, title : str
        In files and on the command line; as the user reads it.
    output : callable
        o -> y, for arrays and single numbers.
    pixel_error : callable
        (o, x0) -> the recorded error of a pixel, for arrays and single numbers; finite wherever o is.
    curvature : callable
        y -> d²E/do² of a pixel, for arrays and single numbers.
    energy_factor : float
        E is this times the recorded error, so that dE/do = y - x0.
    unit_pixels : bool
        Whether clean pixels must lie between 0 and 1.
    is_squared : bool
        Whether the recorded error is |y - x0|², the same as is measured of any denoiser.
    output_line, error_line : str
        NumPy: y of an array ``o``, and the recorded error of arrays ``o``, ``y`` and ``x0``.
    onnx : (str, mapping)
        ONNX operator of the output with its attributes.
    output_title, output_equation, equation, error_equation : str
        Its output's name, g(o), E, and the recorded error, as they are shown.
    error_title, unit : str
        What the recorded error is called, and what it is measured in.
    source : str
        Where it was used so.
    """

    name: LossName
    title: str
    output: Callable[[Any], Any]
    pixel_error: Callable[[Any, Any], Any]
    curvature: Callable[[Any], Any]
    energy_factor: float
    unit_pixels: bool
    is_squared: bool
    output_line: str
    error_line: str
    onnx: tuple[str, Mapping[str, float]]
    output_title: str
    output_equation: str
    equation: str
    error_equation: str
    error_title: str
    unit: str
    source: str

    def errors(self, sums: Floats, x0: Floats) -> NDArray[np.float64]:
        """Return the recorded errors (n,) of output sums o (n, d) and clean images (n, d), added in float64."""
        return np.asarray(self.pixel_error(sums, x0).sum(axis=-1, dtype=np.float64))


_ROWS = (
    Loss(
        "squared",
        "squared error",
        output=lambda o: o,
        pixel_error=lambda o, x0: (o - x0) * (o - x0),
        curvature=lambda y: 0 * y + 1,
        energy_factor=0.5,
        unit_pixels=False,
        is_squared=True,
        output_line="o",
        error_line="np.sum((y - x0) ** 2)",
        onnx=("Identity", {}),
        output_title="linear",
        output_equation="o",
        equation="|y - x0|² / 2",
        error_equation="|y - x0|²",
        error_title="squared error",
        unit="squared standardized units, summed over pixels",
        source="the exercise",
    ),
    Loss(
        "cross-entropy",
        "cross-entropy",
        output=lambda o: 0.5 * (1 + np.tanh(0.5 * o)),  # the same as below, and nothing overflows
        pixel_error=lambda o, x0: np.maximum(o, 0) - o * x0 + np.log1p(np.exp(-np.abs(o))),
        curvature=lambda y: y * (1 - y),
        energy_factor=1.0,
        unit_pixels=True,
        is_squared=False,
        output_line="0.5 * (1 + np.tanh(0.5 * o))",
        error_line="np.sum(np.maximum(o, 0) - o * x0 + np.log1p(np.exp(-np.abs(o))))",
        onnx=("Sigmoid", {}),
        output_title="sigmoid",
        output_equation="1 / (1 + exp(-o))",
        equation="-Σ x0 log y + (1 - x0) log(1 - y)",
        error_equation="-Σ x0 log y + (1 - x0) log(1 - y)",
        error_title="cross-entropy",
        unit="nats, summed over pixels",
        source="Vincent et al. 2008, section 2.2",
    ),
)

LOSSES: dict[LossName, Loss] = {row.name: row for row in _ROWS}
"""All losses by name, the exercise's first."""
