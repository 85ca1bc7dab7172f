"""The functions that a user has written: a text for each, kept in the session's file and never run because of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self

from dae_core.sandbox import LONGEST_SOURCE
from dae_core.sessions.text_rules import checked_texts, cleaned

MOST_FUNCTIONS = 16


class CodeTexts(Mapping[str, str]):
    """Texts by the names of functions; equal where they say the same. Each is cleaned, and blank ones are left out.

    Functions that this program does not know are kept, for a newer one may have written them.
    """

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        clean = {name: cleaned(text, LONGEST_SOURCE) for name, text in (texts or {}).items()}
        self._texts = {name: text for name, text in clean.items() if text.strip()}

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __repr__(self) -> str:
        return f"CodeTexts({self._texts!r})"

    def with_text(self, function: str, text: str) -> CodeTexts:
        """Return a copy with another text for a function; a blank one takes the old one away."""
        return CodeTexts({**self._texts, function: text})

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Self:
        """Return the texts of a JSON object, which may be anybody's. Raises ValueError with the end of a sentence."""
        return cls(checked_texts(values, "code", MOST_FUNCTIONS, LONGEST_SOURCE))
