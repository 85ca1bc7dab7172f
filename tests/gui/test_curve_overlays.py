"""Other runs behind the live one, and the marker, driven as a person would; means are compared with NumPy's."""

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QTextLayout, QTextOption
from PySide6.QtWidgets import QApplication, QGraphicsTextItem

from dae_core.training.averages import RangeMeans
from dae_core.training.history import History
from dae_core.training.progress import Progress
from dae_gui.panels.curves_panel import CurvesPanel, Overlay
from dae_gui.panels.curves_panel.overlays import DrawnOverlay
from dae_gui.support.broken_lines import strokes
from dae_gui.widgets.pictures.picture_export import write_picture
from dae_gui.widgets.plots.axis_ranges import ViewMode
from dae_gui.widgets.plots.curve_bins import make_bins
from dae_gui.workbench.workbench import Workbench
from helpers.widgets import set_run_length

from pyqtgraph.exporters import SVGExporter  # isort: skip  # after PySide6
from dae_gui.support.theme import LIGHT, run_color, run_pattern

RED, GREEN = QColor("#d01030"), QColor("#10a020")


def run_of(count, scale=100.0, seed=0, held_out=()):
    rng = np.random.default_rng(seed)
    errors = (scale + 600 / (1 + np.arange(count) / 300)) * rng.gamma(30, 1 / 30, count)
    history = History()
    fractions = np.full(count, 0.4, np.float32)
    history.append(Progress(count, count, errors.astype(np.float32), fractions, 1.0, 0.0005))
    history.held_out = list(held_out)
    return history


class Paints(QObject):
    """Notes which parts of a widget are painted."""

    def __init__(self) -> None:
        super().__init__()
        self.regions: list[QRect] = []

    def eventFilter(self, _watched, event) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.regions.append(event.region().boundingRect())
        return False


def overlay(key, history, color=RED, name=None):
    return Overlay(key, name or f"Run {key}", color, history)


def test_names_of_a_sweep_are_cut_where_they_are_alike():
    names = [f"25 hidden units, Gaussian σ {level}" for level in ("0.5", "1", "1.5")]
    short = [DrawnOverlay(overlay("a", run_of(2), name=name)).short_name for name in names]
    assert len(set(short)) == 3
    assert all(len(one) <= 24 for one in short)
    of_half = [Overlay("a", name, RED, run_of(2), "Gaussian σ 0.5") for name in names]
    told = [DrawnOverlay(one) for one in of_half]
    assert [one.short_name.endswith("(Gaussian σ 0.5)") for one in told] == [False, True, True]


@pytest.fixture
def panel(qtbot) -> Iterator[CurvesPanel]:
    panel = CurvesPanel(Workbench())
    panel.resize(760, 480)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.close()
    panel.deleteLater()


def shows(panel, color) -> bool:
    image = panel.plot.grab().toImage()
    return any(image.pixelColor(x, y) == color for x in range(60, 700) for y in range(10, 370))


def move_mouse(qtbot, panel, iteration) -> dict[str, str]:
    panel.grab()  # the layout is final after the first painting
    box = panel.plot.view_box
    point = box.mapFromView(QPointF(iteration, sum(panel.plot.y_range()) / 2))
    qtbot.mouseMove(panel.plot.viewport(), panel.plot.mapFromScene(box.mapToScene(point)))
    return {reading.name: reading.value for reading in panel.plot.crosshair.readings()}


# -- means -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 63, 64, 1000])
def test_means_of_ranges_are_numpys(count):
    rng = np.random.default_rng(count)
    values = rng.gamma(2, 50, count).astype(np.float32)
    starts = rng.integers(0, count, 300)
    stops = np.minimum(starts + rng.integers(1, count + 1, 300), count)
    expected = [values[a:b].mean(dtype=np.float64) for a, b in zip(starts, stops, strict=True)]
    np.testing.assert_allclose(RangeMeans(values).means(starts, stops), expected, rtol=1e-12)


def test_a_huge_value_shows_only_in_the_ranges_that_hold_it():
    values = np.ones(1000, np.float32)
    values[300], values[900] = 3e38, np.inf
    means = RangeMeans(values).means(np.array([0, 200, 301, 700]), np.array([300, 400, 700, 1000]))
    assert means[[0, 2]].tolist() == [1.0, 1.0]
    assert means[1] > 1e35
    assert np.isinf(means[3])


