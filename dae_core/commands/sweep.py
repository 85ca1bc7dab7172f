"""``python -m dae_core sweep``: train the same run with each of some settings, on several cores."""

from __future__ import annotations

import argparse
import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dae_core.commands import common, figures
from dae_core.commands.errors import CommandError, Interrupted
from dae_core.commands.progress_bar import ProgressBar
from dae_core.commands.settings import OPTIONS, add_settings, config_of, read_values
from dae_core.commands.sweep_results import RESULTS, SweepResults
from dae_core.commands.terminal import OK, note, say
from dae_core.jobs import UNWATCHED
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.model_file import save_model
from dae_core.sessions.run import Label, Run
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import ENDING, save_session
from dae_core.sweeps.backends import Backend, Threads
from dae_core.sweeps.cluster import DaskCluster, look_at
from dae_core.sweeps.one_run import SweepRun, as_run
from dae_core.sweeps.plan import PRESETS, SweepError, plan, run_name, values_of
from dae_core.sweeps.processes import Processes
from dae_core.sweeps.run_columns import COLUMNS
from dae_core.sweeps.run_heat import heat
from dae_core.sweeps.run_row import RunRow
from dae_core.sweeps.run_table import printed
from dae_core.sweeps.sweep import run_sweep
from dae_core.training.snapshots import BUDGET, bytes_of

BACKENDS: dict[str, Callable[[argparse.Namespace], Backend]] = {
    "loky": lambda _: Processes(),
    "threading": lambda _: Threads(),
    "dask": lambda options: DaskCluster(options.scheduler),
}
"""Where the runs can be trained, by joblib's names."""
TOGETHER = f"sweep{ENDING}"
"""All runs of the sweep side by side, as one session."""
_PRINTED = ("mse", "sparsity", "dead_units", "seconds", "diverged_at")
LARGEST_TOGETHER = 10**9
"""Bytes of all runs above which they are only written one by one: they would all be in memory at once."""


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser(
        "sweep",
        help="train with each of some settings, and compare",
        description="All runs start from the same seed and see the same digits with the same random numbers.",
    )
    command.set_defaults(run=_run)
    common.add_data(command)
    add_settings(command)
    command.add_argument(
        "--set",
        dest="values",
        type=read_values,
        action="append",
        default=[],
        metavar="NAME=VALUE,...",
        help="values of a setting, such as noise=gaussian:0.5,gaussian:1.0 or hidden=100,225; up to four times",
    )
    command.add_argument("--random", type=int, metavar="N", help="only N of the combinations, drawn with --seed")
    command.add_argument("--preset", choices=PRESETS, help="the exercise's series: 0, 25 and 50 %% of the pixels black")
    command.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="runs at a time; -1 is one for each core, or for each thread of a cluster's workers; 1, with dask -1",
    )
    command.add_argument("--backend", choices=BACKENDS, help="of joblib: where the runs are trained; loky is processes")
    command.add_argument(
        "--scheduler", default="", metavar="tcp://HOST:PORT", help="of Dask, for --backend dask: your own"
    )
    command.add_argument("--snapshots", action="store_true", help="keep earlier weights of each run, for films")
    command.add_argument(
        "--out",
        type=common.path,
        required=True,
        metavar="DIR",
        help=f"folder for {RESULTS}, models and sessions; {TOGETHER} has all runs; a sweep that ended early goes on",
    )
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    pairs = [*(PRESETS[options.preset].items() if options.preset else ()), *options.values]
    if len(dict(pairs)) < len(pairs):
        raise CommandError("Each setting of a sweep can be given only once.")
    if options.jobs is not None and (options.jobs == 0 or options.jobs < -1):
        raise CommandError(f"--jobs is {options.jobs}; it must be 1 or more, or -1 for one on each core.")
    configs = plan(config_of(options), dict(pairs), options.random)
    backend = _backend(options)
    jobs = (-1 if isinstance(backend, DaskCluster) else 1) if options.jobs is None else options.jobs
    dataset, image_options = common.open_data(options)
    reference = DataReference.of(dataset, options.data, image_options)
    options.targets.add_folder(options.out)
    names = {field: option for option, field, *_ in OPTIONS}
    swept = {field: names[field] for field in dict(pairs)}
    labels = [Label.new(run_name(config, swept), color) for color, config in enumerate(configs)]
    snapshots = BUDGET if options.snapshots else 0
    together = _Together(options.out / TOGETHER)
    with (
        SweepResults(options.out, configs, reference, together.path) as results,
        ProgressBar(len(configs)) as bar,
        contextlib.closing(run_sweep(dataset, configs, jobs, UNWATCHED, results.done, snapshots, backend)) as runs,
    ):
        reports = list(results.done.values())
        try:
            for index in results.done:
                together.add(index, results.run(index))
            for done in runs:
                run = as_run(done, reference, labels[done.index])
                together.add(done.index, run)
                report = _keep(options.out, done, run, swept)
                results.add(report)
                reports.append(report)
                bar.show(len(reports), f"{report['model']}: held-out MSE {report['test_mse']:.4f}")
        except KeyboardInterrupt:
            if not reports:
                raise
            together.save()
            raise Interrupted(
                f"Interrupted after {len(reports)} of {len(configs)} runs; what was done is in {results.path}."
            ) from None
        except SweepError as error:
            if not reports:
                raise
            together.save()
            raise SweepError(
                f"{error} {len(reports)} of {len(configs)} runs are done and in {results.path}; the same command goes "
                "on with the others."
            ) from None
    written = together.save()
    reports.sort(key=lambda report: report["run"])
    if options.json:
        session = {"session": str(together.path)} if written else {}
        common.print_json({"runs": reports, "results": str(results.path), **session})
    else:
        _print(reports)
        _print_heat(together.runs(), [field for field in swept if field != "seed"])
    return OK


