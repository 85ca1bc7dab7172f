"""``python -m dae_core export``: write a session's model, curves or whole run in another format."""

from __future__ import annotations

import argparse
from typing import Any

from dae_core.commands import common
from dae_core.commands.terminal import OK, note, say
from dae_core.exporting.files import FORMATS, export_all, export_as, images_beside
from dae_core.sessions.container import SessionError
from dae_core.sessions.session_file import load_session


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser("export", help="write a session's model, curves, or a script that repeats its run")
    command.set_defaults(run=_run)
    command.add_argument("session", type=common.path, metavar="FILE.dae", help="a session")
    formats = command.add_mutually_exclusive_group(required=True)
    for key, row in FORMATS.items():
        formats.add_argument(f"--{key}", dest="kind", action="store_const", const=key, help=row.about)
    formats.add_argument("--all", dest="kind", action="store_const", const="all", help="all of these, into a folder")
    command.add_argument(
        "--out", type=common.path, required=True, metavar="PATH", help="the file (with --all the folder)"
    )
    command.add_argument(
        "--data",
        type=common.source,
        metavar="NAME|PATH",
        help="where the session's data set is now (scripts, notebooks and the model card need it)",
    )
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    session = load_session(options.session)
    if options.kind == "all":
        options.targets.add_folder(options.out)
    else:
        options.targets.add(options.out)
        options.targets.add(images_beside(options.out))
    dataset = None
    notes = []
    if options.kind == "all" or FORMATS[options.kind].measures:
        try:
            dataset = common.open_data_of(options.session, session.run.data, options.data)[0]
        except SessionError as error:
            if options.data is not None:
                raise
            notes.append(str(error))
    if options.kind == "all":
        exported = export_all(session.run, options.out, dataset)
    else:
        exported = export_as(options.kind, session.run, options.out, dataset)
    for text in (*notes, *exported.notes):
        note(text)
    if options.json:
        common.print_json({"files": [str(path) for path in exported.files]})
    else:
        say(*exported.files)
    return OK
