"""Colour maps: how a number becomes a colour, as look-up tables of 256 entries."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

ColorMapName = Literal["gray", "diverging", "sequential"]
Levels = tuple[float, float]

#: The names that every picture widget understands.
COLOR_MAP_NAMES: tuple[ColorMapName, ...] = ("gray", "diverging", "sequential")

#: Amber: pixels that are no number, and tiles that are marked. Occurs in no colour map.
WARNING_RGB: tuple[int, int, int] = (245, 166, 0)

# Anchors as (lightness, chroma, hue in degrees) in Oklch, a space in which equal steps look equal. Both ends have the
# same lightness and the middle is neutral, so that -a and +a look equally far from zero.
_DIVERGING_ON_LIGHT = (
    (0.36, 0.115, 256.0),
    (0.58, 0.130, 252.0),
    (0.80, 0.080, 245.0),
    (0.975, 0.0, 0.0),
    (0.80, 0.100, 40.0),
    (0.58, 0.170, 28.0),
    (0.36, 0.125, 25.0),
)
_DIVERGING_ON_DARK = (
    (0.86, 0.085, 225.0),
    (0.66, 0.125, 247.0),
    (0.42, 0.110, 256.0),
    (0.20, 0.0, 0.0),
    (0.42, 0.125, 28.0),
    (0.66, 0.160, 40.0),
    (0.86, 0.095, 68.0),
)

# From near the background of the window to the far end of the lightness, so that more stands out more.
_SEQUENTIAL_ON_LIGHT = ((0.96, 0.020, 220.0), (0.78, 0.095, 232.0), (0.56, 0.130, 250.0), (0.32, 0.105, 265.0))
_SEQUENTIAL_ON_DARK = ((0.26, 0.045, 265.0), (0.44, 0.110, 258.0), (0.65, 0.125, 242.0), (0.90, 0.080, 210.0))


@lru_cache(maxsize=8)
def lookup_table(name: ColorMapName, dark: bool = False) -> NDArray[np.uint8]:
    """Look-up table of a colour map.

    Parameters
    ----------
    name
        ``"gray"`` (black to white), ``"diverging"`` (blue, neutral, red) or ``"sequential"`` (more and more blue).
    dark
        Whether the map is for a dark window: there, the neutral middle of ``"diverging"`` is near black instead of
        near white, and ``"sequential"`` goes from dark to light. ``"gray"`` is the same on both.

    Returns
    -------
    ndarray of uint8, shape (256, 3)
        sRGB colours, read-only; entry 0 is the lowest level, entry 255 the highest.
    """
    if name == "gray":
        table = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    elif name == "diverging":
        table = _interpolate(_DIVERGING_ON_DARK if dark else _DIVERGING_ON_LIGHT)
    elif name == "sequential":
        table = _interpolate(_SEQUENTIAL_ON_DARK if dark else _SEQUENTIAL_ON_LIGHT)
    else:
        raise ValueError(f"Unknown colour map {name!r}; known are {', '.join(COLOR_MAP_NAMES)}.")
    table.setflags(write=False)
    return table


@lru_cache(maxsize=8)
def packed_table(name: ColorMapName, dark: bool = False) -> NDArray[np.uint32]:
    """Return `lookup_table` as 0xFFRRGGBB values, uint32 of shape (256,), the layout of ``QImage.Format_RGB32``."""
    red, green, blue = lookup_table(name, dark).astype(np.uint32).T
    table: NDArray[np.uint32] = np.uint32(0xFF000000) | (red << 16) | (green << 8) | blue
    table.setflags(write=False)
    return table


def effective_levels(array: NDArray[Any], levels: Levels | None) -> Levels:
    """Levels to draw an array with.

    Parameters
    ----------
    array
        Numbers of any shape.
    levels
        The values drawn as the lowest and the highest colour. None, or levels that are not finite (as after a run has
        diverged): 0 and 255 for uint8, otherwise the range of the finite numbers in the array.

    Returns
    -------
    tuple of float
        ``(low, high)`` with ``low <= high``, both finite.
    """
    if levels is not None and bool(np.isfinite(levels).all()):
        low, high = float(levels[0]), float(levels[1])
        return (low, high) if low <= high else (high, low)
    if array.dtype == np.uint8:
        return 0.0, 255.0
    finite = array[np.isfinite(array)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def to_rgb32(
    array: NDArray[Any], levels: Levels | None = None, name: ColorMapName = "gray", dark: bool = False
) -> NDArray[np.uint32]:
    """Colour an array.

    Parameters
    ----------
    array
        uint8, any other integer or float, shape (h, w).
    levels
        See `effective_levels`. Values outside get the colours of the ends; where both levels are equal, everything
        finite gets the middle colour. Numbers that are not finite get `WARNING_RGB`.
    name, dark
        See `lookup_table`.

    Returns
    -------
    ndarray of uint32, shape (h, w)
        0xFFRRGGBB, C-contiguous and freshly made.
    """
    table = packed_table(name, dark)
    low, high = effective_levels(array, levels)
    if array.dtype == np.uint8 and (low, high) == (0.0, 255.0):
        return np.asarray(table[array])
    if not high > low:
        scaled = np.full(array.shape, 127.5, dtype=np.float32)
    else:
        with np.errstate(all="ignore"):  # overflow means far outside of the levels, and is clipped
            scaled = np.subtract(array, low, dtype=np.result_type(array.dtype, np.float32))
            scaled *= 255.0 / (high - low)
    np.clip(scaled, 0.0, 255.0, out=scaled)
    scaled += 0.5
    if array.dtype.kind != "f" or bool(np.isfinite(array).all()):
        return np.asarray(table[scaled.astype(np.uint8)])
    finite = np.isfinite(array)
    colors: NDArray[np.uint32] = table[np.where(finite, scaled, 0).astype(np.uint8)]
    red, green, blue = WARNING_RGB
    colors[~finite] = 0xFF000000 | red << 16 | green << 8 | blue
    return colors


def _interpolate(anchors: Sequence[tuple[float, float, float]]) -> NDArray[np.uint8]:
    """Table of 256 sRGB colours, straight lines in Oklab between evenly spaced Oklch anchors."""
    lightness, chroma, hue = np.asarray(anchors, dtype=np.float64).T
    angle = np.deg2rad(hue)
    places, steps = np.linspace(0.0, 1.0, len(lightness)), np.linspace(0.0, 1.0, 256)
    lab = np.stack(
        [np.interp(steps, places, part) for part in (lightness, chroma * np.cos(angle), chroma * np.sin(angle))]
    )
    # Oklab to linear sRGB, with the matrices of its definition (Ottosson, 2020), then sRGB's own curve.
    to_lms = np.array(
        [[1.0, 0.3963377774, 0.2158037573], [1.0, -0.1055613458, -0.0638541728], [1.0, -0.0894841775, -1.2914855480]]
    )
    to_rgb = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
    )
    linear = np.clip(to_rgb @ (to_lms @ lab) ** 3, 0.0, 1.0)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    table: NDArray[np.uint8] = np.rint(encoded.T * 255.0).astype(np.uint8)
    return np.ascontiguousarray(table)