def _backend(options: argparse.Namespace) -> Backend | None:
    """Return where the runs are trained, None for this process or processes of it; say what a cluster has."""
    if not options.backend:
        if options.scheduler:
            raise CommandError("--scheduler is for --backend dask.")
        return None
    if (options.backend == "dask") != bool(options.scheduler):
        raise CommandError("--backend dask and --scheduler tcp://HOST:PORT go together.")
    backend = BACKENDS[options.backend](options)
    if isinstance(backend, DaskCluster):
        state = look_at(backend.address)
        note(" ".join(filter(None, (f"{options.scheduler}: {state.text}.", state.warning))))
    return backend


class _Together:
    """Collects the runs of a sweep for one session with all of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._runs: dict[int, Run] = {}
        self._bytes = 0

    def add(self, index: int, run: Run) -> None:
        """Take the run at this place of the plan, or let go of all when they are too much for the memory."""
        models = len(run.snapshots) + (1 if run.checkpoint.good is None else 2)
        moments = sum(a.nbytes for a in run.checkpoint.engine.values())
        self._bytes += models * bytes_of(run.model) + moments + run.record.errors.nbytes + run.record.sparsities.nbytes
        if self._bytes <= LARGEST_TOGETHER:
            self._runs[index] = run
        else:
            self._runs.clear()

    def runs(self) -> list[Run]:
        """Return the runs in the order of the plan; none where they were too much."""
        return [self._runs[index] for index in sorted(self._runs)]

    def save(self) -> bool:
        """Write what was collected, the last of the plan as the current run; return whether there is a file.

        A note on standard error says why there is none.
        """
        runs = self.runs()
        if runs:
            save_session(self.path, Session(runs[-1], tuple(runs[:-1])))
        elif self._bytes:
            note(
                f"{self.path.name} was not written: all runs together take more than {LARGEST_TOGETHER / 1e9:g} GB. "
                "Each is in a session of its own."
            )
        return bool(runs)


def _keep(folder: Path, done: SweepRun, run: Run, swept: Mapping[str, str]) -> dict[str, Any]:
    """Write a run's model and session, and return its line of results."""
    name = f"run-{done.index + 1:03}"
    divergence = run.checkpoint.divergence
    save_model(folder / f"{name}.safetensors", run.saved_model())
    save_session(folder / f"{name}{ENDING}", Session(run))
    smoothed_error, smoothed_sparsity = run.history().latest()
    report = {
        "run": done.index + 1,
        "set": values_of(done.config, swept),
        **figures.values_of(done.figures),
        "smoothed_error": smoothed_error,
        "smoothed_sparsity": smoothed_sparsity,
        "iterations": run.checkpoint.iteration,
        "seconds": run.checkpoint.seconds,
        "diverged_at": divergence.iteration if divergence else None,
        "dataset": run.data.name,
        "config": json.loads(done.config.to_json()),
        "model": f"{name}.safetensors",
        "session": f"{name}{ENDING}",
    }
    if done.others:
        report["test_mse_by_noise"] = {noise: other.mse for noise, other in done.others.items()}
    return report


def _print(reports: list[dict[str, Any]]) -> None:
    """Print a line a run: its settings, its held-out figures (with its own noise), and where it diverged."""
    columns = [
        COLUMNS[key] for key in _PRINTED if any(report.get(COLUMNS[key].report) is not None for report in reports)
    ]
    lines = [["run", "", *(column.head for column in columns)]]
    for report in reports:
        settings = ", ".join(f"{name} {value}" for name, value in report["set"].items())
        lines.append([str(report["run"]), settings, *(column.text(report.get(column.report)) for column in columns)])
    say(*printed(lines, [COLUMNS["name"], COLUMNS["name"], *columns]))


def _print_heat(runs: Sequence[Run], fields: Sequence[str]) -> None:
    """Print the held-out MSE over two settings, where these were swept: the mean over all else."""
    if len(fields) != 2 or not runs or not all(field in COLUMNS for field in fields):
        return
    y, x = (COLUMNS[field] for field in fields)
    drawn = heat([RunRow.of(run) for run in runs], x, y, COLUMNS["mse"])
    say("", f"{drawn.title}:", *printed(drawn.table(), [COLUMNS["name"], *[COLUMNS["mse"]] * len(drawn.columns)]))