@pytest.mark.parametrize("window", [25, 4000])
@pytest.mark.parametrize("log", [False, True])
def test_a_line_is_the_mean_of_its_bins_and_no_shorter_than_the_window(log, window):
    history = run_of(50_000)
    drawn = DrawnOverlay(overlay("a", history))
    drawn.window = window
    right = np.log10(60_000) if log else 60_000.0
    x, y = drawn.line(0.0, right, 600, log=log)
    bins = make_bins(0.0, right, 200, 50_000, log=log)
    errors = history.error.values().astype(np.float64)
    starts = [max(min(int(a), int(b) - window), 0) for a, b in zip(bins.edges[:-1], bins.edges[1:], strict=True)]
    expected = [errors[a:b].mean() for a, b in zip(starts, bins.edges[1:], strict=True)]
    np.testing.assert_allclose(y, expected, rtol=1e-9)
    np.testing.assert_array_equal(x, bins.x)


def test_close_by_a_line_is_the_moving_average():
    history = run_of(5000)
    x, y = DrawnOverlay(overlay("a", history)).line(1000.0, 1200.0, 600, log=False)
    expected = np.convolve(history.error.values().astype(np.float64), np.ones(25) / 25)
    np.testing.assert_allclose(y, expected[x.astype(int) - 1], rtol=1e-6)


# -- on the panel ----------------------------------------------------------------------------------------------------


def test_other_runs_are_drawn_listed_and_hidden(panel, qtbot):
    panel.set_history(run_of(3000, 200))
    panel.set_overlays((overlay("a", run_of(8000, 60), RED), overlay("b", run_of(2000, 90), GREEN)))
    assert panel.plot.x_range() == (0, 8000)
    assert shows(panel, RED)
    assert shows(panel, GREEN)
    button = panel.legend.button("run:a")
    assert button.text() == "Run a"
    assert button.color == RED
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not shows(panel, RED)
    assert panel.plot.x_range() == (0, 3000)  # the longest run that is shown
    panel.set_overlays((overlay("a", run_of(8000, 60), RED),))
    assert not panel.legend.is_shown("run:a")  # still
    qtbot.mouseClick(panel.legend.button("run:a"), Qt.MouseButton.LeftButton)
    assert shows(panel, RED)
    assert not shows(panel, GREEN)
    panel.set_overlays(())
    assert not shows(panel, RED)
    assert panel.findChild(object, "legend_run:a") is None or not panel.findChild(object, "legend_run:a").isVisible()


def test_other_runs_are_not_drawn_again_while_this_one_grows(panel, qapp, monkeypatch):
    lines = []
    original = DrawnOverlay.line
    monkeypatch.setattr(DrawnOverlay, "line", lambda *args, **options: lines.append(1) or original(*args, **options))
    history = run_of(3000, 200)
    set_run_length(panel, 10_000)
    panel.set_history(history)
    panel.set_overlays((overlay("a", run_of(9000, 60, held_out=[(0, 700.0), (9000, 60.0)])),))
    panel.grab()  # the layout is final after the first painting
    qapp.processEvents()
    known = len(lines)
    for _ in range(5):
        history.append(Progress(0, 0, np.full(300, 210, np.float32), np.full(300, 0.4, np.float32), 1.0, 0.0005))
        panel.refresh()
    assert len(lines) == known
    np.testing.assert_array_equal(panel.plot.curve("held-out of run:a")[0], [0, 9000])
    panel.smoothing.set_window(100)
    assert len(lines) == known + 1


def test_runs_without_a_live_one(panel):
    assert panel.plot.backdrop.hint
    panel.set_overlays((overlay("a", run_of(4000)), overlay("empty", History())))
    assert panel.plot.backdrop.hint == ""
    assert panel.plot.x_range() == (0, 4000)
    panel.set_mode(ViewMode.FOLLOW)
    assert panel.plot.x_range()[1] == 5000
    panel.set_log(x=True, y=True)
    assert not panel.grab().isNull()


