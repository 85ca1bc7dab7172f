"""The small charts: bars and trends are told, copied and saved."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from dae_gui.support.theme import LIGHT
from dae_gui.widgets.plots.bar_chart import BarChart, Bars, count_bars
from dae_gui.widgets.plots.chart_widget import ChartWidget
from dae_gui.widgets.plots.trend_plot import Trend, TrendPlot
from helpers.widgets import Notices


@pytest.fixture
def chart(qtbot: QtBot) -> BarChart:
    chart = BarChart("chart", "Counts", "counts", None)
    qtbot.addWidget(chart)
    chart.resize(202, 100)
    chart.set_bars(count_bars("Counts", ["a", "b", "c", "d"], [3, 0, 12000, 6000], "images"))
    chart.show()
    return chart


def ink(picture: QImage, x: int) -> int:
    """Return how many pixels of a column have the colour of the bars."""
    return sum(picture.pixelColor(x, y).name() == LIGHT.accent for y in range(picture.height()))


def test_a_bar_chart_tells_and_copies_its_numbers(qtbot: QtBot, chart: BarChart) -> None:
    assert [chart.bar_at(QPointF(x, 40)) for x in (2, 60, 110, 199)] == [0, 1, 2, 3]
    assert chart.bar_at(QPointF(0, 40)) == -1
    assert chart.tooltip_at(QPoint(110, 40)) == "c: 12,000 images"
    assert "c: 12,000 images" in chart.accessible_value()
    chart.setToolTip("what it is")
    assert chart.tooltip_at(QPoint(110, 2)) == "what it is"
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "a\t3\nb\t0\nc\t12000\nd\t6000"


def test_bars_are_as_high_as_their_share_and_few_are_not_none(chart: BarChart) -> None:
    picture = chart.grab().toImage()
    heights = [ink(picture, x) for x in (25, 75, 125, 175)]
    assert heights[:2] == [1, 0]
    assert heights[2] > 50
    assert heights[3] == pytest.approx(heights[2] / 2, abs=2)


def test_the_first_and_the_last_of_many_bars_are_seen(chart: BarChart) -> None:
    count = 256  # more than there are pixels
    chart.set_bars(count_bars("Counts", ["x"] * count, [9, *[0] * (count - 2), 9], "images"))
    picture = chart.grab().toImage()
    assert ink(picture, 1) > 50
    assert ink(picture, picture.width() - 2) > 50


def test_logarithmic_counts(chart: BarChart) -> None:
    bars = count_bars("Counts", ["a", "b", "c"], [0, 9, 99], "images", logarithmic=True)
    assert [height / bars.top for height in bars.heights] == pytest.approx([0.0, 0.5, 1.0])
    assert count_bars("Counts", ["a"], [0], "images").top > 0


def test_bars_without_a_name_or_a_label_are_refused() -> None:
    with pytest.raises(ValueError, match="2 bars need as many names, not 1"):
        count_bars("Counts", ["a"], [1, 2], "images")
    with pytest.raises(ValueError, match="2 bars need as many names and numbers, not 0"):
        Bars("Counts", (1.0, 2.0), 2.0, ())
    with pytest.raises(ValueError, match="1 bars need as many labels, not 2"):
        Bars("Counts", (1.0,), 2.0, (("a", "1"),), labels=("a", "b"))


def test_labels_that_have_no_room_are_left_out(chart: BarChart) -> None:
    count = 60
    names = [f"{n:04}" for n in range(count)]
    pictures = []
    for labels in (names, [name if n % 30 == 0 else "" for n, name in enumerate(names)], ()):
        chart.set_bars(count_bars("Counts", names, [1] * count, "images", labels=labels))
        pictures.append(chart.grab().toImage())
    assert pictures[0] != pictures[1] != pictures[2]
    chart.set_bars(count_bars("Counts", names, [1] * count, "images", ends=("low", "high")))
    assert chart.grab().toImage() != pictures[2]


def test_an_empty_chart_says_so_and_offers_nothing(qtbot: QtBot, chart: BarChart, tmp_path: Path) -> None:
    QApplication.clipboard().setText("before")
    chart.clear("nothing")
    assert chart.bars() is None
    assert chart.bar_at(QPointF(60, 40)) == -1
    assert chart.accessible_value() == "nothing"
    chart.pictures.copy_numbers()
    chart.pictures.copy()
    assert QApplication.clipboard().text() == "before"
    assert offered(chart) == [False, False, False]
    notices = Notices(chart)
    chart.pictures.save(str(tmp_path / "chart.png"))
    assert len(notices.warnings) == 1
    assert not (tmp_path / "chart.png").exists()


def offered(chart: ChartWidget) -> list[bool]:
    """Return which of the context menu's actions can be chosen."""
    QApplication.sendEvent(chart, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(5, 5)))
    menu = chart.findChild(QMenu)
    assert isinstance(menu, QMenu)
    enabled = [action.isEnabled() for action in menu.actions()]
    menu.close()
    return enabled


def test_a_chart_is_saved_three_times_as_large(qtbot: QtBot, chart: BarChart, tmp_path: Path) -> None:
    assert offered(chart) == [True, True, True]
    notices = Notices(chart)
    chart.pictures.save(str(tmp_path / "chart.png"))
    assert notices.files == [str(tmp_path / "chart.png")]
    assert QImage(str(tmp_path / "chart.png")).size() == 3 * chart.size()
    chart.pictures.copy()
    assert QApplication.clipboard().image().size() == 3 * chart.size()


def test_a_trend_reads_copies_and_has_gaps(qtbot: QtBot) -> None:
    plot = TrendPlot("plot", "Title", "iteration", [Trend("a"), Trend("b", "sparsity")], log=True)
    qtbot.addWidget(plot)
    plot.resize(300, 120)
    assert plot.is_empty()
    plot.show_trends([0, 10, 20], {"a": [1.0, np.nan, 100.0], "b": [0.0, np.inf, -1.0]})
    assert not plot.is_empty()
    assert plot.readings() == {"a": "100", "b": "−1"}
    assert plot.tooltip_at(QPoint(296, 50)) == "iteration 20\na: 100\nb: −1"
    assert plot.tooltip_at(QPoint(150, 50)).splitlines()[1] == "a: –"
    assert plot.as_text().splitlines()[0] == "iteration\tTitle: a\tTitle: b"
    assert not plot.grab().isNull()
    with pytest.raises(ValueError, match="2 values over 3 places"):
        plot.show_trends([0, 1, 2], {"a": [1, 2]})


def test_what_the_full_height_means_stands_beside_a_heading_that_fits(qtbot: QtBot) -> None:
    chart = BarChart("chart", "Rates", "rates", None)
    qtbot.addWidget(chart)
    bars = Bars("Fires on, by class", (1.0,), 1.0, (("a", "1"),), top_text="100 %", brief="By class")
    for width, heading in ((240, "Fires on, by class"), (110, "By class")):
        chart.resize(width, 100)
        assert chart._heading_shown(bars) == heading
