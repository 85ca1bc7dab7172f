"""What is said of a lesson that cannot be read or measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from dae_core.errors import UserError


@dataclass(frozen=True)
class Fault:
    """Something in a lesson's file that cannot be: in which line, of which field, and what is to be done about it."""

    line: int
    field: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line:,}, {self.field}: {self.text}" if self.field else f"line {self.line:,}: {self.text}"


class LessonError(UserError):
    """A lesson cannot be read; the message has a line for each fault.

    Attributes
    ----------
    faults : tuple of Fault
        By line; empty where the file could not be read at all.
    """

    faults: tuple[Fault, ...] = ()

    @classmethod
    def of(cls, name: str, faults: tuple[Fault, ...]) -> Self:
        """Return the error of a lesson that messages call ``name``, such as its path."""
        error = cls("\n".join(f"{name}, {fault}" for fault in faults))
        error.faults = faults
        return error


class MeasureError(UserError):
    """Something cannot be measured on the runs that there are; the message says what is to be done first."""
