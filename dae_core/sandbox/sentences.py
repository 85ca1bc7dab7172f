"""Exceptions of a user's code as sentences for the user: which line, and what does not fit, in the code's own names."""

from __future__ import annotations

import re
from collections.abc import Callable

from dae_core.sandbox.guard import Refused
from dae_core.sandbox.places import FILE_NAME, Operand, Place, Shape, place_of
from dae_core.sandbox.values import CodeFault, Kind
from dae_core.texts import shortened

__all__ = ["FILE_NAME", "fault_of"]

_LONGEST = 200
_PATH = re.compile(r"(?:[A-Za-z]:)?(?:[\\/][\w.\-+ ]+){2,}")

_DOING = {
    "Add": "added", "Sub": "subtracted", "Mult": "multiplied", "Div": "divided", "Compare": "compared",
    "Pow": "raised to a power", "Assign": "assigned",
}  # fmt: skip


def fault_of(error: BaseException, source: str, function: str) -> CodeFault:
    """Return what to say of an exception that a text raised, or that calling one of its functions raised."""
    if isinstance(error, SyntaxError) and error.filename == FILE_NAME:
        return _fault("syntax", f"this cannot be read as Python: {_message(error.msg)}.", error.lineno)
    place = place_of(error.__traceback__, source)
    for kind, told, text in _ROWS:
        if isinstance(error, kind):
            return _fault(told, text(error, place, function), place.line)
    raise AssertionError("every exception is a BaseException")


def _fault(kind: Kind, text: str, line: int | None) -> CodeFault:
    before = "" if line is None else f"Line {line}: "
    return CodeFault(before + (text if before else text[:1].upper() + text[1:]), kind, line)


def _message(text: object) -> str:
    """Return what Python or the user's own code says, without the names of files."""
    return shortened(_PATH.sub("a file", str(text)), _LONGEST).rstrip(".")


def _said(error: BaseException) -> str:
    """Return the text of an exception, whose class may be the user's own; empty where it has none that can be had."""
    try:
        return _message(error)
    except Exception:
        return ""


def _any(error: BaseException, place: Place, function: str) -> str:  # noqa: ARG001
    name = type.__dict__["__name__"].__get__(type(error))[:40]
    said = _said(error)
    return f"{name}: {said}." if said else f"{name} was raised."


def _plainly(error: BaseException, place: Place, function: str) -> str:
    said = _said(error)
    if not said:
        return _any(error, place, function)
    return f"{said}." if place.line is not None else f"`{function}` cannot be run: {said}."


def _refused(error: BaseException, place: Place, function: str) -> str:  # noqa: ARG001
    return f"your code may not {error}."


def _memory(error: BaseException, place: Place, function: str) -> str:  # noqa: ARG001
    said = re.search(r"Unable to allocate ([\d.]+ \w+) for an array with shape \((.*?)\)", _said(error))
    if said:
        sides = " x ".join(filter(None, said[2].split(", "))).rstrip(",")
        return f"an array of {sides} numbers takes {said[1]}, which is more memory than there is for your code."
    return "this takes more memory than there is for your code; is an array too large?"


def _ended(error: BaseException, place: Place, function: str) -> str:  # noqa: ARG001
    return f"your code ends the program (`exit` or `SystemExit`); `{function}` is to end with `return`."


def _recursion(error: BaseException, place: Place, function: str) -> str:  # noqa: ARG001
    return "a function calls itself without an end."


def _unknown_name(error: BaseException, place: Place, function: str) -> str:
    found = re.match(r"(?:free variable|cannot access local variable|name) '(\w+)'", _said(error))
    if not found:
        return _plainly(error, place, function)
    if isinstance(error, UnboundLocalError) or "local" in _said(error):
        return f"`{found[1]}` is used here before it has a value."
    return f"there is no `{found[1]}` here; is it written as in the line that defines it?"


def _not_there(error: BaseException, place: Place, function: str) -> str:
    found = re.match(r"(?:module '(\w+)[\w.]*'|'([\w.]+)' object) has no attribute '(\w+)'", _said(error))
    if not found:
        return _plainly(error, place, function)
    owner = {"numpy": "NumPy", "numpy.ndarray": "an array", "NoneType": "None"}.get(
        found[1] or found[2], found[1] or found[2]
    )
    return f"{owner} has no `{found[3]}`."


