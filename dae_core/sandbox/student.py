"""A user's code inside the sandbox's process: compiled once, begun anew for every call, its results made plain."""

from __future__ import annotations

import builtins
import random
from collections.abc import Callable
from types import CodeType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.sandbox.guard import Refused
from dae_core.sandbox.messages import DTYPES, LARGEST_WHOLE, MOST_DIMENSIONS, MOST_VALUES
from dae_core.sandbox.sentences import FILE_NAME, fault_of
from dae_core.sandbox.values import CodeFault, Value

Function = Callable[..., Any]

MODULES = frozenset(
    (
        "__future__", "abc", "array", "bisect", "cmath", "collections", "copy", "dataclasses", "decimal", "enum",
        "fractions", "functools", "heapq", "itertools", "math", "numbers", "numpy", "operator", "random", "re",
        "statistics", "string", "typing", "warnings",
    )
)  # fmt: skip
"""What the code may import."""

# Bound before any of the user's code runs, which could put others in their place.
_import, _seeds = builtins.__import__, (random.seed, np.random.seed)
_base, _view, _new_array = np.ndarray, np.ndarray.view, np.array
# Where a generator is made without a seed, NumPy asks the system for one, and no run could be repeated.
vars(np.random.bit_generator)["randbits"] = random.getrandbits
_MOST_LISTED = 300_000


class Student:
    """The functions of a text.

    Parameters
    ----------
    source : str
        Python.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._code: CodeType | None = None
        self.printed = Printed(0)

    def function(self, name: str, seed: int = 0) -> Function:
        """Return a function of the text, made anew: nothing is left of what it did before, nor of random numbers.

        Raises
        ------
        CodeFault, and all that the text raises
        """
        if self._code is None:
            self._code = compile(self._source, FILE_NAME, "exec", dont_inherit=True)
        for begin in _seeds:
            begin(seed)
        names: dict[str, Any] = {
            "__builtins__": {**vars(builtins), "__import__": _import_allowed, "print": self.printed.print},
            "__name__": "your_code",
            "np": np,
        }
        exec(self._code, names)  # noqa: S102 - what this process is for
        function = names.get(name)
        if not callable(function):
            raise CodeFault(f"There is no function `{name}`: it begins with `def {name}(`.", "result")
        return function  # type: ignore[no-any-return]

    def fault(self, error: BaseException, function: str) -> CodeFault:
        """Return what to say of an exception that came from the code."""
        return error if isinstance(error, CodeFault) else fault_of(error, self._source, function)


class Printed:
    """What the code prints, as long as it is not more than some characters; the rest is dropped at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.text = ""

    def print(self, *values: Any, sep: str | None = None, end: str | None = None, **_: Any) -> None:
        """Take the place of Python's ``print``."""
        between, last = " " if sep is None else sep, "\n" if end is None else end
        for i, value in enumerate(values):
            if len(self.text) >= self._most:
                return
            self.text += (between if i else "")[: self._most] + str(value)[: self._most]
        self.text = (self.text + last[: self._most])[: self._most]


def _import_allowed(
    name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0  # noqa: A002
) -> Any:  # fmt: skip
    top = name.partition(".")[0]
    if level or top not in MODULES:
        raise Refused(f"import `{top}`: only numpy, math and other modules that compute can be used")
    return _import(name, globals, locals, fromlist, level)


def plain_values(result: Any, function: str) -> tuple[Value, ...]:
    """Return what a function returned as numbers and arrays of this process' own kinds.

    No method of what it returned is called, for it may be of a class of the user's own. Raises CodeFault.
    """
    kind = type(result)
    if kind is tuple or (kind is list and any(isinstance(one, _base) for one in result)):
        if len(result) > MOST_VALUES:
            raise CodeFault(f"`{function}` returned {len(result):,} values, which are too many.", "result")
        return tuple(_plain(one, function) for one in result)
    return (_plain(result, function),)


def _plain(value: Any, function: str) -> Value:
    kind = type(value)
    if value is None:
        raise CodeFault(
            f"`{function}` returned nothing (None): its last line must be `return` with what it computed.", "result"
        )
    if kind in (bool, int):
        if abs(value) >= LARGEST_WHOLE:
            raise CodeFault(f"`{function}` returned a whole number that is too large.", "result")
        return int(value)
    if kind is float:
        return value  # type: ignore[no-any-return]
    if kind in (list, tuple):
        return _array(_listed(value, function), function)
    if isinstance(value, np.generic):
        scalar = _new_array(value)
        return _plain(_array(scalar, function).item(), function)
    if isinstance(value, _base):
        return _array(_view(value, _base), function)
    raise CodeFault(f"`{function}` returned {_named(kind)} where numbers are needed.", "result")


def _listed(value: Any, function: str) -> NDArray[Any]:
    """Return the array that a list of numbers, or of lists of them, says."""
    waiting, count = [value], 0
    while waiting:
        one = waiting.pop()
        count += 1
        if count > _MOST_LISTED:
            raise CodeFault(f"`{function}` returned a list that is too long; an array can be longer.", "result")
        if type(one) in (list, tuple):
            waiting.extend(one)
        elif type(one) not in (bool, int, float) and type(one) not in _NUMBERS:
            what = "a list with arrays in it" if isinstance(one, _base) else f"a list with {_named(type(one))} in it"
            raise CodeFault(f"`{function}` returned {what} where numbers are needed.", "result")
    try:
        return _new_array(value)
    except ValueError:
        raise CodeFault(f"`{function}` returned a list whose rows are not equally long.", "result") from None


_NUMBERS = frozenset(np.dtype(name).type for name in DTYPES)


def _array(array: NDArray[Any], function: str) -> NDArray[Any]:
    name = array.dtype.name
    if name.startswith("complex"):
        raise CodeFault(f"`{function}` returned complex numbers, where real ones are needed.", "result")
    if name.startswith("float") and name not in DTYPES:  # longer ones
        name = "float64"
    if name not in DTYPES:
        raise CodeFault(f"`{function}` returned an array of {_contents(array)} where numbers are needed.", "result")
    if array.ndim > MOST_DIMENSIONS:
        raise CodeFault(f"`{function}` returned an array of {array.ndim} dimensions, which are too many.", "result")
    return array.astype(name, copy=False)


def _contents(array: NDArray[Any]) -> str:
    return {"O": "Python objects", "U": "texts", "S": "texts"}.get(array.dtype.kind, array.dtype.name)


def _named(kind: type) -> str:
    usual = {str: "a text", bytes: "a text", dict: "a dictionary", set: "a set", complex: "a complex number"}
    known = usual.get(kind)
    name = type.__dict__["__name__"].__get__(kind)
    return known or ("a generator" if name == "generator" else f"something of the kind `{name[:40]}`")
