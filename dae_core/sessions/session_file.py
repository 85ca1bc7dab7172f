"""Sessions as files: written whole or not at all, read with every value checked; nothing in a file is executed."""

from __future__ import annotations

from pathlib import Path

from dae_core.sessions.container import SessionError, read_container, write_container
from dae_core.sessions.session import Session
from dae_core.sessions.session_codec import pack, unpack
from dae_core.texts import plain
from dae_core.training.settings import ConfigError

ENDING = ".dae"
LONGEST_REASON = 300
"""Characters of what is said about a damaged file; it may repeat what is in the file."""


def save_session(path: str | Path, session: Session) -> None:
    """Write a session; an existing file is replaced only when the new one is whole and on the disk.

    Raises
    ------
    SessionError
        When the file cannot be written, or the session is not consistent (a mistake of the program).
    """
    try:
        arrays, metadata = pack(session)
    except ValueError as error:
        raise SessionError(f"{path} could not be written: {error}") from None
    write_container(path, arrays, metadata)


def load_session(path: str | Path) -> Session:
    """Read a session. No code in the file is run; every value is checked.

    Raises
    ------
    SessionError
        When it cannot be read, is no session, is damaged, or is of a newer version.
    """
    arrays, metadata = read_container(path)
    try:
        return unpack(arrays, metadata)
    except (ConfigError, ValueError, RecursionError) as error:
        raise SessionError(f"{path} is damaged: {plain(str(error), LONGEST_REASON)}") from None
