"""``python -m dae_core evaluate``: measure a saved model on held-out images."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from dae_core.commands import common
from dae_core.commands.figures import EXPLANATIONS, held_out_figures
from dae_core.datasets import DataError, Dataset
from dae_core.sessions.model_file import SavedModel, load_model


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser("evaluate", help="measure a saved model on held-out images")
    command.set_defaults(run=_run)
    command.add_argument("model", type=Path, metavar="MODEL", help="a .safetensors file")
    common.add_data(command)
    command.add_argument(
        "--noise", type=common.noise, metavar="KIND:LEVEL", help=f"{common.NOISE_HELP}; the model's own by default"
    )
    common.add_json(command)


def load_fitting(path: Path, options: argparse.Namespace) -> tuple[SavedModel, Dataset]:
    """Return a saved model and the data set of the options of `common.add_data`, if its images fit it.

    Raises
    ------
    ModelFileError, DataError
        When one of them cannot be read, or they do not fit each other.
    """
    saved = load_model(path)
    dataset = common.open_data(options)
    if dataset.n_inputs != saved.model.n_inputs:
        raise DataError(
            f"The model {path} has {saved.model.n_inputs} inputs, "
            f"but the images of '{dataset.name}' have {dataset.n_inputs} pixels."
        )
    return saved, dataset


def _run(options: argparse.Namespace) -> int:
    saved, dataset = load_fitting(options.model, options)
    noise = options.noise or saved.config.corruption
    _, figures = held_out_figures(dataset, noise, saved.model)
    report = {"iterations": saved.iteration, **figures, "dataset": dataset.name, "noise": str(noise)}
    if options.json:
        common.print_json(report)
    else:
        common.print_table(report, EXPLANATIONS)
    return common.OK
