"""A sweep: the same run for each of some settings, on all cores, with the same start and the same examples.

All runs of a sweep have the base's seed (unless the seed is what is swept), so they start from the same weights where
these have the same size, and see the same digits with the same random numbers: what differs is the setting alone.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import tempfile
import threading
import time
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dae_core.datasets import Dataset
from dae_core.datasets.dataset import Scale
from dae_core.errors import UserError
from dae_core.evaluation.held_out import Figures, HeldOut
from dae_core.jobs import UNWATCHED, Cancelled, Monitor
from dae_core.model.blas import single_thread
from dae_core.model.corruption import Corruption, Masking
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import Label, Run
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History, Record
from dae_core.training.progress import Checkpoint, Progress
from dae_core.training.snapshots import Snapshot, SnapshotKeeper, bytes_of
from dae_core.training.trainer import Trainer

MOST_SETTINGS = 2
MOST_RUNS = 1000
_POLL_SECONDS = 0.1

# The exercise's own series (Vincent et al. 2010, table 1): parts of each digit blotted out.
PRESETS: dict[str, dict[str, list[Any]]] = {
    "masking-series": {"corruption": [Masking(0.0), Masking(0.25), Masking(0.5)]}
}


PAIRED: dict[str, tuple[str, str]] = {"kl": ("kl_target", "kl_weight")}
"""What a sweep goes over in pairs of two settings, such as 0.05:0.1."""


class SweepError(UserError, ValueError):
    """A sweep that cannot be made; the message is a sentence."""


@dataclass(frozen=True)
class SweepRun:
    """One finished run of a sweep.

    ``index`` is its place in the plan; ``figures`` are on all held-out images with the run's own noise, ``others`` by
    the text of each noise of the sweep (``str(corruption)``) where several are swept; ``snapshots`` are those that were
    asked for; ``scale`` is that of the pixels that it was trained on.
    """

    index: int
    config: TrainingConfig
    checkpoint: Checkpoint
    record: Record
    figures: Figures
    others: dict[str, Figures]
    snapshots: tuple[Snapshot, ...] = ()
    scale: Scale | None = None


def plan(base: TrainingConfig, values: Mapping[str, Sequence[Any]]) -> list[TrainingConfig]:
    """Return the settings of every run: ``base`` with each combination of the values of one or two fields.

    The values of a field of `PAIRED` are pairs.

    Raises
    ------
    SweepError
        When there are none, more than two, or a value twice.
    ConfigError
        When a value is out of its range.
    """
    if not 1 <= len(values) <= MOST_SETTINGS:
        raise SweepError(f"A sweep goes over one or two settings, not {len(values)}.")
    for name, chosen in values.items():
        if not chosen or len(set(chosen)) < len(chosen):
            raise SweepError(f"The values of {name.replace('_', ' ')} must be one or more, each only once.")
    combinations = list(itertools.product(*values.values()))
    if len(combinations) > MOST_RUNS:
        raise SweepError(f"The sweep has {len(combinations):,} runs; at most {MOST_RUNS:,} are made.")
    return [base.replace(**_changes(dict(zip(values, chosen, strict=True)))) for chosen in combinations]


def _changes(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of settings with those of `PAIRED` taken apart."""
    changes = {name: value for name, value in values.items() if name not in PAIRED}
    for name in values.keys() & PAIRED.keys():
        changes |= dict(zip(PAIRED[name], values[name], strict=True))
    return changes


def run_sweep(
    dataset: Dataset,
    configs: Sequence[TrainingConfig],
    jobs: int = 1,
    monitor: Monitor = UNWATCHED,
    done: Collection[int] = (),
    snapshot_bytes: int = 0,
) -> Generator[SweepRun, None, None]:
    """Train every run of a plan and yield each as it is done, in any order.

    Parameters
    ----------
    dataset : Dataset
    configs : sequence of TrainingConfig
    jobs : int
        Processes at a time; 1 trains in this process, -1 takes one for each core. The results are the same bits.
    monitor : Monitor
        Gets how many runs are done; asked ten times a second whether to stop, also while a run goes on.
    done : collection of int
        Places of runs that are not trained, for they were before.
    snapshot_bytes : int
        What the snapshots of one run may take, of which there are at least `FEWEST`; 0 for no snapshots.

    To cancel, close the generator, or let the monitor say so; the processes of a cancelled sweep have ended when
    the generator is done, those of a finished one end at once.

    Raises
    ------
    Cancelled
        When ``monitor`` said so.
    SweepError
        When a process ended by itself: it was killed, or the memory did not suffice.
    """
    noises = tuple(dict.fromkeys(config.corruption for config in configs))
    tasks = [(index, config) for index, config in enumerate(configs) if index not in done]
    jobs = min(processes() if jobs < 0 else jobs, len(tasks))
    if jobs <= 1:
        runs = (run_one(dataset, index, config, noises, monitor, snapshot_bytes) for index, config in tasks)
    else:
        runs = _run_in_processes(dataset, tasks, noises, jobs, monitor, snapshot_bytes)
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
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _run_in_processes(
    dataset: Dataset,
    tasks: Sequence[tuple[int, TrainingConfig]],
    noises: tuple[Corruption, ...],
    jobs: int,
    monitor: Monitor,
    snapshot_bytes: int,
) -> Generator[SweepRun, None, None]:
    """Train in processes of joblib, each of which ends when a file is gone that is there as long as the sweep."""
    from joblib import Parallel, delayed, parallel_config

    with tempfile.TemporaryDirectory(prefix="dae-studio-sweep-") as folder:
        token = Path(folder) / "the sweep goes on"
        token.touch()
        ended = threading.Event()
        watch = threading.Thread(target=_watch, args=(token, ended, monitor), name="sweep")
        how: dict[str, Any] = {"initializer": _begin, "initargs": (token, os.getpid())}
        # With more threads than one the products differ in their last bits, and the cores are taken anyway.
        with _without_standard_error(), parallel_config("loky", inner_max_num_threads=1, **how):
            parallel = Parallel(jobs, return_as="generator_unordered", pre_dispatch="all", batch_size=1)
            given = noises, UNWATCHED, snapshot_bytes
            runs = parallel(delayed(run_one)(dataset, index, config, *given) for index, config in tasks)
        try:
            watch.start()
            for run in runs:  # noqa: UP028 - joblib warns when its generator is closed early
                yield run
        except BrokenExecutor:
            if not token.exists():
                raise Cancelled from None
            raise SweepError(
                "A process of the sweep ended before its run was done: it was killed, or the memory did not suffice. "
                "Fewer runs at a time need less of it."
            ) from None
        finally:
            ended.set()
            if watch.ident is not None:
                watch.join()
            token.unlink(missing_ok=True)
            with contextlib.suppress(BrokenExecutor):
                for _ in runs:  # what is still under way ends now
                    pass


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


