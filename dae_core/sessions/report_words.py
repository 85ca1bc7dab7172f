"""What the user writes into the report on a session: a text for each part of it, kept in the session's file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

LONGEST_TEXT = 20_000
"""Characters of one text."""
MOST_TEXTS = 16
_PART = re.compile("[a-z][a-z_]{0,39}")
_BREAKS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True)
class ReportWords:
    """The user's texts by the part of the report that they belong to; equal where they say the same.

    Parts that this program does not know are kept, for a newer one may have written them.

    Parameters
    ----------
    texts : mapping of str to str
        None of them is blank, and each is as `cleaned` returns it; use `of` to make one from anything.
    """

    texts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Self:
        """Return what is to be kept of some texts: cleaned, without the blank ones."""
        clean = {part: cleaned(text) for part, text in texts.items()}
        return cls({part: text for part, text in clean.items() if text.strip()})

    def get(self, part: str) -> str:
        """Return the text of a part; empty where nothing was written."""
        return self.texts.get(part, "")

    def with_text(self, part: str, text: str) -> ReportWords:
        """Return a copy with another text for a part; a blank one takes the old one away."""
        return ReportWords.of({**self.texts, part: text})

    def __bool__(self) -> bool:
        return bool(self.texts)

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Self:
        """Return the words of a JSON object of texts, which may be anybody's.

        Raises
        ------
        ValueError
            When they are not what this program writes; the end of a sentence.
        """
        if len(values) > MOST_TEXTS:
            raise ValueError(f"its report has {len(values):,} texts; at most {MOST_TEXTS} are possible.")
        for part, text in values.items():
            if not _PART.fullmatch(part):
                raise ValueError("a part of its report has a name that none can have.")
            if not isinstance(text, str) or len(text) > LONGEST_TEXT:
                raise ValueError(f"what its report says is not a text of at most {LONGEST_TEXT:,} characters.")
        return cls.of(values)


def cleaned(text: str) -> str:
    """Return a text as it is kept: every end of a line as a newline, no control characters, and not too long.

    Letters of all scripts stay, and so do the marks that emoji and texts from right to left are made of.
    """
    text = _BREAKS.sub("\n", text[: 2 * LONGEST_TEXT])
    if not text.isprintable():
        text = "".join(map(_kept, text))
    return text[:LONGEST_TEXT]


def _kept(character: str) -> str:
    if character in "\n\t":
        return character
    kind = unicodedata.category(character)
    return "" if kind == "Cc" else "\ufffd" if kind == "Cs" else character
