"""Lists and quantities as the user reads them."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
from math import isfinite, isnan


def number_text(value: float | None, spec: str) -> str:
    """Return a figure with a true minus sign; a dash for what is not known or not a number."""
    if value is None or isnan(value):
        return "–"
    if not isfinite(value):
        return "∞" if value > 0 else "−∞"
    return format(value, spec).replace("-", "−")


def listed(parts: Sequence[str]) -> str:
    """Return texts, at least one, as a list in a sentence: "W, B and V"."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def format_bytes(count: int) -> str:
    """Return a number of bytes as people read it: "812 bytes", "29.5 kB", "11.6 MB" (powers of ten)."""
    if count < 1000:
        return f"{count} bytes"
    for size, unit in ((1e3, "kB"), (1e6, "MB")):
        if count / size < 999.95:
            return f"{count / size:.1f} {unit}"
    return f"{count / 1e9:.1f} GB"


def format_seconds(seconds: float) -> str:
    """Return a time to wait, roughly: "12 s", "20 min", "2.5 h"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


LONGEST_SHOWN = 200
"""Characters of a foreign name that are shown."""

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0")  # though they count as letters
_MOST_MARKS = 4  # over and under one letter; a tower of them would hide other texts


def plain(text: str, most: int = LONGEST_SHOWN) -> str:
    r"""Return a text that is not the program's own as one line, with all that does not show written out.

    Line breaks, control characters, marks of no width and changes of the direction of reading become escapes such as
    ``\n`` and ``\u202e``, so that no name passes for another one or for more than a name. What is longer than ``most``
    characters loses its middle, for names differ at the ends.
    """
    text = shortened(text, most)
    if text.isascii() and text.isprintable():
        return text
    shown, marks = [], 0
    for character in text:
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        is_shown = (character.isprintable() or kind == "Zs") and character not in _INVISIBLE and marks <= _MOST_MARKS
        shown.append(character if is_shown else character.encode("unicode_escape").decode("ascii"))
    return "".join(shown)


def shortened(text: str, most: int = LONGEST_SHOWN) -> str:
    """Return a text without its middle where it is longer than so many characters."""
    if len(text) <= most:
        return text
    start = (most - 1) // 2
    return f"{text[:start]}…{text[len(text) - (most - 1 - start) :]}"


_NUMBER = re.compile(r"[-+−]?(\d[\d,. ]*)?\.?\d*(e[-+]?\d+)?\s*(%|dB)?|[-+−]?(inf|nan)", re.IGNORECASE)
_FORMULA = "=+-@＝＋－＠\t\r\n"
_IN_A_COMMENT = re.compile(r'([,;|\t]\s*"?\s*)(?=[=+\-@＝＋－＠])')


def table_cell(text: str) -> str:
    """Return what stands in a table for a text, so that no spreadsheet takes it for a formula; numbers stay numbers.

    A text that begins as a formula does gets an apostrophe, by which spreadsheets know a text. It stays on one line.
    """
    shown = plain(text, sys.maxsize)
    begins_so = text.lstrip(" ")[:1] in _FORMULA and bool(text.strip(" "))
    return f"'{shown}" if begins_so and not _NUMBER.fullmatch(text.strip()) else shown


def table_comment(text: str) -> str:
    """Return a text for a line of comments in a table, which a spreadsheet takes apart like any other line."""
    return _IN_A_COMMENT.sub(r"\1'", plain(text, sys.maxsize))


_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = frozenset(
    (
        "con",
        "prn",
        "aux",
        "nul",
        *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"),
        "conin$",
        "conout$",
    )
)
_LONGEST_FILE_NAME = 120
_MOST_BYTES = 200  # of the 255 that most file systems have, with room for an ending and a temporary name


def file_name(text: str, otherwise: str = "unnamed") -> str:
    """Return a name for a file or folder that every system takes and that stays in its folder, from any text.

    What no name may hold becomes ``_``; names that belong to Windows' devices get one before them.
    """
    kept = "".join(c if c.isprintable() else "_" for c in _FORBIDDEN.sub("_", text))
    if len(kept) > _LONGEST_FILE_NAME:
        stem, dot, ending = kept.rpartition(".")
        ending = f"{dot}{ending}" if stem and len(ending) <= 12 else ""
        kept = (stem if ending else kept)[: _LONGEST_FILE_NAME - len(ending)] + ending
    while len(kept.encode("utf-8", "replace")) > _MOST_BYTES:
        middle = len(kept) // 2
        kept = kept[:middle] + kept[middle + 1 :]
    kept = kept.strip(" ").rstrip(". ").lstrip("~")
    if not kept.strip("._ "):
        return otherwise
    return f"_{kept}" if kept.split(".")[0].strip().lower() in _RESERVED else kept
