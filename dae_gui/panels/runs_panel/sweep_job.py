"""What a sweep does in a thread: it trains the runs of a plan, and hands each out as soon as it is done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from dae_core.jobs import Monitor
from dae_core.sessions.run import Label, Run
from dae_core.sweeps.cluster import DaskCluster
from dae_core.sweeps.one_run import as_run
from dae_core.sweeps.plan import SweepError
from dae_core.sweeps.sweep import run_sweep
from dae_core.training.config import TrainingConfig
from dae_gui.workbench.facts import OpenData


@dataclass(frozen=True, eq=False)
class SweepRequest:
    """What a sweep trains: on which data, with which settings and names, and how many runs at a time.

    ``snapshot_bytes`` is what the snapshots of each run may take, 0 for none; ``scheduler`` the address of the Dask
    scheduler whose workers train them, empty for this computer.
    """

    data: OpenData
    configs: tuple[TrainingConfig, ...]
    labels: tuple[Label, ...]
    jobs: int
    snapshot_bytes: int = 0
    scheduler: str = ""


def train_sweep(request: SweepRequest, keep: Callable[[Run], object], monitor: Monitor) -> None:
    """Train all runs, and call ``keep`` with each, in this thread. Raises SweepError and Cancelled."""
    reference = request.data.reference()
    backend = DaskCluster(request.scheduler) if request.scheduler else None
    jobs = -1 if backend else request.jobs  # also of workers that come later
    given = jobs, monitor, (), request.snapshot_bytes, backend
    runs = run_sweep(request.data.dataset, request.configs, *given)
    try:
        with contextlib.closing(runs):
            for run in runs:
                keep(as_run(run, reference, request.labels[run.index]))
    except MemoryError:
        raise SweepError(
            "The sweep ended early: there is not enough memory. Fewer runs at a time need less of it."
        ) from None
