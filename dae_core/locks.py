"""Locks on files: the system lets go of them when their process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from enum import Enum, auto
from pathlib import Path
from types import TracebackType
from typing import IO, Self

THIS_MACHINE = f"on {platform.node()}"
"""How the words end that say who has a file."""
_LONGEST_NAME = 50
"""Of a file, as part of its lock's name: file systems take 255 bytes, of which a character may have four."""
_FAR = 2**30
"""Where Windows locks a byte, which nobody else can read then: the same for all, and behind all that is written."""


class Held(Enum):
    """Who has the lock of an open file."""

    HERE = auto()
    ELSEWHERE = auto()
    UNKNOWN = auto()
    """The file system, often that of a network, has no locks."""


def lock(stream: IO[bytes]) -> Held:
    """Lock an open file until it is closed, unless somebody has locked it; nothing waits."""
    try:
        if sys.platform == "win32":
            import msvcrt

            place = stream.tell()
            stream.seek(_FAR)
            try:
                msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
            finally:
                stream.seek(place)
        else:
            import fcntl

            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return Held.ELSEWHERE
    except OSError:
        return Held.UNKNOWN
    return Held.HERE


def is_at(stream: IO[bytes], path: Path) -> bool:
    """Return whether an open file is still the one at its path, and was not deleted or replaced since it was opened."""
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.stat())
    except OSError:
        return False


class FileLock:
    """Keeps a file for one program at a time, by a hidden file beside it that says who that is.

    It binds those who ask. Where the folder cannot be written or has no locks, everybody goes on without.

    Parameters
    ----------
    path
        The file to keep; it need not be there.
    """

    def __init__(self, path: str | Path) -> None:
        whole = Path(os.path.realpath(path))
        self.path = whole.with_name(f".{whole.name[:_LONGEST_NAME]}.lock")
        self._stream: IO[bytes] | None = None

    def take(self, what: str) -> bool:
        """Lock the file, unless another program has it; ``what`` is done with it, for the others to read."""
        while self._stream is None:
            try:
                stream = open(self.path, "a+b")  # noqa: SIM115 - it is open as long as it is locked
            except OSError:
                return True
            held = lock(stream)
            if held is Held.HERE and is_at(stream, self.path):
                self._stream = stream
                with contextlib.suppress(OSError):  # on a full disk it is a lock without a name
                    stream.truncate(0)
                    stream.write(f"{what}, process {os.getpid()} {THIS_MACHINE}".encode())
                    stream.flush()
                break
            stream.close()
            if held is not Held.HERE:
                return held is Held.UNKNOWN
            # Else its last owner has deleted it between opening and locking: again.
        return True

    def owner(self) -> str:
        """Return in words who has it, as far as that is known."""
        with contextlib.suppress(OSError):
            text = self.path.read_bytes()[:300].decode("utf-8", "replace")
            if text.isprintable() and text:
                return text
        return "another program"

    def release(self) -> None:
        """Let go of it, and delete the hidden file."""
        stream, self._stream = self._stream, None
        if stream is None:
            return
        if os.name == "nt":  # where nothing is deleted that is open
            stream.close()
        with contextlib.suppress(OSError):
            self.path.unlink()
        with contextlib.suppress(OSError):
            stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
