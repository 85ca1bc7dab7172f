"""What can be chosen in the command palette: one frozen value each, whatever it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an entry is, in a word; the word is found too."""

    COMMAND = "Command"
    SETTING = "Setting"
    DOCK = "Dock"
    RUN = "Run"
    DATA = "Data set"
    SESSION = "Session"
    HELP = "Help"


@dataclass(frozen=True)
class Entry:
    """One thing to choose.

    Parameters
    ----------
    key
        By which it is remembered as used, in the next session too.
    kind, name
        What it is, and what it is called.
    place
        Where else it is found: "File ▸ Export", the name of its dock, the folder of a file.
    choose
        What choosing it does. Where that cannot be done now it returns the reason, a short clause.
    shortcut
        Its key, as the desktop writes it.
    why_not
        None where it can be chosen; else the reason, which is empty where nobody knows it.
    more
        What it is found by besides all this: its tip, the choices of a field.
    """

    key: str
    kind: Kind
    name: str
    place: str
    choose: Callable[[], object]
    shortcut: str = ""
    why_not: str | None = None
    more: str = ""

    def words(self) -> tuple[str, str]:
        """Return what it is found by: its name, and all else."""
        return self.name, f"{self.place} {self.kind} {self.shortcut} {self.more}"

    def spoken(self) -> str:
        """Return all of it as a screen reader says it."""
        state = "" if self.why_not is None else f"not now: {self.why_not}" if self.why_not else "not now"
        return ", ".join(filter(None, (self.name, self.kind.lower(), self.place, self.shortcut, state)))


Source = Callable[[], Iterable[Entry]]
"""Tells what there is to choose at this moment. It is asked whenever the palette opens."""
