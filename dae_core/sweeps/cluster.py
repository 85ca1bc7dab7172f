"""The workers of a Dask scheduler: reaching them, training on them, and saying what became of them.

Dask and distributed are the extra ``cluster``. They exchange pickled Python objects, so that whoever runs a scheduler
can run code on its workers and on the computers that connect to it: connect only to schedulers of your own.
"""

from __future__ import annotations

import contextlib
import logging
import re
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dae_core.datasets import Dataset
from dae_core.jobs import Monitor
from dae_core.sweeps.backends import Backend, Place
from dae_core.sweeps.machine import Machine, this_machine
from dae_core.sweeps.plan import SweepError
from dae_core.texts import plain

DEFAULT_PORT = 8786
"""Where a Dask scheduler listens unless it is told otherwise."""
_ADDRESS = re.compile(r"(?:(tcp|tls)://)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)(?::([0-9]{1,5}))?")
_CONNECT_SECONDS, _ANSWER_SECONDS = 5.0, 10.0
_WANTED = {"executing", "long-running", "resumed"}


@dataclass(frozen=True)
class ClusterState:
    """What a scheduler has.

    Parameters
    ----------
    workers : int
        Processes that train.
    threads : int
        Of all of them: so many runs go on at a time.
    differences : tuple of str
        What some workers have unlike this computer, so that the last bits of their results can differ.
    """

    workers: int
    threads: int
    differences: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What there is, as the user reads it: "2 workers, 4 runs at a time"."""
        workers = f"{self.workers:,} worker{'' if self.workers == 1 else 's'}"
        return f"{workers}, {self.threads:,} run{'' if self.threads == 1 else 's'} at a time"

    @property
    def warning(self) -> str:
        """What is to be said about them: a sentence, or nothing."""
        if not self.differences:
            return ""
        return (
            f"Unlike this computer, {'; '.join(self.differences)}: the last bits of what they train can differ from "
            "those of a sweep on this computer."
        )


def checked_address(text: str) -> str:
    """Return the address of a scheduler as ``tcp://HOST:PORT``; protocol and port may be left out.

    Raises
    ------
    SweepError
        When it is none.
    """
    found = _ADDRESS.fullmatch(text.strip())
    port = int(found[3] or DEFAULT_PORT) if found else 0
    if found is None or not 0 < port < 1 << 16:
        raise SweepError(
            f"“{plain(text.strip(), 80)}” is no address of a Dask scheduler, which is like tcp://HOST:PORT."
        )
    return f"{found[1] or 'tcp'}://{found[2]}:{port}"


def look_at(address: str) -> ClusterState:
    """Return what the scheduler at an address has, within a quarter of a minute.

    Raises
    ------
    SweepError
        When it cannot be reached, or has no workers that can train.
    """
    address = checked_address(address)
    with _connected(address) as client:
        return _state(client, address)


@dataclass(frozen=True)
class DaskCluster(Backend):
    """The workers of the Dask scheduler at ``address``; the data set travels to each of them once."""

    address: str

    @contextlib.contextmanager
    def opened(self, dataset: Dataset) -> Iterator[Place]:
        """Connect, and give the data set to all workers; at the end nothing of it is left there."""
        address = checked_address(self.address)
        with _connected(address) as client:
            _state(client, address)
            yield _Cluster(client, dataset, address)


class _Cluster(Place):
    def __init__(self, client: Any, dataset: Dataset, address: str) -> None:
        self._client = client
        self._address = address
        # Where there is but one thread, joblib would train in this process; how many there are does not matter to it.
        client.ncores = lambda: {address: 2}
        # joblib's own parameter for this, scatter=, keeps no handle by which to tell that the data are gone.
        self._data = client.scatter(dataset, broadcast=True, hash=False)
        super().__init__(self._data, {"backend": "dask", "client": client}, _WhileWanted(), ends_its_runs=False)

    def is_gone(self) -> bool:
        # A run of which Dask itself gives up is one that joblib would wait for without an end.
        return self._is_lost() or any(state.status == "error" for state in list(self._client.futures.values()))

    def reason(self, error: BaseException) -> BaseException:
        where = f"the Dask scheduler at {self._address}"
        if self._is_lost():
            return SweepError(f"The connection to {where} was lost, or the workers that had the data set are gone.")
        if self.is_gone():
            return SweepError(
                f"Several workers of {where} ended while they trained the same run: they were killed, or their memory "
                "did not suffice. Fewer threads for each worker need less of it."
            )
        return error

    def _is_lost(self) -> bool:
        return bool(self._client.status != "running" or self._data.status != "finished")


class _WhileWanted(Monitor):
    """Stops a run on a worker when its scheduler asks for it no longer, or when the worker ends.

    The scheduler does so when the sweep is cancelled, and when the program that began it is gone.
    """

    def __init__(self) -> None:
        super().__init__(self._is_unwanted)
        self._where: tuple[Any, Any] | None = None

    def __reduce__(self) -> tuple[type[_WhileWanted], tuple[()]]:
        return _WhileWanted, ()

    def _is_unwanted(self) -> bool:
        if self._where is None:
            from distributed import get_worker

            worker = get_worker()
            self._where = worker, worker.get_current_task()
        worker, key = self._where
        task = worker.state.tasks.get(key)
        return task is None or task.state not in _WANTED or worker.status.name != "running"


@contextlib.contextmanager
def _connected(address: str) -> Iterator[Any]:
    """Connect to a scheduler."""
    try:
        from distributed import Client
    except ImportError:
        raise SweepError(
            "Training on a Dask cluster needs the packages dask and distributed: install dae-studio[cluster]."
        ) from None
    _knock(address)
    for name in ("distributed", "distributed.client"):  # what matters of their messages is said in a sentence
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with contextlib.ExitStack() as stack:
        try:
            client = stack.enter_context(Client(address, timeout=_ANSWER_SECONDS, set_as_default=False))
        except (OSError, ValueError, RuntimeError):
            raise _no_scheduler(address) from None
        yield client


def _knock(address: str) -> None:
    """Raise SweepError, with the reason, where nothing listens at an address, or something else than a scheduler.

    The client of distributed would wait for ever for the greeting of one that says nothing.
    """
    protocol, _, place = address.partition("://")
    host, _, port = place.rpartition(":")
    try:
        connection = socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS)
    except (OSError, UnicodeError) as error:
        reason = "it does not answer" if isinstance(error, TimeoutError) else getattr(error, "strerror", "") or error
        raise SweepError(
            f"The Dask scheduler at {address} cannot be reached: {str(reason)[0].lower()}{str(reason)[1:]}. "
            "Check that it runs, its address, and that no firewall is between."
        ) from None
    if protocol == "tls":  # there it is the client that speaks first
        connection.close()
        return
    with connection, contextlib.suppress(OSError):
        connection.settimeout(_ANSWER_SECONDS)
        if b"\0" in connection.recv(8):  # it begins with a number of eight bytes, others with words
            return
    raise _no_scheduler(address)


def _no_scheduler(address: str) -> SweepError:
    return SweepError(
        f"What answers at {address} is no Dask scheduler, or one of a version that this one does not talk to."
    )


def _state(client: Any, address: str) -> ClusterState:
    """Return what a scheduler has. Raises SweepError where nothing there can train."""
    threads = client.nthreads()
    if not threads:
        raise SweepError(
            f"The Dask scheduler at {address} has no workers yet: start some, with “dask worker {address}”."
        )
    answers = client.run(this_machine, on_error="return")
    failed = [answer for answer in answers.values() if not isinstance(answer, Machine)]
    if failed:
        raise SweepError(
            f"{len(failed):,} of {len(answers):,} workers at {address} cannot train: {plain(str(failed[0]), 200)}. "
            "The same version of dae-studio must be installed where they run."
        )
    here = this_machine()
    unlike = Counter(difference for answer in answers.values() for difference in here.differences(answer))
    told = tuple(f"{count:,} of {len(answers):,} workers have {what}" for what, count in sorted(unlike.items()))
    return ClusterState(len(threads), sum(threads.values()), told)
