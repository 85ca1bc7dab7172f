"""What ``dae-studio`` is called with, read without Qt: a window with its options, or a command without a window."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from dae_core.commands.names import COMMAND_NAMES
from dae_core.commands.terminal import say
from dae_core.files import APPLICATION, typed_path
from dae_gui.support.file_kinds import LESSON_ENDING


def is_command(argv: Sequence[str]) -> bool:
    """Whether the first argument is a command of the command line; a file of such a name is opened as ``./train``."""
    return bool(argv) and argv[0] in COMMAND_NAMES


def window_options(argv: Sequence[str]) -> argparse.Namespace:
    """Return what the window is to begin with: ``file``, ``data``, ``lesson`` and ``student``.

    Leaves the program where that cannot be, and where the help or the version is asked for.
    """
    parser = _parser()
    options = parser.parse_args(list(argv))
    if options.file is not None and options.file.suffix.lower() == LESSON_ENDING:
        if options.lesson is not None:
            parser.error("one lesson can be opened at a time")
        options.file, options.lesson = None, options.file
    if options.student and options.lesson is None:
        parser.error("--student says who solves a lesson: name one with --lesson FILE")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=APPLICATION,
        usage=f"{APPLICATION} [--data digits|PATH] [--lesson FILE [--student ID]] [FILE]\n"
        f"       {APPLICATION} COMMAND …",
        description="Train a denoising autoencoder on handwritten digits and watch it learn.",
        add_help=False,
    )
    help_text = "open this session (.dae), model (.safetensors), lesson (.lesson) or hand-in (.handin)"
    parser.add_argument("file", nargs="?", type=_path, metavar="FILE", help=help_text)
    parser.add_argument("--data", metavar="digits|PATH", help="'digits' (bundled), or a folder or file of IDX data")
    lesson = "solve this lesson, beside a session or a model that is opened"
    parser.add_argument("--lesson", type=_path, metavar="FILE", help=lesson)
    student = "who solves it: the seed of their runs follows from this"
    parser.add_argument("--student", default="", metavar="ID", help=student)
    parser.add_argument("--version", action=_TellVersion, nargs=0, help="print the version and leave")
    parser.add_argument("-h", "--help", action=_TellHelp, nargs=0, help="print this help and leave")
    return parser


def _path(text: str) -> Path:
    return typed_path(text, argparse.ArgumentTypeError)


class _TellVersion(argparse.Action):
    """Looks the version up only when it is asked for, which takes 20 ms."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print the version and leave."""
        import importlib.metadata

        try:
            say(f"{APPLICATION} {importlib.metadata.version(APPLICATION)}")
        except importlib.metadata.PackageNotFoundError:
            say(f"{APPLICATION} (not installed)")
        parser.exit()


class _TellHelp(argparse.Action):
    """Adds what the command line says of its commands, whose import takes a second."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print the help and leave."""
        from dae_core.commands.program import parser_of_all

        commands = parser_of_all().format_help()
        say(*parser.format_help().splitlines(), "")
        say(*commands[commands.index("commands:") :].splitlines(), "")
        say(f"{APPLICATION} COMMAND --help lists the options of a command. No command opens a window.")
        parser.exit()
