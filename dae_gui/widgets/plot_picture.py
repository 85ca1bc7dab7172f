"""A plot as the contents of a PNG or SVG file, with the names of its curves above it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGraphicsTextItem

from dae_gui.theme import Theme
from dae_gui.widgets.curve_plot import CurvePlot
from dae_gui.widgets.picture_export import png_bytes

import pyqtgraph as pg  # isort: skip  # after PySide6
import pyqtgraph.exporters  # isort: skip

SCALE = 2  # pixels of a PNG per pixel of the screen
_LEGEND_HEIGHT = 26


def picture_bytes(plot: CurvePlot, theme: Theme, legend: list[tuple[str, str]], suffix: str) -> bytes:
    """Return the plot as a file.

    Parameters
    ----------
    plot
        What to draw, as it is now but for the crosshair.
    theme
        Its colours.
    legend
        Colour and name of each curve, for the line above the plot.
    suffix
        ``".png"`` or ``".svg"``.
    """
    if suffix.lower() not in (".png", ".svg"):
        raise ValueError(f"A picture can be saved as .png or .svg, not as “{suffix}”.")
    if suffix.lower() == ".png":
        return png_bytes(picture_image(plot, theme, legend))
    with _dressed(plot, theme, legend), plot.cut_curves():
        exporter = pg.exporters.SVGExporter(plot.scene())
        exporter.parameters()["background"] = theme.plot_background
        drawing = bytes(exporter.export(toBytes=True))
    # Simple readers of SVG, Qt's among them, take 100 % for 100 pixels.
    background = f'<rect width="{plot.width()}" height="{plot.height()}"'
    return drawing.replace(b'<rect width="100%" height="100%"', background.encode("ascii"), 1)


def picture_image(plot: CurvePlot, theme: Theme, legend: list[tuple[str, str]]) -> QImage:
    """Return the plot as a picture of twice the screen's resolution; see `picture_bytes`."""
    with _dressed(plot, theme, legend):
        exporter = pg.exporters.ImageExporter(plot.scene())
        exporter.parameters()["background"] = theme.plot_background
        exporter.parameters()["antialias"] = False
        exporter.parameters()["width"] = SCALE * plot.width()
        image = exporter.export(toBytes=True)
        assert isinstance(image, QImage)  # noqa: S101
        return image


def suffix_of(path: str | Path) -> str:
    """Return the ending of a file's name, ``".png"`` where it has none."""
    return Path(path).suffix.lower() or ".png"


@contextmanager
def _dressed(plot: CurvePlot, theme: Theme, legend: list[tuple[str, str]]) -> Iterator[None]:
    """Put the legend above the plot, and the crosshair away."""
    crosshair: Any = plot.crosshair
    had_crosshair = crosshair.isVisible()
    crosshair.setVisible(False)
    title = QGraphicsTextItem()
    gap = "&nbsp;" * 5
    title.setHtml(
        f"<span style='color: {theme.text}'>"
        + gap.join(f"<span style='color: {color}'>■</span>&nbsp;{name}" for color, name in legend)
        + "</span>"
    )
    layout = plot.centralLayout
    margins = layout.getContentsMargins()
    layout.setContentsMargins(margins[0], margins[1] + _LEGEND_HEIGHT, margins[2], margins[3])
    layout.activate()
    title.setPos((plot.width() - title.boundingRect().width()) / 2, 2)
    plot.scene().addItem(title)
    try:
        yield
    finally:
        plot.scene().removeItem(title)
        layout.setContentsMargins(*margins)
        layout.activate()
        crosshair.setVisible(had_crosshair)
