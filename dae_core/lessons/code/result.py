"""What a check of the student's code found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the window imports this before its first paint
    from dae_core.model.gradient_check import BlockCheck


@dataclass(frozen=True)
class CheckResult:
    """What a check of the student's code found.

    Attributes
    ----------
    ok : bool
        Whether it does all that was asked.
    text : str
        What was found, in sentences for the student.
    line : int or None
        The line of the student's text that it is about.
    mistake : str
        The key in ``MISTAKES`` of what was recognised, the first of several; or empty.
    blocks : mapping of str to BlockCheck
        Of ``backward``: what finite differences said of W, B, V and C. Empty where there was nothing to compare.
    output : str
        What the code printed in the last call, its beginning.
    """

    ok: bool
    text: str
    line: int | None = None
    mistake: str = ""
    blocks: Mapping[str, BlockCheck] = field(default_factory=dict)
    output: str = ""
