"""The processes of joblib's own backend: they end with the sweep, and with the program that began them."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from pathlib import Path

from dae_core.datasets import Dataset
from dae_core.sweeps.backends import Backend, Place
from dae_core.sweeps.plan import SweepError

_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Processes(Backend):
    """Processes of this computer, which share large data sets by mapping one copy into memory."""

    @contextlib.contextmanager
    def opened(self, dataset: Dataset) -> Iterator[Place]:
        """Make the file that is there as long as the sweep."""
        with tempfile.TemporaryDirectory(prefix="dae-studio-sweep-") as folder:
            place = _Processes(dataset, Path(folder) / "the sweep goes on")
            try:
                yield place
            finally:
                place.stop()


class _Processes(Place):
    """Each process ends when the token, a file, is gone."""

    def __init__(self, dataset: Dataset, token: Path) -> None:
        token.touch()
        self._token = token
        # With more threads than one the products differ in their last bits, and the cores are taken anyway.
        super().__init__(
            dataset,
            {
                "backend": "loky",
                "inner_max_num_threads": 1,
                "initializer": _begin,
                "initargs": (token, os.getpid()),
            },
        )

    def begin(self) -> contextlib.AbstractContextManager[object]:
        return _without_standard_error()

    def stop(self) -> None:
        self._token.unlink(missing_ok=True)

    def reason(self, error: BaseException) -> BaseException:
        if isinstance(error, BrokenExecutor):
            return SweepError(
                "A process of the sweep ended before its run was done: it was killed, or the memory did not suffice. "
                "Fewer runs at a time need less of it."
            )
        return error


@contextlib.contextmanager
def _without_standard_error() -> Iterator[None]:
    """Start processes that cannot write there: Ctrl+C reaches them too, and tracebacks until `_begin` is called.

    In the twentieth of a second that this takes nothing else is written there.
    """
    if os.name == "nt" or threading.current_thread() is not threading.main_thread():
        yield
        return
    try:
        kept = os.dup(2)
    except OSError:  # it was closed
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _begin(token: Path, parent: int) -> None:
    """Prepare a process: Ctrl+C reaches it as well, but it is the first process that ends it, by its own end too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(token, parent), daemon=True).start()


def _end_with(token: Path, parent: int) -> None:
    """End this process with the sweep, or when the first process was killed and could not end it."""
    while token.exists() and os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    os._exit(1)
