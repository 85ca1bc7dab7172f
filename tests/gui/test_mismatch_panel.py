"""The dock of other noise: curves, marks, the series' heat map, copying and cancelling."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.evaluation.noise_mismatch import Series, train_series
from dae_core.jobs import Monitor
from dae_core.model.corruption import Gaussian, Masking
from dae_core.training.config import TrainingConfig
from dae_gui.panels.mismatch_panel import MismatchPanel
from dae_gui.panels.mismatch_panel import panel as panel_module
from dae_gui.panels.mismatch_panel.series_side import losses_in_db, shade
from dae_gui.support.theme import DARK, LIGHT, apply_theme
from dae_gui.widgets.plots.curve_plot import CurveStyle
from dae_gui.widgets.plots.level_plot import LevelPlot
from dae_gui.workbench.facts import OpenData
from helpers.datasets import make_dataset
from helpers.models import make_model
from helpers.widgets import Notices, find, shown_panel, text

CONFIG = TrainingConfig(hidden_units=10, learning_rate=0.002, corruption=Gaussian(0.5), seed=3)


@pytest.fixture
def empty_panel(qtbot: QtBot) -> Iterator[MismatchPanel]:
    with shown_panel(qtbot, MismatchPanel) as panel:
        yield panel
        panel.series.line.end()


@pytest.fixture
def dataset() -> Dataset:
    return make_dataset()


@pytest.fixture
def panel(qtbot: QtBot, empty_panel: MismatchPanel, dataset: Dataset) -> MismatchPanel:
    empty_panel.workbench.set_data(OpenData(dataset))
    empty_panel.workbench.set_config(CONFIG)
    empty_panel.workbench.set_model(make_model(dataset), 100)
    wait_for_curve(qtbot, empty_panel, 100)
    find(empty_panel, QSpinBox, "seriesIterationsSpinBox").setValue(600)
    find(empty_panel, QLineEdit, "seriesLevelsLineEdit").setText("0.2, 0.8, 1.5")
    return empty_panel


def wait_for_curve(qtbot: QtBot, panel: MismatchPanel, iteration: int) -> None:
    qtbot.waitUntil(
        lambda: (
            f"Iteration {iteration:,}" in text(panel, "mismatchSentence")
            or "diverged" in text(panel, "mismatchSentence")
        ),
    )


def choose_kind(panel: MismatchPanel, kind: str) -> None:
    combo = find(panel, QComboBox, "mismatchKindComboBox")
    combo.setCurrentIndex(combo.findData(kind))
    combo.activated.emit(combo.currentIndex())


def train(qtbot: QtBot, panel: MismatchPanel) -> Series:
    qtbot.mouseClick(find(panel, QPushButton, "seriesButton"), Qt.MouseButton.LeftButton)
    # Private: the runs of a series are shown as points only, and asked of it to the last bit here.
    qtbot.waitUntil(lambda: panel.kind() in panel._series)
    return panel._series[panel.kind()]


@pytest.mark.parametrize(("width", "is_short"), [(140, True), (600, False)])
def test_the_legend_has_short_names_where_it_is_narrow(
    empty_panel: MismatchPanel, width: int, *, is_short: bool
) -> None:
    empty_panel.curves.resize(width, 200)
    assert ("best&nbsp;linear&nbsp;denoiser" in text(empty_panel, "mismatchLegend")) is not is_short


@pytest.mark.parametrize("height", [140, 90])
def test_a_hint_is_whole_where_there_is_little_room(qtbot: QtBot, height: int) -> None:
    plot = LevelPlot((CurveStyle("network", "held_out"),), "level", "PSNR", None)
    qtbot.addWidget(plot)
    plot.resize(320, height)
    plot.show()
    empty, area = plot.grab().toImage(), plot.backdrop.mapRectToScene(plot.backdrop.boundingRect()).toAlignedRect()
    plot.backdrop.set_hint("The first iterations are about to come, and then one sees them")
    shown = plot.grab().toImage()
    for y in (area.top(), area.bottom() - 1):
        assert all(shown.pixel(x, y) == empty.pixel(x, y) for x in range(area.left(), area.right())), "letters are cut"
    assert shown != empty


def test_before_anything_it_says_what_it_is(empty_panel: MismatchPanel) -> None:
    assert "loaded" in empty_panel.curves.plot.backdrop.hint
    assert "Your run is not touched" in text(empty_panel, "seriesLabel")
    assert not find(empty_panel, QPushButton, "seriesButton").isEnabled()


def test_curves_equal_single_measurements(panel: MismatchPanel, dataset: Dataset) -> None:
    plot = panel.curves.plot
    assert plot.levels().tolist() == list(Gaussian.curve_levels)
    model = make_model(dataset)
    for place, level in enumerate(plot.levels()):
        held_out = HeldOut(dataset, Gaussian(float(level)), 300)
        assert plot.values()["network"][place] == pytest.approx(held_out.evaluate(model).psnr, rel=1e-5)
        if level > 0:
            assert plot.values()["noisy input"][place] == pytest.approx(held_out.score(held_out.noisy).psnr)
    assert [mark.iteration for mark in plot.marks.marks()] == [0.5]
    assert "60 held-out images" in text(panel, "mismatchSentence")


def test_the_axis_names_the_unit_of_sigma(qtbot: QtBot, panel: MismatchPanel, dataset: Dataset) -> None:
    assert panel.curves.plot.axes["bottom"].title == "σ of the noise (standardized units)"
    config = CONFIG.replace(loss="cross-entropy")
    panel.workbench.set_data(OpenData(dataset).scaled_for(config))
    panel.workbench.set_config(config)
    qtbot.waitUntil(lambda: panel.curves.plot.axes["bottom"].title == "σ of the noise (grey from 0 to 1)")


def test_the_sentence_names_the_levels_at_which_the_network_wins(panel: MismatchPanel) -> None:
    # Private: figures at which the network wins just here and there are made up, none trains like that.
    ladder = panel._ladders["gaussian"]
    figures = panel._figures
    assert figures is not None
    ladder.linear_psnr = np.array([one.psnr for one in figures]) + 1
    ladder.linear_psnr[[2, 4]] -= 2
    panel._show()
    assert f"linear denoiser at {ladder.levels[2]:g}, {ladder.levels[4]:g}." in text(panel, "mismatchSentence")
    ladder.linear_psnr += 5
    panel._show()
    assert "at no level shown" in text(panel, "mismatchSentence")


def test_the_network_follows_and_the_ladder_stays(
    qtbot: QtBot, panel: MismatchPanel, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel_module, "NoiseLadder", lambda *_: pytest.fail("fitted again"))
    other = make_model(dataset, 7)
    panel.workbench.set_model(other, 250)
    wait_for_curve(qtbot, panel, 250)
    expected = HeldOut(dataset, Gaussian(1.0), 300).evaluate(other).psnr
    place = Gaussian.curve_levels.index(1.0)
    assert panel.curves.plot.values()["network"][place] == pytest.approx(expected, rel=1e-5)
    panel.workbench.set_config(CONFIG.replace(corruption=Gaussian(0.7)))
    qtbot.waitUntil(lambda: panel.curves.plot.marks.marks()[0].iteration == 0.7)


def test_a_hidden_panel_asks_for_nothing(
    panel: MismatchPanel, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.hide()
    monkeypatch.setattr(panel, "ask", lambda *_: pytest.fail("asked"))
    panel.workbench.set_model(make_model(dataset, 7), 250)
    panel.workbench.set_config(CONFIG.replace(corruption=Gaussian(0.7)))
    QApplication.processEvents()


def test_another_kind_of_noise(qtbot: QtBot, panel: MismatchPanel, dataset: Dataset) -> None:
    choose_kind(panel, "masking")
    wait_for_curve(qtbot, panel, 100)
    plot = panel.curves.plot
    assert plot.marks.marks() == []
    assert "Trained on gaussian noise, 0.5" in text(panel, "mismatchSentence")
    held_out = HeldOut(dataset, Masking(0.5), 300)
    place = Masking.curve_levels.index(0.5)
    assert plot.values()["network"][place] == pytest.approx(held_out.evaluate(make_model(dataset)).psnr, rel=1e-5)
    assert find(panel, QLineEdit, "seriesLevelsLineEdit").text().startswith("0.1")
    panel.workbench.set_config(CONFIG.replace(seed=9))
    assert panel.kind() == "masking"  # chosen by hand, so it stays


def test_the_kind_is_the_trainings_own_until_chosen(panel: MismatchPanel) -> None:
    panel.workbench.set_config(CONFIG.replace(corruption=Masking(0.2)))
    assert panel.kind() == "masking"


def test_the_series_is_the_one_of_the_core(qtbot: QtBot, panel: MismatchPanel, dataset: Dataset) -> None:
    series = train(qtbot, panel)
    levels = (0.2, 0.8, 1.5)
    expected = train_series(dataset, CONFIG.replace(iterations=600), levels, 500)
    np.testing.assert_allclose(series.mse, expected.mse, rtol=1e-5)
    table = panel.series.table
    for metric, values, places in (("psnr", expected.psnr, 2), ("mse", expected.mse, 3)):
        combo = find(panel, QComboBox, "seriesMetricComboBox")
        combo.setCurrentIndex(combo.findData(metric))
        shown = np.array([[float(one) for one in row] for row in table.row_texts()])
        np.testing.assert_allclose(shown, values, atol=0.51 * 10**-places)
        bold = np.array([[table.item(row, column).font().bold() for column in range(3)] for row in range(3)])
        best = values.argmax(axis=0) if metric == "psnr" else values.argmin(axis=0)
        assert bold.sum(axis=0).tolist() == [1, 1, 1]
        assert bold.argmax(axis=0).tolist() == best.tolist()
    said = text(panel, "seriesLabel")
    for words in ("600 iterations", "10 hidden units", "seed 3", "60 held-out images"):
        assert words in said
    assert "changed since" not in said
    panel.workbench.set_config(CONFIG.replace(hidden_units=20))
    qtbot.waitUntil(lambda: "changed since" in text(panel, "seriesLabel"))
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == ["", "at 0.2", "at 0.8", "at 1.5"]
    assert lines[1].startswith("at 0.2")


def test_levels_that_make_no_sense_are_refused(qtbot: QtBot, panel: MismatchPanel) -> None:
    find(panel, QLineEdit, "seriesLevelsLineEdit").setText("0.5, 99")
    with qtbot.waitSignal(Notices(panel).warned) as told:
        qtbot.mouseClick(find(panel, QPushButton, "seriesButton"), Qt.MouseButton.LeftButton)
    assert "between 0 and 10" in told.args[0]
    assert not panel.series.line.is_working()


def test_a_series_of_a_run_with_own_code_trains_with_the_programs_gradient(qtbot: QtBot, panel: MismatchPanel) -> None:
    panel.workbench.set_config(CONFIG.replace(own_backward="x = 1\n"))
    series = train(qtbot, panel)
    assert not series.config.own_backward
    assert "have changed since" not in text(panel, "seriesLabel")


def test_a_series_can_be_cancelled(qtbot: QtBot, panel: MismatchPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*arguments: object) -> None:
        work = arguments[-1]
        assert isinstance(work, Monitor)
        work.stage(0.5, 1.0, "training at level 1")
        while True:
            work.check()

    monkeypatch.setattr(panel_module, "train_series", endless)
    qtbot.mouseClick(find(panel, QPushButton, "seriesButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.series.line.bar.value() == 500)
    qtbot.mouseClick(find(panel, QPushButton, "seriesCancelButton"), Qt.MouseButton.LeftButton)
    assert find(panel, QPushButton, "seriesButton").isVisible()
    # Private: what a cancelled series has kept would be seen only later.
    assert panel._series == {}


def test_another_data_set_forgets_all(qtbot: QtBot, panel: MismatchPanel) -> None:
    train(qtbot, panel)
    small = make_dataset((5, 6), labels=False)
    panel.workbench.set_data(OpenData(small))
    assert panel._series == {}
    assert panel.curves.plot.values() == {}
    panel.workbench.set_model(make_model(small), 7)
    wait_for_curve(qtbot, panel, 7)


def test_diverged_weights_are_no_exception(qtbot: QtBot, panel: MismatchPanel, dataset: Dataset) -> None:
    model = make_model(dataset)
    model.W[:] = np.inf
    panel.workbench.set_model(model, 300)
    qtbot.waitUntil(lambda: "diverged" in text(panel, "mismatchSentence"))
    panel.grab()


def test_reading_and_copying_the_curves(qtbot: QtBot, panel: MismatchPanel) -> None:
    plot = panel.curves.plot
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QApplication.clipboard().text().splitlines()]
    assert lines[0][1:] == [f"{name}, PSNR (dB)" for name in ("noisy input", "best linear denoiser", "network")]
    network = [float(line[3]) for line in lines[1:]]
    np.testing.assert_allclose(network, plot.values()["network"], atol=5e-4)
    spot = plot.mapFromScene(plot.view_box.mapToScene(plot.view_box.mapFromView(QPointF(1.02, 10.0))))
    QTest.mouseMove(plot.viewport(), spot)
    qtbot.waitUntil(lambda: bool(plot.crosshair.readings()))
    assert plot.crosshair.readings()[0].value == "1"
    place = Gaussian.curve_levels.index(1.0)
    assert plot.crosshair.readings()[-1].value == f"{plot.values()['network'][place]:.2f} dB"


def test_losses_and_shades() -> None:
    assert losses_in_db(np.array([20.0, 18.0, np.nan]), is_psnr=True)[:2] == [0.0, 2.0]
    assert losses_in_db(np.array([0.1, 1.0]), is_psnr=False) == pytest.approx([0.0, 10.0])
    assert shade(0) > shade(1) > shade(3) == shade(50) == shade(np.nan) == 0


def test_controls_are_named_and_the_theme_may_change(qtbot: QtBot, panel: MismatchPanel, qapp: QApplication) -> None:
    train(qtbot, panel)
    kinds: tuple[type[QWidget], ...] = (QPushButton, QComboBox, QSpinBox, QLineEdit)
    for kind in kinds:
        for control in panel.findChildren(kind):
            if control.objectName().startswith("qt_"):
                continue
            assert control.objectName()
            assert control.accessibleName()
            assert control.toolTip()
    try:
        apply_theme(qapp, DARK)
        QApplication.processEvents()
        panel.grab()
        assert DARK.held_out in find(panel, QLabel, "mismatchLegend").text()
    finally:
        apply_theme(qapp, LIGHT)
