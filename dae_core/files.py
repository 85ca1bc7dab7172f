"""Files are written such that a crash or a full disk never leaves half of one; where they go; their errors as text."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

APPLICATION = "dae-studio"


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
    temporary = path.with_name(f".{path.name[:40]}.{secrets.token_hex(4)}.part")  # at most 255 bytes, also of UTF-8
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


def user_folder(kind: Literal["cache", "config", "data", "log", "state"]) -> Path:
    """Return where the user keeps the program's files of a kind, whether the folder is there or not.

    A user without a home, as in a container or at a scheduled job, gets a path at which no folder can be made: like one
    who must not write, for whom the program goes on without these files.
    """
    import platformdirs

    try:
        return Path(getattr(platformdirs, f"user_{kind}_dir")(APPLICATION, appauthor=False))
    except RuntimeError:
        return Path(os.devnull, kind, APPLICATION)
