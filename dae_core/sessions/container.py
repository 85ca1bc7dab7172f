"""The container of a session file: named arrays with a text for each key, whole and unchanged, or refused.

It is a safetensors file, so that other programs read it too: eight bytes with the length of the header, the header
(JSON with each array's type, shape and place, and the metadata, which are texts), then the arrays one after another.
A checksum over all of it reveals damage; nothing in it is ever executed.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
from numpy.typing import NDArray

from dae_core.errors import UserError
from dae_core.files import file_errors_as, replacing
from dae_core.sessions.tensor_files import why_unreadable
from dae_core.texts import format_bytes, plain

FORMAT = "dae-studio-session"
VERSION = 3
LARGEST_FILE = 4 * 1024**3
LARGEST_HEADER = 16 * 1024**2
"""Bytes; 100 for each array, of which a run with all its snapshots has about 400."""

Arrays = dict[str, NDArray[Any]]
_NAMES = {"float64": "F64", "int64": "I64", "float32": "F32", "uint8": "U8"}  # the widest first: all stay aligned


class SessionError(UserError):
    """A session cannot be written, read or continued; the message is a sentence with the file and the reason."""


def write_container(path: str | Path, arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> None:
    """Write arrays and texts; an existing file is replaced only when the new one is whole and on the disk.

    Parameters
    ----------
    path : str or Path
    arrays : mapping
        float64, int64, float32 or uint8 arrays of any shape; those that are not contiguous are copied.
    metadata : mapping
        Texts. "format", "version" and "checksum" are added.

    Raises
    ------
    SessionError
        When the file cannot be written, or would be one that `read_container` refuses.
    """
    order = list(_NAMES)
    whole = {name: np.ascontiguousarray(a) for name, a in arrays.items()}
    whole = dict(sorted(whole.items(), key=lambda item: (order.index(_name_of(item[1].dtype)), item[0])))
    texts = {**metadata, "format": FORMAT, "version": str(VERSION)}
    header: dict[str, Any] = {"__metadata__": {**texts, "checksum": checksum(whole, texts)}}
    end = 0
    for name, a in whole.items():
        header[name] = {"dtype": _NAMES[_name_of(a.dtype)], "shape": a.shape, "data_offsets": (end, end + a.nbytes)}
        end += a.nbytes
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)
    if len(encoded) > LARGEST_HEADER:
        raise SessionError(f"{path} could not be written: its settings take more than {format_bytes(LARGEST_HEADER)}.")
    if 8 + len(encoded) + end > LARGEST_FILE:
        raise SessionError(
            f"{path} could not be written: the session takes {format_bytes(end)}, "
            f"a file holds at most {format_bytes(LARGEST_FILE)}."
        )
    with file_errors_as(SessionError, path), replacing(path) as stream:
        stream.write(struct.pack("<Q", len(encoded)) + encoded)
        for a in whole.values():
            stream.write(a.data if a.size else b"")


def read_container(path: str | Path) -> tuple[Arrays, dict[str, str]]:
    """Return what `write_container` wrote, all arrays being the caller's own.

    Sizes are compared with the file's before any memory is taken for them: it takes no more than the file is large.

    Raises
    ------
    SessionError
        When the file cannot be read, is no session, is damaged, or is of a newer version of the format.
    """
    try:
        with file_errors_as(SessionError, path, "read"):
            _check_sizes(path)
            with safetensors.safe_open(str(path), "numpy") as file:
                metadata: dict[str, str] = dict(file.metadata() or {})
                _check_format(path, metadata)
                names = sorted(file.keys())
                kinds = {name: file.get_slice(name).get_dtype() for name in names}
                strange = [f"{name} ({kind})" for name, kind in kinds.items() if kind not in _NAMES.values()]
                if strange:
                    raise SessionError(f"{path} is damaged: it holds numbers of another kind in {plain(strange[0])}.")
                arrays: Arrays = {name: file.get_tensor(name) for name in names}
    except safetensors.SafetensorError:
        raise _unreadable(path) from None
    if metadata.pop("checksum", None) != checksum(arrays, metadata):
        raise SessionError(f"{path} is damaged: its content does not fit its checksum.")
    return arrays, metadata


def checksum(arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> str:
    """Return the CRC-32 (8 hexadecimal digits) of all names, texts, shapes and bytes; about 0.1 s for 100 MB."""
    value = zlib.crc32(json.dumps(sorted(metadata.items())).encode())
    for name, a in sorted(arrays.items()):
        value = zlib.crc32(json.dumps([name, _name_of(a.dtype), a.shape]).encode(), value)
        if a.size:
            value = zlib.crc32(a.data, value)
    return f"{value:08x}"


@cache
def _name_of(dtype: np.dtype[Any]) -> str:
    return dtype.name  # which NumPy puts together anew each time: a session has hundreds of arrays


def _check_sizes(path: str | Path) -> None:
    """Refuse a file that is too large, or says that its header is."""
    with open(path, "rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > LARGEST_FILE:
            raise SessionError(f"{path} is {format_bytes(size)}; a session has at most {format_bytes(LARGEST_FILE)}.")
        start = stream.read(8)
    (length,) = struct.unpack("<Q", start) if len(start) == 8 else (LARGEST_HEADER + 1,)
    if length > min(LARGEST_HEADER, size - 8):
        raise _unreadable(path)


def _unreadable(path: str | Path) -> SessionError:
    with file_errors_as(SessionError, path, "read"):
        return SessionError(f"{path} is damaged or no session file: {why_unreadable(path)}.")


def _check_format(path: str | Path, metadata: Mapping[str, str]) -> None:
    if metadata.get("format") != FORMAT:
        raise SessionError(f"{path} is no session of this program.")
    text = metadata.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= 1):
        raise SessionError(f"{path} is damaged: its format version is {text[:20]!r}.")
    if int(text) > VERSION:
        raise SessionError(
            f"{path} was written by a newer version of this program (format {text}; "
            f"this one reads up to format {VERSION})."
        )
