"""Two programs compared without what is quickly changed, and what of one was free to choose.

The few lines that a task asks for come out alike: the mathematics leaves no choice. What two people hardly choose
alike is counted here: long comments, names of their own, and statements with loops, branches or changes in place.
"""

from __future__ import annotations

import builtins
import io
import keyword
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_LAYOUT = frozenset((tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER))
_KEPT = frozenset(("np", "numpy"))  # names that say what is computed
_BUILT_IN = frozenset(dir(builtins))
_FREE = frozenset(("for", "while", "if", "else", "elif", "try", "with", "lambda", "del", "def", "class", "assert"))
_SHORTEST_NAME = 4
_SHORTEST_COMMENT = 15
_DEPTH = 1  # of the statements of a function


@dataclass(frozen=True)
class Choices:
    """What a Python text computes, and what in it was free to choose.

    Parameters
    ----------
    essence : str
        As of `essence`.
    free : int
        How many words and signs stand in statements that could well be others: in loops, branches, functions in the
        function, and what changes a thing in place. A row of assignments has none.
    names : tuple of str
        The author's names of four letters and more, in the order in which they come.
    comments : frozenset of str
        Long comments, and texts that stand alone.
    """

    essence: str
    free: int
    names: tuple[str, ...]
    comments: frozenset[str]


def essence(source: str) -> str:
    """Return what is left of a Python text; the same for two texts that differ only in trivial things.

    Names are numbered as they appear. A text that Python cannot take apart loses its spaces only.
    """
    numbers: dict[str, str] = {}
    words: list[str] = []
    try:
        for _depth, statement in _statements(source):
            if not _says_nothing(statement):
                for before, word in zip(("", *statement), statement):  # noqa: B905 - the last one is before nothing
                    words.append(numbers.setdefault(word, f"v{len(numbers)}") if _is_own(word, before) else word)
                words.append(";")
    except (tokenize.TokenError, SyntaxError):  # the second one: IndentationError
        return "".join(source.split())
    return " ".join(words)


def choices(source: str, given: str) -> Choices:
    """Return what was free to choose in a text.

    Parameters
    ----------
    source : str
        A Python text; of one that Python cannot take apart nothing was free.
    given : str
        What the task shows: names and comments in it are nobody's own.
    """
    free, names, comments = 0, dict[str, None](), set[str]()
    shown = _flat(given)
    try:
        known = {token.string for token in _tokens(given)}
        for token in _tokens(source):
            text = _flat(token.string.strip("#'\" \t\n"))
            if token.type == tokenize.COMMENT and len(text) >= _SHORTEST_COMMENT and text not in shown:
                comments.add(text)
        for depth, statement in _statements(source):
            if _says_nothing(statement):
                text = _flat(statement[0].strip("'\" \t\n"))
                if len(statement) == 1 and len(text) >= _SHORTEST_COMMENT and text not in shown:
                    comments.add(text)
                continue
            free += len(statement) if _is_free(depth, statement) else 0
            for before, word in zip(("", *statement), statement):  # noqa: B905
                if _is_own(word, before) and len(word) >= _SHORTEST_NAME and word not in known | _BUILT_IN:
                    names[word] = None
    except (tokenize.TokenError, SyntaxError):
        return Choices(essence(source), 0, (), frozenset())
    return Choices(essence(source), free, tuple(names), frozenset(comments))


def _tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens(io.StringIO(source).readline)


def _statements(source: str) -> Iterator[tuple[int, list[str]]]:
    """Yield how deep each statement stands, and its words and signs."""
    depth, statement = 0, list[str]()
    for token in _tokens(source):
        if token.type == tokenize.NEWLINE:
            yield depth, statement
            statement = []
        elif token.type in (tokenize.INDENT, tokenize.DEDENT):
            depth += 1 if token.type == tokenize.INDENT else -1
        elif token.type not in _LAYOUT:
            statement.append(token.string)
    if statement:
        yield depth, statement


def _is_own(word: str, before: str) -> bool:
    """Whether a word is a name that its author may change."""
    return word.isidentifier() and before != "." and not keyword.iskeyword(word) and word not in _KEPT


def _is_free(depth: int, statement: list[str]) -> bool:
    """Whether a statement is more than a value with a name, or what is returned."""
    if depth == 0 and statement[0] == "def":
        return False
    target = statement[: statement.index("=")] if "=" in statement else []
    is_change = "[" in target or "." in target or any(len(word) > 1 and word[-1] == "=" for word in statement[:2])
    return depth > _DEPTH or is_change or not _FREE.isdisjoint(statement)


def _says_nothing(statement: list[str]) -> bool:
    """Whether a statement is a text alone, or an import."""
    if len(statement) == 1:
        return statement[0].lstrip("rRbBuUfF")[:1] in ("'", '"')
    return statement[:1] in (["import"], ["from"])


def _flat(text: str) -> str:
    return " ".join(text.casefold().split())
