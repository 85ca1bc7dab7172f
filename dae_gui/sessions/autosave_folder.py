"""The folders that windows autosave into: each window has one of its own, with a lock, so that several do not meet."""

from __future__ import annotations

import logging
import secrets
import shutil
import time
from pathlib import Path

from PySide6.QtCore import QLockFile

from dae_core.files import user_folder
from dae_core.sessions.run import Run
from dae_core.sessions.session_file import ENDING
from dae_gui.sessions.autosave_files import NOTE, RecoverableSession, read_note, write_runs
from dae_gui.sessions.run_version import RunVersion

_log = logging.getLogger(__name__)
_LOCK = "lock"


class AutosaveFolder:
    """The folder of one window, made when it is first needed; finds what other windows left in theirs.

    Parameters
    ----------
    root
        The folder of all these folders; the user's state folder by default.
    """

    def __init__(self, root: Path | None = None) -> None:
        self._root = root or user_folder("state") / "recovery"
        self.path = self._root / f"{time.time_ns():x}-{secrets.token_hex(3)}"
        self._lock: QLockFile | None = None
        self._found: dict[Path, QLockFile] = {}
        self._written: dict[str, RunVersion] = {}

    def prepare(self) -> None:
        """Make the folder where it is not there, or is gone, and lock it. Raises OSError."""
        if self._lock is not None:
            if (self.path / _LOCK).exists():
                return
            self.path.mkdir(parents=True, exist_ok=True)
            (self.path / _LOCK).touch()  # Qt warns where there is nothing to unlock
            self._lock.unlock()
            self._lock = None
        self.path.mkdir(parents=True, exist_ok=True)
        lock = _locked(self.path)
        if lock is not None:
            self._lock = lock

    def write(self, runs: tuple[Run, ...], path: str) -> None:
        """Write the runs that have changed, see `write_runs`; the folder must have been prepared."""
        write_runs(self.path, self._written, runs, path)

    def clear(self) -> None:
        """Offer nothing of this window; its files stay, to be written over."""
        (self.path / NOTE).unlink(missing_ok=True)

    def close(self, *, keep: bool) -> None:
        """Unlock all folders; the window's own is deleted unless it is to be kept for the next start."""
        for lock in (self._lock, *self._found.values()):
            if lock is not None:
                lock.unlock()
        self._lock = None
        self._found.clear()
        if not keep:
            shutil.rmtree(self.path, ignore_errors=True)

    # What other windows left

    def find(self) -> list[RecoverableSession]:
        """Return what windows left that are gone, the newest first; folders without any use are deleted."""
        found = []
        for folder in self._others():
            lock = _locked(folder)
            if lock is None:
                continue
            for part in folder.glob(".*.part"):
                part.unlink(missing_ok=True)
            note = read_note(folder)
            if note is not None:
                self._found[folder] = lock
                found.append(note)
                continue
            lock.unlock()
            if (folder / NOTE).exists() and any(folder.glob(f"*{ENDING}")):
                _log.warning("The runs in %s cannot be offered, for their note is damaged; they stay", folder)
            else:
                shutil.rmtree(folder, ignore_errors=True)
        return sorted(found, key=lambda session: -session.written)

    def _others(self) -> list[Path]:
        try:
            return sorted(f for f in self._root.iterdir() if f.is_dir() and f != self.path and f not in self._found)
        except OSError:
            return []

    def delete(self, found: RecoverableSession) -> None:
        """Delete what another window left."""
        lock = self._found.pop(found.folder, None)
        if lock is not None:
            lock.unlock()
        shutil.rmtree(found.folder, ignore_errors=True)


def _locked(folder: Path) -> QLockFile | None:
    """Return the lock of a folder; None where a living window has it."""
    lock = QLockFile(str(folder / _LOCK))
    lock.setStaleLockTime(0)  # its owner may train for days; its process number says that it lives
    return lock if lock.tryLock(0) else None
