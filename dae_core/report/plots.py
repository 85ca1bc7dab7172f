"""Curves and histograms as small SVG drawings, in plain shapes and texts that every viewer supports."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.report.colors import FAINT, FAINT_RULE

Floats = NDArray[np.floating[Any]]

WIDTH, HEIGHT = 660, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 58, 24, 40
_FONT = 'font-family="DejaVu Sans, sans-serif" font-size="11"'


@dataclass(frozen=True, eq=False)
class Trace:
    """A curve as the extremes ``low`` and ``high`` (n,) of what lies at each of ``x`` (n,).

    ``axis`` 0 is the left one, from ``ranges[0]``; 1 the right one. With ``dots`` the points are marked and joined.
    """

    name: str
    x: Floats
    low: Floats
    high: Floats
    color: str
    axis: int = 0
    dots: bool = False


@dataclass(frozen=True)
class Axis:
    """An axis: its label, where it begins and ends, and the colour of its texts."""

    label: str
    low: float
    high: float
    color: str = FAINT


@dataclass(frozen=True)
class Canvas:
    """A drawing of a size in CSS pixels, and the frame in it that holds the values, ``wide`` x ``tall``."""

    width: int = WIDTH
    height: int = HEIGHT
    has_right_axis: bool = False

    @property
    def wide(self) -> int:
        """The width of the frame."""
        return self.width - _LEFT - (_RIGHT if self.has_right_axis else 12)

    @property
    def tall(self) -> int:
        """The height of the frame."""
        return self.height - _TOP - _BOTTOM


def curves_svg(
    traces: Sequence[Trace], x_label: str, end: float, axes: Sequence[Axis], size: tuple[int, int] = (WIDTH, HEIGHT)
) -> str:
    """Return a drawing of curves over 0 to ``end``, with one or two vertical axes; values beyond them are cut."""
    end = max(end, 1.0)
    canvas = Canvas(*size, len(axes) > 1)
    parts = [_trace(trace, end, axes[trace.axis], canvas) for trace in traces]
    place = float(_LEFT)
    for trace in traces:
        parts.append(f'<rect x="{place:.0f}" y="10" width="16" height="4" fill="{trace.color}"/>')
        parts.append(_text(place + 21, 16, trace.name, "start"))
        place += 36 + 6.6 * len(trace.name)
    frame = f'<rect x="{_LEFT}" y="{_TOP}" width="{canvas.wide}" height="{canvas.tall}" fill="none" '
    frame += f'stroke="{FAINT}"/>'
    return _drawing(parts, Axis(x_label, 0.0, end), ",.0f", axes, frame, canvas)


def histogram_svg(
    values: Floats, label: str, color: str, size: tuple[int, int] = (WIDTH, HEIGHT), bins: int = 30
) -> str:
    """Return a drawing of how many of the finite values (n,) lie in each of equal bins."""
    finite = np.asarray(values, np.float64)
    finite = finite[np.isfinite(finite)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if high - low < 1e-9 * max(1.0, abs(low)):
        low, high = low - 0.5, high + 0.5
    counts, _ = np.histogram(finite, bins, (low, high))
    top = max(1, int(counts.max()))
    canvas = Canvas(*size)
    wide, tall = canvas.wide, canvas.tall
    parts = [
        f'<rect x="{_LEFT + wide * index / bins + 0.5:.1f}" y="{_TOP + tall * (1 - count / top):.1f}" '
        f'width="{wide / bins - 1:.1f}" height="{tall * count / top:.1f}" fill="{color}"/>'
        for index, count in enumerate(counts)
        if count
    ]
    line = f'<path d="M{_LEFT} {_TOP + tall}H{_LEFT + wide}" stroke="{FAINT}"/>'
    return _drawing(parts, Axis(label, low, high), "g", (Axis("number of units", 0.0, top),), line, canvas)


def _drawing(parts: Sequence[str], bottom: Axis, number: str, axes: Sequence[Axis], frame: str, canvas: Canvas) -> str:
    """Return what was drawn with its axes: the bottom one, whose numbers have a format, and one or two upright ones."""
    wide, tall = canvas.wide, canvas.tall
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{canvas.width}" height="{canvas.height}" '
        f'viewBox="0 0 {canvas.width} {canvas.height}" role="img">'
    ]
    for value in ticks(bottom.low, bottom.high, wide / 80):
        x = _LEFT + wide * (value - bottom.low) / (bottom.high - bottom.low)
        drawn.append(_text(x, canvas.height - _BOTTOM + 16, f"{value:{number}}", "middle"))
    for is_right, axis in enumerate(axes):
        for value in ticks(axis.low, axis.high, tall / 26):
            y = _TOP + tall * (1 - (value - axis.low) / (axis.high - axis.low))
            if not is_right:
                drawn.append(f'<path d="M{_LEFT} {y:.1f}H{_LEFT + wide}" stroke="{FAINT_RULE}"/>')
            x, anchor = (_LEFT + wide + 6, "start") if is_right else (_LEFT - 6, "end")
            drawn.append(_text(x, y + 4, f"{value:g}", anchor, axis.color))
        drawn.append(_turned(canvas.width - 6 if is_right else 14, _TOP + tall / 2, axis.label, axis.color))
    label = _text(_LEFT + wide / 2, canvas.height - 8, bottom.label, "middle")
    return "".join([*drawn, *parts, frame, label, "</svg>"])


def ticks(low: float, high: float, most: float = 7) -> list[float]:
    """Return about three to ``most`` round numbers from low to high."""
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return [low]
    step = 10.0 ** math.floor(math.log10(span / max(most, 3)))
    step = next(step * factor for factor in (1, 2, 5, 10) if span / (step * factor) <= max(most, 3))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def _trace(trace: Trace, end: float, axis: Axis, canvas: Canvas) -> str:
    def point(x: float, y: float) -> str:
        up = min(max((y - axis.low) / (axis.high - axis.low), 0.0), 1.0)
        return f"{_LEFT + canvas.wide * x / end:.1f} {_TOP + canvas.tall * (1 - up):.1f}"

    known = np.isfinite(trace.low) & np.isfinite(trace.high)
    places = [
        (float(x), float(a), float(b))
        for x, a, b in zip(*(v[known] for v in (trace.x, trace.low, trace.high)), strict=True)
    ]
    points: list[str] = []
    for number, (x, low, high) in enumerate(places):
        # Up in one bin and down in the next, so that the line covers what lies in each.
        pair = (low, high) if number % 2 == 0 else (high, low)
        points += [point(x, pair[0])] if low == high else [point(x, pair[0]), point(x, pair[1])]
    if not points:
        return ""
    line = f'<path d="M{"L".join(points)}" fill="none" stroke="{trace.color}" stroke-linejoin="round"/>'
    if trace.dots:
        centres = (text.split() for text in points)
        line += "".join(f'<circle cx="{x}" cy="{y}" r="2.5" fill="{trace.color}"/>' for x, y in centres)
    return line


def _text(x: float, y: float, text: str, anchor: str, color: str = FAINT) -> str:
    text = escape(text.replace("-", "−") if text.lstrip("-").replace(".", "").isdigit() else text)
    return f'<text x="{x:.1f}" y="{y:.1f}" {_FONT} fill="{color}" text-anchor="{anchor}">{text}</text>'


def _turned(x: float, y: float, text: str, color: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" {_FONT} fill="{color}" text-anchor="middle" '
        f'transform="rotate(-90 {x:.1f} {y:.1f})">{escape(text)}</text>'
    )
