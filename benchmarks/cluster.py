"""A sweep on a Dask cluster of this computer beside the same one in processes: bits, time, bytes, memory.

The bytes are those of the loopback interface: nothing else should use it meanwhile (``unshare -n``, then ``ip link set
lo up``, gives one of its own).
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

import numpy as np

from benchmarks import setting
from benchmarks.report import Line, Report, at_most
from dae_core.datasets import Dataset
from dae_core.sweeps.backends import Backend
from dae_core.sweeps.cluster import DaskCluster
from dae_core.sweeps.one_run import SweepRun
from dae_core.sweeps.plan import plan
from dae_core.sweeps.processes import Processes
from dae_core.sweeps.sweep import run_sweep
from dae_core.training.config import TrainingConfig

_WORKERS = 2
_SHORT = setting.EXERCISE.replace(iterations=1)  # of the usual size, but trained for nothing: what is left is overhead
_IMAGES = 60_000, 200  # as many bytes as MNIST's training images, and few to measure on


def run(quick: bool) -> Report:
    """Measure."""
    report = Report("cluster", f"A sweep on a Dask cluster of {_WORKERS} workers on this computer")
    try:
        from distributed import Client
        from distributed.deploy.subprocess import SubprocessCluster
    except ImportError as error:
        report.skip("all", str(error))
        return report
    counts = (16,) if quick else (64, 256, 1000)
    with SubprocessCluster(n_workers=_WORKERS, threads_per_worker=1, silence_logs=50) as cluster:
        backend = DaskCluster(cluster.scheduler_address)
        with Client(cluster.scheduler_address, set_as_default=False) as client:
            client.wait_for_workers(_WORKERS)
            scheduler = client.run_on_scheduler(os.getpid)
        _trained(_digits(), plan(_SHORT, {"seed": [1, 2, 3, 4]}), backend)  # imports and compiles
        _same_bits(report, backend, counts[0])
        _overhead(report, backend, counts, scheduler)
    return report


def _digits() -> Dataset:
    whole = setting.dataset()
    return Dataset(whole.name, whole.train_images, None, whole.test_images[:1000], None)


def _same_bits(report: Report, backend: Backend, count: int) -> None:
    configs = plan(setting.EXERCISE.replace(iterations=1000), {"seed": range(count)})
    times, runs = [], []
    for where in (Processes(), backend):
        started = time.perf_counter()
        runs.append(sorted(_trained(_digits(), configs, where), key=lambda run: run.index))
        times.append(time.perf_counter() - started)
    differing = sum(not _is_same(one, other) for one, other in zip(*runs, strict=True))
    report.add(
        at_most("runs whose weights or errors differ", differing, 0, f"of {count}"),
        Line(f"{count} runs of 1,000 iterations, in processes", times[0], "s"),
        Line(f"{count} runs of 1,000 iterations, on the cluster", times[1], "s"),
    )


def _is_same(one: SweepRun, other: SweepRun) -> bool:
    parameters = other.checkpoint.model.parameters
    return np.array_equal(one.record.errors, other.record.errors) and all(
        np.array_equal(parameters[name], value) for name, value in one.checkpoint.model.parameters.items()
    )


def _overhead(report: Report, backend: Backend, counts: Sequence[int], scheduler: int) -> None:
    import psutil

    rng = np.random.default_rng(0)
    train, test = (rng.integers(0, 256, (count, 28, 28), np.uint8) for count in _IMAGES)
    dataset = Dataset("as large as MNIST", train, None, test, None)
    report.add(Line("memory of the scheduler before", psutil.Process(scheduler).memory_info().rss / 1e6, "MB"))
    for count in counts:
        before, started = psutil.net_io_counters(pernic=True)["lo"].bytes_recv, time.perf_counter()
        size = 0
        for done in _trained(dataset, plan(_SHORT, {"seed": range(count)}), backend):
            models = [done.checkpoint.model, *(() if done.checkpoint.good is None else (done.checkpoint.good[1],))]
            size += sum(a.nbytes for model in models for a in model.parameters.values())
        seconds = time.perf_counter() - started
        moved = psutil.net_io_counters(pernic=True)["lo"].bytes_recv - before
        memory = psutil.Process(scheduler).memory_info()
        report.add(
            Line(f"{count:,} runs of 1 iteration: a run", 1000 * seconds * _WORKERS / count, "ms", note="of a worker"),
            Line(f"{count:,} runs: bytes moved", moved / 1e6, "MB", note=f"results have {size / 1e6:,.0f} MB"),
            Line(f"{count:,} runs: memory of the scheduler after", memory.rss / 1e6, "MB"),
        )
    with open(f"/proc/{scheduler}/status", encoding="ascii") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    report.add(
        Line("memory of the scheduler at most", peak / 1e3, "MB"),
        Line("the data set", (train.nbytes + test.nbytes) / 1e6, "MB", note="travels once to each worker"),
    )


def _trained(dataset: Dataset, configs: Sequence[TrainingConfig], backend: Backend) -> Sequence[SweepRun]:
    jobs = _WORKERS if isinstance(backend, Processes) else -1
    return list(run_sweep(dataset, configs, jobs, backend=backend))
