"""The panel of curves, driven with the mouse as a person would; what it draws is compared with NumPy."""

import xml.dom.minidom
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QWheelEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QMenu, QToolTip

from dae_core.evaluation.beside_linear import LinearErrors
from dae_core.training.history import History
from dae_core.training.progress import Change, Progress
from dae_gui.panels.curves_panel import CurvesPanel
from dae_gui.support import theme
from dae_gui.widgets.pictures.picture_export import PictureExportError, write_picture
from dae_gui.widgets.plots.axis_ranges import ViewMode, fit_range, follow_range
from dae_gui.widgets.plots.curve_bins import make_bins
from dae_gui.widgets.plots.plot_axis import log_ticks
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench
from helpers.widgets import set_run_length

import pyqtgraph as pg  # isort: skip  # after PySide6
from PySide6.QtWidgets import QAbstractButton

SIZE = (700, 480)


def synthetic(count, seed=0):
    rng = np.random.default_rng(seed)
    i = np.arange(count)
    errors = (70 + 700 * np.exp(-i / 300)) * rng.gamma(8, 1 / 8, count)
    sparsities = np.clip(0.4 + 0.5 * np.exp(-i / 900) + 0.02 * rng.standard_normal(count), 0, 1)
    return errors.astype(np.float32), sparsities.astype(np.float32)


def history_of(errors, sparsities, changes=()):
    history = History()
    add(history, errors, sparsities, changes)
    return history


def add(history, errors, sparsities, changes=()):
    history.append(Progress(len(history) + len(errors), 10**9, errors, sparsities, 1.0, 0.0005, tuple(changes)))


@pytest.fixture
def panel(qtbot) -> Iterator[CurvesPanel]:
    panel = CurvesPanel(Workbench())
    panel.resize(*SIZE)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.close()
    panel.deleteLater()


def viewport_point(panel, x, y) -> QPoint:
    """Where a point of the view is in the plot's viewport."""
    box = panel.plot.view_box
    return panel.plot.mapFromScene(box.mapToScene(box.mapFromView(QPointF(x, y))))


def middle(panel) -> QPoint:
    box = panel.plot.view_box
    return panel.plot.mapFromScene(box.mapToScene(box.rect().center()))


