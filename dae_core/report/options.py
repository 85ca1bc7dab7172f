"""What can be chosen about a report, a row each: the command line and the window offer them from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReportOptions:
    """What a report holds besides what it always does; a field for each of `OPTIONS`."""

    answers: bool = False
    comparison: bool = True
    runs: bool = True
    lessons: bool = True


@dataclass(frozen=True)
class Option:
    """One of the options: its field, what a check box calls it, and what it does."""

    field: str
    label: str
    about: str


OPTIONS = (
    Option(
        "answers",
        "Include the program's own answer",
        "answer the exercise's question about W and V by measurements too; else it is left to the user's words",
    ),
    Option(
        "comparison",
        "Compare with other denoisers",
        "measure classical filters and the best linear denoiser beside the network, which takes most of the time",
    ),
    Option("runs", "Compare the runs of the session", "a table of the session's runs, where there are several"),
    Option(
        "lessons",
        "Include my lessons and my code",
        "what was predicted and measured in lessons, and the functions of the session, where there are any",
    ),
)
