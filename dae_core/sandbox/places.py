"""Where in a user's text an exception came from: the line, the expression there, and the arrays that stand in it."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any

import numpy as np

FILE_NAME = "<your code>"
_LONGEST = 40  # characters of an expression that a sentence repeats

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Operand:
    """A part of an expression: its text, empty where that is too long, and its shape where it is a known array."""

    text: str
    shape: Shape | None


@dataclass(frozen=True)
class Place:
    """A place in the text.

    Parameters
    ----------
    line : int or None
        From 1.
    operator : str
        The name of Python's or NumPy's operation there: "MatMult", "Add", "outer"; empty where it is neither.
    operands : tuple of Operand
        Its operands.
    """

    line: int | None = None
    operator: str = ""
    operands: tuple[Operand, ...] = ()


def place_of(trace: TracebackType | None, source: str) -> Place:
    """Return where in the text an exception with this trace came from: the innermost of its places."""
    found: TracebackType | None = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE_NAME:
            found = trace
        trace = trace.tb_next
    if found is None:
        return Place()
    line = found.tb_lineno
    node = _node_at(found, source)
    if isinstance(node, ast.BinOp):
        return Place(line, type(node.op).__name__, _operands((node.left, node.right), found.tb_frame))
    if isinstance(node, ast.AugAssign):
        return Place(line, type(node.op).__name__, _operands((node.target, node.value), found.tb_frame))
    if isinstance(node, ast.Compare) and len(node.comparators) == 1:
        return Place(line, "Compare", _operands((node.left, node.comparators[0]), found.tb_frame))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        is_function = isinstance(node.func.value, ast.Name) and node.func.value.id in ("np", "numpy")
        parts = node.args if is_function else [node.func.value, *node.args]
        return Place(line, node.func.attr, _operands(parts, found.tb_frame))
    if isinstance(node, ast.Assign):
        return Place(line, "Assign", _operands((node.targets[0], node.value), found.tb_frame))
    if isinstance(node, ast.Subscript):
        return Place(line, "Subscript", _operands((node.value,), found.tb_frame))
    return Place(line)


def _node_at(trace: TracebackType, source: str) -> ast.AST | None:
    """Return the expression that was being computed."""
    positions = next(itertools.islice(trace.tb_frame.f_code.co_positions(), trace.tb_lasti // 2, None), None)
    if positions is None or None in positions:
        return None
    place = (positions[0], positions[2], positions[1], positions[3])
    nodes = ast.walk(ast.parse(source))
    return next((node for node in nodes if isinstance(node, _KINDS) and _position(node) == place), None)


_KINDS = (ast.BinOp, ast.AugAssign, ast.Compare, ast.Call, ast.Assign, ast.Subscript)


def _position(node: Any) -> tuple[int, int, int, int]:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def _operands(nodes: Any, frame: FrameType) -> tuple[Operand, ...]:
    return tuple(_operand(node, frame) for node in nodes)


def _operand(node: ast.expr, frame: FrameType) -> Operand:
    text = ast.unparse(node)
    shape = next(_shapes(node, frame), None)
    return Operand(text if len(text) <= _LONGEST else "", shape)


def _shapes(node: ast.expr, frame: FrameType) -> Iterator[Shape]:
    """Give the shape of a variable, or of one with ``.T``, that is an array and nothing of a class of the user's."""
    turned = isinstance(node, ast.Attribute) and node.attr == "T"
    name = node.value if turned else node  # type: ignore[attr-defined]
    if isinstance(name, ast.Name):
        value = frame.f_locals.get(name.id, frame.f_globals.get(name.id))
        if type(value) is np.ndarray:
            yield value.shape[::-1] if turned else value.shape