def wheel(panel, point, delta) -> None:
    viewport = panel.plot.viewport()
    event = QWheelEvent(
        QPointF(point),
        QPointF(viewport.mapToGlobal(point)),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def click(qtbot, panel, name) -> None:
    qtbot.mouseClick(panel.findChild(object, name), Qt.MouseButton.LeftButton)


def marks(panel):
    return [mark.text for mark in panel.plot.marks.marks()]


# -- what is drawn ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("log_x", [False, True])
@pytest.mark.parametrize("count", [30, 25_000, 1_000_000])
def test_drawn_extremes_are_those_of_all_points(panel, count, log_x):
    errors, sparsities = synthetic(count)
    set_run_length(panel, count)
    panel.set_history(history_of(errors, sparsities))
    panel.set_log(x=log_x)
    x, y = panel.plot.curve("error_raw")
    assert len(x) <= 6 * panel.plot.pixel_width()
    assert y.min() == pytest.approx(errors.min())
    assert y.max() == pytest.approx(min(errors.max(), 101 * panel.plot.y_range()[1]))
    # Any part of the curve has the extremes of the iterations that lie there.
    if count > 1000:
        bins = make_bins(*panel.plot.x_range(), panel.plot.pixel_width(), count, log=log_x)
        for j in (0, len(bins) // 3, len(bins) - 1):
            part = errors[bins.edges[j] : bins.edges[j + 1]]
            drawn = y[[j]] if bins.single else y[2 * j : 2 * j + 2]
            np.testing.assert_allclose([drawn.min(), drawn.max()], [part.min(), part.max()], rtol=1e-6)


def test_smoothed_curve_is_the_mean_of_the_last_25(panel):
    errors, sparsities = synthetic(1500)
    set_run_length(panel, 1500)
    panel.set_history(history_of(errors, sparsities))
    expected = np.convolve(errors.astype(float), np.ones(25) / 25)[24:1500]
    x, y = panel.plot.curve("error")
    np.testing.assert_array_equal(x, np.arange(1, 1501))
    np.testing.assert_allclose(y[24:], expected, rtol=1e-5)
    # Sparsity is drawn in the left axis's coordinates so that the right axis from 0 to 1 reads it.
    expected = np.convolve(sparsities.astype(float), np.ones(25) / 25)[24:1500]
    low, high = panel.plot.y_range()
    np.testing.assert_allclose((panel.plot.curve("sparsity")[1][24:] - low) / (high - low), expected, rtol=1e-5)


@pytest.mark.parametrize("count", [1500, 700_000])
def test_window_typed_into_the_box(panel, qtbot, count):
    errors, sparsities = synthetic(count)
    history = history_of(errors, sparsities)
    panel.set_history(history)
    box = panel.findChild(object, "smoothingSpinBox")
    assert box.value() == 25
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "100")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    add(history, *synthetic(500, seed=1))  # the run goes on meanwhile
    panel.refresh()
    qtbot.waitUntil(lambda: history.window == 100)
    everything = np.concatenate([errors, synthetic(500, seed=1)[0]]).astype(float)
    smoothed = history.smoothed_error.series.values()
    assert len(smoothed) == count + 500
    np.testing.assert_allclose(smoothed[99:], np.convolve(everything, np.ones(100) / 100)[99 : count + 500], rtol=1e-4)
    # A new run keeps the person's choice.
    other = history_of(*synthetic(200))
    panel.set_history(other)
    assert other.window == 100


def test_curve_keeps_its_points_while_it_grows(panel):
    errors, sparsities = synthetic(40_000)
    history = history_of(errors[:30_100], sparsities[:30_100])
    set_run_length(panel, 40_000)
    panel.set_history(history)
    x_range = panel.plot.x_range()
    before = panel.plot.curve("error_raw")
    add(history, errors[30_100:30_700], sparsities[30_100:30_700])
    panel.refresh()
    assert panel.plot.x_range() == x_range
    after = panel.plot.curve("error_raw")
    assert len(after[0]) > len(before[0])
    whole = len(before[0]) - 2  # the last bin was not full
    np.testing.assert_array_equal(after[0][:whole], before[0][:whole])
    np.testing.assert_array_equal(after[1][:whole], before[1][:whole])


def test_single_points_are_shown_when_zoomed_in_deep(panel):
    errors, sparsities = synthetic(1_000_000)
    panel.set_history(history_of(errors, sparsities))
    assert panel.plot.dot_count("error_raw") == 0
    panel.plot.view_box.setRange(xRange=(500_000, 500_040), yRange=(0, 300), padding=0)
    x, y = panel.plot.curve("error_raw")
    np.testing.assert_allclose(y, errors[x.astype(int) - 1], rtol=1e-6)
    assert {500_000, 500_020, 500_040} <= set(x.astype(int))
    assert panel.plot.dot_count("error_raw") == len(x)


def test_held_out_errors_are_drawn_where_they_were_measured(panel):
    history = history_of(*synthetic(2000))
    history.held_out = [(0, 700.0), (1000, 120.0), (2000, 90.0)]
    panel.set_history(history)
    x, y = panel.plot.curve("held_out")
    assert list(zip(x, y, strict=True)) == history.held_out
    assert panel.plot.dot_count("held_out") == 3


def test_many_held_out_errors_are_a_line_without_dots(panel):
    history = history_of(*synthetic(2000))
    history.held_out = [(i, 100.0 + i % 3) for i in range(0, 2000, 5)]
    panel.set_history(history)
    assert len(panel.plot.curve("held_out")[0]) == 400
    assert panel.plot.dot_count("held_out") == 0


def test_hidden_panel_draws_nothing_and_catches_up(panel, qtbot):
    errors, sparsities = synthetic(3000)
    history = history_of(errors[:1000], sparsities[:1000])
    panel.set_history(history)
    panel.hide()
    add(history, errors[1000:], sparsities[1000:])
    panel.refresh()
    assert panel.plot.curve("error")[0][-1] == 1000
    panel.show()
    assert panel.plot.curve("error")[0][-1] == pytest.approx(3000, abs=4)  # the middle of the last bin


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("log_y", [False, True])
def test_divergence_breaks_neither_ranges_nor_drawing(panel, bad, log_y):
    errors, sparsities = synthetic(5000)
    errors[-3:] = 1e30, 3e38, bad
    panel.set_history(history_of(errors, sparsities))
    panel.set_log(y=log_y)
    low, high = panel.plot.y_range()
    assert np.isfinite([low, high]).all()
    assert high < 2000
    assert "diverged at iteration 5,000" in marks(panel)
    assert not panel.grab().isNull()
    panel.set_mode(ViewMode.FOLLOW)
    assert np.isfinite(panel.plot.y_range()).all()


# -- what is visible -------------------------------------------------------------------------------------------------


def test_fit_shows_everything_in_steps_up_to_the_end(panel):
    errors, sparsities = synthetic(25_000)
    history = History()
    set_run_length(panel, 25_000)
    panel.set_history(history)
    panel.set_linear_errors(LinearErrors(150.0, 500, 150.0, 500))
    seen = []
    for start in range(0, 25_000, 500):
        add(history, errors[start : start + 500], sparsities[start : start + 500])
        panel.refresh()
        low, high = panel.plot.x_range()
        assert low == 0
        assert len(history) <= high <= 25_000
        assert panel.plot.y_range()[1] > 150.0
        seen.append(high)
    assert seen[-1] == 25_000
    assert len(set(seen)) < 20
    # The huge first errors do not squash the rest.
    assert panel.plot.y_range() == (0.0, pytest.approx(225, abs=75))
    panel.set_linear_errors(LinearErrors(900.0, 500, 900.0, 500))
    assert panel.plot.y_range()[1] > 900.0


def test_axes_stand_still_between_steps(panel, qtbot):
    errors, sparsities = synthetic(20_000)
    history = history_of(errors[:10_100], sparsities[:10_100])
    panel.set_history(history)
    changes = []
    panel.plot.view_box.sigRangeChanged.connect(lambda *args: changes.append(args))
    for start in range(10_100, 12_000, 100):
        add(history, errors[start : start + 100], sparsities[start : start + 100])
        panel.refresh()
    assert len(changes) <= 2
    panel.plot.view_box.sigRangeChanged.disconnect()


def test_follow_shows_the_newest(panel, qtbot):
    errors, sparsities = synthetic(30_000)
    history = history_of(errors[:20_000], sparsities[:20_000])
    panel.set_history(history)
    click(qtbot, panel, "followAction")
    assert panel.mode() is ViewMode.FOLLOW
    assert panel.plot.x_range() == (15_000, 20_000)
    add(history, errors[20_000:], sparsities[20_000:])
    panel.refresh()
    assert panel.plot.x_range() == (25_000, 30_000)
    assert panel.plot.curve("error")[0].max() == pytest.approx(30_000, abs=8)  # the middle of the last bin
    panel.findChild(object, "followAction").menu().actions()[0].trigger()
    assert panel.follow_width() == 1000
    assert panel.plot.x_range() == (29_000, 30_000)
    click(qtbot, panel, "fitAction")
    assert panel.plot.x_range()[0] == 0
    assert panel.mode() is ViewMode.FIT


@pytest.mark.parametrize("first", ["fitAction", "followAction"])
def test_wheel_zooms_and_leaves_fit_and_follow(panel, qtbot, first):
    history = history_of(*synthetic(20_000))
    panel.set_history(history)
    click(qtbot, panel, first)
    before, right = panel.plot.x_range(), panel.plot.right_range()
    wheel(panel, middle(panel), 240)
    low, high = panel.plot.x_range()
    assert high - low < before[1] - before[0]
    assert panel.mode() is ViewMode.FREE
    assert not panel.findChild(object, first).isChecked()
    assert panel.plot.right_range() == right
    add(history, *synthetic(10_000))
    panel.refresh()
    assert panel.plot.x_range() == (low, high)
    # "As many as are visible now"
    panel.findChild(object, "followAction").menu().actions()[-1].trigger()
    assert panel.follow_width() == pytest.approx(high - low, rel=0.01)


def test_drag_moves_the_plot(panel, draw_stroke, monkeypatch):
    monkeypatch.setitem(pg.CONFIG_OPTIONS, "mouseRateLimit", -1)  # it would pass over events of the same moment
    panel.set_history(history_of(*synthetic(20_000)))
    before = panel.plot.x_range()
    start = QPointF(middle(panel))
    draw_stroke(panel.plot.viewport(), [start + QPointF(step, 0) for step in range(0, 120, 20)])
    low, high = panel.plot.x_range()
    assert low < before[0]
    assert high - low == pytest.approx(before[1] - before[0])
    assert panel.mode() is ViewMode.FREE


def test_wheel_over_the_right_axis_zooms_sparsity_alone(panel):
    panel.set_history(history_of(*synthetic(5000)))
    left = panel.plot.y_range()
    box = panel.plot.view_box.sceneBoundingRect()
    wheel(panel, QPoint(int(box.right()) + 15, int(box.center().y())), 240)
    low, high = panel.plot.right_range()
    assert 0 < low < high < 1
    assert panel.plot.y_range() == left
    panel.set_mode(ViewMode.FIT)
    assert panel.plot.right_range() == (0, 1)


def test_keys(panel, qtbot):
    panel.set_history(history_of(*synthetic(20_000)))
    panel.plot.setFocus()
    qtbot.keyClick(panel.plot, Qt.Key.Key_Plus)
    assert panel.mode() is ViewMode.FREE
    width = np.diff(panel.plot.x_range())
    assert width == pytest.approx(16_000, rel=0.01)
    qtbot.keyClick(panel.plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert np.diff(panel.plot.x_range()) == pytest.approx(width)
    qtbot.keyClick(panel.plot, Qt.Key.Key_End)
    assert panel.mode() is ViewMode.FOLLOW
    qtbot.keyClick(panel.plot, Qt.Key.Key_Home)
    assert panel.mode() is ViewMode.FIT


def test_arrow_keys_read_the_curves(panel, qtbot):
    panel.set_history(history_of(*synthetic(20_000)))
    panel.plot.setFocus()
    qtbot.keyClick(panel.plot, Qt.Key.Key_Left)
    first = panel.plot.crosshair.readings()[0].value
    qtbot.keyClick(panel.plot, Qt.Key.Key_PageUp)
    qtbot.keyClick(panel.plot, Qt.Key.Key_Left)
    place, *values = panel.plot.crosshair.readings()
    low, high = panel.plot.iteration_range()
    step = (high - low) / 100
    assert int(first.replace(",", "")) == pytest.approx(20_000 - step, abs=1)
    at = int(place.value.replace(",", ""))
    assert at == pytest.approx(20_000 - 12 * step, abs=3)
    words = panel.plot.accessible_value()
    assert words.startswith(f"Iteration {at:,}: ")
    assert all(f"{reading.name} {reading.value}" in words for reading in values)
    assert f"{panel.history().error.values()[at - 1]:.1f}" in words
    assert panel.mode() is ViewMode.FIT  # reading moves nothing
    panel.tools.crosshair.setChecked(False)  # which is the mouse's
    assert panel.plot.crosshair.readings()
    qtbot.keyClick(panel.plot, Qt.Key.Key_Escape)
    assert not panel.plot.crosshair.readings()
    assert not panel.plot.accessible_value().startswith("Iteration")


def test_reading_begins_within_what_is_visible_and_goes_on_to_its_ends(panel, qtbot):
    panel.plot.setFocus()
    qtbot.keyClick(panel.plot, Qt.Key.Key_Right)  # there is nothing to read yet
    assert not panel.plot.crosshair.readings()
    panel.set_history(history_of(*synthetic(20_000)))
    panel.set_log(x=True)
    for _ in range(120):
        qtbot.keyClick(panel.plot, Qt.Key.Key_Left)
    assert panel.plot.crosshair.readings()[0].value == "1"
    qtbot.keyClick(panel.plot, Qt.Key.Key_Right)
    assert panel.plot.crosshair.readings()[0].value == "2"


def test_logarithmic_axes(panel, qtbot):
    errors, sparsities = synthetic(25_000)
    set_run_length(panel, 25_000)
    panel.set_history(history_of(errors, sparsities))
    panel.set_linear_errors(LinearErrors(50.0, 500, 50.0, 500))
    click(qtbot, panel, "logXAction")
    click(qtbot, panel, "logYAction")
    assert panel.plot.x_range() == (0, pytest.approx(np.log10(25_000)))
    x, y = panel.plot.curve("error_raw")
    assert x[0] == 0
    assert y[0] == pytest.approx(np.log10(errors[0]), rel=1e-5)
    assert y.max() == pytest.approx(np.log10(errors.max()), rel=1e-5)
    low, high = panel.plot.y_range()
    assert low < np.log10(50.0)
    assert high > np.log10(errors.max())
    # Sparsity stays linear on its axis.
    drawn = (panel.plot.curve("sparsity_raw")[1] - low) / (high - low)
    assert drawn.max() == pytest.approx(sparsities.max(), rel=1e-5)
    click(qtbot, panel, "logXAction")
    click(qtbot, panel, "logYAction")
    assert panel.plot.x_range() == (0, 25_000)
    assert panel.plot.curve("error_raw")[1].min() == pytest.approx(errors.min())


def test_logarithm_keeps_what_the_person_zoomed_to(panel, qtbot):
    panel.set_history(history_of(*synthetic(25_000)))
    wheel(panel, middle(panel), 240)
    before = panel.plot.iteration_range()
    click(qtbot, panel, "logXAction")
    assert panel.plot.iteration_range() == pytest.approx(before)
    assert panel.mode() is ViewMode.FREE


def test_ranges():
    assert fit_range(0, 25_000, log=False) == (0, 25_000)
    assert fit_range(1200, 25_000, log=False) == (0, 1250)
    assert fit_range(24_000, 24_500, log=False) == (0, 24_500)
    assert fit_range(30_000, 25_000, log=False) == (0, 30_000)  # continued; the end is not known yet
    assert follow_range(300, 5000, log=False) == (0, 5000)
    assert follow_range(20_001, 5000, log=False) == (15_250, 20_250)


@pytest.mark.parametrize(("low", "high"), [(0, 4.4), (1.7, 2.9), (1.9, 2.1), (0, 7), (-2, 12), (2.0, 2.001)])
def test_logarithmic_ticks_have_room(low, high):
    numbered = log_ticks(low, high, 300, 30)[0][1]
    assert len(numbered) >= 2
    assert all(low <= v <= high for v in numbered)
    assert np.diff(numbered).min() * 300 / (high - low) >= 29


# -- legend, marks, crosshair ----------------------------------------------------------------------------------------


def test_legend_hides_and_shows(panel, qtbot):
    history = history_of(*synthetic(2000))
    history.held_out = [(1000, 100.0)]
    panel.set_history(history)
    panel.set_linear_errors(LinearErrors(103.2, 500, 103.2, 500))
    color = QColor(theme.current_theme(panel.palette()).error)

    def drawn() -> bool:
        image = panel.plot.grab().toImage()
        return any(image.pixelColor(x, y) == color for x in range(90, 600, 3) for y in range(20, 380, 3))

    assert drawn()
    button = panel.legend.button("error")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isChecked()
    assert not drawn()
    panel.refresh()
    assert not drawn()
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert drawn()
    qtbot.mouseClick(panel.legend.button("held_out"), Qt.MouseButton.LeftButton)
    panel.refresh()
    assert panel.plot.dot_count("held_out") == 0
    for key in ("linear_bound", "sparsity_raw"):
        qtbot.mouseClick(panel.legend.button(key), Qt.MouseButton.LeftButton)
    assert panel.legend.shown_keys() == ["error_raw", "error", "sparsity"]


def test_changes_are_marked_and_explained(panel, qtbot):
    changes = [Change(1000, "learning rate", 0.0005, 0.0002), Change(1500, "noise level", 1.0, 0.8)]
    panel.set_history(history_of(*synthetic(2000), changes))
    assert marks(panel) == ["learning rate: 0.0005 → 0.0002", "noise level: 1 → 0.8"]
    place = viewport_point(panel, 1000, sum(panel.plot.y_range()) / 2)
    event = QHelpEvent(QEvent.Type.ToolTip, place, panel.plot.viewport().mapToGlobal(place))
    QApplication.sendEvent(panel.plot.viewport(), event)
    assert QToolTip.text() == "learning rate: 0.0005 → 0.0002"


def test_hundreds_of_changes_can_be_drawn(panel):
    changes = [Change(5 * i, "learning rate", 0.1 * i, 0.1 * i + 0.1) for i in range(400)]
    panel.set_history(history_of(*synthetic(2000), changes))
    panel.set_log(x=True)
    assert not panel.grab().isNull()


def test_crosshair_reads_values_and_leaves(panel, qtbot):
    errors, sparsities = synthetic(2000)
    history = history_of(errors, sparsities)
    history.held_out = [(500, 200.0), (1500, 110.5)]
    panel.set_history(history)
    panel.grab()  # the layout is final after the first painting
    qtbot.mouseMove(panel.plot.viewport(), viewport_point(panel, 1400, 200))
    read = {reading.name: reading.value for reading in panel.plot.crosshair.readings()}
    number = int(read["Iteration"].replace(",", ""))
    assert number == pytest.approx(1400, abs=5)
    assert read["Error"] == f"{errors[number - 1]:.1f}"
    assert read["Error, mean of 25"] == f"{errors[number - 25 : number].mean():.1f}"
    assert read["Sparsity"] == f"{sparsities[number - 1]:.3f}"
    assert read["Held-out error at 1,500"] == "110.5"
    QApplication.sendEvent(panel.plot, QEvent(QEvent.Type.Leave))
    assert panel.plot.crosshair.readings() == []
    click(qtbot, panel, "crosshairAction")
    qtbot.mouseMove(panel.plot.viewport(), viewport_point(panel, 700, 200))
    assert panel.plot.crosshair.readings() == []


def test_empty_panel_has_a_hint(panel):
    set_run_length(panel, 25_000)
    assert panel.plot.backdrop.hint == "Press Start to watch the error fall"
    assert panel.plot.x_range() == (0, 25_000)
    panel.set_history(history_of(*synthetic(5)))
    assert panel.plot.backdrop.hint == ""


def test_the_hint_asks_for_nothing_that_was_done(panel):
    panel.workbench.set_state(State.RUNNING)
    assert "Start" not in panel.plot.backdrop.hint
    panel.workbench.set_state(State.IDLE)
    assert "Start" in panel.plot.backdrop.hint


def test_controls_can_be_reached_and_named(panel):
    for name in ("fitAction", "followAction", "logXAction", "logYAction", "crosshairAction", "smoothingSpinBox"):
        control = panel.findChild(object, name)
        assert control.accessibleName()
        assert control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_right_click_opens_the_menu(panel, qtbot):
    panel.set_history(history_of(*synthetic(500)))
    qtbot.mouseClick(panel.plot.viewport(), Qt.MouseButton.RightButton, pos=middle(panel))
    menu = panel.findChild(QMenu, "curvesMenu")
    assert [action.text() for action in menu.actions()] == [
        "Copy &picture",
        "&Save picture…",
        "Save curves as C&SV…",
    ]
    with qtbot.waitSignal(panel.exportCsvRequested):
        menu.actions()[2].trigger()
    menu.actions()[0].trigger()
    assert QApplication.clipboard().image().width() == 2 * panel.plot.width()
    QApplication.clipboard().clear()
    menu.close()


# -- theme and export ------------------------------------------------------------------------------------------------


def test_palette_change_is_followed(panel, qapp):
    panel.set_history(history_of(*synthetic(500)))
    try:
        for one in (theme.DARK, theme.LIGHT):
            theme.apply_theme(qapp, one)
            qapp.processEvents()
            image = panel.plot.grab().toImage()
            assert image.pixelColor(1, 1) == QColor(one.plot_background)
            assert panel.legend.button("error").color == QColor(one.error)
    finally:
        qapp.setPalette(qapp.style().standardPalette())


def test_picture_export(panel, tmp_path):
    history = history_of(*synthetic(3000), [Change(1000, "learning rate", 0.0005, 0.0002)])
    panel.set_history(history)
    ranges = panel.plot.x_range(), panel.plot.y_range()
    drawn = panel.plot.curve("error_raw")[1].copy()
    write_picture(panel.picture(), tmp_path / "curves.png")
    write_picture(panel.picture(), tmp_path / "curves.svg")
    image = QImage(str(tmp_path / "curves.png"))
    assert image.width() == 2 * panel.plot.width()
    xml.dom.minidom.parse(str(tmp_path / "curves.svg"))  # noqa: S318
    renderer = QSvgRenderer(str(tmp_path / "curves.svg"))
    assert renderer.isValid()
    drawing = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    painter = QPainter(drawing)
    renderer.render(painter)
    painter.end()
    color = QColor(theme.current_theme(panel.palette()).error)
    for picture in (image, drawing):
        xs, ys = range(0, picture.width(), 2), range(0, picture.height(), 2)
        assert any(picture.pixelColor(x, y) == color for x in xs for y in ys)
    # Nothing is drawn beyond the plot's borders, whether a program understands clipping or not.
    assert "clip" not in (tmp_path / "curves.svg").read_text(encoding="utf-8").lower()
    beyond = {drawing.pixelColor(x, 31).name() for x in range(80, 600)}
    assert beyond == {theme.current_theme(panel.palette()).plot_background}
    # Nothing on the screen has changed.
    assert (panel.plot.x_range(), panel.plot.y_range()) == ranges
    np.testing.assert_array_equal(panel.plot.curve("error_raw")[1], drawn)
    with pytest.raises(PictureExportError, match=r"\.png, \.svg or \.pdf"):
        write_picture(panel.picture(), tmp_path / "curves.bmp")
    with pytest.raises(PictureExportError, match="missing"):
        write_picture(panel.picture(), tmp_path / "missing" / "curves.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["curves.png", "curves.svg"]


def test_csv_round_trip(panel, tmp_path):
    errors, sparsities = synthetic(45_000)
    history = history_of(errors, sparsities, [Change(1000, "learning rate", 0.0005, 0.0002)])
    history.held_out = [(0, 700.0), (20_000, 120.25), (45_000, 90.0), (45_500, 89.0)]
    panel.set_history(history)
    path = tmp_path / "curves.csv"
    panel.export_csv(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    assert "# changed after iteration 1000: learning rate: 0.0005 → 0.0002" in comments
    assert any("standardized units" in line for line in comments)
    table = np.genfromtxt(lines[len(comments) :], delimiter=",", names=True)
    assert table.dtype.names == (
        "iteration",
        "error",
        "smoothed_error",
        "sparsity",
        "smoothed_sparsity",
        "held_out_error",
    )
    assert table["iteration"].tolist() == [*range(45_001), 45_500]
    rows = table[1:-1]
    for name, expected in (
        ("error", errors),
        ("smoothed_error", history.smoothed_error.series.values()),
        ("sparsity", sparsities),
        ("smoothed_sparsity", history.smoothed_sparsity.series.values()),
    ):
        np.testing.assert_array_equal(rows[name].astype(np.float32), expected)
    measured = {int(row["iteration"]): row["held_out_error"] for row in table if np.isfinite(row["held_out_error"])}
    assert measured == dict(history.held_out)
    assert [entry.name for entry in tmp_path.iterdir()] == ["curves.csv"]
    with pytest.raises(OSError, match="missing"):
        panel.export_csv(tmp_path / "missing" / "curves.csv")


def test_new_run_starts_afresh(panel):
    panel.set_history(history_of(*synthetic(20_000)))
    wheel(panel, middle(panel), 240)
    panel.set_history(History())
    assert panel.mode() is ViewMode.FIT
    assert len(panel.plot.curve("error")[0]) == 0
    assert panel.plot.backdrop.hint


@pytest.mark.parametrize("size", [(700, 380), (700, 480), (460, 300), (1400, 900)])
def test_nothing_is_cut(panel, qapp, size):
    panel.set_history(history_of(*synthetic(25_000)))
    panel.resize(*size)
    qapp.processEvents()
    scene = panel.plot.sceneRect()
    for axis in panel.plot.axes.values():
        label = axis.label.mapRectToScene(axis.label.boundingRect())
        assert scene.adjusted(-8, -8, 8, 8).contains(label), axis.orientation
    buttons = [button for button in panel.legend.findChildren(QAbstractButton) if button.isVisible()]
    assert buttons
    for button in buttons:
        assert panel.legend.rect().contains(button.geometry())


def test_averaged_weights_have_a_line_where_there_are_any(panel):
    entry = panel.legend.button("averaged")
    assert entry.isHidden()
    history = History()
    history.held_out += [(0, 700.0), (100, 300.0)]
    history.averaged += [(0, 700.0), (100, 250.0)]
    panel.set_history(history)
    panel.refresh()
    assert not entry.isHidden()
    np.testing.assert_array_equal(panel.plot.curve("averaged")[1], [700.0, 250.0])
    panel.set_history(History())
    panel.refresh()
    assert entry.isHidden()