def _watch(token: Path, ended: threading.Event, monitor: Monitor) -> None:
    """Take the token away when the sweep is cancelled, unless it ends before."""
    while not ended.wait(_POLL_SECONDS):
        if monitor.is_cancelled():
            token.unlink()
            return


def _begin(token: Path, parent: int) -> None:
    """Prepare a process: Ctrl+C reaches it as well, but it is the first process that ends it, by its own end too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(token, parent), daemon=True).start()


def _end_with(token: Path, parent: int) -> None:
    """End this process with the sweep, or when the first process was killed and could not end it."""
    while token.exists() and os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    os._exit(1)


def run_one(
    dataset: Dataset,
    index: int,
    config: TrainingConfig,
    noises: Sequence[Corruption] = (),
    monitor: Monitor = UNWATCHED,
    snapshot_bytes: int = 0,
) -> SweepRun:
    """Train and measure one run of a sweep; ``noises`` are those of all runs, ``snapshot_bytes`` as for `run_sweep`.

    Raises
    ------
    Cancelled
        When ``monitor`` said so.
    """
    history = History()
    with contextlib.closing(Trainer(dataset, config)) as trainer:
        dataset = trainer.dataset
        trainer.monitor = monitor
        keeper = SnapshotKeeper(bytes_of(trainer.model), snapshot_bytes) if snapshot_bytes else None
        for progress in _trained(trainer, keeper):
            history.append(progress)
            monitor.check()
    with single_thread():  # products of as many threads as there are cores differ in their last bits
        measured = {str(n): HeldOut(dataset, n).evaluate(trainer.model) for n in (config.corruption, *noises)}
    figures = measured[str(config.corruption)]
    others = measured if len(noises) > 1 else {}
    snapshots = () if keeper is None else keeper.snapshots
    return SweepRun(index, config, trainer.checkpoint(), history.record(), figures, others, snapshots, dataset.scale)


def _trained(trainer: Trainer, keeper: SnapshotKeeper | None) -> Iterator[Progress]:
    """Train a run to its end, in pieces that end where a snapshot is due; they change nothing of the run."""
    chunks, longest = trainer.run(), trainer.chunk
    while True:
        if keeper is not None and trainer.divergence is None:
            if keeper.is_due(trainer.iteration):
                keeper.add(trainer.iteration, trainer.model.copy())
            trainer.chunk = min(longest, keeper.next_due(trainer.iteration + 1) - trainer.iteration)
        progress = next(chunks, None)
        if progress is None:
            return
        yield progress


def as_run(sweep_run: SweepRun, data: DataReference, label: Label) -> Run:
    """Return a finished run of a sweep as one of a session, with its figures; ``data`` is what it was trained on."""
    done = sweep_run
    data = data if done.scale is None else data.scaled(done.scale)
    return Run(done.checkpoint, data, done.record, done.snapshots, label=label, figures=done.figures)


def run_name(config: TrainingConfig, swept: Mapping[str, str]) -> str:
    """Return what a run of a sweep is called: its own values of what is swept, as "noise gaussian:0.5, hidden 100".

    ``swept`` are the fields of the settings, each with its name in commands.
    """
    return ", ".join(f"{name} {value}" for name, value in values_of(config, swept).items())


def values_of(config: TrainingConfig, swept: Mapping[str, str]) -> dict[str, Any]:
    """Return a run's own values of what is swept, by their names in commands, as in JSON."""
    fields = {field: getattr(config, field) for field in TrainingConfig.__dataclass_fields__}
    fields |= {name: ":".join(f"{fields[one]:g}" for one in pair) for name, pair in PAIRED.items()}
    fields["corruption"] = str(config.corruption)
    return {name: fields[field] for field, name in swept.items()}
