"""Finding things by any part of their names, without Qt: words in any order, initials, a slip of the finger.

Each word of what is looked for has to be found in a thing. How well is a rank, 0 the best; the ranks of all words are
added up, and things of one rank come in the order in which they were used last, then in that of their tables.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_BETWEEN = re.compile(r"[\W_]+")
_LEAST_MISSPELT = 4  # letters; shorter words have too many neighbours
_LEAST_INITIALS = 2
_MOST_REMEMBERED = 20_000


def folded(text: str) -> str:
    """Return a text without capitals and accents, so that "Möbius" is found as "mobius"."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


class _Prepared(NamedTuple):
    """A thing as it is searched: words have a blank before them, so that they can be told from their insides."""

    name: str
    name_words: str
    initials: str
    more: str
    more_words: str


@functools.lru_cache(_MOST_REMEMBERED)
def _prepared(name: str, more: str) -> _Prepared:
    name, more = folded(name), folded(more)
    words = f" {_BETWEEN.sub(' ', name)}"
    initials = "".join(word[0] for word in words.split())
    return _Prepared(name, words, initials, more, f" {_BETWEEN.sub(' ', more)}")


class Index:
    """Things, ready to be searched.

    Parameters
    ----------
    things
        A name each, and what else it is found by, though less well.
    """

    def __init__(self, things: Sequence[tuple[str, str]]) -> None:
        self._things = [_prepared(name, more) for name, more in things]

    def ranked(self, query: str, used: Mapping[int, int] | None = None) -> list[int]:
        """Return the places of the things that are found, the best first; all where nothing is looked for.

        Parameters
        ----------
        query
            What the user typed.
        used
            How long ago things were used: place to 0 for the last one, 1 for the one before.
        """
        used = used or {}
        ranks = dict.fromkeys(range(len(self._things)), 0)
        for word in words_of(query):
            found = self._found(word, ranks)
            ranks = {place: ranks[place] + rank for place, rank in found.items()}
        return sorted(ranks, key=lambda place: (ranks[place], used.get(place, len(used)), place))

    def _found(self, word: str, among: Mapping[int, int]) -> dict[int, int]:
        """Return how well a word is found in the things among which it is looked for; those that lack it are left out.

        A word that no name has is taken for a misspelt one too.
        """
        beginning, has_initials = f" {word}", len(word) >= _LEAST_INITIALS
        found: dict[int, int] = {}
        for place in among:
            name, name_words, initials, more, more_words = self._things[place]
            if word in name:
                found[place] = 0 if name.startswith(word) else 1 if beginning in name_words else 3
            elif has_initials and word in initials:
                found[place] = 2
            elif word in more:
                found[place] = 4 if beginning in more_words else 5
        if len(word) >= _LEAST_MISSPELT and all(rank > 3 for rank in found.values()):
            letters = word[:2]
            near = {other for letter in letters for other in self._words[letter] if is_nearly(word, other)}
            if near:
                for place in among:
                    thing = self._things[place]
                    if place not in found and not near.isdisjoint((thing.name_words + thing.more_words).split()):
                        found[place] = 6
        return found

    @functools.cached_property
    def _words(self) -> defaultdict[str, set[str]]:
        """All words by their first letter: one of the first two is nearly always right."""
        words: defaultdict[str, set[str]] = defaultdict(set)
        for word in {word for thing in self._things for word in (thing.name_words + thing.more_words).split()}:
            words[word[0]].add(word)
        return words


def is_nearly(word: str, other: str) -> bool:
    """Return whether a word begins another one but for one letter: wrong, missing, too many, or two exchanged."""
    place = 0
    for mine, theirs in zip(word, other, strict=False):
        if mine != theirs:
            break
        place += 1
    rest, others = word[place:], other[place:]
    return (
        others[1:].startswith(rest[1:])  # another letter
        or others.startswith(rest[1:])  # one too many
        or others[1:].startswith(rest)  # one missing
        or (len(rest) > 1 and others[:2] == rest[1::-1] and others[2:].startswith(rest[2:]))  # two exchanged
    )


def words_of(query: str) -> list[str]:
    """Return the words that are looked for, folded."""
    return folded(query).split()


def spans(query: str, name: str) -> list[tuple[int, int]]:
    """Return the parts of a name that were looked for, as starts and ends from left to right, for marking them.

    A name whose letters change in number when they are folded has none.
    """
    flat = folded(name)
    if len(flat) != len(name):
        return []
    starts = [match.start() for match in re.finditer(r"[^\W_]+", flat)]
    marked: set[int] = set()
    for word in words_of(query):
        place = next((start for start in (0, *starts) if flat.startswith(word, start)), flat.find(word))
        if place >= 0:
            marked.update(range(place, place + len(word)))
        elif len(word) >= _LEAST_INITIALS:
            first = "".join(flat[start] for start in starts).find(word)
            marked.update(starts[first : first + len(word)] if first >= 0 else ())
    runs: list[tuple[int, int]] = []
    for place in sorted(marked):
        if runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs
