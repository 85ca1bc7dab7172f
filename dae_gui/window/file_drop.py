"""Files that are dropped on the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent

from dae_core.texts import listed, shortened

_MOST_NAMED = 3


class FileDrop:
    """Opens what is dropped: of several things the first, and says so.

    Parameters
    ----------
    open_path
        Opens a file or folder.
    warn
        Tells the user a sentence.
    """

    def __init__(self, open_path: Callable[[Path], object], warn: Callable[[str], object]) -> None:
        self._open_path = open_path
        self._warn = warn

    def enter(self, event: QDragEnterEvent) -> None:
        """Take folders and files."""
        if _paths(event):
            event.acceptProposedAction()

    def drop(self, event: QDropEvent) -> None:
        """Open the first thing that lies on this machine."""
        paths = _paths(event)
        if not paths:
            return
        event.acceptProposedAction()
        self._open_path(paths[0])
        if len(paths) > 1:
            self._warn(left_out(paths))


def left_out(paths: Sequence[Path]) -> str:
    """Return what to say when only the first of several paths is opened."""
    others = [f"“{shortened(path.name, 60)}”" for path in paths[1 : 1 + _MOST_NAMED]]
    if len(paths) > 1 + _MOST_NAMED:
        others.append(f"{len(paths) - 1 - _MOST_NAMED:,} more")
    return (
        f"One thing is opened at a time: “{shortened(paths[0].name, 60)}”. {listed(others)} "
        f"{'was' if len(paths) == 2 else 'were'} left out. To train on several files, put them into one folder."
    )


def _paths(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
