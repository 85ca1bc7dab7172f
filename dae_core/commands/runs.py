"""``python -m dae_core runs``: the runs of a session as a table, as the window shows them, and as a CSV file."""

from __future__ import annotations

import argparse
from typing import Any

from dae_core.commands import common
from dae_core.commands.errors import CommandError
from dae_core.commands.terminal import OK, say
from dae_core.files import file_errors_as
from dae_core.sessions.session_file import load_session
from dae_core.sweeps.run_columns import COLUMNS, Kind, RunColumn, shown_by_themselves
from dae_core.sweeps.run_groups import RunGroup, arranged
from dae_core.sweeps.run_row import RunRow
from dae_core.sweeps.run_table import as_shown, printed, write_runs_csv


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser(
        "runs",
        help="print the runs of a session as a table",
        description="The figures of all runs of a session, and the settings in which they differ. Runs that differ "
        "only in their seed make one line: mean ± sample standard deviation.",
    )
    command.set_defaults(run=_run)
    command.add_argument("session", type=common.path, metavar="FILE.dae", help="a session")
    command.add_argument("--sort", choices=COLUMNS, default="", metavar="COLUMN", help=f"one of {', '.join(COLUMNS)}")
    command.add_argument("--descending", action="store_true", help="the largest first")
    command.add_argument("--each", action="store_true", help="a line for every run, also of one seed of several")
    command.add_argument("--csv", type=common.path, metavar="FILE", help="write a line for every run, with all columns")
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    options.targets.add(options.csv)
    rows = [RunRow.of(run) for run in load_session(options.session).runs]
    groups = arranged(rows, options.sort, descending=options.descending, fold=not options.each)
    if options.csv is not None:
        with file_errors_as(CommandError, options.csv):
            write_runs_csv([row for group in groups for row in group.rows], options.csv)
    if options.json:
        common.print_json({"runs": list(map(_report, groups))})
    else:
        columns = [COLUMNS[key] for key in shown_by_themselves(rows)]
        say(*printed(as_shown(groups, columns), columns))
    return OK


def _report(group: RunGroup) -> dict[str, Any]:
    """Return a line of the table as JSON; figures of several seeds with their spread."""
    report: dict[str, Any] = {"name": group.name if not group.is_single else group.rows[0].run.label.name}
    report["seeds"] = list(group.seeds)
    for column in COLUMNS.values():
        if column.kind is Kind.FIGURE:
            report[column.report or column.key] = _figure(group, column)
        elif column.kind is Kind.SETTING and column.key != "seed":
            report[column.key] = group.value(column)
    return report


def _figure(group: RunGroup, column: RunColumn) -> Any:
    if group.is_single:
        return group.value(column)
    found = group.statistic(column)
    return {"mean": found.mean, "standard_deviation": found.deviation, "n": found.n}
