"""``python -m dae_core evaluate``: measure a saved model on held-out images."""

from __future__ import annotations

import argparse
from typing import Any

from dae_core.commands import common
from dae_core.commands.figures import EXPLANATIONS, held_out_figures
from dae_core.commands.terminal import OK


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser("evaluate", help="measure a saved model on held-out images")
    command.set_defaults(run=_run)
    common.add_model(command)
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    saved, dataset = common.open_model(options)
    noise = options.noise or saved.config.corruption
    _, figures = held_out_figures(dataset, noise, saved.model)
    report = {"iterations": saved.iteration, **figures, "dataset": dataset.name, "noise": str(noise)}
    report |= common.scale_report(dataset)
    if options.json:
        common.print_json(report)
    else:
        common.print_table(report, EXPLANATIONS)
    return OK
