"""``python -m dae_core report``: the pictures, figures and words of a model or a session as one HTML file."""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path
from typing import Any

from dae_core.commands import common
from dae_core.commands.errors import CommandError
from dae_core.commands.terminal import OK, say
from dae_core.files import file_errors_as, write_atomically
from dae_core.lessons.own_work import own_work
from dae_core.lessons.starting import data_name
from dae_core.report.compose import compose
from dae_core.report.measurements import ReportInput, measure
from dae_core.report.options import OPTIONS, ReportOptions
from dae_core.report.web_page import html
from dae_core.sessions.report_words import ReportWords
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import ENDING, load_session


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser(
        "report",
        help="write a report on a saved model or session as HTML",
        description="Write a report on a saved model or session as one HTML file: the exercise's pictures, a "
        "comparison with other methods, and what was measured in words. A session has the curves, its runs and the "
        "user's own words too; a model file holds no history. The window's File menu also writes PDF.",
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
    usual = ReportOptions()
    for row in OPTIONS:
        default = getattr(usual, row.field)
        help_text = f"{row.about} ({'yes' if default else 'no'} by default)"
        command.add_argument(f"--{row.field}", action=argparse.BooleanOptionalAction, default=default, help=help_text)


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
    session = _session(options.model)
    when = datetime.datetime.now().astimezone().strftime("%d %B %Y, %H:%M").lstrip("0")
    if session is None:
        about = ReportInput(saved.model, saved.config, dataset, saved.iteration, options.noise, when=when)
    else:
        work = own_work(session.lessons, session.code, data_name(dataset))
        about = ReportInput.of_run(session.run, dataset, session.runs, options.noise, when, work)
    chosen = ReportOptions(**{row.field: getattr(options, row.field) for row in OPTIONS})
    with common.progress_shown() as monitor:
        found = measure(about, monitor, compares=chosen.comparison)
    words = ReportWords() if session is None else session.words
    page = html(compose(about, found, words, chosen)).encode("utf-8", "replace")
    with file_errors_as(CommandError, out):
        write_atomically(out, page)
    say(f"Report written to {out}")
    return OK


def _session(path: Path) -> Session | None:
    """Return the session in a file; None for a model file, which has neither curves nor words."""
    return load_session(path) if path.suffix.lower() == ENDING else None
