"""``python -m dae_core resume``: go on with the run of a session, exactly where it was."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from dae_core.commands import common
from dae_core.commands.figures import EXPLANATIONS, held_out_figures
from dae_core.commands.running import SessionFile, run_on
from dae_core.sessions.session_file import load_session
from dae_core.training.config import RANGES, check_range


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser(
        "resume",
        help="go on with the run of a session",
        description="Trains N more iterations and writes the session back. What is left up to the run's end is "
        "trained as if it had never stopped; what goes beyond is a new leg, in which the schedule starts again.",
    )
    command.set_defaults(run=_run)
    command.add_argument("session", type=Path, metavar="FILE.dae", help="a session")
    command.add_argument("--iterations", type=int, required=True, metavar="N", help="iterations to train more")
    command.add_argument("--data", metavar="NAME|PATH", help="where the session's data set is now, if it was moved")
    command.add_argument("--out", type=Path, metavar="FILE.dae", help="write the session here and leave the first")
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    check_range("iterations", options.iterations, *RANGES["iterations"])
    target = options.out or options.session
    session = load_session(options.session)
    common.check_writable(target)
    dataset = session.data.open(options.data)
    trainer, history = session.trainer(dataset), session.history()
    data = session.data if options.data is None else type(session.data).of(dataset, options.data, session.data.options)
    file = SessionFile(target, data, trainer.model, session)
    first, seconds = trainer.iteration, trainer.seconds
    if trainer.divergence is None and trainer.end > first:
        run_on(trainer, history, options.iterations, file)
    left = options.iterations - (trainer.iteration - first)
    if left and (trainer.divergence is None or trainer.iteration == first):
        trainer.extend(left)
        run_on(trainer, history, left, file)
    divergence = trainer.divergence
    trained, taken = trainer.iteration - first, trainer.seconds - seconds
    figures, measured = held_out_figures(dataset, trainer.config.corruption, trainer.model)
    file.save(trainer, history, figures)
    smoothed_error, smoothed_sparsity = history.latest()
    report = {
        "iterations": trainer.iteration,
        "trained": trained,
        "seconds": taken,
        "iterations_per_second": trained / taken if taken else 0.0,
        "smoothed_error": smoothed_error,
        "smoothed_sparsity": smoothed_sparsity,
        **measured,
        "diverged_at": divergence.iteration if divergence else None,
        "dataset": dataset.name,
        "config": json.loads(trainer.config.to_json()),
        "session": str(target),
    }
    if options.json:
        common.print_json(report)
    else:
        common.print_table(report, EXPLANATIONS)
    if divergence:
        print(divergence.message, file=sys.stderr)  # noqa: T201
        return common.DIVERGED
    return common.OK
