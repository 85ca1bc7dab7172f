"""The folders that windows autosave into: each window has one of its own, with a lock, so that several do not meet."""

from __future__ import annotations

import contextlib
import logging
import secrets
import shutil
import time
from pathlib import Path

from PySide6.QtCore import QLockFile, QSysInfo

from dae_core.files import FileStamp, user_folder
from dae_core.sessions.run import Run
from dae_core.sessions.user_texts import UserTexts
from dae_gui.sessions.autosave_files import RecoverableSession, find_recoverable, mark_saved, write_runs
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
        self._found: dict[Path, QLockFile | None] = {}
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
        with contextlib.suppress(LockedError):
            self._lock = _locked(self.path)

    def write(
        self, runs: tuple[Run, ...], path: str, stamp: FileStamp | None = None, texts: UserTexts | None = None
    ) -> None:
        """Write the runs that have changed, see `write_runs`; the folder must have been prepared."""
        write_runs(self.path, self._written, runs, path, stamp, texts)

    def clear(self) -> None:
        """Offer nothing of this window; its files stay, to be written over. Raises OSError."""
        mark_saved(self.path)

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
        """Return what windows left that are gone, the newest first; folders without any run are deleted."""
        found = []
        for folder in self._others():
            try:
                lock = _locked(folder)
            except LockedError:
                continue
            for part in folder.glob(".*.part"):
                with contextlib.suppress(OSError):
                    part.unlink()
            left = find_recoverable(folder)
            if left is not None:
                self._found[folder] = lock
                found.append(left)
                continue
            if lock is not None:
                lock.unlock()
            shutil.rmtree(folder, ignore_errors=True)
        return sorted(found, key=lambda session: -session.written)

    def _others(self) -> list[Path]:
        try:
            return sorted(f for f in self._root.iterdir() if f.is_dir() and f != self.path and f not in self._found)
        except OSError:
            return []

    def delete(self, found: RecoverableSession) -> None:
        """Delete what another window left, but for what could not be read of it: it is offered at the next start."""
        lock = self._found.pop(found.folder, None)
        if lock is not None:
            lock.unlock()
        if not found.unread:
            shutil.rmtree(found.folder, ignore_errors=True)
            return
        _log.warning("What could not be read stays in %s", found.folder)
        with contextlib.suppress(OSError):
            for file in set(found.folder.iterdir()) - set(found.unread):
                file.unlink()


class LockedError(Exception):
    """A living window has the folder."""


def _locked(folder: Path) -> QLockFile | None:
    """Lock a folder; None where nothing can be locked: on a full disk, in a folder that must not be written.

    Raises
    ------
    LockedError
        When a living window has it.
    """
    lock = QLockFile(str(folder / _LOCK))
    lock.setStaleLockTime(0)  # its owner may train for days; its process number says that it lives
    if lock.tryLock(0):
        return lock
    if lock.error() is not QLockFile.LockError.LockFailedError:
        return None
    process, machine, _ = lock.getLockInfo()
    # A power cut empties the file, and the number of a process that is gone is given to another one. The system's own
    # lock, without which this deletes nothing, tells; but not what another machine does.
    if (not process or machine == QSysInfo.machineHostName()) and lock.removeStaleLockFile() and lock.tryLock(0):
        _log.warning("The lock of %s was damaged, or of a process that is gone; what is there is offered", folder)
        return lock
    raise LockedError
