"""How large everything is drawn: one scale for the whole application, which letters, lines, marks and icons follow.

A change reaches the widgets as Qt's own event of a changed font; what is measured in pixels asks `scaled` and
`line_width` whenever it is laid out or painted.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """How many times its usual size everything is (``size``), and lines their usual width (``line``)."""

    size: float = 1.0
    line: float = 1.0


USUAL = Scale()
_current = USUAL


def current() -> Scale:
    """Return the scale in force."""
    return _current


def set_current(scale: Scale) -> None:
    """Have lengths measured at a scale from now on; `zoom.apply_scale` tells the widgets."""
    global _current
    _current = scale


def scaled(pixels: float) -> int:
    """Return what a length of so many pixels at 100 % is now, in whole pixels, and not 0 unless it is."""
    return max(int(pixels * _current.size + 0.5), min(int(pixels), 1))


def line_width(width: float = 1.0) -> int:
    """Return what a line of a width (pixels at 100 %) is wide now: whole pixels, and at least 1."""
    return max(int(width * _current.line + 0.5), 1)
