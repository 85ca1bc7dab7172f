"""Numbers as people type them: in English or continental notation, never taken for another number."""

from __future__ import annotations

import re

_PARTS = re.compile(r"([+-]?)([0-9., ']*)(?:e([+-]?[0-9]{1,5}))?")
_ALIKE = str.maketrans(
    {"−": "-", "’": "'", "\u00a0": " ", "\u2009": " ", "\u202f": " "}  # what is typed or pasted for the same marks
)
_GROUPS = r"[0-9]{1,3}(?:%s[0-9]{3})+"
_TWO_MEANINGS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


class NumberError(ValueError):
    """A text is no number, or could be two; the message is a sentence."""


class TwoMeaningsError(NumberError):
    """A text could be two numbers; the message says how to write either."""


def read_number(text: str) -> float:
    """Return the number that a text means: ``0.0005``, ``0,0005``, ``5e-4``, ``1,234.5``, ``1.234,5``, ``1 000``.

    A point alone is a decimal point, as everywhere in this program. A comma before just three digits, ``1,000``, would
    be a thousand here and one elsewhere.

    Raises
    ------
    NumberError
        The text is no number, or could be two (TwoMeaningsError).
    """
    sign, body, exponent = _parts(text)
    if _TWO_MEANINGS.fullmatch(body) and "," in body:
        head, _, tail = body.partition(",")
        decimals = tail.rstrip("0") or "0"
        meanings = f"{sign}{head}{tail} or {sign}{head}.{decimals}"
        raise TwoMeaningsError(f"“{text.strip()}” can mean two numbers; write {meanings}.")
    return float(sign + _decimal(body, text) + exponent)


def read_whole(text: str) -> int:
    """Return the whole number that a text means: ``25000``, ``25,000``, ``25.000``, ``25 000``, ``2.5e4``.

    Raises
    ------
    NumberError
        The text is no whole number, or could be two (TwoMeaningsError).
    """
    sign, body, exponent = _parts(text)
    if not exponent:
        digits = body if body.isdigit() else _ungrouped(body)
        if digits is None:
            raise _no_number(text)
        return _int(sign + digits, text)
    if _TWO_MEANINGS.fullmatch(body):
        raise TwoMeaningsError(f"“{text.strip()}” can mean two numbers; write all its digits.")
    value = float(sign + _decimal(body, text) + exponent)
    if not value.is_integer():
        raise _no_number(text)
    return int(value)


def split_list(text: str, *, whole: bool) -> list[str]:
    """Return the entries of a list: ``0.5, 1, 2``, ``0.5 1 2`` or ``0,5; 1; 2``.

    Beside semicolons a comma belongs to the numbers, unless a space follows. Without them it parts, where that is sure.

    Parameters
    ----------
    text : str
        What was typed.
    whole : bool
        Whether the entries are words or whole numbers, which have no decimal comma.

    Raises
    ------
    TwoMeaningsError
        A comma could part two numbers as well as be a decimal comma.
    """
    if ";" in text:
        return [entry.strip() for entry in re.split(r";|,\s", text)]
    entries = [entry.strip() for entry in text.split(",")]
    tight = re.search(r"(?<![0-9.,])[0-9]+,[0-9]+(?![0-9.,])", text) or re.search(r"(?:^|[\s,])0,[0-9]", text)
    apart = re.search(r"[0-9,]\s+[0-9]", text.strip())
    if re.search(r"[0-9],[0-9]", text) and (apart or (tight and not whole)):
        raise TwoMeaningsError(f"In “{text.strip()}” a comma can be a decimal comma; write 0.5, 1, 2 or 0,5; 1; 2.")
    return entries


def _parts(text: str) -> tuple[str, str, str]:
    """Return sign, digits with their marks, and the exponent as Python writes it."""
    found = _PARTS.fullmatch(text.strip().lower().translate(_ALIKE))
    if found is None or not any(character.isdigit() for character in found[2]):
        raise _no_number(text)
    return found[1], found[2].strip(), f"e{found[3]}" if found[3] else ""


def _decimal(body: str, text: str) -> str:
    """Return digits with marks as Python writes them."""
    if (digits := _ungrouped(body)) is not None and not _TWO_MEANINGS.fullmatch(body):
        return digits
    mark = max(".,", key=body.rfind)
    head, _, tail = body.rpartition(mark) if mark in body else (body, "", "")
    whole = _ungrouped(head) if head and not head.isdigit() else head
    if whole is None or mark in head or (tail and not tail.isdigit()):
        raise _no_number(text)
    return f"{whole or '0'}.{tail or '0'}"


def _ungrouped(body: str) -> str | None:
    """Return the digits of a number in groups of three with one kind of mark between them, or None."""
    for mark in ".,' ":
        if re.fullmatch(_GROUPS % re.escape(mark), body) and not body.startswith("0"):
            return body.replace(mark, "")
    return None


def _int(digits: str, text: str) -> int:
    try:
        return int(digits)
    except ValueError:  # thousands of digits
        raise _no_number(text) from None


def _no_number(text: str) -> NumberError:
    return NumberError(f"“{text.strip()}” is no number of this kind.")
