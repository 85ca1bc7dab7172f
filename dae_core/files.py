"""Files are written such that a crash or a full disk never leaves half of one, and their errors are sentences."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


def write_atomically(path: str | Path, data: bytes) -> None:
    """Write ``data`` under a temporary name in the same folder, flush it to the disk, and rename it to ``path``.

    Raises
    ------
    OSError
        When the file cannot be written; what was there before stays as it was.
    """
    with replacing(path) as stream:
        stream.write(data)


@contextlib.contextmanager
def file_errors_as(kind: type[Exception], path: str | Path, doing: str = "written") -> Iterator[None]:
    """Turn what the system says of a file into an exception of a kind, with a sentence that names file and reason."""
    try:
        yield
    except OSError as error:
        raise kind(f"{path} could not be {doing}: {error.strerror or error}.") from None
    except ValueError as error:
        if "\0" not in str(path):
            raise
        raise kind(f"{path!r} could not be {doing}: {error}.") from None


@contextlib.contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """Open a temporary file beside ``path`` that takes its place when all went well: for what is written in pieces.

    Raises
    ------
    OSError
        When the file cannot be written; what was there before stays as it was.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with open(temporary, "xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
