"""``python -m dae_core report``: the pictures, figures and answers of a model or a session as one HTML file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from dae_core.commands import common
from dae_core.commands.errors import CommandError
from dae_core.commands.terminal import OK, say
from dae_core.files import file_errors_as, write_atomically
from dae_core.report import Curves, ReportInput, compose, html, measure
from dae_core.sessions.session_file import ENDING, load_session


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser(
        "report",
        help="write a report on a saved model or session as HTML",
        description="Write a report on a saved model or session as one HTML file: the exercise's pictures, a "
        "comparison with other methods, and the exercise's questions answered by measurements. A session has the "
        "curves too; a model file holds no history. The window's File menu also writes PDF.",
    )
    command.set_defaults(run=_run)
    common.add_model(command, "MODEL|SESSION", "a .safetensors or .dae file")
    command.add_argument(
        "--out",
        type=common.path,
        default=Path("report.html"),
        metavar="FILE",
        help="the .html file (report.html by default)",
    )


def _run(options: argparse.Namespace) -> int:
    out: Path = options.out
    if out.suffix.lower() == ".pdf":
        raise CommandError(
            f"{out} was not written: this command writes HTML. The window writes PDF as well (File, Write a report), "
            "and so does a browser that prints the HTML."
        )
    if out.suffix.lower() not in (".html", ".htm"):
        raise CommandError(f"{out} was not written: the name of a report must end in .html.")
    options.targets.add(out)
    saved, dataset = common.open_model(options)
    curves, seconds = _recorded(options.model)
    about = ReportInput(saved.model, saved.config, dataset, saved.iteration, options.noise, curves, seconds)
    with common.progress_shown() as monitor:
        found = measure(about, monitor)
    page = html(compose(about, found)).encode("utf-8", "replace")
    with file_errors_as(CommandError, out):
        write_atomically(out, page)
    say(f"Report written to {out}")
    return OK


def _recorded(path: Path) -> tuple[Curves | None, float | None]:
    """Return the curves and the seconds of training of a session; a model file has neither."""
    if path.suffix.lower() != ENDING:
        return None, None
    run = load_session(path).run
    return Curves.of(run.history()), run.checkpoint.seconds
