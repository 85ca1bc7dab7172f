"""Lines drawn column by column with NumPy: thousands of steep strokes cost a fraction of what a painter takes."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Rows = NDArray[np.int32]
Pixels = NDArray[np.uint32]

# A line that covers less than this part of an area is set pixel by pixel, others by comparing whole columns.
_SPARSE = 1 / 16


def column_rows(x: Floats, y: Floats, width: int, height: int, thickness: int = 1, start: int = 0) -> tuple[Rows, Rows]:
    """Return which pixels of each column a line covers.

    Parameters
    ----------
    x, y
        The corners of the line in pixels, shape (n,), from the left to the right; y grows downwards. NaN is a gap.
    width, height
        The size of the picture.
    thickness
        The width of the line in pixels.
    start
        The first column that is asked for.

    Returns
    -------
    tuple
        The first row of each column and the first row after the last, both (width - start,); equal where there is
        nothing.
        The line covers the pixels whose middles lie between its lowest and its highest point within the column, and
        at least one: exact for any number of corners in a column.
    """
    begin = max(start - (thickness - 1), 0)
    low, high = _column_extremes(x, y, begin, width)
    for _ in range(thickness - 1):  # as wide to the right as it is high
        low[1:], high[1:] = np.fmin(low[1:], low[:-1]), np.fmax(high[1:], high[:-1])
    low, high = low[start - begin :], high[start - begin :]
    empty = np.isnan(low)
    low[empty], high[empty] = -2.0, -2.0
    np.clip(low, -2.0, height + 1.0, out=low)
    np.clip(high, -2.0, height + 1.0, out=high)
    first, last = np.ceil(low - 0.5), np.ceil(high - 0.5)
    point = last <= first
    first[point] = np.floor((low[point] + high[point]) / 2)
    last[point] = first[point] + 1
    first -= (thickness - 1) // 2
    last += thickness // 2
    first[empty] = last[empty] = 0
    return first.clip(0, height).astype(np.int32), last.clip(0, height).astype(np.int32)


def grown_rows(first: Rows, last: Rows, margin: int, height: int) -> tuple[Rows, Rows]:
    """Return the rows that a line covers with a margin of so many pixels around it, both (width,)."""
    covered = last > first
    low, high = np.where(covered, first, height), np.where(covered, last, 0)
    top, bottom = low.copy(), high.copy()
    for shift in range(1, margin + 1):
        for here, there in ((np.s_[shift:], np.s_[:-shift]), (np.s_[:-shift], np.s_[shift:])):
            np.minimum(top[here], low[there], out=top[here])
            np.maximum(bottom[here], high[there], out=bottom[here])
    some = bottom > top
    top, bottom = np.where(some, top - margin, 0), np.where(some, bottom + margin, 0)
    return top.clip(0, height).astype(np.int32), bottom.clip(0, height).astype(np.int32)


def fill_rows(pixels: Pixels, first: Rows, last: Rows, color: int) -> None:
    """Set the rows first[c] ... last[c] - 1 of each column c of a picture (height, width) to a colour."""
    counts = last - first
    total = int(counts.sum())
    if not total:
        return
    if total < _SPARSE * pixels.size:
        columns = np.repeat(np.arange(len(counts)), counts)
        starts = np.cumsum(counts) - counts
        rows = np.arange(total) - np.repeat(starts - first, counts)
        pixels[rows, columns] = color
    else:
        some = counts > 0
        top, bottom = int(first[some].min()), int(last.max())
        rows = np.arange(top, bottom, dtype=np.int32)[:, None]
        np.copyto(pixels[top:bottom], np.uint32(color), where=(rows >= first) & (rows < last))


def _column_extremes(x: Floats, y: Floats, begin: int, end: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the greatest y of a line within each column from begin to before end, NaN where it is not.

    The corners before the last one left of them have no part in it, and are not looked at.
    """
    first = max(int(x.searchsorted(float(begin))) - 1, 0)
    x, y = x[first:], y[first:]
    if not len(x):
        return np.full(end - begin, np.nan), np.full(end - begin, np.nan)
    # A column's part of the line: where it crosses the column's borders, and the corners between them.
    at_borders = np.interp(np.arange(float(begin), end + 1.0), x, y, left=np.nan, right=np.nan)
    low, high = np.fmin(at_borders[:-1], at_borders[1:]), np.fmax(at_borders[:-1], at_borders[1:])
    start, stop = x.searchsorted((float(begin), float(end)))
    if start < stop:
        columns = x[start:stop].astype(np.intp) - begin
        begins = np.ones(len(columns), bool)
        np.not_equal(columns[1:], columns[:-1], out=begins[1:])
        groups = np.flatnonzero(begins)
        where = columns[groups]
        corners = y[start:stop]
        low[where] = np.fmin(low[where], np.fmin.reduceat(corners, groups))
        high[where] = np.fmax(high[where], np.fmax.reduceat(corners, groups))
    return low, high
