"""Tells windows of one user which sessions are open in others, by a locked file for each in the user's state folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from dae_core.files import clear_leftovers, user_folder
from dae_core.locks import FileLock
from dae_core.sessions.session_file import ENDING


class OpenMark:
    """The mark of one window on the file that is open in it.

    It hinders nobody: that a file has changed is noticed when it is saved. Where no file can be locked, nothing is
    told.

    Parameters
    ----------
    root
        The folder of all these marks; in the user's state folder by default.
    """

    def __init__(self, root: Path | None = None) -> None:
        self._root = root or user_folder("state") / "open"
        self._mark: FileLock | None = None

    def move(self, path: Path | None) -> bool:
        """Mark another file, or none; return whether another window has it open."""
        if self._mark is not None:
            self._mark.release()
            self._mark = None
        if path is None:
            return False
        with contextlib.suppress(OSError):
            self._root.mkdir(parents=True, exist_ok=True)
            clear_leftovers(self._root)
        name = hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:32]
        mark = FileLock(self._root / f"{name}{ENDING}")
        if not mark.take("a window"):
            return True
        self._mark = mark
        return False
