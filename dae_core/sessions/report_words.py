"""What the user writes into the report on a session: a text for each part of it, kept in the session's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from dae_core.sessions.text_rules import checked_texts, cleaned

LONGEST_TEXT = 20_000
"""Characters of one text."""
MOST_TEXTS = 16


@dataclass(frozen=True)
class ReportWords:
    """The user's texts by the part of the report that they belong to; equal where they say the same.

    Parts that this program does not know are kept, for a newer one may have written them.

    Parameters
    ----------
    texts : mapping of str to str
        None of them is blank, and each is as `text_rules.cleaned` returns it; use `of` to make one from anything.
    """

    texts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Self:
        """Return what is to be kept of some texts: cleaned, without the blank ones."""
        clean = {part: cleaned(text, LONGEST_TEXT) for part, text in texts.items()}
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
        return cls.of(checked_texts(values, "report", MOST_TEXTS, LONGEST_TEXT))