def test_a_run_that_diverged_breaks_nothing(panel):
    history = run_of(3000)
    history.append(Progress(0, 0, np.array([1e30, np.inf, np.nan], np.float32), np.zeros(3, np.float32), 1.0, 0.1))
    panel.set_overlays((overlay("a", history),))
    assert np.isfinite(panel.plot.y_range()).all()
    assert panel.plot.y_range()[1] < 2000
    panel.set_log(y=True)
    assert not panel.grab().isNull()


def test_crosshair_reads_other_runs(panel, qtbot):
    history = run_of(6000, 80, held_out=[(0, 700.0), (5000, 81.5)])
    panel.set_history(run_of(2000, 150))
    panel.set_overlays((overlay("a", history), overlay("b", run_of(1000)), overlay("c", run_of(6000), name="<b>" * 20)))
    read = move_mouse(qtbot, panel, 4000)
    number = int(read["Iteration"].replace(",", ""))
    assert number == pytest.approx(4000, abs=20)  # beyond the live run
    assert "Error" not in read
    assert read["Run a"] == f"{history.error.values()[number - 25 : number].mean():.1f}; 81.5"
    assert "Run b" not in read  # it ended before
    assert any("…" in name for name in read)
    assert "Other runs: mean of 25; nearest held-out" in read
    panel.set_overlays(tuple(overlay(str(i), run_of(6000)) for i in range(30)))
    read = move_mouse(qtbot, panel, 4100)
    assert "and 23 more" in read


def test_a_pattern_breaks_the_lines_of_a_run(panel):
    history = run_of(6000, 80)

    def columns() -> int:
        image = panel.plot.grab().toImage()
        return sum(any(image.pixelColor(x, y) == RED for y in range(10, 370)) for x in range(100, 600))

    panel.set_overlays((overlay("a", history),))
    whole = columns()
    panel.set_overlays((dataclasses.replace(overlay("a", history), pattern=(8, 4)),))
    assert 0.55 * whole < columns() < 0.8 * whole
    panel.set_overlays((overlay("a", history),))
    assert columns() == whole


def test_long_lists_are_cut_until_asked_for(panel, qtbot):
    panel.set_overlays(tuple(overlay(str(i), run_of(200)) for i in range(15)))
    visible = [i for i in range(15) if panel.legend.button(f"run:{i}").isVisible()]
    assert visible == list(range(12))
    more = panel.findChild(object, "legendMoreButton")
    assert more.text() == "+3 more"
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert all(panel.legend.button(f"run:{i}").isVisible() for i in range(15))
    assert more.text() == "fewer"
    panel.set_overlays((overlay("0", run_of(200)),))
    assert not more.isVisible()


def test_the_live_run_is_named_only_beside_others(panel):
    panel.set_current("Run <1>", 3)
    assert not panel.legend.title.isVisible()
    panel.set_overlays((overlay("a", run_of(200)),))
    assert panel.legend.title.isVisible()
    assert "Run&nbsp;&lt;1&gt;" in panel.legend.title.text()
    # Private: what the legend of a saved picture says is painted.
    assert panel._legend_lines()[0] == (run_color(3, False).name(), "Run <1>:", ())
    panel.set_overlays(())
    assert not panel.legend.title.isVisible()
    assert panel._legend_lines()[0][1] == "Error"


def test_pictures_hold_other_runs_and_their_names(panel, tmp_path):
    panel.set_history(run_of(3000, 200))
    names = [f"A long name of a run, number {i}" for i in range(8)]
    panel.set_overlays(tuple(overlay(str(i), run_of(3000, 60), GREEN, name) for i, name in enumerate(names)))
    write_picture(panel.picture(), tmp_path / "curves.png")
    write_picture(panel.picture(), tmp_path / "curves.svg")
    image = QImage(str(tmp_path / "curves.png"))
    assert any(image.pixelColor(x, y) == GREEN for x in range(150, 1300) for y in range(200, 700, 3))
    # The legend takes as many lines as it needs: the swatches of the last run stand within the picture.
    rows = [y for y in range(200) if any(image.pixelColor(x, y) == GREEN for x in range(image.width()))]
    assert max(rows) - min(rows) > 40
    drawing = (tmp_path / "curves.svg").read_text(encoding="utf-8")
    assert GREEN.name() in drawing
    assert "clip" not in drawing.lower()


