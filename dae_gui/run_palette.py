"""The colours that tell the runs of a session apart, on light and on dark plots.

They were found by a search for the largest least difference (CIE 1976) between all pairs, and from the live run's
curves, in normal vision and as people see them who lack one kind of cone (Machado et al. 2009), at a contrast of about
3 or more to the plot's background. The test measures it anew.
"""

from __future__ import annotations

from PySide6.QtGui import QColor

# Pink, indigo, olive or yellow, red, sky or mint, rose, purple or lime, wine or green.
LIGHT_COLORS = ("#c44e9d", "#3b14b1", "#9d894e", "#9d0000", "#3b9dd8", "#ff4e89", "#891476", "#761427")
DARK_COLORS = ("#d8279d", "#7662ff", "#ebc414", "#ff004e", "#9dffc4", "#ebc4ff", "#c4eb89", "#3b894e")


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
