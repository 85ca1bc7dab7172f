"""How lines of Python are indented, taken out of the code, and put back: texts in, texts out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dae_gui.widgets.code_editor.brackets import outside_strings

WIDTH = 4
"""Spaces of one level."""

_OPENERS = (":", "(", "[", "{")
_LEAVERS = re.compile(r"\s*(return|raise|pass|break|continue)\b")
_COMMENT = re.compile(r"(\s*)# ?")


def leading(line: str) -> str:
    """Return the blanks that a line begins with."""
    return line[: len(line) - len(line.lstrip())]


def indentation_after(line: str) -> str:
    """Return what the line after this one begins with: a level more after a colon or an open bracket.

    After ``return`` and its like, with which a block ends, it is a level less. ``line`` is cut off at the cursor.
    """
    code = outside_strings(line).rstrip()
    indentation = leading(line)
    if code.endswith(_OPENERS):
        return indentation + " " * WIDTH
    if _LEAVERS.match(code) and code.count("(") + code.count("[") <= code.count(")") + code.count("]"):
        return indentation[:-WIDTH]
    return indentation


def to_next_stop(column: int) -> int:
    """Return how many spaces there are from a column to the next level."""
    return WIDTH - column % WIDTH


def to_stop_before(column: int) -> int:
    """Return how many spaces there are from a column, which is not 0, back to the level before."""
    return (column - 1) % WIDTH + 1


def indented(lines: Sequence[str]) -> list[str]:
    """Return lines one level deeper; empty ones stay empty."""
    return [" " * WIDTH + line if line.strip() else line for line in lines]


def outdented(lines: Sequence[str]) -> list[str]:
    """Return lines one level less deep, as far as they are indented."""
    return [line[min(WIDTH, len(leading(line))) :] for line in lines]


def toggled_comments(lines: Sequence[str]) -> list[str]:
    """Return lines as comments, or, where all of them are, as code again; empty ones stay as they are."""
    filled = [line for line in lines if line.strip()]
    if all(line.lstrip().startswith("#") for line in filled):
        return [_COMMENT.sub(r"\1", line, count=1) if line.strip() else line for line in lines]
    column = min((len(leading(line)) for line in filled), default=0)
    return [f"{line[:column]}# {line[column:]}" if line.strip() else line for line in lines]
