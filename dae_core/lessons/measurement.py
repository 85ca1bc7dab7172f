"""What a measurement is: a name, a unit, parameters with their ranges, and the function that measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dae_core.lessons.faults import Table
from dae_core.lessons.measuring.subject import Subject
from dae_core.model import corruption


@dataclass(frozen=True)
class Parameter:
    """A parameter of a measurement.

    Parameters
    ----------
    name, doc : str
        What a file calls it, and what it says.
    default : int, float or str
        Its value where a lesson gives none; its type is that of all its values.
    low, high : float
        The smallest and the largest number that it may be.
    choices : tuple of str
        The words that it may be; a word without choices is a kind of noise with its level, or empty.
    """

    name: str
    doc: str
    default: int | float | str
    low: float = 0.0
    high: float = 0.0
    choices: tuple[str, ...] = ()

    def read(self, table: Table) -> int | float | str:
        """Return its value in a table of a file."""
        if isinstance(self.default, int):
            return table.whole(self.name, int(self.low), int(self.high), self.default)
        if isinstance(self.default, float):
            return table.number(self.name, self.low, self.high, self.default)
        if self.choices:
            return table.choice(self.name, self.choices, self.default)
        text = table.line(self.name, 100, needed=False)
        if text:
            try:
                corruption.parse(text)
            except ValueError as error:
                table.fault(self.name, str(error))
        return text


@dataclass(frozen=True)
class Measurement:
    """Something that can be measured of a run; always the same on the same run.

    Parameters
    ----------
    name, title : str
        What a file calls it, and what the user reads.
    unit : str
        Of its value; empty for a pure number.
    doc : str
        What is measured, on what.
    function : callable
        Measures it. Raises MeasureError where it cannot be, and Cancelled.
    parameters : tuple of Parameter
        What a lesson may choose.
    is_count : bool
        Whether it is a whole number.
    """

    name: str
    title: str
    unit: str
    doc: str
    function: Callable[[Subject], float]
    parameters: tuple[Parameter, ...] = ()
    is_count: bool = False

    def read(self, table: Table) -> Mapping[str, Any]:
        """Return the values of all parameters, from a table of a file."""
        found = {one.name: one.read(table) for one in self.parameters}
        table.close()
        return found

    def text(self, value: float) -> str:
        """Return a value as the user reads it, with its unit."""
        number = f"{value:,.0f}" if self.is_count else f"{value:,.4g}"
        number = number.replace("-", "−")
        return f"{number} {self.unit}" if self.unit else number
