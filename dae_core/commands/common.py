"""What the headless commands share: exit codes, options, and printing."""

from __future__ import annotations

import argparse
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from dae_core import corruption
from dae_core.corruption import Corruption

OK, FAILED, USAGE, DIVERGED = 0, 1, 2, 3

NOISE_HELP = "gaussian:SIGMA, masking:FRACTION or salt-and-pepper:FRACTION"
DATA_HELP = "'digits' (bundled), or a folder or file of IDX data"


class CommandError(Exception):
    """Something that the person asked for cannot be done; a plain sentence that says what and why."""


class Parser(argparse.ArgumentParser):
    """A parser that never matches abbreviated options, so that later options cannot change what a script means."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{**options, "allow_abbrev": False})

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line, and exit with 2."""
        self.exit(USAGE, f"{self.prog}: {message} (--help lists the options)\n")


def noise(text: str) -> Corruption:
    """Read a corruption from the command line."""
    try:
        return corruption.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_data(command: argparse.ArgumentParser) -> None:
    """Add the option that names the data set."""
    command.add_argument("--data", default="digits", metavar="digits|PATH", help=DATA_HELP)


def add_json(command: argparse.ArgumentParser) -> None:
    """Add the option that prints one line of JSON for other programs."""
    command.add_argument("--json", action="store_true", help="print one line of JSON at the end")


def print_json(report: Mapping[str, Any]) -> None:
    """Print one line of JSON. It has no NaN: a figure that does not exist is null."""
    print(json.dumps(_finite(report), allow_nan=False))  # noqa: T201


def print_table(report: Mapping[str, Any], explanations: Mapping[str, str]) -> None:
    """Print the explained entries of a report, one a line."""
    for key, explanation in explanations.items():
        value = report.get(key)
        if value is not None:
            shown = f"{value:,}" if isinstance(value, int) else f"{value:.4g}" if isinstance(value, float) else value
            line = f"{explanation:<66} {shown}"
            print(line.encode("utf-8", "replace").decode())  # noqa: T201 - file names may hold any bytes


def check_writable(out: Path | None) -> None:
    """Fail before the work and not after it when the file's folder is not there or closed.

    Raises
    ------
    CommandError
        With the reason.
    """
    if out is None:
        return
    if out.is_dir():
        raise CommandError(f"{out} is a folder; name a file such as {out / 'model.safetensors'}.")
    folder = out.parent
    if not folder.is_dir():
        raise CommandError(f"{out} could not be written: there is no folder {folder}.")
    if not os.access(folder, os.W_OK):
        raise CommandError(f"{out} could not be written: no permission to write in {folder}.")


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
