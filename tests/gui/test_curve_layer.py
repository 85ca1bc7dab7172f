"""The picture of the curves: its pixels against an independent drawing, and strips against whole pictures."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication

from dae_core.evaluation.beside_linear import LinearErrors
from dae_core.training.history import History
from dae_core.training.progress import Progress
from dae_core.training.series import Series
from dae_gui.panels.curves_panel import CurvesPanel
from dae_gui.panels.curves_panel.envelopes import Envelope, PairArray
from dae_gui.widgets.plots.axis_ranges import ViewMode, quantile
from dae_gui.widgets.plots.curve_bins import make_bins
from dae_gui.widgets.plots.curve_raster import column_rows, fill_rows, grown_rows
from dae_gui.workbench.workbench import Workbench
from helpers.widgets import set_run_length

import pyqtgraph as pg  # isort: skip  # after PySide6
from dae_gui.support.theme import LIGHT

WIDTH, HEIGHT = 60, 40


def painted(x, y, thickness=1):
    pixels = np.zeros((HEIGHT, WIDTH), np.uint32)
    fill_rows(pixels, *column_rows(np.asarray(x, float), np.asarray(y, float), WIDTH, HEIGHT, thickness), 7)
    return pixels == 7


def by_definition(x, y):
    """Which pixels a line covers, from a thousand points of it in each column."""
    pixels = np.zeros((HEIGHT, WIDTH), bool)
    for column in range(WIDTH):
        corners = x[(x >= column) & (x < column + 1)]
        at = np.concatenate([np.linspace(column, column + 1, 1001), corners])
        values = np.concatenate([np.interp(at[:1001], x, y, np.nan, np.nan), y[(x >= column) & (x < column + 1)]])
        values = values[np.isfinite(values)]
        if len(values):
            low, high = values.min(), values.max()
            rows = [row for row in range(HEIGHT) if low <= row + 0.5 < high] or [int((low + high) // 2)]
            pixels[[row for row in rows if 0 <= row < HEIGHT], column] = True
    return pixels


@pytest.mark.parametrize("corners", [3, 20, 61, 400])
@pytest.mark.parametrize("seed", range(3))
def test_pixels_of_a_line_are_those_between_its_extremes(corners, seed):
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(-10, WIDTH + 10, corners))
    y = rng.uniform(-20, HEIGHT + 20, corners)
    np.testing.assert_array_equal(painted(x, y), by_definition(x, y))


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 300), st.integers(0, 59), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_the_last_columns_are_the_same_by_themselves(corners, start, thickness, seed):
    rng = np.random.default_rng(seed)
    x, y = np.sort(rng.uniform(-10, 70, corners)), rng.uniform(-10, 50, corners)
    y[rng.random(corners) < 0.1] = np.nan
    whole = column_rows(x, y, 60, 40, thickness)
    part = column_rows(x, y, 60, 40, thickness, start)
    for all_rows, rows in zip(whole, part, strict=True):
        np.testing.assert_array_equal(rows, all_rows[start:])


def test_a_line_looks_as_a_painter_draws_it(qapp):
    x = np.linspace(3.3, 55.7, 9)
    y = np.array([30.0, 8.0, 22.0, 21.0, 20.5, 36.0, 5.0, 12.0, 12.0])
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setPen(QPen(QColor("black"), 1))
    painter.drawPath(pg.arrayToQPath(x, y))
    painter.end()
    drawn = np.array([[image.pixelColor(c, r).value() < 128 for c in range(WIDTH)] for r in range(HEIGHT)])
    ours = painted(x, y)
    # Each pixel of one lies beside one of the other.
    for one, other in ((drawn, ours), (ours, drawn)):
        grown = np.pad(other, 1)
        near = sum(grown[r : r + HEIGHT, c : c + WIDTH] for r in range(3) for c in range(3)) > 0
        assert (one & ~near).sum() == 0
    assert abs(int(drawn.sum()) - int(ours.sum())) < 0.15 * drawn.sum()


def test_gaps_are_left_open_and_level_lines_are_one_pixel_high():
    x, y = np.arange(0.5, WIDTH), np.full(WIDTH, 10.2)
    y[20:30] = np.nan
    expected = np.zeros((HEIGHT, WIDTH), bool)
    expected[10, :20] = expected[10, 30:] = True
    np.testing.assert_array_equal(painted(x, y), expected)
    assert not painted([], []).any()
    assert not painted([-5.0, -1.0], [3.0, 4.0]).any()


def test_thick_lines_on_fine_screens():
    level = painted([0.0, 60.0], [10.2, 10.2], thickness=2)
    assert level.sum(axis=0).tolist() == [2] * WIDTH
    steep = painted([30.2, 30.4], [5.0, 35.0], thickness=2)
    assert np.flatnonzero(steep.any(axis=0)).tolist() == [30, 31]


def test_dense_and_sparse_lines_are_filled_alike():
    rng = np.random.default_rng(5)
    first = rng.integers(0, HEIGHT - 1, WIDTH).astype(np.int32)
    for reach in (2, HEIGHT):  # set one by one, and column by column
        last = np.minimum(first + rng.integers(0, reach, WIDTH), HEIGHT).astype(np.int32)
        pixels = np.zeros((HEIGHT, WIDTH), np.uint32)
        fill_rows(pixels, first, last, 0xFF102030)
        for c in range(WIDTH):
            assert np.flatnonzero(pixels[:, c] == 0xFF102030).tolist() == list(range(first[c], last[c]))


@pytest.mark.parametrize("margin", [1, 2, 4])
def test_a_halo_reaches_so_many_pixels_to_all_sides(margin):
    x, y = np.arange(0.5, WIDTH), np.random.default_rng(margin).uniform(-5, HEIGHT + 5, WIDTH)
    y[20:32] = np.nan
    first, last = column_rows(x, y, WIDTH, HEIGHT)
    pixels = np.zeros((HEIGHT, WIDTH), np.uint32)
    fill_rows(pixels, *grown_rows(first, last, margin, HEIGHT), 7)
    for column in range(WIDTH):
        near = range(max(column - margin, 0), min(column + margin + 1, WIDTH))
        covered = [column for column in near if last[column] > first[column]]
        expected = np.zeros(HEIGHT, bool)
        if covered:  # from the highest to the lowest of its neighbours
            top, bottom = min(first[covered]) - margin, max(last[covered]) + margin
            expected[max(top, 0) : bottom] = True
        np.testing.assert_array_equal(pixels[:, column] == 7, expected)


# -- only what is new --------------------------------------------------------------------------------------------------


def synthetic(count, seed=0):
    rng = np.random.default_rng(seed)
    errors = (90 + 700 * np.exp(-np.arange(count) / 3000)) * rng.gamma(8, 1 / 8, count)
    return errors.astype(np.float32), rng.uniform(0.2, 0.6, count).astype(np.float32)


def add(history, errors, sparsities):
    history.append(Progress(len(history) + len(errors), 10**9, errors, sparsities, 1.0, 0.0005))


@pytest.fixture
def panel(qtbot) -> Iterator[CurvesPanel]:
    panel = CurvesPanel(Workbench())
    panel.resize(700, 420)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.close()
    panel.deleteLater()


@pytest.mark.parametrize("log_x", [False, True])
def test_a_grown_picture_is_the_same_as_one_drawn_at_once(panel, qapp, log_x):
    errors, sparsities = synthetic(90_000)
    history = History()
    add(history, errors[:60_000], sparsities[:60_000])
    set_run_length(panel, 100_000)
    panel.set_history(history)
    panel.set_linear_errors(LinearErrors(80.0, 500, 80.0, 500))
    panel.set_log(x=log_x)
    qapp.processEvents()
    before, area = panel.plot.layer.drawn_columns, panel.plot.layer.boundingRect().width()
    for start in range(60_000, 90_000, 1500):
        add(history, errors[start : start + 1500], sparsities[start : start + 1500])
        history.held_out.append((start, 100.0 + start / 3000))
        panel.refresh()
        qapp.processEvents()
    drawn = panel.plot.layer.drawn_columns - before
    assert drawn < 4 * area  # one or two steps of the axis, and a strip for each of twenty updates
    grown = panel.plot.grab().toImage()
    panel.plot.layer.geometry_changed()
    panel.plot.viewport().update()
    assert panel.plot.grab().toImage() == grown


def test_only_the_strip_that_changed_is_painted(panel, qapp):
    errors, sparsities = synthetic(51_000)
    history = History()
    add(history, errors[:50_500], sparsities[:50_500])
    set_run_length(panel, 60_000)
    panel.set_history(history)
    panel.grab()
    qapp.processEvents()  # the layout is final after the first painting
    panel.grab()
    painted = []

    class Paints(QObject):
        def eventFilter(self, _watched, event) -> bool:
            if event.type() == QEvent.Type.Paint:
                painted.append(event.region().boundingRect())
            return False

    paints = Paints()
    panel.plot.viewport().installEventFilter(paints)
    add(history, errors[50_500:], sparsities[50_500:])
    panel.refresh()
    qapp.processEvents()
    box = panel.plot.view_box.sceneBoundingRect()
    (strip,) = painted
    new = box.left() + 50.5 / 60 * box.width(), box.left() + 51 / 60 * box.width()
    assert strip.left() <= new[0]
    assert new[1] <= strip.right() + 1
    assert strip.width() < new[1] - new[0] + 20


def test_a_line_that_grows_downwards_only_is_drawn_again(panel, qapp):
    layer = panel.plot.layer
    for _ in range(2):  # the layout is final after the first painting
        panel.grab()
        qapp.processEvents()
    panel.plot.set_ranges((0.0, 1000.0), (0.0, 100.0), (0.0, 1.0))
    x = np.array([100.0, 500.0, 500.0, 500.0, 900.0])
    for lowest in (50.0, 20.0):
        layer.set_line("error", x, np.array([80.0, 80.0, lowest, 80.0, 80.0]))
        qapp.processEvents()
        grown = panel.plot.grab().toImage()
    box = panel.plot.view_box
    place = panel.plot.mapFromScene(box.mapToScene(box.mapFromView(QPointF(500.0, 30.0))))
    assert QColor(LIGHT.error) in [grown.pixelColor(place.x() + i, place.y()) for i in (-1, 0, 1)]
    layer.geometry_changed()
    assert panel.plot.grab().toImage() == grown


@pytest.mark.parametrize("count", [2001, 50_000, 65_536, 99_999])
def test_bins_cover_all_points(count):
    bins = make_bins(0.0, 100_000.0, 500, count)
    width = 128  # the power of two below 100,000 / 500
    expected = np.unique(np.minimum(np.arange(0, 100_000 + width, width), count))
    np.testing.assert_array_equal(bins.edges, expected)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    "ends", [(1.0, 1e300), (-1e300, 1e300), (1e30, 1e300), (-1e300, -1e30), (5.0, 400.0), (-400.0, 3)]
)
def test_bins_of_any_range_cover_the_points_that_are_in_it(ends, log):
    bins = make_bins(*ends, 500, 90_000, log=log)
    assert np.isfinite(bins.x).all()
    assert (np.diff(bins.edges) > 0).all()
    if ends[1] > 1e18:
        assert bins.edges[-1] == 90_000 or ends[0] > 1e18


def test_what_stands_already_is_not_drawn_again(panel, qapp):
    history = History()
    add(history, *synthetic(20_000))
    panel.set_history(history)
    qapp.processEvents()
    before = panel.plot.layer.drawn_columns
    panel.refresh()
    qapp.processEvents()
    assert panel.plot.layer.drawn_columns == before
    panel.resize(800, 500)
    qapp.processEvents()
    assert panel.plot.layer.drawn_columns > before


@pytest.mark.parametrize("log", [False, True])
def test_envelopes_that_grow_are_those_of_all_points(log):
    errors, _ = synthetic(200_000, seed=3)
    series, envelope = Series(), Envelope()
    for stop in (50_000, 50_001, 50_800, 65_000, 120_000, 200_000):
        series.append(errors[len(series) : stop])
        right = np.log10(250_000) if log else 250_000
        bins = make_bins(0.0, right, 600, stop, log=log)
        low, high = envelope.extremes(series, bins)
        expected = [errors[a:b] for a, b in zip(bins.edges[:-1], bins.edges[1:], strict=True)]
        np.testing.assert_array_equal(low, [part.min() for part in expected])
        np.testing.assert_array_equal(high, [part.max() for part in expected])
    assert envelope.computed < 2 * len(bins)


def test_envelopes_follow_and_change_the_series():
    errors, _ = synthetic(60_000, seed=4)
    series, other, envelope = Series(), Series(), Envelope()
    series.append(errors)
    other.append(errors[::-1])
    for source, values, left in ((series, errors, 30_000), (series, errors, 31_000), (other, errors[::-1], 31_000)):
        bins = make_bins(left, left + 20_000, 300, 60_000)
        low, _ = envelope.extremes(source, bins)
        expected = [values[a:b].min() for a, b in zip(bins.edges[:-1], bins.edges[1:], strict=True)]
        np.testing.assert_array_equal(low, expected)


def test_pairs_are_taken_over_when_the_list_grows_or_is_replaced():
    pairs, array = [(0, 5.0)], PairArray()
    assert array.of(pairs).tolist() == [[0, 5.0]]
    pairs.append((10, 4.0))
    assert array.of(pairs).tolist() == [[0, 5.0], [10, 4.0]]
    assert array.of([(3, 1.0), (4, 2.0)]).tolist() == [[3, 1.0], [4, 2.0]]
    assert array.of([]).shape == (0, 2)


@pytest.mark.parametrize("count", [1, 2, 7, 500])
@pytest.mark.parametrize("fraction", [0.0, 0.02, 0.5, 0.95, 1.0])
def test_quantile_is_numpys(count, fraction):
    values = np.random.default_rng(count).standard_normal(count)
    np.testing.assert_allclose(quantile(values, fraction), np.quantile(values, [fraction]), rtol=1e-12, atol=1e-12)


def test_following_a_curve_draws_the_newest(panel, qapp):
    errors, sparsities = synthetic(40_000)
    history = History()
    add(history, errors[:20_000], sparsities[:20_000])
    panel.set_history(history)
    panel.set_mode(ViewMode.FOLLOW)
    for start in range(20_000, 40_000, 1700):
        add(history, errors[start : start + 1700], sparsities[start : start + 1700])
        panel.refresh()
        QApplication.processEvents()
    color = QColor(LIGHT.error)
    image = panel.plot.grab().toImage()
    assert any(image.pixelColor(x, y) == color for x in range(500, 640, 2) for y in range(20, 330))
