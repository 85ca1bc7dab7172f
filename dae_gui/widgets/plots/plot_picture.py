"""A plot as a picture of lines and texts, with the names of its curves above it."""

import html
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsTextItem

from dae_gui.support.broken_lines import strokes
from dae_gui.support.theme import Theme
from dae_gui.widgets.pictures.picture import Picture, picture_of_drawing
from dae_gui.widgets.plots.curve_layer import Pattern
from dae_gui.widgets.plots.plot_view import PlotView

_LEGEND_HEIGHT = 26
_SIDE = 8


class PictureKey(NamedTuple):
    """What the legend of a picture says of a curve: its colour, its name, and how its line is broken."""

    color: str
    name: str
    pattern: Pattern = ()


def picture_of_plot(name: str, plot: PlotView, theme: Theme, legend: Sequence[PictureKey]) -> Picture:
    """Return what a plot shows now, but for the crosshair, as lines and texts.

    Parameters
    ----------
    name
        The file name, without ending, that is proposed when saving.
    plot
        What to draw.
    theme
        Its colours.
    legend
        Each curve's key, for the line above the plot.
    """
    from pyqtgraph.exporters import SVGExporter  # pyqtgraph's exporters take 10 ms of the start

    with _with_legend(plot, theme, legend), plot.unclipped():
        exporter = SVGExporter(plot.scene())
        exporter.parameters()["background"] = theme.plot_background
        drawing = bytes(exporter.export(toBytes=True))
    return picture_of_drawing(name, drawing, QSizeF(plot.size()), QColor(theme.plot_background))


@contextmanager
def _with_legend(plot: PlotView, theme: Theme, legend: Sequence[PictureKey]) -> Iterator[None]:
    """Put the legend above the plot, and the crosshair away."""
    crosshair = plot.crosshair
    had_crosshair = crosshair.isVisible()
    title = QGraphicsTextItem()
    gap = "&nbsp;&nbsp; &nbsp;&nbsp;"  # where a long legend may go on in the next line
    title.setHtml(f"<div align='center' style='color: {theme.text}'>" + gap.join(map(_key_text, legend)) + "</div>")
    title.setTextWidth(plot.width() - 2 * _SIDE)
    layout = plot.centralLayout
    margins = layout.getContentsMargins()
    height = max(_LEGEND_HEIGHT, int(title.boundingRect().height()))
    layout.setContentsMargins(margins[0], margins[1] + height, margins[2], margins[3])
    layout.activate()
    crosshair.setVisible(False)  # a plot of another size has been drawn anew, with its crosshair
    title.setPos(_SIDE, 2)
    plot.scene().addItem(title)
    try:
        yield
    finally:
        plot.scene().removeItem(title)
        layout.setContentsMargins(*margins)
        layout.activate()
        crosshair.setVisible(had_crosshair)


def _key_text(key: PictureKey) -> str:
    name = html.escape(key.name).replace(" ", "&nbsp;").replace("-", "\N{NON-BREAKING HYPHEN}")
    return f"<span style='color: {key.color}'>■{strokes(key.pattern)}</span>&nbsp;{name}"
