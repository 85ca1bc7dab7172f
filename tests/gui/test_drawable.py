"""Plots and charts are given what nobody has checked: they draw what there is to draw, and nothing else goes wrong."""

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from dae_core.training.history import History
from dae_core.training.progress import Change, Progress
from dae_gui.panels.curves_panel import CurvesPanel
from dae_gui.panels.curves_panel.overlays import Overlay
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.widgets.plots.axis_ranges import next_nice
from dae_gui.widgets.plots.bar_chart import BarChart, Bars
from dae_gui.widgets.plots.curve_plot import CurveStyle
from dae_gui.widgets.plots.drawable import in_order, pixel, share, sound_range
from dae_gui.widgets.plots.level_plot import LevelPlot
from dae_gui.widgets.plots.trend_plot import Trend, TrendPlot
from dae_gui.workbench.workbench import Workbench

STRANGE = (math.nan, math.inf, -math.inf, 1e308, -1e308, 1e-308, -1.0, 0.0, 2.0**63)
PLACES = (-(2**63), -5, 0, 60, 10**9, 10**12, 2**53, 2**63 - 1)


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[CurvesPanel]:
    panel = CurvesPanel(Workbench())
    panel.resize(700, 480)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.close()
    panel.deleteLater()


def history(errors: tuple[float, ...] = (3.0,) * 60) -> History:
    made = History()
    with np.errstate(over="ignore"):
        values = np.array(errors).astype(np.float32)
    changes = (Change(10**12, "learning rate", 1e308, math.nan),)
    made.append(Progress(len(errors), 10**9, values, np.full(len(values), 0.5, np.float32), 1.0, 0.1, changes))
    return made


def draw(panel: CurvesPanel, shown: History) -> None:
    panel.set_history(shown)
    for log_x, log_y in itertools.product((False, True), repeat=2):
        panel.set_log(x=log_x, y=log_y)
        panel.refresh()
        panel.grab()
        box = panel.plot.view_box
        for x in (0.0, box.width()):
            panel.plot.mouseMoved.emit(QPointF(x, box.height() / 2))
            panel.grab()
        panel.plot.mouseLeft.emit()


@pytest.mark.parametrize("places", [*((place,) for place in PLACES), (60, 5, 60), PLACES, PLACES[::-1]])
def test_held_out_errors_anywhere(panel: CurvesPanel, places: tuple[int, ...]) -> None:
    for error in STRANGE if len(places) == len(PLACES) else (1e308,):
        shown = history()
        shown.held_out = [(place, error) for place in places]
        draw(panel, shown)


def test_no_more_changes_are_marked_than_can_be_drawn(panel: CurvesPanel) -> None:
    shown = history()
    shown.changes = [Change(i % 60, "pace", "a", str(i)) for i in range(50_000)]
    panel.set_history(shown)
    panel.refresh()
    marks = panel.plot.marks.marks()
    assert len(marks) == 1000
    assert marks[-1].text == "pace: a → 49999"


def test_errors_of_any_size(panel: CurvesPanel) -> None:
    for errors in (STRANGE, *((value,) * 40 for value in STRANGE)):
        draw(panel, history(tuple(errors)))


def test_other_runs_with_points_anywhere(panel: CurvesPanel) -> None:
    other = history(STRANGE * 10)
    other.held_out = [(place, error) for place in PLACES for error in STRANGE]
    panel.set_overlays([Overlay("a", "Other", QColor("red"), other)])
    draw(panel, history())


@pytest.mark.parametrize("log", [False, True])
def test_trends_over_anything(qtbot: QtBot, log: bool) -> None:
    plot = TrendPlot("plot", "Title", "iteration", [Trend("a"), Trend("b")], log=log, dots=True)
    qtbot.addWidget(plot)
    plot.resize(220, 120)
    plot.show()
    for x, y in itertools.product((STRANGE, PLACES, STRANGE[::-1]), (STRANGE, STRANGE[::-1])):
        count = min(len(x), len(y))
        plot.show_trends(x[:count], {"a": y[:count], "b": [1.0] * count})
        plot.grab()
        plot.tooltip_at(QPoint(100, 60))
        plot.as_text()


def test_bars_of_any_height(qtbot: QtBot) -> None:
    chart = BarChart("chart", "Counts", "counts", None)
    qtbot.addWidget(chart)
    chart.resize(200, 100)
    chart.show()
    table = tuple((f"{height}", f"{height}") for height in STRANGE)
    for top, line in itertools.product(STRANGE, STRANGE):
        chart.set_bars(Bars("Heading", STRANGE, top, table, line=line))
        chart.grab()


def test_levels_of_any_kind(qtbot: QtBot) -> None:
    plot = LevelPlot((CurveStyle("network", "held_out"),), "noise", "PSNR")
    qtbot.addWidget(plot)
    plot.resize(300, 200)
    plot.show()
    for values in (STRANGE, STRANGE[::-1]):
        plot.show_curves("noise", np.array(STRANGE), {"network": np.array(values)})
        plot.set_mark(values[0], "mark")
        plot.grab()
        plot.mouseMoved.emit(QPointF(100, 50))
        plot.grab()


def test_weights_of_any_size(qtbot: QtBot) -> None:
    mosaic = MosaicView()
    qtbot.addWidget(mosaic)
    mosaic.resize(200, 200)
    mosaic.show()
    for value in (*STRANGE, 3.4e38):
        with np.errstate(over="ignore"):
            mosaic.set_tiles(np.full((8, 8), value).astype(np.float32), (4, 4), 4)
        mosaic.grab()


def test_what_can_be_drawn_is_drawn_where_it_is() -> None:
    assert [pixel(value) for value in (3.7, math.nan, math.inf, -1e308)] == [3.5, -1e6, 1e6 + 0.5, -1e6 + 0.5]
    assert [share(2.0, 4.0), share(math.nan, 1.0), share(1.0, 0.0), share(math.inf, 1.0)] == [0.5, 0.0, 0.0, 1.0]
    assert sound_range(0.0, 1000.0) == (0.0, 1000.0)
    for low, high in itertools.product(STRANGE, STRANGE):
        left, right = sound_range(low, high)
        assert -1e16 < left < right < 1e16
    x, y = in_order(np.array([3.0, math.nan, 1.0, 2.0]), np.array([30.0, 0.0, 10.0, 20.0]))
    assert (x.tolist(), y.tolist()) == ([1.0, 2.0, 3.0], [10.0, 20.0, 30.0])
    assert next_nice(1e-310) > 0
    assert math.isfinite(next_nice(math.inf))
