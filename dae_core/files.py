"""Files are written such that a crash or a full disk never leaves half of one; where they go; their errors as text."""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import re
import secrets
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO, Literal, Self

from dae_core.locks import THIS_MACHINE, Held, is_at, lock

APPLICATION = "dae-studio"

_BEGINNING = 2**22
_RENAMES_OPEN_FILES = os.name == "posix"
_MOST_TRIES = 100  # to make a file that nobody takes for a leftover at that moment
_MACHINE = f"{zlib.crc32(platform.node().encode('utf-8', 'replace')):08x}"
"""Part of the names of temporary files: a lock may say nothing of a process on another machine."""
_LEFTOVER = re.compile(rf"\..+\.(?:{_MACHINE}-[0-9a-f]{{8}}\.part|(?:dae|jsonl)\.lock)", re.DOTALL)


def write_atomically(path: str | Path, data: bytes) -> None:
    """Write ``data`` under a temporary name in the same folder, flush it to the disk, and rename it to ``path``.

    Raises
    ------
    OSError
        When the file cannot be written; what was there before stays as it was.
    """
    with replacing(path) as stream:
        stream.write(data)


@dataclass(frozen=True)
class FileStamp:
    """What tells whether a file holds something else: its size in bytes, and the CRC-32 of its beginning.

    A session's file begins with a header that holds the checksum of all of it. When it was written does not count: it
    changes where a file is copied back, and on some network folders by itself, and then nothing would be lost.
    """

    size: int
    beginning: int

    @classmethod
    def of(cls, path: str | Path) -> Self | None:
        """Return the stamp of a file; None where there is no file that can be read."""
        try:
            with open(path, "rb") as stream:
                return cls(os.fstat(stream.fileno()).st_size, zlib.crc32(stream.read(_BEGINNING)))
        except (OSError, ValueError):
            return None

    @classmethod
    def from_json(cls, values: Any) -> Self | None:
        """Return a stamp from its fields as a JSON object; None where it is none."""
        names = [field.name for field in fields(cls)]
        if isinstance(values, dict) and all(isinstance(values.get(name), int) for name in names):
            return cls(*(values[name] for name in names))
        return None


def free_path(path: Path) -> Path:
    """Return a path at which there is nothing, beside one: "run.dae", "run-2.dae", "run-3.dae" and so on."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


@contextlib.contextmanager
def file_errors_as(kind: type[Exception], path: str | Path, doing: str = "written") -> Iterator[None]:
    """Turn what the system says of a file into an exception of a kind, with a sentence that names file and reason."""
    try:
        yield
    except OSError as error:
        raise kind(f"{path} could not be {doing}: {error.strerror or error}.") from None
    except ValueError as error:
        if "\0" not in str(path):
            raise
        raise kind(f"{path!r} could not be {doing}: {error}.") from None


@contextlib.contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """Open a temporary file beside ``path`` that takes its place when all went well: for what is written in pieces.

    What processes that were killed have left of theirs in the same folder is cleared away.

    Raises
    ------
    OSError
        When the file cannot be written; what was there before stays as it was. Devices and pipes, such as /dev/null
        and /dev/stdout, are refused: they would be replaced by a file.
    """
    path = Path(path)
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise OSError(errno.ENOTSUP, "it is a device or a pipe, and no file", str(path))
    clear_leftovers(path.parent)
    stream, temporary = _new_part(path)
    try:
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            if _RENAMES_OPEN_FILES:  # while it is locked, so that nobody takes it for a leftover
                os.replace(temporary, path)
        if not _RENAMES_OPEN_FILES:
            os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def clear_leftovers(folder: Path) -> None:
    """Delete the hidden files in a folder that processes of this machine had open when they were killed.

    Those of a living process are locked, or cannot be deleted while they are open.
    """
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for name in [entry.name for entry in entries if entry.name.endswith((".part", ".lock"))]:
            if _LEFTOVER.fullmatch(name):
                _delete_unless_locked(folder / name)


def _delete_unless_locked(path: Path) -> None:
    with contextlib.suppress(OSError):
        if not _RENAMES_OPEN_FILES:
            path.unlink()
            return
        with open(path, "rb+") as stream:
            is_own = path.suffix == ".part" or stream.read(1000).decode("utf-8", "replace").endswith(THIS_MACHINE)
            if is_own and lock(stream) is Held.HERE and is_at(stream, path):
                path.unlink()


def _new_part(path: Path) -> tuple[BinaryIO, Path]:
    """Create a temporary file for a path, locked as long as it is open."""
    for _ in range(_MOST_TRIES):
        part = path.with_name(f".{path.name[:50]}.{_MACHINE}-{secrets.token_hex(4)}.part")
        stream = open(part, "xb")  # noqa: SIM115 - the caller closes it
        held = lock(stream) if _RENAMES_OPEN_FILES else Held.UNKNOWN
        if held is Held.UNKNOWN or (held is Held.HERE and is_at(stream, part)):
            return stream, part
        stream.close()  # another process took it for a leftover before it was locked
    raise OSError(errno.EBUSY, "other programs take away what is written there", str(path.parent))


def user_folder(kind: Literal["cache", "config", "data", "log", "state"]) -> Path:
    """Return where the user keeps the program's files of a kind, whether the folder is there or not.

    A user without a home, as in a container or at a scheduled job, gets a path at which no folder can be made: like one
    who must not write, for whom the program goes on without these files.
    """
    import platformdirs

    try:
        return Path(getattr(platformdirs, f"user_{kind}_dir")(APPLICATION, appauthor=False))
    except RuntimeError:
        return Path(os.devnull, kind, APPLICATION)


def resources_folder() -> Path:
    """Return the folder of icons, lessons and other files that come with the program.

    Returns
    -------
    Path
        ``dae_gui/resources`` in an installed package, otherwise ``resources`` at the top of the checkout.
    """
    top = Path(__file__).resolve().parents[1]
    installed = top / "dae_gui" / "resources"
    return installed if installed.is_dir() else top / "resources"


def typed_path(text: str, kind: type[Exception]) -> Path:
    """Return the path that a user typed, with the home folder in the place of "~"; nothing need be there.

    Raises
    ------
    kind
        With a sentence, where no file can have this name here.
    """
    shown = repr(text if len(text) <= 80 else f"{text[:40]}…{text[-39:]}")
    try:
        path = Path(text).expanduser()
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return path
    except RuntimeError:
        raise kind(f"{shown} begins with the home of a user, but there is no user of this name here.") from None
    except OSError as error:
        raise kind(f"{shown} cannot be used: {error.strerror or error}.") from None
    except ValueError:
        raise kind(f"{shown} cannot be used: it holds a character that no name may have.") from None
    return path
