"""The colours that tell the runs of a session apart, on light and on dark plots.

They were found by a search for the largest least difference (CIE 1976, all pairs, and from the live run's two curves)
in normal vision and as people see them who lack one kind of cone (Machado et al. 2009), at a contrast of at least 3 to
the plot's background. The test measures it anew.
"""

from __future__ import annotations

from PySide6.QtGui import QColor

# Teal, indigo, red, lavender, purple, brown, plum or sage, wine or lime.
LIGHT_COLORS = ("#3b9d89", "#3b14b1", "#9d0000", "#9d89c4", "#760089", "#b1764e", "#764e76", "#761427")
DARK_COLORS = ("#89ffd8", "#7662ff", "#ff0089", "#ffc4ff", "#d827b1", "#89763b", "#b1c489", "#b1ff3b")


def run_color(index: int, dark: bool) -> QColor:
    """Return the colour of a run on a plot; after eight runs the colours come again.

    Parameters
    ----------
    index
        `Label.color`, any whole number.
    dark
        Whether the plot is dark.
    """
    colors = DARK_COLORS if dark else LIGHT_COLORS
    return QColor(colors[index % len(colors)])
