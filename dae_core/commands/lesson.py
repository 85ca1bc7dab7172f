"""``python -m dae_core lesson``: list the bundled lessons, and check a lesson that somebody has written."""

from __future__ import annotations

import argparse
from typing import Any

from dae_core.commands import common
from dae_core.commands.terminal import FAILED, OK, note, say
from dae_core.lessons.bundled import bundled
from dae_core.lessons.errors import LessonError
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.reading import read_lesson
from dae_core.texts import plain


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser("lesson", help="list lessons, and check one that you have written")
    actions = command.add_subparsers(title="actions", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="the lessons that come with the program")
    listing.set_defaults(run=_list)
    common.add_json(listing)
    checking = actions.add_parser(
        "validate",
        help="say what is wrong with lessons, in which line",
        description="Say what is wrong with lessons, in which line and field. Nothing in a file is executed. "
        "The exit code is 0 when all can be used, else 1.",
    )
    checking.set_defaults(run=_validate)
    checking.add_argument("files", nargs="+", type=common.path, metavar="FILE", help="a .lesson file")
    common.add_json(checking)


def _list(options: argparse.Namespace) -> int:
    lessons = [entry.lesson for entry in bundled()]
    if options.json:
        common.print_json({"lessons": [_report(lesson) for lesson in lessons]})
        return OK
    for lesson in lessons:
        say(f"{lesson.key:<20} {lesson.title:<44} {lesson.minutes:>3} min {lesson.points:>3} points")
    return OK


def _validate(options: argparse.Namespace) -> int:
    reports: list[dict[str, Any]] = []
    for path in options.files:
        try:
            lesson = read_lesson(path)
        except LessonError as error:
            for line in str(error).splitlines():
                note(line)
            faults = [{"line": fault.line, "field": fault.field, "text": fault.text} for fault in error.faults]
            reports.append({"file": str(path), "ok": False, "faults": faults})
            continue
        if not options.json:
            count = len(lesson.steps)
            steps = f"{count} steps" if count != 1 else "1 step"
            say(f"{plain(str(path))}: “{lesson.title}” can be used: {steps}, {lesson.points} points.")
        reports.append({"file": str(path), "ok": True, **_report(lesson)})
    if options.json:
        common.print_json({"files": reports})
    return OK if all(report["ok"] for report in reports) else FAILED


def _report(lesson: Lesson) -> dict[str, Any]:
    return {
        "key": lesson.key,
        "title": lesson.title,
        "minutes": lesson.minutes,
        "points": lesson.points,
        "steps": len(lesson.steps),
        "data": list(lesson.data),
        "digest": lesson.digest,
    }
