"""The files that a command is to write: looked at before the work, and compared after an interruption."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from dae_core.commands.errors import CommandError
from dae_core.locks import FileLock
from dae_core.texts import listed

_MOST_NAMED = 5
_State = tuple[int, int, int] | None  # what differs when a file was replaced; None where there is none


class Targets:
    """What a command writes, with the state of these files before it; every file of this program appears whole."""

    def __init__(self) -> None:
        self._before: dict[Path, _State] = {}
        self._folders: list[Path] = []

    def add(self, path: Path | None) -> None:
        """Take note of a file; None is none. Raises CommandError, before the work, when it cannot be written."""
        if path is not None:
            check_writable(path)
            self._before[path] = _state(path)

    def add_folder(self, folder: Path) -> None:
        """Take note of a folder whose files are written or deleted."""
        self._folders.append(folder)
        self._before |= _files(folder)

    def outcome(self) -> str:
        """Return a sentence that says what was written and deleted since."""
        now = {path: _state(path) for path in self._before}
        for folder in self._folders:
            now |= _files(folder)
        written = [path for path, state in now.items() if state not in (None, self._before.get(path))]
        deleted = [path for path, state in now.items() if state is None and self._before[path] is not None]
        sentences = [f"Written before that, and whole: {_named(written)}."] if written else []
        sentences += [f"Deleted before that: {_named(deleted)}."] if deleted else []
        return " ".join(sentences) or "Nothing was written."


@contextlib.contextmanager
def kept_for(path: Path | None, command: str, option: str) -> Iterator[None]:
    """Keep a session's file for one command at a time, so that of two neither is lost; None is no file.

    Raises CommandError at once where another command has it; ``option`` names another file.
    """
    if path is None:
        yield
        return
    with FileLock(path) as lock:
        if not lock.take(command):
            raise CommandError(
                f"{path} is being written by {lock.owner()}: wait until that is done, or name another with {option}."
            )
        yield


def check_writable(out: Path) -> None:
    """Raise CommandError when a file cannot be written, for its folder is not there or closed, or it is a folder."""
    if os.path.isdir(out):
        raise CommandError(f"{out} is a folder; name a file such as {out / 'model.safetensors'}.")
    folder = out.parent
    if not os.path.isdir(folder):
        raise CommandError(f"{out} could not be written: there is no folder {folder}.")
    if not os.access(folder, os.W_OK):
        raise CommandError(f"{out} could not be written: no permission to write in {folder}.")


def _state(path: Path) -> _State:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _files(folder: Path) -> Mapping[Path, _State]:
    try:
        return {path: _state(path) for path in sorted(folder.iterdir()) if path.name[0] != "." and path.is_file()}
    except OSError:
        return {}


def _named(paths: list[Path]) -> str:
    if len(paths) <= _MOST_NAMED:
        return listed([str(path) for path in paths])
    return f"{len(paths)} files in {listed(sorted({str(path.parent) for path in paths}))}"
