"""How a broken line is drawn, and how texts tell it: with the colour, what tells many runs apart."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

_N_STROKES = 3
_LONGEST_DOT = 5  # pixels, up to which a dash is written as a dot
# Not the en dash: a line may end after it, even before a no-break space (Unicode's line breaking, rule LB12a).
_DASH, _DOT, _GAP = "\N{MINUS SIGN}", "\N{MIDDLE DOT}", "\N{NO-BREAK SPACE}"


def broken_pen(color: QColor, width: float, pattern: Sequence[float]) -> QPen:
    """Return the pen of a line.

    Parameters
    ----------
    color, width
        Those of the line; the width in pixels.
    pattern
        Lengths of dashes and gaps in turn, in pixels; empty for a whole line.
    """
    pen = QPen(color, width)
    if pattern:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([length / width for length in pattern])
    return pen


def strokes(pattern: Sequence[float]) -> str:
    """Return the first three strokes of a broken line as a text without breaks; empty for a whole line."""
    dashes = [_DOT if length <= _LONGEST_DOT else _DASH for length in pattern[::2]]
    return _GAP.join((dashes * _N_STROKES)[:_N_STROKES])
