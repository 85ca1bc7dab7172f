"""Which values of a measurement are right."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Relation = Literal["near", "above", "below", "between"]


@dataclass(frozen=True)
class Expected:
    """What a measured value must be, itself or as a multiple of another one.

    Parameters
    ----------
    relation : str
        "near" (``value`` to within ``tolerance``), "above", "below" (both exclude ``value``), or "between" (from
        ``value`` to ``high``, both included).
    value, tolerance, high : float
        In the measurement's unit, or a pure number where there is a ``ratio_to``.
    ratio_to : str
        The key of an earlier `Measure`, by whose value the measured one is divided first; empty for none.
    """

    value: float
    tolerance: float = 0.0
    relation: Relation = "near"
    high: float = math.inf
    ratio_to: str = ""

    def holds(self, value: float, other: float | None = None) -> bool:
        """Return whether a measured value is right; ``other`` is that of ``ratio_to``, None where it is not known."""
        if self.ratio_to:
            if not other:
                return False
            value /= other
        return math.isfinite(value) and RELATIONS[self.relation](self, value)

    def text(self, unit: str = "", other: str = "") -> str:
        """Return it in words: "1 ± 0.05", "above 1.2", "from 2 to 4 times the value of step 3".

        ``other`` is what to call the measurement of ``ratio_to``; its key where that is empty.
        """
        unit = f" times the value of {other or f'“{self.ratio_to}”'}" if self.ratio_to else f" {unit}" if unit else ""
        number = f"{self.value:g}"
        if self.relation == "near":
            return f"{number} ± {self.tolerance:g}{unit}"
        if self.relation == "between":
            return f"from {number} to {self.high:g}{unit}"
        return f"{self.relation} {number}{unit}"


def is_near(value: float, wanted: float, tolerance: float) -> bool:
    """Return whether a value is another one to within a tolerance, which 0.9 is to 1 with 0.1, in spite of rounding."""
    return abs(value - wanted) <= tolerance + 1e-9 * abs(wanted)


RELATIONS: dict[Relation, Callable[[Expected, float], bool]] = {
    "near": lambda wanted, value: is_near(value, wanted.value, wanted.tolerance),
    "above": lambda wanted, value: value > wanted.value,
    "below": lambda wanted, value: value < wanted.value,
    "between": lambda wanted, value: wanted.value <= value <= wanted.high,
}
