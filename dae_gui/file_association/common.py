"""What the desktops have in common: the command that opens a file, and what can be asked of each."""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from dae_core.errors import UserError

PROGRAM = "dae-studio"
TITLE = "Denoising Autoencoder Studio"
SESSION_ENDING, LESSON_ENDING, HAND_IN_ENDING = ".dae", ".lesson", ".handin"
REGISTERED = "A double click on a .dae, .lesson or .handin file opens it with this program now."
UNREGISTERED = "The desktop no longer opens .dae, .lesson and .handin files with this program."


@dataclass(frozen=True)
class FileKind:
    """A kind of file that this program opens.

    Parameters
    ----------
    ending
        Of the file's name.
    title
        What the desktop calls it.
    mime_type, program_id
        Its type where desktops go by types, and its class where they go by classes.
    """

    ending: str
    title: str
    mime_type: str
    program_id: str


FILE_KINDS = (
    FileKind(SESSION_ENDING, f"{TITLE} session", "application/x-dae-studio-session", "DaeStudio.Session"),
    FileKind(LESSON_ENDING, f"{TITLE} lesson", "application/x-dae-studio-lesson", "DaeStudio.Lesson"),
    FileKind(HAND_IN_ENDING, f"{TITLE} hand-in", "application/x-dae-studio-hand-in", "DaeStudio.HandIn"),
)


class AssociationError(UserError):
    """The desktop could not be told; the message is a sentence with the reason."""


class Association(ABC):
    """What one kind of desktop knows about the program's files."""

    @abstractmethod
    def is_registered(self) -> bool:
        """Return whether the desktop was told to open the program's files with this copy of the program."""

    @abstractmethod
    def register(self) -> str:
        """Tell the desktop; returns a sentence on what holds now.

        Raises
        ------
        AssociationError
            When that is not possible, or has no effect yet.
        """

    @abstractmethod
    def unregister(self) -> str:
        """Take it back; returns a sentence on what holds now. Nothing happens where nothing was registered.

        Raises
        ------
        AssociationError
            When that is not possible.
        """


@dataclass(frozen=True)
class Launcher:
    """How this copy of the program is started.

    Parameters
    ----------
    command
        Program and arguments; the file to open comes behind them.
    folder
        Where it has to be started; None: anywhere.
    """

    command: tuple[str, ...]
    folder: Path | None = None


def present_launcher(interpreter: str = sys.executable) -> Launcher:
    """Return how the running program is started again.

    Parameters
    ----------
    interpreter
        The Python that runs it; in a virtual environment that environment's own.
    """
    if getattr(sys, "frozen", False):  # bundled: there is no interpreter but the program itself
        return Launcher((interpreter,))
    suffix = ".exe" if os.name == "nt" else ""
    script = Path(interpreter).with_name(f"{PROGRAM}{suffix}")
    if script.is_file():
        return Launcher((str(script),))
    without_console = Path(interpreter).with_name("pythonw.exe")
    python = str(without_console) if suffix and without_console.is_file() else interpreter
    return Launcher((python, "-m", "dae_gui"), Path(__file__).resolve().parents[2])  # a checkout is found there only


class NoAssociation(Association):
    """A desktop that cannot be told: macOS knows the files of app bundles, and of nothing else."""

    def is_registered(self) -> bool:
        """Return False."""
        return False

    def register(self) -> NoReturn:
        """Say why not."""
        raise AssociationError(
            "macOS opens files by a double click only with app bundles, and this program is started by Python. "
            "Open the file with File > Open session, or drop it on the window."
        )

    def unregister(self) -> str:
        """Do nothing."""
        return UNREGISTERED
