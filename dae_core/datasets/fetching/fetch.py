"""Fetches one file from one address, checks it against its checksum, and can be cancelled at any moment."""

from __future__ import annotations

import contextlib
import logging
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dae_core.datasets.errors import MirrorError
from dae_core.datasets.fetching.catalogue import CatalogueFile
from dae_core.jobs import Cancelled

CONNECT_TIMEOUT = 10.0
"""Seconds that a server may take to be reached."""

READ_TIMEOUT = 20.0
"""Seconds that a server may be silent."""

_CHUNK = 1 << 13  # small enough to see how fast a slow server is
_POLL = 0.05  # seconds between two looks at the Cancel button
_PATIENCE = 0.5  # seconds that a cancelled thread is waited for
_SPARE = 1 << 20


class Transfer:
    """What a fetching thread and the one that waits for it share.

    ``received`` are the bytes of the present file, ``announced`` is its size as the server says, or None.
    """

    def __init__(self) -> None:
        self.received = 0
        self.announced: int | None = None
        self._cancelled = threading.Event()
        self._response: Any = None

    @property
    def is_cancelled(self) -> bool:
        """Whether the thread should end."""
        return self._cancelled.is_set()

    def begin(self, response: Any, announced: int | None) -> None:
        """Take note of a server's response, so that it can be cut off."""
        self._response, self.received, self.announced = response, 0, announced

    def cancel(self) -> None:
        """Ask the thread to end, and wake it where it waits for the server."""
        self._cancelled.set()
        response = self._response
        if response is not None:
            with contextlib.suppress(Exception):  # it may have ended at this very moment
                response.raw.shutdown()


def fetch(url: str, file: CatalogueFile, folder: Path, transfer: Transfer) -> None:
    """Fetch a file into a folder through pooch; blocks, so it runs in a thread of its own.

    Redirects are followed, and proxies of the environment used. The file appears under its name only when its checksum
    is right.

    Raises
    ------
    MirrorError
        The address cannot give the file; the message says why.
    OSError
        The folder cannot be written.
    Cancelled
        `transfer` was cancelled.
    """
    import pooch
    import requests
    import urllib3

    def save(url: str, output_file: str, _pooch: Any) -> None:
        with (
            requests.get(
                url,
                stream=True,
                timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
                headers={"Accept-Encoding": "identity", "User-Agent": "dae-studio"},
            ) as response,
            open(output_file, "wb") as output,
        ):
            response.raise_for_status()
            length = response.headers.get("Content-Length", "")
            transfer.begin(response, int(length) if length.isascii() and length.isdigit() else None)
            most = 2 * file.bytes + _SPARE
            if (transfer.announced or 0) > most:
                raise MirrorError("it announces far more than the file is long")
            for chunk in response.raw.stream(_CHUNK, decode_content=False):  # the file is the gzip data themselves
                if transfer.is_cancelled:
                    raise Cancelled
                output.write(chunk)
                transfer.received += len(chunk)
                if transfer.received > most:
                    raise MirrorError("it sends far more than the file is long")

    pooch.get_logger().setLevel(logging.WARNING)  # it reports on the terminal otherwise
    try:
        pooch.retrieve(url, f"md5:{file.md5}", file.name, folder, downloader=save)
    except (Cancelled, MirrorError):
        raise
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        if transfer.is_cancelled:
            raise Cancelled from None
        raise _mirror_error(error) from None
    except ValueError:
        raise MirrorError(f"the checksum of {file.name} is wrong") from None


def _mirror_error(error: Exception) -> MirrorError:
    """Say in plain words what requests and urllib3 found."""
    import requests
    import urllib3

    response = getattr(error, "response", None)
    if isinstance(error, requests.HTTPError) and response is not None:
        return MirrorError(f"the server answered {response.status_code} {response.reason}".rstrip())
    known = requests.exceptions
    if isinstance(error, known.ProxyError):
        return MirrorError("the proxy did not let it through", offline=True)
    for kinds, reason in (
        (known.TooManyRedirects, "the server redirects in a circle"),
        (known.InvalidSchema, "it leads to an address that begins with neither http nor https"),
        ((known.ConnectTimeout, known.ReadTimeout, urllib3.exceptions.TimeoutError), "no answer in time"),
        (known.SSLError, "its certificate cannot be trusted"),
        ((known.ChunkedEncodingError, urllib3.exceptions.ProtocolError), "the connection broke off"),
    ):
        if isinstance(error, kinds):
            return MirrorError(reason)
    if isinstance(error, requests.ConnectionError):
        cut = "RemoteDisconnected" in str(error) or "reset by peer" in str(error)
        return MirrorError("the connection broke off" if cut else "no connection", offline=not cut)
    return MirrorError(f"the address cannot be used ({type(error).__name__})")


@contextlib.contextmanager
def in_thread(
    job: Callable[[Path], object], transfer: Transfer, parent: Path, on_wait: Callable[[], None]
) -> Iterator[Path]:
    """Run a job in a thread, wait for it, and give the folder that it filled, which is deleted afterwards.

    The folder is made in ``parent``, so that its files can be renamed to their place. ``on_wait`` is called twenty
    times a second, in the calling thread; where it raises, the job is given up. No system call can then hold the
    caller: looking up a name, or a server that never answers. A thread that was given up ends by its timeouts, and
    takes its folder with it. Raises whatever the job or ``on_wait`` raised.
    """
    folder = Path(tempfile.mkdtemp(prefix=".download-", dir=parent))
    failures: list[BaseException] = []
    finished = threading.Event()

    def run() -> None:
        try:
            job(folder)
        except BaseException as error:
            failures.append(error)
        finally:
            if transfer.is_cancelled:
                shutil.rmtree(folder, ignore_errors=True)
            finished.set()

    thread = threading.Thread(target=run, name="download", daemon=True)
    thread.start()
    try:
        while not finished.wait(_POLL):
            on_wait()
        thread.join()
        if failures:
            raise failures[0]
        yield folder
    except BaseException:
        transfer.cancel()
        thread.join(_PATIENCE)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
