"""Arrays and JSON values of a session file, each checked when it is asked for."""

from __future__ import annotations

import json
import math
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dae_core.sessions.container import Arrays

LONGEST_TEXT = 8 * 1024**2
"""Bytes of the changes, of the view settings or of the description of a kept run, as JSON."""
MOST = 2**53
"""The whole numbers up to here every reader of JSON keeps."""

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

    def number(self, name: str) -> float:
        """Return a float that is finite and not negative."""
        value: Any = self.get(name)
        if type(value) is not float or not 0 <= value < math.inf:
            raise ValueError(f"its {name} is not a positive number.")
        return value

    def text(self, name: str, longest: int) -> str:
        """Return a text of at most so many characters."""
        value = self.get(name, str)
        if len(value) > longest:
            raise ValueError(f"its {name} is not a text of at most {longest:,} characters.")
        return value


def take(rest: Arrays, name: str, dtype: type, *shape: int | None) -> NDArray[Any]:
    """Remove an array from the rest and return it; None in its shape stands for any length."""
    if name not in rest:
        raise ValueError(f"it lacks {name}.")
    array = rest.pop(name)
    fits = array.ndim == len(shape) and all(w in (None, n) for n, w in zip(array.shape, shape, strict=True))
    if array.dtype != dtype or not fits:
        raise ValueError(f"{name} is {array.dtype} of shape {array.shape}.")
    return array


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
    """Return the value of a JSON text, which must be of this kind."""
    value = json.loads(text)
    if not isinstance(value, kind):
        raise ValueError(f"it has a {type(value).__name__} where it should have a {kind.__name__}.")
    return value
