"""JSON values of a session file, each checked when it is asked for."""

from __future__ import annotations

import json
import math
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dae_core.sessions.array_rules import MOST, take
from dae_core.sessions.container import Arrays

LONGEST_TEXT = 8 * 1024**2
"""Bytes of the changes, of the view settings or of the description of a kept run, as JSON."""
LONGEST_SENTENCE = 1000
"""Characters of a sentence of the program's own that a file repeats."""
_DEEPEST = 50  # lists and objects in one another

_T = TypeVar("_T")
_KINDS: dict[Any, str] = {str: "text", list: "list", dict: "JSON object"}


class Fields:
    """The values of a JSON object, each checked when it is asked for; ValueError says which one is wrong."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def get(self, name: str, kind: type[_T] | None = None) -> _T:
        """Return a value of a kind, or of any."""
        if name not in self._values:
            raise ValueError(f"it lacks its {name}.")
        value: _T = self._values[name]
        if kind is not None and not isinstance(value, kind):
            raise ValueError(f"its {name} is not a {_KINDS[kind]}.")
        return value

    def whole(self, name: str, low: int = 0, high: int = MOST) -> int:
        """Return a whole number between two bounds, which it may be."""
        value: Any = self.get(name)
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"its {name} is not a whole number between {low:,} and {high:,}.")
        return value

    def maybe_whole(self, name: str, high: int) -> int | None:
        """Return a whole number from 0 to a bound, or None."""
        return None if self.get(name) is None else self.whole(name, 0, high)

    def number(self, name: str, low: float, high: float) -> float:
        """Return a float between two bounds, which it may be."""
        value: Any = self.get(name)
        if type(value) is not float or not low <= value <= high:
            raise ValueError(f"its {name} is not a number between {low:,g} and {high:,g}.")
        return value

    def text(self, name: str, longest: int) -> str:
        """Return a text of at most so many characters."""
        value = self.get(name, str)
        if len(value) > longest:
            raise ValueError(f"its {name} is not a text of at most {longest:,} characters.")
        return value


def text_array(value: Any) -> NDArray[np.uint8]:
    """Return a JSON value as the bytes of its text; ValueError where it holds NaN or an infinity."""
    return np.frombuffer(json.dumps(value, allow_nan=False).encode(), np.uint8)


def take_text(rest: Arrays, name: str) -> str:
    """Remove what `text_array` made from the rest and return its text."""
    array = take(rest, name, np.uint8, None)
    if array.size > LONGEST_TEXT:
        raise ValueError(f"{name} takes {array.size:,} bytes; at most {LONGEST_TEXT:,} are read.")
    return array.tobytes().decode()


def parsed(text: str, kind: type[_T]) -> _T:
    """Return the value of a JSON text, which must be of this kind, with finite numbers, and not endlessly deep."""
    value = json.loads(text)
    if not isinstance(value, kind):
        raise ValueError(f"it has a {type(value).__name__} where it should have a {kind.__name__}.")
    _check_depth(value)
    return value


def _check_depth(value: Any, depth: int = 0) -> None:
    """Raise ValueError for what could be read, but not be written again."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("it has a number that is not finite.")
    if depth > _DEEPEST:
        raise ValueError(f"it has values in more than {_DEEPEST} lists in one another.")
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            _check_depth(one, depth + 1)
