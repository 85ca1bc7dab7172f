"""What goes into the sandbox and comes out of it: numbers, limits, and faults told as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from numpy.typing import NDArray

from dae_core.errors import UserError

Value = NDArray[Any] | int | float
Kind = Literal["syntax", "exception", "time", "memory", "ended", "forbidden", "result"]
KINDS: tuple[Kind, ...] = get_args(Kind)

LONGEST_SOURCE = 20_000
"""Characters of a user's code."""


@dataclass(frozen=True)
class Limits:
    """What the user's code may take.

    Parameters
    ----------
    seconds : float
        For one call.
    memory : int
        Bytes of address space for the process, with Python and NumPy in it; where the system can limit that.
    result : int
        Bytes of all that one call returns.
    """

    seconds: float = 10.0
    memory: int = 2**30
    result: int = 2**26


class CodeFault(UserError):  # noqa: N818 - it is the user's, and told to them
    """The user's code did not return what it should; the message is a sentence in the terms of that code.

    Attributes
    ----------
    line : int or None
        Of the user's text, from 1.
    kind : Kind
        What went wrong: it cannot be read ("syntax"), it raised something, took too much time or memory, ended its
        process, asked for what it must not do, or returned what nobody can use ("result").
    """

    def __init__(self, text: str, kind: Kind, line: int | None = None) -> None:
        super().__init__(text)
        self.kind: Kind = kind
        self.line = line
