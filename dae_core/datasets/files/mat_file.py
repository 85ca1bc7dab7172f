"""The format of MATLAB's files up to version 7: every size that a file states is held against what is there.

SciPy's reader is made for files that MATLAB wrote: others, with sound checksums and a wrong type here or there, end the
whole process.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.errors import DataError, quoted
from dae_core.datasets.reading import MOST_BYTES
from dae_core.jobs import Monitor

Content = dict[str, Any]
"""Arrays of numbers and texts by name, and structures of one element, which are such dictionaries again."""

_HEADER = 128
_CHUNK = 1 << 20
_DEEPEST = 4  # structures within structures
_MOST_ARRAYS = 1000
_MOST_UNFOLDED = 1 << 26  # values of a sparse array: a small file may state any size
_MATRIX, _COMPRESSED = 14, 15  # types of elements
_STRUCTURE, _TEXT, _SPARSE, _NUMBERS = 2, 4, 5, range(6, 16)  # classes of arrays
_COMPLEX = 0x0800
_TYPES = {
    1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8",
    16: "u1", 17: "u2", 18: "u4",
}  # fmt: skip
_TYPES_OF_4 = ("f8", "f4", "i4", "i2", "u2", "u1")


class _DamagedError(ValueError):
    """What a file states does not fit together."""


class _Element(NamedTuple):
    kind: int
    data: memoryview


@dataclass(frozen=True)
class _Source:
    """Bytes of a file, and the order of those in a number: "<" or ">"."""

    data: memoryview
    order: str

    def element(self, at: int) -> tuple[_Element, int]:
        """Return the element at a place, and the place of the next."""
        if at + 8 > len(self.data):
            raise _DamagedError("an element is cut off")
        kind, size = struct.unpack_from(f"{self.order}II", self.data, at)
        if kind >> 16:  # up to four bytes stand in the tag itself
            kind, size, begin, end = kind & 0xFFFF, kind >> 16, at + 4, at + 8
            if size > 4:
                raise _DamagedError("an element states an impossible size")
        else:
            begin = at + 8
            end = begin + size + (-size % 8 if kind != _COMPRESSED else 0)
        if begin + size > len(self.data):
            raise _DamagedError("an element states more bytes than there are")
        return _Element(kind, self.data[begin : begin + size]), end

    def numbers(self, element: _Element) -> NDArray[Any]:
        """Return the numbers of an element, as they are stored."""
        if element.kind not in _TYPES:
            raise _DamagedError(f"numbers of the unknown type {element.kind}")
        dtype = np.dtype(self.order + _TYPES[element.kind])
        if len(element.data) % dtype.itemsize:
            raise _DamagedError("an element ends within a number")
        return np.frombuffer(element.data, dtype)


def read_mat_file(path: Path, monitor: Monitor) -> Content:
    """Read the arrays of a file; what is neither numbers, texts nor structures of one element is left out.

    Raises
    ------
    DataError
        The file is of version 7.3, or larger than 2 GiB when it is unpacked.
    ValueError, zlib.error
        It is damaged.
    Cancelled
        ``monitor`` said so.
    """
    data = memoryview(np.memmap(path, np.uint8, "r")) if path.stat().st_size else memoryview(b"")  # type: ignore[arg-type]
    if 0 in bytes(data[:4]):
        return dict(_of_version_4(data))
    if len(data) < _HEADER:
        raise _DamagedError("its header is cut off")
    order = "<" if bytes(data[126:128]) == b"IM" else ">"
    if struct.unpack_from(f"{order}H", data, 124)[0] >> 8 == 2:
        raise DataError(
            f"{quoted(path)} is a MATLAB file of version 7.3, which is not read here: in MATLAB, save it with the "
            "option -v7."
        )
    return dict(_of_version_5(path, _Source(data, order), monitor))


def _of_version_5(path: Path, source: _Source, monitor: Monitor) -> Iterator[tuple[str, Any]]:
    at, left = _HEADER, MOST_BYTES
    for _ in range(_MOST_ARRAYS):
        if at >= len(source.data):
            return
        element, at = source.element(at)
        if element.kind == _COMPRESSED:
            unpacked = _unpacked(path, element.data, left, monitor)
            left -= len(unpacked)
            inner = _Source(memoryview(unpacked), source.order)
            element, _ = inner.element(0)
        if element.kind == _MATRIX:
            name, value = _matrix(_Source(element.data, source.order), 0)
            if value is not None:
                yield name, value


def _unpacked(path: Path, packed: memoryview, most: int, monitor: Monitor) -> bytearray:
    """Unpack an element; zlib checks that nothing in it has changed."""
    unzip, unpacked = zlib.decompressobj(), bytearray()
    for begin in range(0, len(packed), _CHUNK):
        piece = bytes(packed[begin : begin + _CHUNK])
        while piece:
            monitor.check()
            unpacked += unzip.decompress(piece, _CHUNK)
            piece = unzip.unconsumed_tail
            if len(unpacked) > most:
                raise DataError(f"{quoted(path)} holds more than the limit of {MOST_BYTES:,} bytes, unpacked.")
    if not unzip.eof:
        raise _DamagedError("a packed element is cut off")
    return unpacked


def _matrix(source: _Source, depth: int) -> tuple[str, Any]:
    """Return the name and the value of an array; the value is None where it is of a kind that is left out."""
    flags, at = source.element(0)
    shape_element, at = source.element(at)
    name_element, at = source.element(at)
    words = source.numbers(flags)
    shape = tuple(int(d) for d in source.numbers(shape_element))
    if not len(words) or len(shape) < 2 or len(shape) > 32 or min(shape) < 0:
        raise _DamagedError("an array without a shape")
    name, kind = bytes(name_element.data).decode("latin-1"), int(words[0]) & 0xFF
    if kind == _STRUCTURE and math.prod(shape) == 1 and depth < _DEEPEST:
        return name, dict(_fields(source, at, depth))
    if int(words[0]) & _COMPLEX:
        return name, None
    if kind == _SPARSE:
        return name, _sparse(source, at, shape)
    if kind != _TEXT and kind not in _NUMBERS:
        return name, None
    values = source.numbers(source.element(at)[0])
    return name, _texts(values, shape) if kind == _TEXT else _shaped(values, shape)


def _shaped(values: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    if len(values) != math.prod(shape):
        raise _DamagedError(f"an array of {math.prod(shape):,} values holds {len(values):,}")
    return values.reshape(shape, order="F")


def _texts(codes: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any] | None:
    """Return a text for each row of letters; None for other alphabets, whose letters take several numbers."""
    if len(shape) != 2 or codes.size != math.prod(shape) or (codes > 0x2FFF).any():
        return None
    rows = codes.reshape(shape, order="F")
    return np.array(["".join(map(chr, row)) for row in rows.tolist()]) if codes.size else None


def _sparse(source: _Source, at: int, shape: tuple[int, ...]) -> NDArray[Any] | None:
    """Return a matrix of which only what is not zero is stored, column by column; None where it is too large."""
    parts = []
    for _ in range(3):
        element, at = source.element(at)
        parts.append(source.numbers(element))
    rows, starts, values = parts
    if len(shape) != 2 or math.prod(shape) > _MOST_UNFOLDED:
        return None
    counts: NDArray[np.int64] = np.diff(starts.astype(np.int64)).astype(np.int64)
    if (
        len(starts) != shape[1] + 1
        or starts[0] != 0
        or (counts < 0).any()
        or counts.sum() > min(len(rows), len(values))
    ):
        raise _DamagedError("a sparse array does not fit together")
    rows, values = rows[: counts.sum()], values[: counts.sum()]
    if len(rows) and not (rows.min() >= 0 and rows.max() < shape[0]):
        raise _DamagedError("a sparse array has values beside itself")
    whole = np.zeros(shape, values.dtype, order="F")
    whole[rows, np.repeat(np.arange(shape[1]), counts)] = values
    return whole


def _fields(source: _Source, at: int, depth: int) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a structure of one element."""
    length_element, at = source.element(at)
    names_element, at = source.element(at)
    lengths, names = source.numbers(length_element), bytes(names_element.data)
    length = int(lengths[0]) if len(lengths) else 0
    if length < 1 or len(names) % length:
        raise _DamagedError("a structure whose fields have no names")
    for begin in range(0, len(names), length)[:_MOST_ARRAYS]:
        element, at = source.element(at)
        if element.kind != _MATRIX:
            raise _DamagedError("a structure whose fields are no arrays")
        if len(element.data):
            value = _matrix(_Source(element.data, source.order), depth + 1)[1]
            if value is not None:
                yield names[begin : begin + length].split(b"\0")[0].decode("latin-1"), value


def _of_version_4(data: memoryview) -> Iterator[tuple[str, Any]]:
    """Yield the arrays of a file of version 4, which has no header of its own."""
    at = 0
    for _ in range(_MOST_ARRAYS):
        if at >= len(data):
            return
        if at + 20 > len(data):
            raise _DamagedError("an array is cut off")
        order = "<" if struct.unpack_from("<I", data, at)[0] < 5000 else ">"
        code, rows, columns, is_complex, length = struct.unpack_from(f"{order}5I", data, at)
        number, kind = divmod(code % 100, 10)
        if code > 4999 or number >= len(_TYPES_OF_4) or code // 100 % 10:
            raise _DamagedError("an array of an unknown type")
        dtype = np.dtype(order + _TYPES_OF_4[number])
        begin = at + 20 + length
        at = begin + rows * columns * dtype.itemsize * (2 if is_complex else 1)
        if at > len(data):
            raise _DamagedError("an array states more bytes than there are")
        name = bytes(data[begin - length : begin]).split(b"\0")[0].decode("latin-1")
        if kind == 0 and not is_complex:
            values = np.frombuffer(data[begin : begin + rows * columns * dtype.itemsize], dtype)
            yield name, _shaped(values, (rows, columns))
