"""``python -m dae_core resume``: go on with the run of a session, exactly where it was."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from dae_core.commands import common
from dae_core.commands.errors import CommandError
from dae_core.commands.running import SessionFile, print_report, report_of, run_on
from dae_core.commands.targets import kept_for
from dae_core.files import FileStamp
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.session_file import load_session
from dae_core.training.settings import check_setting


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser(
        "resume",
        help="go on with the run of a session",
        description="Trains N more iterations and writes the session back. What is left up to the run's end is "
        "trained as if it had never stopped; beyond it, the schedule starts again.",
    )
    command.set_defaults(run=_run)
    command.add_argument("session", type=common.path, metavar="FILE.dae", help="a session")
    command.add_argument("--iterations", type=int, required=True, metavar="N", help="iterations to train more")
    command.add_argument(
        "--data", type=common.source, metavar="NAME|PATH", help="where the session's data set is now, if it was moved"
    )
    command.add_argument(
        "--out", type=common.path, metavar="FILE.dae", help="write the session here and leave the first"
    )
    command.add_argument(
        "--run-code", action="store_true", help="run the backward of its own that the session's run is trained with"
    )
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    check_setting("iterations", options.iterations)
    target = options.out or options.session
    with kept_for(target, "dae_core resume", "--out"):
        return _go_on(options, target)


def _go_on(options: argparse.Namespace, target: Path) -> int:
    stamp = FileStamp.of(target)
    session = load_session(options.session)
    run, data = session.run, session.run.data
    options.targets.add(target)
    dataset, place = common.open_data_of(options.session, data, options.data)
    code = run.config.own_backward
    if code and not options.run_code:
        raise CommandError(
            f"The run of {options.session} is trained with a backward of its own, and code runs only when you ask for "
            "it: read it in Your code, or add --run-code."
        )
    trainer, history = run.trainer(dataset, code), run.history()
    data = DataReference.of(trainer.dataset, place, data.options)
    file = SessionFile(target, data, trainer.model, session, stamp)
    first, seconds = trainer.iteration, trainer.seconds
    if trainer.divergence is None and trainer.end > first:
        run_on(trainer, history, options.iterations, file)
    left = options.iterations - (trainer.iteration - first)
    if left and (trainer.divergence is None or trainer.iteration == first):
        trainer.extend(left)
        run_on(trainer, history, left, file)
    trained = trainer.iteration - first
    report = {**report_of(trainer, history, file, trained, trainer.seconds - seconds), "trained": trained}
    return print_report(report, trainer, options)
