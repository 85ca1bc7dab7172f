"""The exception that unusable data ends in, and how its sentences name a file."""

from pathlib import Path

from dae_core.errors import UserError
from dae_core.texts import plain, shortened

_LONGEST = 1000  # characters of a path in a sentence


class DataError(UserError):
    """Data that cannot be used; the message is one plain sentence that names the file and the reason."""


class MirrorError(Exception):
    """One address cannot give the file; the message says why. `offline` is True where there was no connection."""

    def __init__(self, reason: str, *, offline: bool = False) -> None:
        super().__init__(reason)
        self.offline = offline


def quoted(path: Path | str) -> str:
    """Return `path` in quotes, always printable, whatever bytes the file's name holds."""
    return f'"{shortened(printable(str(path)), _LONGEST)}"'


def printable(text: str) -> str:
    """Return a text of any length with all that does not show written out, as `plain` does."""
    return plain(text, len(text))


def file_error(path: Path | str, error: OSError | ValueError, doing: str = "read") -> DataError:
    """Return what the operating system said of a file or folder as a sentence: it cannot be read, written or deleted.

    The error is a ValueError where the path holds a NUL character.
    """
    if isinstance(error, FileNotFoundError):
        return DataError(f"{quoted(path)} does not exist.")
    if isinstance(error, PermissionError):
        return DataError(f"{quoted(path)} cannot be {doing}: permission denied.")
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return DataError(f"{quoted(path)} cannot be {doing}: {reason}.")
