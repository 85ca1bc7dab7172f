"""Why a file is no whole safetensors file, in words; the library's own are for those who write programs."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path
from typing import Any

from dae_core.datasets.formats import LOOKED_AT, what_it_seems
from dae_core.texts import format_bytes

_LARGEST_HEADER = 16 * 1024**2
_AGAIN = "copy it again, or open an older copy"


def why_unreadable(path: str | Path) -> str:
    """Return what is wrong with a file and what to do, as the end of a sentence without the full stop.

    Raises
    ------
    OSError
        It cannot be read.
    """
    with open(path, "rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        head = stream.read(LOOKED_AT)
        if not head.startswith(b"{", 8):
            return what_it_seems(head, Path(path).name)
        (length,) = struct.unpack("<Q", head[:8])
        if length > size - 8:
            if length > _LARGEST_HEADER:
                return f"its first bytes were changed; {_AGAIN}"
            return f"its end is missing; {_AGAIN}"
        stream.seek(8)
        end = _end(stream.read(min(length, _LARGEST_HEADER)))
    if end is None:
        return f"the list of what is in it is damaged; {_AGAIN}"
    if 8 + length + end > size:
        return f"its end is missing, {format_bytes(size)} of {format_bytes(8 + length + end)} are there; {_AGAIN}"
    return f"it does not hold what the list at its beginning says; {_AGAIN}"


def _end(header: bytes) -> int | None:
    """Return after how many bytes the last array ends, or None where the header does not say."""
    try:
        entries: dict[str, Any] = json.loads(header)
        return max(
            (int(entry["data_offsets"][1]) for name, entry in entries.items() if name != "__metadata__"), default=0
        )
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError):
        return None
