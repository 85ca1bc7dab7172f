"""Gets a data set of the catalogue onto this machine: mirror after mirror, file by file, whole or not at all."""

import errno
import os
import shutil
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from dae_core.datasets.errors import DataError, MirrorError, file_error, quoted
from dae_core.datasets.fetching.catalogue import CatalogueEntry, CatalogueFile
from dae_core.datasets.fetching.fetch import Transfer, fetch, in_thread
from dae_core.datasets.fetching.openml import fetch_from_openml
from dae_core.datasets.fetching.pace import Pace
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.texts import format_bytes

_STALE = 86_400  # seconds after which the folder of an interrupted download may be deleted


def download(entry: CatalogueEntry, monitor: Monitor = UNWATCHED, mirrors: Sequence[str] = ()) -> Path:
    """Fetch what is missing of a data set; nothing is done, and no network asked, when it is there.

    Each file is fetched under a temporary name, checked, and renamed: a file in the folder is a whole file. Files
    that came before a failure or Cancel stay, and the next download goes on from there.

    Parameters
    ----------
    entry : CatalogueEntry
    monitor : Monitor
        Gets the bytes that are there; asked twenty times a second whether to stop, also while a server is silent.
    mirrors : sequence of str
        Addresses of folders that are tried before the entry's own.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    DataError
        No mirror has it (the message says of each why), the disk is full, or the folder cannot be written.
    Cancelled
        `monitor` said so.
    """
    folder = entry.folder()
    if not entry.missing_files():
        return folder
    monitor.check()
    _make_room(entry, folder)
    sizes = {file.name: file.bytes for file in entry.missing_files()}
    fetched: dict[str, int] = {}

    def from_mirror(mirror: str) -> None:
        for file in entry.missing_files():
            _fetch_file(mirror, file, folder, sizes, fetched, monitor)
        monitor.count(sum(fetched.values()), sum(sizes.values()), "bytes", entry.title)

    places = [
        (urlsplit(mirror).hostname or mirror, partial(from_mirror, mirror)) for mirror in (*mirrors, *entry.mirrors)
    ]
    if entry.openml is not None:
        places.append(("openml.org", partial(_fetch_whole, entry, folder, monitor)))
    failures: list[tuple[str, MirrorError]] = []
    for host, fetch_all in places:
        try:
            fetch_all()
            return folder
        except MirrorError as error:
            failures.append((host, error))
        except OSError as error:
            raise _disk_error(entry, folder, error) from None
    raise _failed(entry, failures)


def _make_room(entry: CatalogueEntry, folder: Path) -> None:
    """Make the folder, clear what a crash left in it, and see that the disk has room."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "Permission denied")
        for left in folder.glob(".download-*"):
            if time.time() - left.stat().st_mtime > _STALE:
                shutil.rmtree(left, ignore_errors=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise file_error(folder, error, "written") from None
    needed = sum(file.bytes for file in entry.missing_files())
    if free < needed:
        raise DataError(
            f"{entry.title} could not be fetched: it takes {format_bytes(needed)}, and the disk of {quoted(folder)} "
            f"has only {format_bytes(free)} free."
        )


def _fetch_file(
    mirror: str,
    file: CatalogueFile,
    folder: Path,
    sizes: dict[str, int],
    fetched: dict[str, int],
    monitor: Monitor,
) -> None:
    """Fetch one file from one mirror and put it in its place."""
    transfer, pace = Transfer(), Pace()
    before = sum(fetched.values())

    def on_wait() -> None:
        if transfer.announced:
            sizes[file.name] = transfer.announced
        monitor.count(before + transfer.received, sum(sizes.values()), "bytes", file.name)
        pace.check(transfer.received)

    url = mirror.rstrip("/") + "/" + file.name
    with in_thread(lambda inside: fetch(url, file, inside, transfer), transfer, folder, on_wait) as inside:
        _put(inside / file.name, folder)
    fetched[file.name] = sizes[file.name] = transfer.received


def _fetch_whole(entry: CatalogueEntry, folder: Path, monitor: Monitor) -> None:
    """Fetch all files from OpenML, which has them in another form, and put them in their places."""
    started, pace = time.monotonic(), Pace(slowest=0)  # what has come is not known before all has

    def on_wait() -> None:
        seconds = time.monotonic() - started
        monitor.report(0.0, f"OpenML, which does not say how far it is ({seconds:.0f} s)")
        pace.check(0)

    with in_thread(partial(fetch_from_openml, entry), Transfer(), folder, on_wait) as inside:
        for file in entry.files:
            _put(inside / file.name, folder)
    monitor.report(1.0, entry.title)


def _put(path: Path, folder: Path) -> None:
    """Flush a file to the disk and rename it to its place."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
    os.replace(path, folder / path.name)


def _disk_error(entry: CatalogueEntry, folder: Path, error: OSError) -> DataError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DataError(
            f"{entry.title} could not be fetched: the disk of {quoted(folder)} is full. Make room and try again."
        )
    return file_error(folder, error, "written")


def _failed(entry: CatalogueEntry, failures: list[tuple[str, MirrorError]]) -> DataError:
    """Return an error that names the reason of each place."""
    reasons = "; ".join(f"{host}: {error}" for host, error in failures) or "there is no address to fetch it from"
    offline = failures and all(error.offline for _, error in failures)
    advice = "Is this computer connected to the network?" if offline else "Try again later."
    return DataError(f"{entry.title} could not be fetched ({reasons}). {advice}")
