"""Error, held-out error, best linear denoiser and sparsity are told apart without colour: by dashes, gaps and dots."""

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from dae_core.model.losses import LOSSES
from dae_gui.panels.curves_panel import looks
from dae_gui.widgets.plots.curve_legend import Entry, LegendButton, Swatch
from dae_gui.widgets.plots.curve_plot import CurvePlot


def grey(widget):
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return bits[:, : image.width()].astype(int)


@pytest.fixture
def plot(qtbot):
    plot = CurvePlot(looks.STYLES, looks.BOTTOM, looks.left(LOSSES["squared"]), looks.RIGHT)
    qtbot.addWidget(plot)
    plot.resize(600, 400)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_ranges((0.0, 1000.0), (0.0, 100.0), (0.0, 1.0))
    return plot


def pattern(plot, draw, level):
    """Return where a row of the plot is painted, as a function of the column, when `draw` draws a line at a level."""
    before = grey(plot)
    draw()
    after = grey(plot)
    box = plot.view_box.sceneBoundingRect()
    y = round(box.top() + box.height() * (1 - level / 100.0))
    rows = slice(max(y - 5, 0), y + 6)
    columns = slice(round(box.left()) + 10, round(box.right()) - 10)
    return (before[rows, columns] != after[rows, columns]).sum(axis=0)


def test_each_line_of_the_curves_has_a_pattern_of_its_own(plot):
    x = np.linspace(0, 1000, 11)
    error = pattern(plot, lambda: plot.set_curve("error", x, np.full(11, 77.0)), 77)
    sparsity = pattern(plot, lambda: plot.set_curve("sparsity", x, np.full(11, 0.57)), 57)
    held_out = pattern(plot, lambda: plot.set_curve("held_out", x, np.full(11, 37.0), dots=True), 37)
    bound = pattern(plot, lambda: plot.marks.set_reference(17.0, -np.inf), 17)
    assert (error > 0).mean() > 0.98
    assert held_out.max() >= 5  # dots
    assert (held_out > 0).mean() > 0.98
    for broken in (sparsity, bound):
        assert 0.1 < (broken == 0).mean() < 0.6
    gaps = [np.flatnonzero(np.diff((line == 0).astype(int)) == 1) for line in (sparsity, bound)]
    distances = [set(np.diff(places)) for places in gaps]
    assert len(distances[0]) > 1  # dash and dot in turn
    assert len(distances[1]) == 1  # dashes alone
    assert len(error) == len(sparsity)


def test_the_swatches_of_a_legend_differ_without_their_colour(qtbot):
    images = {}
    for swatch in Swatch:
        button = LegendButton(Entry("key", "", "name", swatch))
        qtbot.addWidget(button)
        button.set_color(QColor("#404040").name())
        images[swatch] = grey(button)
    for one, other in combinations(Swatch, 2):
        assert (images[one] != images[other]).sum() >= 4, (one, other)
    kinds = {entry.key: entry.swatch for entry in looks.LEGEND}
    assert len({kinds[key] for key in ("error", "held_out", "linear_bound", "sparsity")}) == 4
