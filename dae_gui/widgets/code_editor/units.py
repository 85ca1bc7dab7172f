"""Qt counts in units of UTF-16, Python in characters."""

from __future__ import annotations

import re

_WIDE = re.compile("[\U00010000-\U0010ffff]")


def in_units(text: str) -> str:
    """Return a text in which places are Qt's: in the place of a character of two units stand two letters."""
    return text if text.isascii() else _WIDE.sub("xx", text)
