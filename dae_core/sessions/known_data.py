"""Where the user's own data sets are on this machine, and which path that a session names may be opened by itself.

A session may come from anyone, and so may the path in it: ``/`` would be searched for pictures, ``//host/share`` is a
log-in at another machine. So a path is opened unasked only where this user has opened the very same data set before (by
its fingerprint), or where it lies beside the session's file. For any other the user has to say so.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from dae_core.files import user_folder, write_atomically
from dae_core.sessions.container import SessionError
from dae_core.sessions.data_reference import LONGEST_SOURCE, DataReference, is_path, lasting
from dae_core.texts import plain

MOST_PLACES = 200
_LARGEST_FILE = 2 * MOST_PLACES * LONGEST_SOURCE
LONGEST_SHOWN_PATH = 300


def remember(fingerprint: str, source: str) -> None:
    """Note where a data set is that this user has opened; the oldest of too many notes go.

    A place that is no path needs no note. Where the note cannot be written, the user is asked the next time.
    """
    place = lasting(source)
    if not is_path(place) or len(place) > LONGEST_SOURCE:
        return
    places = _places()
    if list(places.items())[-1:] == [(fingerprint, place)]:
        return
    places.pop(fingerprint, None)
    kept = [*places.items(), (fingerprint, place)][-MOST_PLACES:]
    with contextlib.suppress(OSError):
        _file().parent.mkdir(parents=True, exist_ok=True)
        write_atomically(_file(), json.dumps(dict(kept)).encode())


def trusted_place(data: DataReference, session: Path | None) -> str | None:
    """Return what may be opened without a question for the data set of a session, or None.

    Parameters
    ----------
    data
        What the session says of its data set.
    session
        The session's file; None where it is in none.

    Returns
    -------
    str or None
        A name ("digits", "mnist", "own:NAME"), or a path: where this user had the same data set before, or the file or
        folder of its name that lies beside the session. A session that knows of no place has the empty one.
    """
    if not is_path(data.source):
        return data.source
    known = _places().get(data.fingerprint)
    if known is not None and (known == data.source or _is_there(Path(known))):
        return known
    return None if session is None else _beside(data.source, session)


def refusal(data: DataReference) -> SessionError:
    """Return what is said where a place is not to be trusted, and the user was not asked."""
    return SessionError(
        f"The session says that its data set '{plain(data.name)}' is at {plain(data.source, LONGEST_SHOWN_PATH)}. "
        "That is not opened by itself, for the file may come from anyone: name the data set's place (--data)."
    )


def _beside(source: str, session: Path) -> str | None:
    """Return the file or folder of a source's name in the session's folder; a link to elsewhere does not lie there."""
    name = Path(source).name
    folder = session.absolute().parent
    if name in ("", ".", "..") or not _is_there(folder / name):
        return None
    try:
        place = (folder / name).resolve()
        return str(place) if place.parent == folder.resolve() else None
    except (OSError, RuntimeError, ValueError):  # a circle of links, a name that no file can have
        return None


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _file() -> Path:
    return user_folder("state") / "data-places.json"


def _places() -> dict[str, str]:
    """Return the noted places by fingerprints, the oldest first; whatever is no such note counts as none."""
    try:
        file = _file()
        if file.stat().st_size > _LARGEST_FILE:
            return {}
        known = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    pairs = known.items() if isinstance(known, dict) else ()
    return {key: place for key, place in pairs if isinstance(place, str) and 0 < len(place) <= LONGEST_SOURCE}
