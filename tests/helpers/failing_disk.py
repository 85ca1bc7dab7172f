"""Disks that fail: at one operation after another, or because they are really full."""

import builtins
import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_OPERATIONS = ("fsync", "replace", "rename", "unlink", "mkdir", "truncate", "ftruncate")


class FailingDisk:
    """Counts what changes files, and fails at the operation of a number with "No space left on device".

    Parameters
    ----------
    at
        The number of the operation that fails, from 0; None lets all of them do their work.
    lasting
        Whether all later ones fail as well.
    """

    def __init__(self, patch: pytest.MonkeyPatch, at: int | None = None, *, lasting: bool = False) -> None:
        self.count = 0
        self._at = at
        self._lasting = lasting
        for name in _OPERATIONS:
            patch.setattr(os, name, self._counted(getattr(os, name)))
        patch.setattr(builtins, "open", self._open(builtins.open))

    def step(self) -> None:
        """Count an operation, and fail where it is its turn."""
        number, self.count = self.count, self.count + 1
        if self._at is not None and (number == self._at or (self._lasting and number > self._at)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _counted(self, operation: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **options: Any) -> Any:
            self.step()
            return operation(*arguments, **options)

        return run

    def _open(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def run(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            if not set(mode) & set("wxa"):
                return original(file, mode, *arguments, **options)
            self.step()
            return _Stream(original(file, mode, *arguments, **options), self)

        return run


class _Stream:
    """A file whose writing may fail with half of the data on the disk."""

    def __init__(self, stream: Any, disk: FailingDisk) -> None:
        self._stream, self._disk = stream, disk

    def write(self, data: Any) -> int:
        try:
            self._disk.step()
        except OSError:
            self._stream.write(bytes(data)[: len(bytes(data)) // 2])
            self._stream.flush()
            raise
        return int(self._stream.write(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __enter__(self) -> "_Stream":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Mount a file system of some kilobytes, where the user may; else the test is skipped."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)  # noqa: S603 - no text of a user
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a small file system can only be mounted by the superuser")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S603, S607


def fill(folder: Path, leaving: int = 0) -> Path:
    """Fill the disk that a folder is on, but for some bytes; returns the file that does."""
    file = folder / "filler"
    with open(file, "wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"x" * 4096)
        except OSError:
            pass
        stream.truncate(max(0, stream.tell() - leaving))
    return file
