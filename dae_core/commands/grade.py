"""``python -m dae_core grade``: check hand-ins of a lesson, in words and points."""

from __future__ import annotations

import argparse
import secrets
import textwrap
import threading
from typing import Any

from dae_core.commands import common
from dae_core.commands.errors import CommandError
from dae_core.commands.terminal import OK, say
from dae_core.datasets import BUNDLED_SOURCE, CATALOGUE, Dataset, open_dataset
from dae_core.files import file_errors_as, write_atomically
from dae_core.lessons.handin.checks.table import CHECKS
from dae_core.lessons.handin.closeness import OF_THE_CURVE, OF_THE_WAY
from dae_core.lessons.handin.grading import LIMITS, DataOf, grade
from dae_core.lessons.handin.handin_file import HandIn
from dae_core.lessons.handin.material import GradeOptions
from dae_core.lessons.handin.results import csv_text, lines, values
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.reading import read_lesson
from dae_core.lessons.starting import data_name
from dae_core.sweeps.sweep import processes
from dae_core.texts import plain

_ABOUT = (
    "Check all hand-ins of a lesson in a folder: for each, its points, whether it is accepted, and why not. A hand-in "
    "that contradicts itself or the lesson is refused; what may have an honest reason is to be looked at, and "
    "accepted. Points are given for what was measured again here, never for what a hand-in claims. No code of a "
    "student is run unless you say so."
)
_PIECES = (
    "The runs are trained again where that is little work, else pieces of them that are drawn with the seed: bit for "
    "bit on the same kind of processor. Another one rounds otherwise: there weights may be away by "
    f"{OF_THE_WAY:.0%} of how far they move in the piece, and each error by {OF_THE_CURVE:.0%}; where a run enlarges "
    "what is rounded, by 100 times of what a change of the last bit does to it."
)


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser(
        "grade",
        help="check hand-ins of a lesson, in words and points",
        description=_ABOUT,
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.description = textwrap.fill(_ABOUT, 100)
    command.set_defaults(run=_run)
    command.add_argument("folder", type=common.path, metavar="FOLDER", help="where the .handin files are")
    command.add_argument("--lesson", type=common.path, required=True, metavar="FILE", help="your .lesson file")
    common.add_data(command)
    command.set_defaults(data=None)
    command.add_argument(
        "--run-code", action="store_true", help="run the students' programs, each in a process of its own"
    )
    command.add_argument("--csv", type=common.path, metavar="OUT", help="write a table with the points of each step")
    command.add_argument(
        "--seed", type=int, metavar="N", help="chooses the pieces that are trained again (drawn, and printed)"
    )
    command.add_argument(
        "--jobs", type=int, default=0, metavar="N", help="hand-ins at a time (default: one for each core)"
    )
    command.add_argument("--details", action="store_true", help="say everything that was found, not only what is wrong")
    common.add_json(command)


def _epilog() -> str:
    rows = "\n".join(f"  - {check.title}" for check in CHECKS)
    twins = textwrap.fill(
        "Hand-ins are compared with one another: weights, values with their times, numbers, texts and code that two "
        "students would hardly have alike are told of both.",
        100,
    )
    parts = (f"What is checked:\n{rows}", twins, textwrap.fill(_PIECES, 100), textwrap.fill(LIMITS, 100))
    return "\n\n".join(parts).replace("%", "%%")


def _run(options: argparse.Namespace) -> int:
    options.targets.add(options.csv)
    lesson = read_lesson(options.lesson)
    seed = secrets.randbits(32) if options.seed is None else abs(options.seed)
    chosen = GradeOptions(seed, options.run_code)
    jobs = options.jobs if options.jobs > 0 else processes()
    with common.progress_shown() as monitor:
        grades = grade(options.folder, lesson, _data_of(options, lesson), chosen, jobs, monitor)
    say(*lines(grades, all_findings=options.details))
    say(f"What was trained again was drawn with --seed {seed}.")
    if options.csv is not None:
        with file_errors_as(CommandError, options.csv):
            write_atomically(options.csv, csv_text(grades, lesson).encode("utf-8", "replace"))
    if options.json:
        common.print_json({"hand_ins": values(grades)})
    return OK


def _data_of(options: argparse.Namespace, lesson: Lesson) -> DataOf:
    """Return what gives the teacher's data set for a hand-in: the one that is named, or of those that the lesson names.

    A hand-in says only which of them it is; a path of its own is never opened.
    """
    if options.data is not None:
        dataset, _ = common.open_data(options)
        return lambda _: dataset
    known = _Names(lesson.data or (BUNDLED_SOURCE, *CATALOGUE))
    return known.of


class _Names:
    """The data sets that have names, each opened once."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._open: dict[str, Dataset] = {}
        self._lock = threading.Lock()

    def of(self, hand_in: HandIn) -> Dataset:
        """Return the data set of a hand-in's run. Raises CommandError where that is none of the names."""
        data = hand_in.session.run.data
        name = data_name(data)
        if name not in self._names:
            raise CommandError(
                f"It was trained on “{plain(data.name, 80)}”, which the lesson does not name: "
                "where that is right, say where your copy is (--data)."
            )
        with self._lock:
            if name not in self._open:
                self._open[name] = open_dataset(name)
            return self._open[name]
