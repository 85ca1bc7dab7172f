"""What the texts of a session's header must be like: so many at most, with proper names, cleaned, and not too long."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_NAME = re.compile("[a-z][a-z_]{0,39}")
_BREAKS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")


def checked_texts(values: dict[str, Any], what: str, most: int, longest: int) -> dict[str, str]:
    """Return the texts of a JSON object, which may be anybody's; they are not cleaned yet.

    Parameters
    ----------
    values : dict
        Texts by names of lower-case letters and underscores.
    what : str
        What of the session they are.
    most, longest : int
        How many there may be, and how many characters each may have.

    Raises
    ------
    ValueError
        With the end of a sentence.
    """
    if len(values) > most:
        raise ValueError(f"its {what} has {len(values):,} texts; at most {most} are possible.")
    for name, text in values.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"a part of its {what} has a name that none can have.")
        if not isinstance(text, str) or len(text) > longest:
            raise ValueError(f"what its {what} says is not a text of at most {longest:,} characters.")
    return values


def cleaned(text: str, longest: int) -> str:
    """Return a text as it is kept: every end of a line as a newline, no control characters, and not too long.

    Letters of all scripts stay, and so do the marks that emoji and texts from right to left are made of.
    """
    text = _BREAKS.sub("\n", text[: 2 * longest])
    if not text.isprintable():
        text = "".join(map(_kept, text))
    return text[:longest]


def _kept(character: str) -> str:
    if character in "\n\t":
        return character
    kind = unicodedata.category(character)
    return "" if kind == "Cc" else "\ufffd" if kind == "Cs" else character
