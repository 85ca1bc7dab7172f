"""Where the runs of a sweep are trained: one of joblib's backends, and how it is told to stop."""

from __future__ import annotations

import contextlib
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dae_core.datasets import Dataset
from dae_core.jobs import UNWATCHED, Monitor


@dataclass
class Place:
    """A backend that is ready to train the runs of one sweep.

    Parameters
    ----------
    data : Dataset or object
        What stands for the data set in the arguments of a run: itself, or what the backend takes for it.
    how : dict
        The arguments of ``joblib.parallel_config``; empty for the backend that is in force.
    monitor : Monitor
        Goes with each run.
    ends_its_runs : bool
        Whether the runs that are stopped end with an exception that comes back through joblib.
    """

    data: Any
    how: dict[str, Any] = field(default_factory=dict)
    monitor: Monitor = UNWATCHED
    ends_its_runs: bool = True

    def begin(self) -> contextlib.AbstractContextManager[object]:
        """Return the context in which joblib is told of the runs, and may start what trains them."""
        return contextlib.nullcontext()

    def is_gone(self) -> bool:
        """Return whether no more runs can be expected; asked ten times a second, in a thread of its own."""
        return False

    def stop(self) -> None:
        """End the runs that go on; may be called several times, from any thread."""

    def reason(self, error: BaseException) -> BaseException:
        """Return what is told of an exception that joblib raised."""
        return error


class Backend(ABC):
    """A kind of place; a frozen value."""

    @abstractmethod
    def opened(self, dataset: Dataset) -> contextlib.AbstractContextManager[Place]:
        """Return a context in which runs can be trained; at its end nothing goes on.

        Raises
        ------
        SweepError
            When it cannot be reached.
        """


@dataclass(frozen=True)
class InForce(Backend):
    """Whatever backend the caller has put into force with ``joblib.parallel_config``, such as Ray's.

    A cancelled sweep ends at once; whether its runs end too is the backend's affair.
    """

    @contextlib.contextmanager
    def opened(self, dataset: Dataset) -> Iterator[Place]:
        """Use it as it is."""
        yield Place(dataset, ends_its_runs=False)


class _Threads(Place):
    def __init__(self, dataset: Dataset) -> None:
        self._stopped = threading.Event()
        super().__init__(dataset, {"backend": "threading"}, Monitor(self._stopped.is_set))

    def stop(self) -> None:
        self._stopped.set()


@dataclass(frozen=True)
class Threads(Backend):
    """Threads of this process, which share the data set; the compiled loop holds no interpreter lock."""

    @contextlib.contextmanager
    def opened(self, dataset: Dataset) -> Iterator[Place]:
        """Stop the runs at the end."""
        place = _Threads(dataset)
        try:
            yield place
        finally:
            place.stop()
