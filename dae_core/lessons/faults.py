"""Reads the values of a lesson's file one by one, and collects all that is wrong with them, with line and field."""

from __future__ import annotations

import difflib
import math
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from dae_core.lessons.errors import Fault
from dae_core.lessons.toml_lines import Place
from dae_core.sessions.lesson_record import KEY
from dae_core.texts import listed, plain

MOST_FAULTS = 50
"""So many are told at most."""
_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a table",
}
_HUGE = 1e15
_SHOWN = 60
_NAMED = 12


class Faults:
    """What is wrong with a lesson's file.

    Parameters
    ----------
    lines : mapping
        The line of each place; one that is not in it lies in the line of what holds it.
    """

    def __init__(self, lines: Mapping[Place, int]) -> None:
        self._lines = lines
        self._found: dict[Fault, None] = {}

    @property
    def found(self) -> tuple[Fault, ...]:
        """All of them by line, at most `MOST_FAULTS`."""
        return tuple(sorted(self._found, key=lambda fault: fault.line)[:MOST_FAULTS])

    @property
    def is_full(self) -> bool:
        """Whether enough was found that nothing more need be looked for."""
        return len(self._found) >= MOST_FAULTS

    def add(self, place: Place, text: str) -> None:
        """Note that a sentence is to be said of a place."""
        self._found[Fault(self.line(place), _name(place), text)] = None

    def line(self, place: Place) -> int:
        """Return the line in which a place begins."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 1)


class Table:
    """A table of the file, whose values are asked for one by one; what was not asked for is a fault.

    What cannot be used gives what stands for it, and a fault, so that all else is looked at as well.

    Attributes
    ----------
    place : tuple
        Where in the file it is.
    faults : Faults
        Where to say what is wrong.
    """

    def __init__(self, values: Mapping[str, Any], place: Place, faults: Faults) -> None:
        self._values = values
        self._asked: list[str] = []
        self.place = place
        self.faults = faults

    def has(self, name: str) -> bool:
        """Return whether there is a value, which counts as asked for."""
        self._asked.append(name)
        return name in self._values

    def fault(self, name: str, text: str) -> None:
        """Note that something is wrong with a value, or with the whole table where there is no name."""
        self.faults.add((*self.place, name) if name else self.place, text)

    def line(self, name: str, most: int, *, needed: bool = True) -> str:
        """Return a text of one line; empty where there is none or it cannot be used."""
        text = self._text(name, most, needed)
        if text and ("\n" in text or "\t" in text):
            self.fault(name, "must stay on one line.")
            return ""
        return text.strip()

    def page(self, name: str, most: int, *, needed: bool = False) -> str:
        """Return a text of several lines, in Markdown."""
        return self._text(name, most, needed)

    def key(self, name: str, *, needed: bool = True) -> str:
        """Return a name that identifies something."""
        text = self._text(name, 1000, needed)
        if text and not KEY.fullmatch(text):
            said = "a letter from a to z, then at most 39 letters, digits and hyphens"
            self.fault(name, f"{quoted(text)} is no key; it must be {said}.")
            return ""
        return text

    def choice(self, name: str, known: Collection[str], otherwise: str = "", what: str = "") -> str:
        """Return one of some words; where it is none of them, ``otherwise``, which also makes it optional."""
        text = self._text(name, 1000, not otherwise)
        if text and text not in known:
            self.fault(name, unknown(text, known, what))
            return otherwise
        return text or otherwise

    def whole(self, name: str, low: int, high: int, otherwise: int | None = None) -> int:
        """Return a whole number between two bounds; where there is none, ``otherwise``, which makes it optional."""
        value = self._value(name, int, otherwise is None)
        if value is not None and not low <= value <= high:
            allowed = f"from {low:,} to {high:,}" if low < high else f"{low:,}"
            self.fault(name, f"{shown(value)} is out of range; it must be {allowed}.")
            value = None
        return (low if otherwise is None else otherwise) if value is None else value

    def number(self, name: str, low: float, high: float, otherwise: float | None = None) -> float:
        """Return a number between two bounds, which it may be."""
        value = self._value(name, float, otherwise is None)
        if value is not None and not (abs(value) < _HUGE and low <= value <= high):
            bounds = f"from {max(low, -_HUGE):,g} to {min(high, _HUGE):,g}"
            self.fault(name, f"{shown(value)} is out of range; it must be {bounds}.")
            value = None
        return (0.0 if otherwise is None else otherwise) if value is None else float(value)

    def flag(self, name: str) -> bool:
        """Return whether something is so; not, where nothing is said."""
        return bool(self._value(name, bool, needed=False))

    def words(self, name: str, known: Collection[str], what: str = "") -> tuple[str, ...]:
        """Return a list of some of the known words, each once; empty where there is none."""
        found = []
        for place, text in self._items(name, str, len(known)):
            if text not in known:
                self.faults.add(place, unknown(text, known, what))
            elif text in found:
                self.faults.add(place, f"{quoted(text)} is there twice.")
            else:
                found.append(text)
        return tuple(found)

    def lines(self, name: str, least: int, most: int, longest: int) -> tuple[str, ...]:
        """Return a list of different texts of one line."""
        found: list[str] = []
        for place, text in self._items(name, str, most):
            if not (text := text.strip()) or len(text) > longest or has_control(text):
                self.faults.add(place, f"must be a line of 1 to {longest:,} characters.")
            elif text in found:
                self.faults.add(place, f"{quoted(text)} is there twice.")
            found.append(text)
        if len(found) < least:
            self.fault(name, f"has {len(found)} of the {least} entries that it must have at least.")
        return tuple(found)

    def wholes(self, name: str, low: int, high: int, most: int) -> tuple[int, ...]:
        """Return a list of different whole numbers, at least one."""
        found: list[int] = []
        for place, value in self._items(name, int, most, needed=True):
            if not low <= value <= high:
                self.faults.add(place, f"{shown(value)} is out of range; it must be from {low:,} to {high:,}.")
            elif value in found:
                self.faults.add(place, f"{value} is there twice.")
            found.append(value)
        if name in self._values and isinstance(self._values[name], list) and not found:
            self.fault(name, "is empty.")
        return tuple(found)

    def table(self, name: str) -> Table:
        """Return a table in it; an empty one where there is none."""
        value = self._value(name, dict, needed=False)
        return Table(value or {}, (*self.place, name), self.faults)

    def tables(self, name: str, most: int) -> list[Table]:
        """Return a list of tables, at least one."""
        items = self._items(name, dict, most, needed=True)
        found = [Table(value, place, self.faults) for place, value in items]
        if name in self._values and self._values[name] == []:
            self.fault(name, "is empty.")
        return found

    def items(self) -> Iterator[tuple[str, Any]]:
        """Return all names and values, which count as asked for."""
        self._asked.extend(self._values)
        return iter(self._values.items())

    def close(self) -> None:
        """Note a fault for each value that was not asked for."""
        for name in self._values:
            if name not in self._asked and not self.faults.is_full:
                self.fault(name, unknown(name, self._asked, "field"))

    def _text(self, name: str, most: int, needed: bool) -> str:
        value: str | None = self._value(name, str, needed)
        if value is None:
            return ""
        if len(value) > most:
            self.fault(name, f"has {len(value):,} characters; at most {most:,} are possible.")
            return ""
        if has_control(value):
            self.fault(name, "has a character that cannot be shown.")
            return ""
        if needed and not value.strip():
            self.fault(name, "is empty.")
        return value

    def _value(self, name: str, kind: type, needed: bool) -> Any:
        """Return a value of a kind, None where there is none."""
        self._asked.append(name)
        if name not in self._values:
            if needed:
                self.fault(name, f"is missing; it must be {_KINDS[kind]}.")
            return None
        value = self._values[name]
        if not _is(value, kind):
            self.fault(name, f"is {kind_of(value)}; it must be {_KINDS[kind]}.")
            return None
        return value

    def _items(self, name: str, kind: type, most: int, needed: bool = False) -> Iterator[tuple[Place, Any]]:
        """Return the entries of a list that are of a kind, each with its place."""
        value = self._value(name, list, needed) or []
        if len(value) > most:
            self.fault(name, f"has {len(value):,} entries; at most {most:,} are possible.")
        for index, entry in enumerate(value[:most]):
            place = (*self.place, name, index)
            if _is(entry, kind):
                yield place, entry
            else:
                self.faults.add(place, f"is {kind_of(entry)}; it must be {_KINDS[kind]}.")


def unknown(text: str, known: Collection[str], what: str = "") -> str:
    """Return a sentence that says that a word is not known, and which one is nearest."""
    near = difflib.get_close_matches(text[:_SHOWN], list(known), 1)
    said = f"there is no {what} {quoted(text)}" if what else f"{quoted(text)} is not possible here"
    if near:
        return f"{said}; do you mean {quoted(near[0])}?"
    if not known:
        return f"{said}."
    names = sorted(known)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{said}; there is {', '.join(names[:_NAMED])}{more}." if more else f"{said}; there is {listed(names)}."


def quoted(text: str) -> str:
    """Return a text of the file as it is shown in a sentence."""
    return f"“{plain(text, _SHOWN)}”"


def shown(value: float) -> str:
    """Return a number of the file as it is shown in a sentence."""
    if abs(value) < _HUGE:
        return f"{value:,}"
    return str(value) if isinstance(value, float) and not math.isfinite(value) else "a number of this size"


def kind_of(value: object) -> str:
    """Return what a value of the file is: "a text"."""
    return next((name for kind, name in _KINDS.items() if isinstance(value, kind)), "a date or time")


def has_control(text: str) -> bool:
    """Return whether a text holds characters that nothing shows, but for the ends of lines and tabs."""
    return not text.isprintable() and any(
        unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t" for one in text
    )


def _is(value: object, kind: type) -> bool:
    if kind is float:
        kind = (int, float)  # type: ignore[assignment]  # whole numbers are numbers as well
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _name(place: Place) -> str:
    """Return a place as the user reads it: "step 3, expected, digits"."""
    parts: list[str] = []
    for part in place:
        if isinstance(part, int):
            parts[-1] = f"{parts[-1]} {part + 1}"
        else:
            parts.append(plain(part, _SHOWN))
    return ", ".join(parts)
