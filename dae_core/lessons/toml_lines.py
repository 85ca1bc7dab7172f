"""In which line of a TOML file each of its values stands, which the standard library's reader does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

Place = tuple[str | int, ...]
"""Keys and indices that lead to a value."""

_DEEPEST, _TOO_DEEP = 12, 40
_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{}=,.\n]"
    r"|[^\s\[\]{}=,.\"'#]+",
    re.DOTALL,
)


def deep_line(text: str) -> int:
    """Return the line in which lists, tables or the parts of a name lie deeper in one another than in any lesson.

    It is 0 where none does. The standard library's reader takes minutes for names of thousands of parts.
    """
    depth = dots = 0
    for part, line in _tokens(text):
        depth = max(0, depth + (part in ("[", "{")) - (part in ("]", "}")))
        dots = dots + 1 if part == "." else dots if part not in ("\n", "=", ",") else 0
        if max(depth, dots) > _TOO_DEEP:
            return line
    return 0


def line_numbers(text: str) -> dict[Place, int]:
    """Return the first line, from 1, of every key, entry of a list and table of a text that is valid TOML.

    What lies deeper than a lesson goes is left out.
    """
    return _Scan(text).lines


class _Scan:
    """Goes through the tokens once."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Place, int] = {}
        self._tokens = list(_tokens(text))
        self._at = 0
        self._counts: dict[Place, int] = {}
        self._document()

    def _ahead(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _take(self) -> tuple[str, int]:
        self._at += 1
        return self._tokens[self._at - 1]

    def _document(self) -> None:
        table: Place = ()
        while self._at < len(self._tokens):
            part = self._ahead()
            if part == "\n":
                self._at += 1
            elif part == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Place:
        """Return the place of a ``[table]`` or an entry of ``[[tables]]``."""
        _, line = self._take()
        is_list = self._ahead() == "["
        self._at += is_list
        place: Place = ()
        keys = self._keys()
        for depth, key in enumerate(keys):
            place = (*place, key)
            if is_list and depth == len(keys) - 1:
                self.lines.setdefault(place, line)
                self._counts[place] = self._counts.get(place, -1) + 1
            if place in self._counts:
                place = (*place, self._counts[place])
        self._at += 1 + is_list
        self._note(place, line)
        return place

    def _keys(self) -> list[str]:
        keys = [_key(self._take()[0])]
        while self._ahead() == ".":
            self._at += 1
            keys.append(_key(self._take()[0]))
        return keys

    def _pair(self, table: Place) -> None:
        line = self._tokens[self._at][1]
        place = table
        for key in self._keys():
            place = (*place, key)
            self._note(place, line)
        self._at += 1
        self._value(place)

    def _value(self, place: Place) -> None:
        part, line = self._take()
        self._note(place, line)
        if part in "[{" and len(place) > _DEEPEST:
            self._skip()
        elif part == "[":
            self._list(place)
        elif part == "{":
            self._inline(place)
        else:
            while self._ahead() not in ("", "\n", ",", "]", "}"):  # a number with a point, a date with a time
                self._at += 1

    def _skip(self) -> None:
        depth = 1
        while depth:
            part, _ = self._take()
            depth += (part in "[{") - (part in "]}")

    def _list(self, place: Place) -> None:
        index = 0
        while self._ahead() != "]":
            if self._ahead() in ("\n", ","):
                self._at += 1
            else:
                self._value((*place, index))
                index += 1
        self._at += 1

    def _inline(self, place: Place) -> None:
        while self._ahead() != "}":
            if self._ahead() in ("\n", ","):
                self._at += 1
            else:
                self._pair(place)
        self._at += 1

    def _note(self, place: Place, line: int) -> None:
        self.lines.setdefault(place, line)


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Return the parts of a text, without its comments, each with the line in which it begins."""
    line, end = 1, 0
    for found in _TOKEN.finditer(text):
        line += text.count("\n", end, found.start())
        end = found.start()
        if not found[0].startswith("#"):
            yield found[0], line


def _key(token: str) -> str:
    """Return a key as the reader of TOML does."""
    if token[0] not in "\"'":
        return token
    return str(next(iter(tomllib.loads(f"{token} = 0"))))
