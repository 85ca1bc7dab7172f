"""One message between the program and the sandbox's process: a header in JSON, then the bytes of its arrays.

Nothing that comes is trusted: every size, shape and dtype is checked before memory is taken for it, and nothing is
unpickled or evaluated.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from io import RawIOBase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.sandbox.values import Value

DTYPES = ("bool", *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)))
DTYPES += ("float16", "float32", "float64")
MOST_VALUES = 64
MOST_DIMENSIONS = 8
LARGEST_WHOLE = 2**63
"""Whole numbers are smaller than this, with either sign."""
_MARK = b"DAE1"
_PREFIX = struct.Struct("<4sI")
_MOST_HEADER = 2**20


class MessageError(Exception):
    """What came is no message, or one that says too much."""


def send(stream: RawIOBase, header: Mapping[str, Any], values: Sequence[Value] = ()) -> None:
    """Write a message: a header of plain JSON values, and numbers and arrays.

    Raises
    ------
    OSError
        When the other side has closed.
    """
    arrays = [np.ascontiguousarray(value) for value in values if isinstance(value, np.ndarray)]
    text = json.dumps({**header, "values": [_described(value) for value in values]}).encode()
    _write(stream, memoryview(_PREFIX.pack(_MARK, len(text)) + text))
    for array in arrays:
        if array.size:
            _write(stream, array.reshape(-1).view(np.uint8).data)


def receive(stream: RawIOBase, most_bytes: int) -> tuple[dict[str, Any], tuple[Value, ...]]:
    """Read a message whose arrays take at most ``most_bytes``; an array is as writeable as the one that was sent.

    Raises
    ------
    MessageError
        When it is none.
    EOFError
        When the other side has closed, also in the midst of a message.
    """
    mark, length = _PREFIX.unpack(_read(stream, bytearray(_PREFIX.size)))
    if mark != _MARK or length > _MOST_HEADER:
        raise MessageError("no message begins like this")
    try:
        header = json.loads(bytes(_read(stream, bytearray(length))))
    except (ValueError, RecursionError) as error:
        raise MessageError("the header is not valid JSON") from error
    if not isinstance(header, dict):
        raise MessageError("the header is no JSON object")
    described = header.pop("values", None)
    if not isinstance(described, list) or len(described) > MOST_VALUES:
        raise MessageError("the values are not described")
    found = [_checked(one) for one in described]
    if sum(one.nbytes for one in found if isinstance(one, _Array)) > most_bytes:
        raise MessageError("the arrays are too large")
    return header, tuple(one.read(stream) if isinstance(one, _Array) else one for one in found)


class _Array:
    """The header's entry of an array, checked."""

    def __init__(self, dtype: str, shape: tuple[int, ...], writeable: bool) -> None:
        self._dtype, self._shape, self._writeable = np.dtype(dtype), shape, writeable
        self.nbytes = math.prod(shape) * self._dtype.itemsize

    def read(self, stream: RawIOBase) -> NDArray[Any]:
        try:
            array = np.empty(self._shape, self._dtype)
        except ValueError as error:  # of no numbers, but with sides that no array has
            raise MessageError("an array is too large") from error
        if self.nbytes:
            _read(stream, array.reshape(-1).view(np.uint8).data)
        if self._dtype.kind == "b":  # any other byte than 0 and 1 would be no truth value
            array = np.asarray(array.view(np.uint8) != 0)
        array.flags.writeable = self._writeable
        return array


def _described(value: Value) -> dict[str, Any] | int | float:
    if not isinstance(value, np.ndarray):
        return value
    return {"dtype": str(value.dtype), "shape": list(value.shape), "writeable": value.flags.writeable}


def _checked(one: object) -> _Array | int | float:
    if isinstance(one, float):
        return one
    if isinstance(one, int) and not isinstance(one, bool) and abs(one) < LARGEST_WHOLE:
        return one
    if isinstance(one, dict):
        dtype, shape, writeable = one.get("dtype"), one.get("shape"), one.get("writeable")
        is_shape = isinstance(shape, list) and len(shape) <= MOST_DIMENSIONS
        if dtype in DTYPES and is_shape and isinstance(writeable, bool):
            lengths = [n for n in shape if _is_whole(n) and 0 <= n < 2**40]  # type: ignore[union-attr]
            if len(lengths) == len(shape):  # type: ignore[arg-type]
                return _Array(dtype, tuple(lengths), writeable)
    raise MessageError("a value is neither a number nor an array of numbers")


def _is_whole(one: object) -> bool:
    return isinstance(one, int) and not isinstance(one, bool)


def _write(stream: RawIOBase, data: memoryview) -> None:
    while data:
        data = data[stream.write(data) or 0 :]


def _read(stream: RawIOBase, buffer: Any) -> Any:
    """Fill a buffer from the stream, and return it."""
    rest = memoryview(buffer)
    while rest:
        count = stream.readinto(rest)
        if not count:
            raise EOFError
        rest = rest[count:]
    return buffer
