"""A user's code from a file, as text: nothing of it is run here."""

from __future__ import annotations

from pathlib import Path

from dae_core.errors import UserError
from dae_core.files import file_errors_as
from dae_core.sandbox import LONGEST_SOURCE

_BYTES = 4  # of a character in UTF-8, at most


def read_source(path: Path, kind: type[UserError]) -> str:
    """Return the code of a file, its lines ended by newlines alone.

    Raises
    ------
    kind
        When the file cannot be read, is no text in UTF-8, is empty, or has more than `LONGEST_SOURCE` characters.
    """
    with file_errors_as(kind, path, "read"), open(path, "rb") as stream:
        data = stream.read(_BYTES * LONGEST_SOURCE + 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise kind(f"{path} is no text in UTF-8.") from None
    if not text.strip():
        raise kind(f"{path} is empty.")
    if len(text) > LONGEST_SOURCE:
        raise kind(f"{path} has more than {LONGEST_SOURCE:,} characters.")
    return text.replace("\r\n", "\n")
