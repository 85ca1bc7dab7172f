"""Which bracket of a text of Python belongs to which: those in strings and comments are none."""

from __future__ import annotations

import re

_PARTNERS = {"(": ")", "[": "]", "{": "}"}
_NOT_CODE = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"""|\Z)'
    r"|'''(?:\\.|[^\\])*?(?:'''|\Z)"
    r'|"(?:\\.|[^"\\\n])*"?'
    r"|'(?:\\.|[^'\\\n])*'?"
    r"|\#[^\n]*",
    re.DOTALL,
)


def outside_strings(text: str) -> str:
    """Return a text of the same length with blanks in the place of strings and comments; line breaks stay."""
    return _NOT_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def partner(text: str, place: int) -> tuple[int, int | None] | None:
    """Return the bracket beside a cursor and the one that belongs to it.

    Parameters
    ----------
    text
        The whole text.
    place
        The cursor, between the characters ``place - 1`` and ``place``; the bracket before it goes first.

    Returns
    -------
    tuple or None
        The places of both brackets, the second None where there is none; None where no bracket is beside the cursor.
    """
    code = outside_strings(text)
    for at in (place - 1, place):
        if 0 <= at < len(code) and code[at] in "()[]{}":
            return at, _partner_of(code, at)
    return None


def _partner_of(code: str, at: int) -> int | None:
    """Return the place of the bracket that belongs to the one at a place; None where another kind comes first."""
    is_opening = code[at] in _PARTNERS
    openers = _PARTNERS if is_opening else {closing: opening for opening, closing in _PARTNERS.items()}
    waiting: list[str] = []
    for place in range(at, len(code)) if is_opening else range(at, -1, -1):
        character = code[place]
        if character in openers:
            waiting.append(openers[character])
        elif waiting and character in openers.values():
            if character != waiting.pop():
                return None
            if not waiting:
                return place
    return None
