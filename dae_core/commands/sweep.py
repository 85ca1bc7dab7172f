"""``python -m dae_core sweep``: train the same run with each of some settings, on several cores."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from dae_core.commands import common
from dae_core.commands.settings import OPTIONS, add_settings, config_of, read_values
from dae_core.data_reference import DataReference
from dae_core.model_file import SavedModel, save_model
from dae_core.session import Session, save_session
from dae_core.sweep import PRESETS, SweepError, SweepRun, plan, run_sweep
from dae_core.terminal import ProgressBar

RESULTS = "results.jsonl"


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
        help="values of a setting, such as noise=gaussian:0.5,gaussian:1.0 or hidden=100,225; once or twice",
    )
    command.add_argument("--preset", choices=PRESETS, help="the exercise's series: 0, 25 and 50 %% of the pixels black")
    command.add_argument("--jobs", type=int, default=1, metavar="N", help="runs at a time; -1 is one for each core")
    command.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for results.jsonl, models and sessions"
    )
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    pairs = [*(PRESETS[options.preset].items() if options.preset else ()), *options.values]
    if len(dict(pairs)) < len(pairs):
        raise common.CommandError("Each setting of a sweep can be given only once.")
    if options.jobs == 0 or options.jobs < -1:
        raise common.CommandError(f"--jobs is {options.jobs}; it must be 1 or more, or -1 for one on each core.")
    try:
        configs = plan(config_of(options), dict(pairs))
    except SweepError as error:
        raise common.CommandError(str(error)) from None
    dataset, image_options = common.open_data_with_options(options)
    reference = DataReference.of(dataset, options.data, image_options)
    results = _prepare(options.out)
    names = {field: option for option, field, *_ in OPTIONS}
    reports: list[dict[str, Any]] = []
    with open(results, "w", encoding="utf-8") as stream, ProgressBar(len(configs)) as bar:
        runs = run_sweep(dataset, configs, options.jobs)
        try:
            for run in runs:
                report = _keep(options.out, run, reference, [(names[field], field) for field in dict(pairs)])
                stream.write(json.dumps(common.finite(report), allow_nan=False) + "\n")
                stream.flush()
                reports.append(report)
                bar.show(len(reports), f"{report['model']}: held-out MSE {report['test_mse']:.4f}")
        except KeyboardInterrupt:
            raise common.CommandError(
                f"Interrupted after {len(reports)} of {len(configs)} runs; what was done is in {results}."
            ) from None
        finally:
            runs.close()
    reports.sort(key=lambda report: report["run"])
    if options.json:
        common.print_json({"runs": reports, "results": str(results)})
    else:
        _print(reports)
    return common.OK


def _prepare(folder: Path) -> Path:
    """Make the folder and return the path of the results; another sweep's are not overwritten."""
    results = folder / RESULTS
    try:
        folder.mkdir(parents=True, exist_ok=True)
        results.touch(exist_ok=False)
    except FileExistsError:
        raise common.CommandError(f"{results} is there already: name another folder for this sweep.") from None
    except OSError as error:
        raise common.CommandError(f"{folder} could not be made: {error.strerror or error}.") from None
    return results


def _keep(folder: Path, run: SweepRun, reference: DataReference, swept: list[tuple[str, str]]) -> dict[str, Any]:
    """Write a run's model and session, and return its line of results."""
    name = f"run-{run.index + 1:03}"
    session = Session(run.checkpoint, reference, run.record)
    model, divergence = run.checkpoint.model, run.checkpoint.divergence
    saved = SavedModel(model, run.config, session.model_iteration, reference.name, reference.shape)
    save_model(folder / f"{name}.safetensors", saved)
    save_session(folder / f"{name}.dae", session)
    smoothed_error, smoothed_sparsity = session.history().latest()
    values = json.loads(run.config.to_json())
    report = {
        "run": run.index + 1,
        "set": {option: values[field] for option, field in swept},
        "test_mse": run.figures.mse,
        "test_psnr": run.figures.psnr,
        "test_images": run.figures.n_images,
        "sparsity": run.figures.sparsity,
        "dead_units": run.figures.dead_units,
        "smoothed_error": smoothed_error,
        "smoothed_sparsity": smoothed_sparsity,
        "iterations": run.checkpoint.iteration,
        "seconds": run.checkpoint.seconds,
        "diverged_at": divergence.iteration if divergence else None,
        "dataset": reference.name,
        "config": values,
        "model": f"{name}.safetensors",
        "session": f"{name}.dae",
    }
    if run.others:
        report["test_mse_by_noise"] = {noise: figures.mse for noise, figures in run.others.items()}
    return report


def _print(reports: list[dict[str, Any]]) -> None:
    """Print a line a run: its settings, its held-out MSE (with its own noise) and its sparsity."""
    texts = [", ".join(f"{name} {value}" for name, value in report["set"].items()) for report in reports]
    width = max(map(len, texts))
    print(f"{'run':<4} {'':<{width}}  held-out MSE  sparsity  seconds")  # noqa: T201
    for text, report in zip(texts, reports, strict=True):
        figures = f"{report['test_mse']:12.4f}  {report['sparsity']:8.3f}  {report['seconds']:7.1f}"
        diverged = "" if report["diverged_at"] is None else f"  diverged at iteration {report['diverged_at']:,}"
        print(f"{report['run']:<4} {text:<{width}}  {figures}{diverged}")  # noqa: T201
