"""Keeps the numbers of a table in blocks that take little memory, and joins them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST_ASIDE = 8
"""Columns that may hold other than bytes, such as an index, before all of a table takes four times the memory."""

_LARGE = 48 * 1024**2  # bytes; malloc maps what is larger than 32 MiB
_MOST_DIGITS = 9  # of a whole number that fits into 32 bits


class Block(NamedTuple):
    """Some rows of a table.

    ``levels`` (n, columns) are bytes, with the numbers of a few columns ``aside`` where these are no bytes; or they are
    real numbers. ``words`` holds the cells of columns in which not all cells are numbers.
    """

    levels: NDArray[Any]
    aside: Mapping[int, NDArray[np.float64]]
    words: Mapping[int, NDArray[np.str_]]


def whole_numbers(lines: list[str], separator: str, columns: int) -> NDArray[np.int32] | None:
    """Return what lines of nothing but short whole numbers hold, or None where they hold anything else.

    It is several times faster than `numpy.loadtxt`, and most tables are like that.
    """
    text = "\n".join(lines) + "\n"
    if not text.isascii():
        return None
    codes = np.frombuffer(text.encode("ascii"), np.uint8)
    digits = codes - np.uint8(ord("0"))  # anything else becomes more than 9
    ends = np.flatnonzero(digits > 9)
    if len(ends) != len(lines) * columns:
        return None
    marks = codes[ends].reshape(-1, columns)
    if (marks[:, :-1] != ord(separator)).any() or (marks[:, -1] != ord("\n")).any():
        return None
    lengths = np.diff(ends, prepend=-1) - 1
    if lengths.min() < 1 or lengths.max() > _MOST_DIGITS:
        return None
    values = digits[ends - 1].astype(np.int32)
    longer = np.arange(len(ends))
    for place in range(1, int(lengths.max())):
        longer = longer[lengths[longer] > place]
        values[longer] += digits[ends[longer] - 1 - place] * np.int32(10**place)
    return values.reshape(-1, columns)


def compact(
    values: NDArray[Any], words: Mapping[int, NDArray[np.str_]] | None = None, most_aside: int = MOST_ASIDE
) -> Block:
    """Keep numbers (n, columns) as bytes where all but a few columns allow it, else as float32, float64 at need."""
    with np.errstate(invalid="ignore"):
        levels = values.astype(np.uint8)
    wide = np.flatnonzero((levels != values).any(axis=0))
    if len(wide) <= most_aside:
        return Block(levels, {int(column): values[:, column].astype(np.float64) for column in wide}, words or {})
    with np.errstate(over="ignore"):
        narrow = values.astype(np.float32)
    with np.errstate(invalid="ignore"):
        exact = (narrow == values) | (values % 1 != 0)
    return Block(narrow if exact.all() else values.astype(np.float64, copy=False), {}, words or {})


def pack(blocks: list[Block], large: int) -> int:
    """Join the blocks after the first ``large`` to one where they are large enough; return how many are large then.

    The system gets the memory of a large one back when it is freed, and that of small ones only some day.
    """
    if sum(block.levels.nbytes for block in blocks[large:]) < _LARGE:
        return large
    blocks[large:] = [joined(blocks[large:])]
    return len(blocks)


def joined(blocks: list[Block]) -> Block:
    """Join blocks, which are taken out of the list, so that little is held twice.

    Columns that are aside in any block are aside in all that comes out, whatever the others are kept as. Columns with
    words in any block have words in all: where a block has none, its numbers as they would be written.
    """
    asides = sorted(set().union(*(block.aside for block in blocks)))
    worded = sorted(set().union(*(block.words for block in blocks)))
    dtype = np.result_type(*{block.levels.dtype for block in blocks})
    if dtype == np.uint8 and len(asides) > MOST_ASIDE:
        dtype, asides = np.dtype(np.float64 if _need_double(blocks) else np.float32), []
    aside = {column: np.concatenate([_column(block, column) for block in blocks]) for column in asides}
    words = {
        column: np.concatenate([block.words.get(column, _written(_column(block, column))) for block in blocks])
        for column in worded
    }
    levels = np.empty((sum(len(block.levels) for block in blocks), blocks[0].levels.shape[1]), dtype)
    start = 0
    blocks.reverse()
    while blocks:
        block = blocks.pop()
        part = levels[start : start + len(block.levels)]
        part[:] = block.levels
        if dtype != np.uint8:
            for column, numbers in block.aside.items():
                part[:, column] = numbers
        start += len(block.levels)
    return Block(levels, aside, words)


def _need_double(blocks: list[Block]) -> bool:
    return any(
        compact(numbers[:, None], most_aside=0).levels.dtype == np.float64
        for block in blocks
        for numbers in block.aside.values()
    )


def _column(block: Block, column: int) -> NDArray[np.float64]:
    return block.aside[column] if column in block.aside else block.levels[:, column].astype(np.float64)


def _written(numbers: NDArray[np.float64]) -> NDArray[np.str_]:
    return np.array(["" if n != n else str(int(n)) if n.is_integer() else str(n) for n in numbers.tolist()], np.str_)