def _called_wrongly(error: BaseException, place: Place, function: str) -> str:
    said = _said(error)
    if place.line is None and said.startswith(f"{function}()"):
        return f"`{function}` does not take what it is given: {said.removeprefix(f'{function}() ')}."
    return _plainly(error, place, function)


def _does_not_fit(error: BaseException, place: Place, function: str) -> str:
    said = _said(error)
    for pattern, text in _SHAPES:
        found = pattern.search(said)
        if found:
            return text(found, place)
    return _plainly(error, place, function)


def _product(found: re.Match[str], place: Place) -> str:
    if found.re is _MATMUL:
        inner = (int(found[2]), int(found[1]))
        shapes: tuple[Shape | None, Shape | None] = (None, None)
    else:
        shapes = (_shape(found[1]), _shape(found[2]))
        inner = (int(found[3]), int(found[4]))
    left, right = _both(place, shapes)
    before = f"{_name(left, 'the left factor')} has {inner[0]:,} {_last(left.shape)}"
    after = f"{_name(right, 'the right factor')} has {inner[1]:,} {_first(right.shape)}"
    return f"{before}, {after}: the product does not fit."


def _number_by_number(found: re.Match[str], place: Place) -> str:
    pair = _both(place, (_shape(found[1]), _shape(found[2])))
    doing = _DOING.get(place.operator, "combined")
    left, right = (
        other if one.shape is None else f"{_name(one, other)} {_size(one.shape)}"
        for one, other in zip(pair, ("the left side", "the right side"), strict=True)
    )
    return f"{left} and {right}: they cannot be {doing} number by number."


def _lent(found: re.Match[str], place: Place) -> str:  # noqa: ARG001
    name = place.operands[0].text.partition("[")[0] if place.operands else ""
    what, copy = (f"`{name}`", f", as in `{name} = {name}.copy()`") if name.isidentifier() else ("this array", "")
    return f"{what} is only lent to your code and must not be changed; make a copy first{copy}."


def _both(place: Place, shapes: tuple[Shape | None, Shape | None]) -> tuple[Operand, Operand]:
    """Return the two operands of a place, with the shapes that NumPy tells where it does."""
    unknown = Operand("", None)
    left, right = place.operands[:2] if len(place.operands) >= 2 else (unknown, unknown)
    return Operand(left.text, shapes[0] or left.shape), Operand(right.text, shapes[1] or right.shape)


def _name(operand: Operand, otherwise: str) -> str:
    return f"`{operand.text}`" if operand.text else otherwise


def _shape(text: str) -> Shape:
    return tuple(int(n) for n in re.findall(r"\d+", text))


def _size(shape: Shape) -> str:
    if not shape:
        return "is one number"
    if len(shape) == 1:
        return f"has {shape[0]:,} numbers"
    return f"is {' x '.join(f'{n:,}' for n in shape)}"


def _last(shape: Shape | None) -> str:
    return "columns" if shape is not None and len(shape) > 1 else "numbers"


def _first(shape: Shape | None) -> str:
    return "numbers" if shape is not None and len(shape) < 2 else "rows"


_MATMUL = re.compile(r"matmul: .*core dimension.*\(size (\d+) is different from (\d+)\)")
_SIDES = r"\(([\d, ]*)\)"
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Place], str]], ...] = (
    (_MATMUL, _product),
    (re.compile(rf"shapes {_SIDES} and {_SIDES} not aligned: (\d+) .*? != (\d+)"), _product),
    (re.compile(rf"could not be broadcast together with shapes {_SIDES} {_SIDES}"), _number_by_number),
    (re.compile(rf"output operand with shape {_SIDES} .* broadcast shape {_SIDES}"), _number_by_number),
    (re.compile(rf"could not broadcast input array from shape {_SIDES} into shape {_SIDES}"), _number_by_number),
    (re.compile(r"read-only"), _lent),
)
_ROWS: tuple[tuple[type[BaseException], Kind, Callable[[BaseException, Place, str], str]], ...] = (
    (Refused, "forbidden", _refused),
    (MemoryError, "memory", _memory),
    (RecursionError, "exception", _recursion),
    (SystemExit, "ended", _ended),
    (NameError, "exception", _unknown_name),
    (AttributeError, "exception", _not_there),
    (ValueError, "exception", _does_not_fit),
    (TypeError, "exception", _called_wrongly),
    (IndexError, "exception", _plainly),
    (ZeroDivisionError, "exception", lambda error, place, function: "a division by zero."),  # noqa: ARG005
    (BaseException, "exception", _any),
)
