"""Walks through a folder and the folders within it: every ordinary file, in the order of names, each folder once."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dae_core.datasets.errors import file_error
from dae_core.jobs import Monitor

MOST_DEPTH = 32
"""Folders within folders that are gone into."""

_LEFT_BY_SYSTEMS = frozenset(("__macosx", "thumbs.db", "desktop.ini", "ehthumbs.db", "$recycle.bin", "@eadir"))


class Skipped(NamedTuple):
    """A file that was left out, and why; the reason follows the file's name and a colon."""

    path: Path
    reason: str


class FoundFile(NamedTuple):
    """An ordinary file: its path, and the names of the folders between the root and it, outermost first."""

    path: str
    folders: tuple[str, ...]

    @property
    def name(self) -> str:
        """The file's own name."""
        return os.path.basename(self.path)


def walk_files(
    root: Path, skipped: list[Skipped], monitor: Monitor, most_depth: int = MOST_DEPTH
) -> Iterator[FoundFile]:
    """Yield every ordinary file below a folder; what cannot be gone into or read is appended to `skipped`.

    Hidden files and folders, and those that systems leave behind (Thumbs.db, __MACOSX ...), are passed over; links to
    folders are followed.

    Raises
    ------
    DataError
        The folder itself cannot be read.
    Cancelled
        `monitor` said so.
    """
    seen: set[tuple[int, int]] = set()
    stack: list[tuple[str, tuple[str, ...]]] = [(str(root), ())]
    while stack:
        monitor.check()
        current, folders = stack.pop()
        try:
            identity = os.stat(current)
            if (identity.st_dev, identity.st_ino) in seen:
                skipped.append(Skipped(Path(current), "a link to a folder that was already read"))
                continue
            seen.add((identity.st_dev, identity.st_ino))
            with os.scandir(current) as listing:
                entries = sorted((entry for entry in listing if not is_passed_over(entry.name)), key=lambda e: e.name)
        except OSError as error:
            if not folders:
                raise file_error(root, error) from None
            skipped.append(Skipped(Path(current), f"the folder cannot be read ({error.strerror})"))
            continue
        deeper = []
        for entry in entries:
            try:
                mode = entry.stat().st_mode
            except OSError as error:
                skipped.append(Skipped(Path(entry.path), error.strerror or "it cannot be read"))
                continue
            if stat.S_ISREG(mode):
                yield FoundFile(entry.path, folders)
            elif not stat.S_ISDIR(mode):
                skipped.append(Skipped(Path(entry.path), "not an ordinary file"))
            elif len(folders) >= most_depth:
                skipped.append(Skipped(Path(entry.path), f"more than {most_depth} folders deep"))
            else:
                deeper.append((entry.path, (*folders, entry.name)))
        stack += reversed(deeper)


def is_passed_over(name: str) -> bool:
    """Return whether a file or folder is of no interest to anyone by its name: hidden, or left behind by a system."""
    return name.startswith(".") or name.lower() in _LEFT_BY_SYSTEMS
