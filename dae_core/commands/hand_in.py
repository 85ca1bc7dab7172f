"""``python -m dae_core hand-in``: carry out a lesson with given answers, and write the file that is handed in."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from dae_core.commands import common
from dae_core.commands.errors import CommandError
from dae_core.commands.terminal import OK, note, say
from dae_core.lessons.handin.answers import read_answers
from dae_core.lessons.handin.attempt import carry_out
from dae_core.lessons.handin.handin_file import ENDING, proposed_name, write_handin
from dae_core.lessons.reading import read_lesson
from dae_core.lessons.record import points
from dae_core.lessons.starting import data_name
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.lesson_record import student_name


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser(
        "hand-in",
        help="carry out a lesson with answers from a file, and hand it in",
        description="Carry out a lesson without a window: train as its buttons say, measure what it measures, answer "
        "from a file, and write what a student would hand in. For trying out a lesson before a class does. The file "
        "of answers is TOML: 'key = value' for each step by its key; for code the name of a Python file beside it.",
    )
    command.set_defaults(run=_run)
    command.add_argument("--lesson", type=common.path, required=True, metavar="FILE", help="a .lesson file")
    command.add_argument("--student", required=True, metavar="ID", help="whose it is; the seed follows from it")
    command.add_argument("--answers", type=common.path, required=True, metavar="FILE.toml", help="the answers")
    common.add_data(command)
    command.add_argument("--out", type=common.path, metavar=f"X{ENDING}", help="the file (default: lesson and student)")
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    lesson = read_lesson(options.lesson)
    student = student_name(options.student)
    if not student:
        raise CommandError("--student is empty: the seed follows from it, so that each student has runs of their own.")
    answers = read_answers(options.answers, lesson)
    dataset, image_options = common.open_data(options)
    reference = DataReference.of(dataset, options.data, image_options)
    if options.out is not None:
        options.targets.add(options.out)
    with common.progress_shown() as monitor:
        found = carry_out(lesson, student, answers, dataset, reference, monitor)
    out: Path = options.out or Path(proposed_name(found.record))
    write_handin(out, found.session, found.record)
    for sentence in found.notes:
        note(sentence)
    claimed = points(found.record, lesson, data_name(dataset))
    say(f"Handed in as {out}: it claims {claimed} of {lesson.points} points.")
    if options.json:
        report = {"file": str(out), "student": student, "points": claimed, "of": lesson.points}
        common.print_json({**report, "notes": list(found.notes)})
    return OK
