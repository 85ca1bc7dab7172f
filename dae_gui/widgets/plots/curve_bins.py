"""Which points of a long curve one plot needs: about two to a pixel, from bins that stay where they are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Up to this many points to a pixel are drawn one by one: that costs no more than their envelope.
_RAW_PER_PIXEL = 4


@dataclass(frozen=True)
class Bins:
    """Bins of consecutive points; point i (from 0) belongs to iteration i + 1.

    Parameters
    ----------
    edges
        Strictly increasing indices, shape (m + 1,): bin j holds the points edges[j] ... edges[j + 1] - 1.
    x
        Where each bin is drawn, shape (m,): the middle of its iterations, or the logarithm of that.
    single
        Whether each bin holds one point only.
    """

    edges: NDArray[np.int64]
    x: Floats
    single: bool

    def __len__(self) -> int:
        return len(self.x)


def make_bins(low: float, high: float, pixels: float, count: int, *, log: bool = False) -> Bins:
    """Return the bins that a plot needs.

    Parameters
    ----------
    low, high
        The visible iterations; their decimal logarithms if `log`.
    pixels
        The width of the plot in device pixels.
    count
        How many points there are.
    log
        Whether bins are equally wide in the logarithm of the iteration.

    Returns
    -------
    Bins
        Between one and two bins to a pixel, and a bin more beyond each side. Their edges depend on the width alone
        (a power of two, or a power of two of them in a decade), not on what is visible: a curve that moves or grows
        keeps its shape.
    """
    pixels = max(pixels, 16.0)
    # Zooming out ends nowhere, but far from all points there is nothing to divide, and no whole number that large.
    furthest = 18.0 if log else 1e18
    low, high = (min(max(end, -furthest), furthest) for end in (low, high))
    first, last = (10.0**low, 10.0**high) if log else (low, high)
    # One point beyond each side, so that lines run on to the border.
    start = int(np.clip(np.floor(first) - 2, 0, count))
    stop = int(np.clip(np.ceil(last) + 1, 0, count))
    if stop - start <= _RAW_PER_PIXEL * pixels:
        edges = np.arange(start, stop + 1, dtype=np.int64)
        single = True
    elif log:
        per_decade = 2.0 ** np.ceil(np.log2(pixels / (high - low)))
        steps = np.arange(np.floor(low * per_decade) - 1, np.ceil(high * per_decade) + 2)
        # The tiny number keeps powers of ten on the right side.
        inner = np.floor(10.0 ** (steps / per_decade) + 1e-9).astype(np.int64)
        edges = np.clip(inner, start, stop)
        edges = np.append(edges, stop) if stop == count else edges
        edges = edges[np.append(True, edges[1:] > edges[:-1])]
        single = False
    else:
        width = int(2 ** np.floor(np.log2((high - low) / pixels)))
        edges = np.arange(start // width * width, stop + width, width, dtype=np.int64)
        if edges[-1] >= count:
            last = int(edges.searchsorted(count))
            edges = edges[: last + 1]
            edges[last] = count
        single = width == 1
    if len(edges) < 2:
        return Bins(np.zeros(1, np.int64), np.empty(0), True)
    middles = (edges[:-1] + 1 + edges[1:]) / 2
    return Bins(edges, np.log10(middles) if log else middles, single)


def zigzag(x: Floats, low: NDArray[np.floating], high: NDArray[np.floating]) -> tuple[Floats, Floats]:
    """Return the line, as x (2m,) and y (2m,), that joins the lowest and the highest point of each of m bins."""
    points = np.empty((len(x), 2))
    points[:, 0], points[:, 1] = low, high
    return np.repeat(x, 2), points.ravel()


def cut_line(
    x: NDArray[np.floating], y: NDArray[np.floating], x_range: tuple[float, float], y_range: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Cut a line off at the borders of a rectangle; where it leaves through top or bottom it runs along the border."""
    inside = (x >= x_range[0]) & (x <= x_range[1])
    ends = [np.interp(border, x, y, left=np.nan, right=np.nan) for border in x_range]
    cut_x = np.concatenate([x_range[:1], x[inside], x_range[1:]])
    cut_y = np.concatenate([ends[:1], y[inside], ends[1:]])
    return cut_x, np.clip(cut_y, *y_range)
