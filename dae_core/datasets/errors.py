"""The one exception that bad data ends in, and how its sentences name a file."""

import os
from pathlib import Path

from dae_core.errors import UserError


class DataError(UserError):
    """Data that cannot be used; the message is one plain sentence that names the file and the reason."""


def quoted(path: Path | str) -> str:
    """Return `path` in quotes, always printable, whatever bytes the file's name holds."""
    printable = os.fsencode(path).decode("utf-8", "replace")
    return '"' + "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in printable) + '"'


def file_error(path: Path | str, error: OSError | ValueError, doing: str = "read") -> DataError:
    """Turn what the operating system said about `path` into a sentence.

    Parameters
    ----------
    path : Path or str
        The file or folder that was asked for.
    error : OSError or ValueError
        What was raised (ValueError: a path that holds a NUL character).
    doing : str
        The verb of the sentence, "read" or "written".

    Returns
    -------
    DataError
        To be raised by the caller.
    """
    if isinstance(error, FileNotFoundError):
        return DataError(f"{quoted(path)} does not exist.")
    if isinstance(error, PermissionError):
        return DataError(f"{quoted(path)} cannot be {doing}: permission denied.")
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return DataError(f"{quoted(path)} cannot be {doing}: {reason}.")
