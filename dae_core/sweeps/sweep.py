"""A sweep: the same run for each of some settings, on one machine or many, with the same start and the same examples.

All runs of a sweep have the base's seed (unless the seed is what is swept), so they start from the same weights where
these have the same size, and see the same digits with the same random numbers: what differs is the setting alone.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Generator, Sequence
from typing import Any

from dae_core.datasets import Dataset
from dae_core.jobs import UNWATCHED, Cancelled, Monitor
from dae_core.model.corruption import Corruption
from dae_core.sweeps.backends import Backend, Place
from dae_core.sweeps.one_run import SweepRun, run_one
from dae_core.sweeps.processes import Processes
from dae_core.training.config import TrainingConfig
from dae_core.training.crew import usable_cores

_POLL_SECONDS = 0.1


def run_sweep(
    dataset: Dataset,
    configs: Sequence[TrainingConfig],
    jobs: int = 1,
    monitor: Monitor = UNWATCHED,
    done: Collection[int] = (),
    snapshot_bytes: int = 0,
    backend: Backend | None = None,
) -> Generator[SweepRun, None, None]:
    """Train every run of a plan and yield each as it is done, in any order.

    Parameters
    ----------
    dataset : Dataset
    configs : sequence of TrainingConfig
    jobs : int
        Runs at a time; -1 takes one for each core, or for each thread of the workers. The results are the same bits.
    monitor : Monitor
        Gets how many runs are done; asked ten times a second whether to stop, also while a run goes on.
    done : collection of int
        Places of runs that are not trained, for they were before.
    snapshot_bytes : int
        What the snapshots of one run may take, of which there are at least `FEWEST`; 0 for no snapshots.
    backend : Backend, optional
        Where they are trained; `Processes` where it is not given. One run at a time needs none, and is trained in this
        one.

    To cancel, close the generator, or let the monitor say so; the processes of a cancelled sweep have ended when
    the generator is done, those of a finished one end at once.

    Raises
    ------
    Cancelled
        When ``monitor`` said so.
    SweepError
        When a backend cannot be reached or is gone, or a process ended by itself: it was killed, or the memory did not
        suffice.
    """
    noises = tuple(dict.fromkeys(config.corruption for config in configs))
    tasks = [(index, config) for index, config in enumerate(configs) if index not in done]
    if backend is None or isinstance(backend, Processes):
        jobs = min(processes() if jobs < 0 else jobs, len(tasks))
        backend = Processes() if jobs > 1 else None
    if backend is None:
        runs = (run_one(dataset, index, config, noises, monitor, snapshot_bytes) for index, config in tasks)
    else:
        runs = _run_on(backend, dataset, tasks, noises, jobs, monitor, snapshot_bytes)
    total, spent = sum(_cost(config) for _, config in tasks), 0
    monitor.count(0, len(tasks), "runs")
    with contextlib.closing(runs):
        for count, run in enumerate(runs, 1):
            spent += _cost(run.config)
            monitor.count(count, len(tasks), "runs", fraction=spent / total)
            yield run


def _cost(config: TrainingConfig) -> int:
    """Return what a run takes, in units that only compare the runs of one sweep."""
    return config.iterations * config.batch_size * config.hidden_units


def processes() -> int:
    """Return how many runs a sweep can have at a time: the cores that this program may use."""
    return usable_cores()


def _run_on(
    backend: Backend,
    dataset: Dataset,
    tasks: Sequence[tuple[int, TrainingConfig]],
    noises: tuple[Corruption, ...],
    jobs: int,
    monitor: Monitor,
    snapshot_bytes: int,
) -> Generator[SweepRun, None, None]:
    """Train by joblib, with a thread beside it that notices when nothing more is to come."""
    from joblib import Parallel, delayed, parallel_config

    if not tasks:
        return
    hash(dataset.scale)  # it is worked out once, and travels with the data set
    with backend.opened(dataset) as place:
        with place.begin(), parallel_config(**place.how) if place.how else contextlib.nullcontext():
            first = "all" if jobs < 0 else jobs  # the others follow one by one
            parallel = Parallel(jobs, return_as="generator_unordered", pre_dispatch=first, batch_size=1)
            given = noises, place.monitor, snapshot_bytes
            runs = parallel(delayed(run_one)(place.data, index, config, *given) for index, config in tasks)
        watch = _Watch(place, parallel, monitor)
        try:
            watch.start()
            for run in runs:  # noqa: UP028 - joblib warns when its generator is closed early
                yield run
        except Exception as error:
            raise (Cancelled() if watch.is_cancelled else place.reason(error)) from None
        finally:
            watch.end()
            with contextlib.suppress(Exception):
                for _ in runs:  # what is still under way ends now
                    pass


class _Watch(threading.Thread):
    """Ends the runs when the sweep is cancelled or the place is gone."""

    def __init__(self, place: Place, parallel: Any, monitor: Monitor) -> None:
        super().__init__(name="sweep")
        self.is_cancelled = False
        self._place = place
        self._parallel = parallel
        self._monitor = monitor
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(_POLL_SECONDS):
            self.is_cancelled = self._monitor.is_cancelled()
            if self.is_cancelled or self._place.is_gone():
                self._stop_runs()
                return

    def end(self) -> None:
        """End the runs, and this thread."""
        self._ended.set()
        if self.ident is not None:
            self.join()
        self._stop_runs()

    def _stop_runs(self) -> None:
        self._place.stop()
        if not self._place.ends_its_runs:
            self._parallel.timeout = 0.0  # joblib waits no longer, however its backend fares