def test_the_legend_of_a_picture_tells_runs_of_one_colour_apart(panel, tmp_path):
    panel.set_history(run_of(300, 200))
    patterns = [run_pattern(8 * i) for i in range(4)]
    runs = [dataclasses.replace(overlay(str(i), run_of(300), GREEN, "run"), pattern=p) for i, p in enumerate(patterns)]
    panel.set_overlays(tuple(runs))
    assert len({strokes(pattern) for pattern in patterns}) == 4
    write_picture(panel.picture(), tmp_path / "curves.svg")
    drawing = (tmp_path / "curves.svg").read_text(encoding="utf-8")
    assert all(f"■{strokes(pattern)}" in drawing for pattern in patterns)


@pytest.mark.parametrize("index", range(0, 32, 8))
def test_no_line_ends_within_the_strokes_of_a_legend(qapp, index):
    layout = QTextLayout(f"■{strokes(run_pattern(index))}\N{NO-BREAK SPACE}run")
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)
    layout.beginLayout()
    layout.createLine().setLineWidth(10.0)
    assert not layout.createLine().isValid()
    layout.endLayout()


def test_legend_of_a_picture_has_room_and_there_is_no_crosshair(panel, qtbot, monkeypatch):
    panel.set_history(run_of(3000, 200))
    panel.set_overlays(tuple(overlay(str(i), run_of(3000), name=f"A long name, number {i}") for i in range(12)))
    assert move_mouse(qtbot, panel, 1500)
    seen = []
    original = SVGExporter.export

    def export(exporter, **options):
        (legend,) = [
            item
            for item in panel.plot.scene().items()
            if isinstance(item, QGraphicsTextItem)
            and "number 11" in item.toPlainText().replace("\N{NO-BREAK SPACE}", " ")
        ]
        bottom = legend.sceneBoundingRect().bottom()
        top = panel.plot.view_box.sceneBoundingRect().top()
        seen.append((top - bottom, panel.plot.crosshair.isVisible()))
        return original(exporter, **options)

    monkeypatch.setattr(SVGExporter, "export", export)
    panel.pictures.copy()
    QApplication.clipboard().clear()
    ((gap, crosshair),) = seen
    assert 0 <= gap < 30
    assert not crosshair
    assert panel.plot.crosshair.isVisible()  # it is back


# -- marker ----------------------------------------------------------------------------------------------------------


def test_marker_stands_at_its_iteration_and_moves(panel, qapp):
    set_run_length(panel, 10_000)
    panel.set_history(run_of(10_000))
    color = QColor(LIGHT.text)

    def columns() -> list[int]:
        image = panel.plot.grab().toImage()
        box = panel.plot.view_box.sceneBoundingRect()
        left, middle, top = int(box.left()) + 2, int(box.center().y()), int(box.top()) + 40
        inside = range(left, int(box.right()))
        return [x - left + 2 for x in inside if all(image.pixelColor(x, y) == color for y in range(top, middle))]

    assert columns() == []
    qapp.processEvents()  # the layout is final after the first painting
    panel.grab()
    before = panel.plot.layer.drawn_columns
    paints = Paints()
    panel.plot.viewport().installEventFilter(paints)
    for iteration, log in ((2500, False), (7500, False), (100, True)):
        panel.set_log(x=log)
        paints.regions.clear()
        panel.set_marker(iteration)
        qapp.processEvents()
        assert panel.plot.marker.text() == f"iteration {iteration:,}"
        width = panel.plot.view_box.width()
        expected = (np.log10(iteration) / 4 if log else iteration / 10_000) * width
        place = int(panel.plot.view_box.sceneBoundingRect().left() + expected)
        assert any(region.left() <= place <= region.right() for region in paints.regions)
        assert columns() == [pytest.approx(expected, abs=2)]
        if not log:
            assert panel.plot.layer.drawn_columns == before, "the curves stand as they are"
    panel.set_marker(None)
    assert columns() == []
    assert panel.plot.marker.text() == ""
