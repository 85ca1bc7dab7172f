"""Temporary folders that go with what uses them, and, if the program was killed, at the next use."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
import weakref
from pathlib import Path
from typing import BinaryIO

from dae_core.locks import Held, lock

_PREFIX, _LOCK = "dae-unpacked-", ".lock"
_SETTLED = 60.0  # seconds after which a folder has got its lock, if its process lives


class TemporaryFolder:
    """A new temporary folder, removed by `close`, when it is no longer referred to, and when the program ends.

    Those that killed processes left are removed when the next is made. Raises OSError when none can be made.
    """

    def __init__(self) -> None:
        place = Path(tempfile.gettempdir())
        _clear_leftovers(place)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
        stream = (self.path / _LOCK).open("xb")
        lock(stream)
        self.close = weakref.finalize(self, _remove, self.path, stream)


def _remove(path: Path, stream: BinaryIO) -> None:
    stream.close()  # Windows deletes no open file
    shutil.rmtree(path, ignore_errors=True)


def _clear_leftovers(place: Path) -> None:
    """Remove the folders of this user that no living process has locked."""
    with contextlib.suppress(OSError), os.scandir(place) as entries:
        found = [Path(entry.path) for entry in entries if entry.name.startswith(_PREFIX)]
        for folder in found:
            with contextlib.suppress(OSError):
                status = folder.lstat()
                is_own = not hasattr(os, "getuid") or status.st_uid == os.getuid()
                if is_own and time.time() - status.st_mtime > _SETTLED and _is_left(folder):
                    shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    """Return whether no process holds a folder's lock; it is gone where one was killed while it removed the folder."""
    try:
        with (folder / _LOCK).open("rb+") as stream:
            return lock(stream) is Held.HERE
    except FileNotFoundError:
        return True
