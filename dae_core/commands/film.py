"""``python -m dae_core film``: write a session's snapshots as an animated picture or a video."""

from __future__ import annotations

import argparse
from typing import Any, get_args

from dae_core.commands import common
from dae_core.commands.terminal import OK, note, say
from dae_core.film import MAX_DIGITS, SCALES, Contrast, Film, FilmLook, Kind, write_film
from dae_core.sessions.container import SessionError
from dae_core.sessions.session_file import load_session
from dae_core.training.snapshots import Snapshot


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser("film", help="write a session's snapshots as an animated GIF or WebP, or as MP4")
    command.set_defaults(run=_run)
    command.add_argument("session", type=common.path, metavar="FILE.dae", help="a session")
    command.add_argument("--show", choices=get_args(Kind), default="W", help="what the film shows (W)")
    command.add_argument(
        "--contrast",
        choices=get_args(Contrast),
        default="film",
        help="which weight is white: one for the whole film, for each frame, or for each tile (film)",
    )
    command.add_argument("--digits", type=int, default=10, metavar="N", help=f"reconstructions: 1 to {MAX_DIGITS} (10)")
    command.add_argument("--scale", type=int, default=1, metavar="N", help=f"1 to {SCALES[-1]} times as large (1)")
    command.add_argument("--fps", type=float, default=10.0, metavar="N", help="frames per second (10)")
    command.add_argument("--no-caption", action="store_true", help="without iteration and held-out MSE")
    command.add_argument("--data", type=common.source, metavar="NAME|PATH", help="where the session's data set is now")
    command.add_argument(
        "--out",
        type=common.path,
        required=True,
        metavar="PATH",
        help="the file: .gif, .webp, or .mp4 where ffmpeg is there",
    )
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    session = load_session(options.session)
    options.targets.add(options.out)
    dataset = None
    try:
        dataset = common.open_data_of(options.session, session.run.data, options.data)[0]
    except SessionError as error:
        if options.data is not None or options.show == "reconstructions":
            raise
        note(error)
    newest = Snapshot(session.run.model_iteration, session.run.model)
    snapshots = [s for s in session.run.snapshots if s.iteration < newest.iteration]
    look = FilmLook(options.show, options.contrast, options.digits, options.scale, not options.no_caption)
    film = Film([*snapshots, newest], look, session.run.data.shape, dataset, session.run.config.corruption)
    write_film(options.out, film, options.fps)
    if options.json:
        iterations = [snapshot.iteration for snapshot in film.snapshots]
        common.print_json({"file": str(options.out), "frames": len(film), "iterations": iterations})
    else:
        say(options.out)
    return OK
