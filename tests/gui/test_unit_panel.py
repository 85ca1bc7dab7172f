"""The unit dock, operated with mouse and keys: its numbers, its walks and orders, and that it changes nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from dae_core.datasets import Dataset
from dae_core.evaluation.denoising import NoisyDigit
from dae_core.evaluation.held_out import Figures, HeldOut
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian
from dae_core.training.config import TrainingConfig
from dae_gui.panels.filters_panel.panel import MosaicPanel
from dae_gui.panels.unit_panel import UnitPanel
from dae_gui.panels.unit_panel import panel as panel_module
from dae_gui.panels.unit_panel.unit_numbers import change, percent
from dae_gui.support.theme import DARK, LIGHT, apply_theme
from dae_gui.widgets.controls.number_text import number_text
from dae_gui.widgets.pictures.image_view import ImageView
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.widgets.plots.bar_chart import BarChart
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.arrangement import UnitChoice
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.state import State
from dae_gui.workbench.unit_sorter import UnitSorter
from helpers.widgets import Notices, find, shown_panel, text, tile_text

W = TypeVar("W", bound=QWidget)
CONFIG = TrainingConfig(corruption=Gaussian(0.7))


def make_dataset(shape: tuple[int, int] = (8, 8), labels: bool = True, n: int = 60) -> Dataset:
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (n, *shape), dtype=np.uint8)
    classes = rng.integers(0, 4, n).astype(np.uint8) if labels else None
    return Dataset("noise", images, classes, images[::-1].copy(), None if classes is None else classes[::-1].copy())


def make_model(dataset: Dataset, h: int = 10, seed: int = 0) -> AutoEncoder:
    rng = np.random.default_rng(seed)
    d = dataset.n_inputs
    arrays = [rng.normal(0, 0.2, shape).astype(np.float32) for shape in ((d, h), (h,), (h, d), (d,))]
    model = AutoEncoder(*arrays)
    model.B[4] = -1000
    return model


def bits(model: AutoEncoder) -> list[bytes]:
    return [array.tobytes() for array in model.parameters.values()]


def click(widget: QWidget, name: str) -> None:
    QTest.mouseClick(find(widget, QWidget, name), Qt.MouseButton.LeftButton)


def choose_order(widget: QWidget, order: str) -> None:
    """Choose an order with the keyboard."""
    combo = find(widget, QComboBox, "unitOrderComboBox")
    combo.setFocus()
    steps = combo.findData(order) - combo.currentIndex()
    for _ in range(abs(steps)):
        QTest.keyClick(combo, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def click_tile(panel: MosaicPanel, position: int) -> None:
    grid = panel.view.grid()
    assert grid is not None
    QTest.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=grid.tile(position).center().toPoint())


@pytest.fixture
def empty(qtbot: QtBot) -> Iterator[UnitPanel]:
    with shown_panel(qtbot, UnitPanel, 770, 300) as panel:
        sorter = UnitSorter(panel.workbench, panel._jobs, panel)
        panel.sortRequested.connect(sorter.sort)
        yield panel


def fill(panel: UnitPanel, dataset: Dataset, model: AutoEncoder, unit: int) -> None:
    panel.workbench.set_data(OpenData(dataset))
    panel.workbench.set_config(CONFIG)
    panel.workbench.set_model(model, 123)
    panel.workbench.set_digit(NoisyDigit(dataset.test_images[0], CONFIG.corruption, 5))
    panel.workbench.select_unit(unit)


def wait_measured(qtbot: QtBot, panel: UnitPanel, model: AutoEncoder | None = None, off: frozenset[int] | None = None):
    def is_measured() -> bool:
        # Private: no widget tells for which weights and units it has been measured.
        result = panel._result
        if result is None or (model is not None and result.request.model is not model):
            return False
        return result.request.off == (panel.units_off() if off is None else off)

    qtbot.waitUntil(is_measured)


def zeroed(model: AutoEncoder, units: set[int]) -> AutoEncoder:
    other = model.copy()
    for unit in units:
        other.V[unit] = 0
    return other


# -- what is shown ---------------------------------------------------------------------------------------------------


def test_before_any_data_and_before_any_unit_it_says_what_to_do(qtbot: QtBot, empty: UnitPanel) -> None:
    assert "as soon as data is loaded" in text(empty, "unitEmptyLabel")
    assert not find(empty, QWidget, "nextUnitButton").isEnabled()
    assert not find(empty, QWidget, "unitOffButton").isEnabled()
    dataset = make_dataset()
    fill(empty, dataset, make_model(dataset), -1)
    qtbot.waitUntil(lambda: "Click a tile" in text(empty, "unitEmptyLabel"))
    assert find(empty, QLabel, "unitEmptyLabel").isVisible()


@pytest.mark.parametrize("shape", [(8, 8), (20, 12)], ids=str)
@pytest.mark.parametrize("labels", [True, False], ids=["labels", "no labels"])
def test_every_number_is_right(qtbot: QtBot, empty: UnitPanel, shape: tuple[int, int], labels: bool) -> None:
    dataset = make_dataset(shape, labels)
    model, unit = make_model(dataset), 6
    before = bits(model)
    fill(empty, dataset, model, unit)
    wait_measured(qtbot, empty)
    assert text(empty, "unitTitleLabel") == "Unit 7 of 10"

    w, v = model.W[:, unit].astype(float), model.V[unit].astype(float)
    norm_w, norm_v = float(np.sqrt((w**2).sum())), float(np.sqrt((v**2).sum()))
    assert text(empty, "unitCosineLabel") == f"{float((w * v).sum()) / norm_w / norm_v:.2f}".replace("-", "−")
    assert text(empty, "unitNormWLabel") == f"{norm_w:.3g}"
    assert text(empty, "unitNormVLabel") == f"{norm_v:.3g}"
    assert text(empty, "unitBiasLabel") == f"{model.B[unit]:.3g}".replace("-", "−")
    for name, weights in (("unitWView", w), ("unitVView", v)):
        view = find(empty, ImageView, name)
        shown = view.array()
        assert shown is not None
        np.testing.assert_allclose(shown, weights.reshape(shape))
        # Private: the scale of grey is not told by a picture.
        assert view._levels == pytest.approx((-max(abs(w).max(), abs(v).max()), max(abs(w).max(), abs(v).max())))

    held_out = HeldOut(dataset, CONFIG.corruption)
    z = np.array([max(0.0, float((x * w).sum() + model.B[unit])) for x in held_out.noisy.astype(float)])
    assert text(empty, "unitRateLabel") == percent(float((z > 0).mean()))
    mse = held_out.evaluate(model).mse
    worth = held_out.evaluate(zeroed(model, {unit})).mse - mse
    assert text(empty, "unitImportanceLabel") == change(worth, mse)

    rates = find(empty, BarChart, "unitClassChart").bars()
    if dataset.test_labels is None:
        assert rates is None
    else:
        assert rates is not None
        expected = [float((z[dataset.test_labels == c] > 0).mean()) for c in range(4)]
        assert rates.heights == pytest.approx(expected)
        assert rates.labels == ("0", "1", "2", "3")
        assert max(expected) <= rates.top
    histogram = find(empty, BarChart, "unitHistogram").bars()
    assert histogram is not None
    edges = np.linspace(0, 2.0 ** np.ceil(np.log2(z.max())), 33)
    counts = np.histogram(z[z > 0], bins=edges)[0]
    np.testing.assert_array_equal(histogram.heights, np.trim_zeros(counts, "b"))
    assert percent(float((z == 0).mean())) in histogram.heading
    best = np.argsort(-z)[: min(9, int((z > 0).sum()))]
    tiles = find(empty, MosaicView, "unitDigitsView")
    picture, (height, width) = tiles.array(), shape
    assert picture is not None
    assert tiles.count() == len(best)
    for place, index in enumerate(best):
        row, column = divmod(place, 3)
        tile = picture[row * height : (row + 1) * height, column * width : (column + 1) * width]
        np.testing.assert_array_equal(tile, dataset.test_images[index])
        assert f"digit {index} " in tile_text(tiles, place) + " "
        assert f"z = {number_text(z[index], '.3g')}" in tile_text(tiles, place)
    assert f"MSE {mse:.4f}" in text(empty, "unitSummaryLabel")
    assert "60 digits, Gaussian σ 0.7, iteration 123" in text(empty, "unitSummaryLabel")
    assert bits(model) == before


def test_a_dead_unit_is_called_dead(qtbot: QtBot, empty: UnitPanel) -> None:
    dataset = make_dataset()
    fill(empty, dataset, make_model(dataset), 4)
    wait_measured(qtbot, empty)
    assert text(empty, "unitRateLabel") == "none: dead"
    assert text(empty, "unitImportanceLabel") == "0 (0.0 %)" or text(empty, "unitImportanceLabel").startswith("0 ")
    assert find(empty, BarChart, "unitHistogram").bars() is None
    assert find(empty, MosaicView, "unitDigitsView").count() == 0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers_are_shown_as_such(qtbot: QtBot, empty: UnitPanel, bad: float) -> None:
    dataset = make_dataset()
    model = make_model(dataset)
    model.W[:, 2] = model.V[2, 3] = model.B[2] = bad
    fill(empty, dataset, model, 2)
    click(empty, "unitOffButton")
    wait_measured(qtbot, empty, off=frozenset({2}))
    choose_order(empty, "importance")
    for _ in range(12):
        empty.walk(1)
    empty.grab()
    assert text(empty, "unitCosineLabel")


def test_weights_of_another_number_of_units_and_another_data_set(qtbot: QtBot, empty: UnitPanel) -> None:
    dataset = make_dataset()
    fill(empty, dataset, make_model(dataset), 9)
    click(empty, "unitOffButton")
    wait_measured(qtbot, empty, off=frozenset({9}))
    choose_order(empty, "norm")
    smaller = make_model(dataset, 5)
    empty.workbench.set_model(smaller, 0)
    wait_measured(qtbot, empty, smaller)
    assert empty.units_off() == frozenset()
    qtbot.waitUntil(lambda: find(empty, QLabel, "unitEmptyLabel").isVisible())
    other = make_dataset((20, 12))
    fill(empty, other, make_model(other), 1)
    wait_measured(qtbot, empty)
    assert find(empty, QComboBox, "unitOrderComboBox").currentData() == "index"
    assert text(empty, "unitTitleLabel") == "Unit 2 of 10"


# -- turning off -----------------------------------------------------------------------------------------------------


def test_turning_units_off_and_on(qtbot: QtBot, empty: UnitPanel) -> None:
    dataset = make_dataset()
    model = make_model(dataset)
    before = bits(model)
    fill(empty, dataset, model, 1)
    wait_measured(qtbot, empty)
    clean, noisy = NoisyDigit(dataset.test_images[0], CONFIG.corruption, 5).rows(dataset)
    held_out = HeldOut(dataset, CONFIG.corruption)
    mse = held_out.evaluate(model).mse

    def check(units: set[int]) -> None:
        wait_measured(qtbot, empty, off=frozenset(units))
        other = zeroed(model, units)
        without = held_out.evaluate(other).mse
        assert f"{mse:.4f} → {without:.4f}: {change(without - mse, mse)}" in text(empty, "unitSummaryLabel")
        for name, autoencoder in (("unitOnView", model), ("unitOffView", other)):
            view = find(empty, ImageView, name)
            y = autoencoder.reconstruct(noisy)
            np.testing.assert_allclose(view.array(), dataset.to_pixels(y), atol=1e-5)
            assert f"{((y - clean) ** 2).mean():.3f}" in view.caption()

    assert find(empty, ImageView, "unitOffView").array() is None
    click(empty, "unitOffButton")
    check({1})
    empty.workbench.select_unit(7)
    assert not find(empty, QWidget, "unitOffButton").isChecked()  # type: ignore[attr-defined]
    click(empty, "unitOffButton")
    check({1, 7})
    assert "without units 2, 8" in text(empty, "unitSummaryLabel")
    click(empty, "unitOffButton")
    check({1})
    click(empty, "unitOffButton")
    click(empty, "allUnitsOnButton")
    wait_measured(qtbot, empty, off=frozenset())
    assert not find(empty, QWidget, "allUnitsOnButton").isEnabled()
    assert "all units on" in text(empty, "unitSummaryLabel")
    assert bits(model) == before


# -- walking and ordering --------------------------------------------------------------------------------------------


def test_arrow_keys_walk_in_the_order_and_stop_at_its_ends(qtbot: QtBot, empty: UnitPanel) -> None:
    dataset = make_dataset()
    model = make_model(dataset)
    fill(empty, dataset, model, -1)
    wait_measured(qtbot, empty)
    orders, units = QSignalSpy(empty.workbench.unitsArranged), QSignalSpy(empty.workbench.unitSelected)
    choose_order(empty, "norm")
    expected = sorted(range(10), key=lambda j: -float((model.V[j].astype(float) ** 2).sum()))
    qtbot.waitUntil(lambda: places(empty) == expected)
    empty.setFocus()
    QTest.keyClick(empty, Qt.Key.Key_Left)  # none is selected: the first
    for _ in range(3):
        QTest.keyClick(empty, Qt.Key.Key_Right)
    click(empty, "previousUnitButton")
    assert [units.at(i)[0] for i in range(units.count())] == [expected[i] for i in (0, 1, 2, 3, 2)]
    assert text(empty, "unitTitleLabel") == f"Unit {expected[2] + 1} · no. 3 of 10"
    for _ in range(20):
        QTest.keyClick(find(empty, QWidget, "unitOffButton"), Qt.Key.Key_Right)
    assert empty.unit == expected[-1]
    choose_order(empty, "index")
    assert orders.at(orders.count() - 1)[0].places is None


def places(panel: UnitPanel) -> list[int] | None:
    arranged = panel.workbench.arrangement.places
    return None if arranged is None else list(arranged)


def test_arrow_keys_walk_through_the_units_that_are_shown(qtbot: QtBot, empty: UnitPanel) -> None:
    dataset = make_dataset()
    model = make_model(dataset)
    model.B[[2, 5]] = -1e6  # dead
    fill(empty, dataset, model, 0)
    empty.workbench.choose_units(UnitChoice(selection="dead"))
    qtbot.waitUntil(lambda: {2, 5} <= set(places(empty) or ()))
    shown = places(empty)
    assert shown is not None
    assert text(empty, "unitTitleLabel") == f"Unit 1 · none of {len(shown)}"
    empty.setFocus()
    seen = []
    for _ in range(len(shown) + 1):
        QTest.keyClick(empty, Qt.Key.Key_Right)
        seen.append(empty.unit)
    assert seen == [*shown, shown[-1]]


def test_while_training_the_order_stays_until_sorted_again(qtbot: QtBot, empty: UnitPanel) -> None:
    dataset = make_dataset()
    first, second = make_model(dataset), make_model(dataset, seed=1)
    empty.workbench.set_state(State.RUNNING)
    fill(empty, dataset, first, 0)
    choose_order(empty, "cosine")
    qtbot.waitUntil(lambda: empty.workbench.arrangement.iteration == 123)
    orders = QSignalSpy(empty.workbench.unitsArranged)
    empty.workbench.set_model(second, 200)
    wait_measured(qtbot, empty, second)
    assert orders.count() == 0
    click(empty, "sortUnitsButton")
    qtbot.waitUntil(lambda: orders.count() == 1)
    assert empty.workbench.arrangement.iteration == 200
    empty.workbench.set_model(first, 300)
    wait_measured(qtbot, empty, first)
    assert orders.count() == 1
    empty.workbench.set_state(State.PAUSED)
    third = make_model(dataset, seed=2)
    empty.workbench.set_model(third, 400)
    qtbot.waitUntil(lambda: empty.workbench.arrangement.iteration == 400)


# -- what it costs ---------------------------------------------------------------------------------------------------


def test_a_hidden_panel_measures_nothing_and_catches_up(
    qtbot: QtBot, empty: UnitPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = make_dataset()
    asked: list[object] = []
    original = panel_module.measure
    monkeypatch.setattr(panel_module, "measure", lambda *args: asked.append(1) or original(*args))
    empty.hide()
    model = make_model(dataset)
    fill(empty, dataset, model, 3)
    QApplication.processEvents()
    assert not asked
    # Private: that nothing is about to happen cannot be waited for.
    assert not empty._measure_timer.isActive()
    empty.show()
    wait_measured(qtbot, empty, model)
    assert len(asked) == 1


def test_one_question_at_a_time_and_the_last_weights_win(qtbot: QtBot, empty: UnitPanel) -> None:
    dataset = make_dataset()
    empty.workbench.set_state(State.RUNNING)
    models = [make_model(dataset, seed=seed) for seed in range(30)]
    fill(empty, dataset, models[0], 3)
    for iteration, model in enumerate(models):
        empty.workbench.set_model(model, iteration)
        QApplication.processEvents()
    wait_measured(qtbot, empty, models[-1])


def test_live_it_measures_a_thousand_digits_and_at_rest_all(qtbot: QtBot, empty: UnitPanel) -> None:
    dataset = make_dataset(n=1200)
    empty.workbench.set_state(State.RUNNING)
    fill(empty, dataset, make_model(dataset), 3)
    qtbot.waitUntil(lambda: "1,000 digits" in text(empty, "unitSummaryLabel"))
    empty.workbench.set_state(State.PAUSED)
    qtbot.waitUntil(lambda: "1,200 digits" in text(empty, "unitSummaryLabel"))


# -- looks and copying -----------------------------------------------------------------------------------------------


def test_charts_can_be_copied_saved_and_asked(qtbot: QtBot, empty: UnitPanel, tmp_path: Path) -> None:
    dataset = make_dataset()
    fill(empty, dataset, make_model(dataset), 6)
    wait_measured(qtbot, empty)
    chart = find(empty, BarChart, "unitClassChart")
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in lines] == [f"class {c}" for c in range(4)]
    middle = QPoint(chart.width() // 8, chart.height() // 2)
    assert chart.tooltip_at(middle) == lines[0].replace("\t", ": ")
    chart.pictures.save(str(tmp_path / "chart.png"))
    assert QImage(str(tmp_path / "chart.png")).width() == 3 * chart.width()
    notices = Notices(empty)
    chart.pictures.save(str(tmp_path / "chart.gif"))
    assert len(notices.warnings) == 1


@pytest.mark.parametrize("size", [(730, 250), (770, 300), (1100, 700)])
def test_nothing_overlaps_in_either_theme(qtbot: QtBot, empty: UnitPanel, size: tuple[int, int]) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    dataset = make_dataset((20, 12))
    fill(empty, dataset, make_model(dataset), 6)
    wait_measured(qtbot, empty)
    empty.resize(*size)
    pictures = []
    try:
        for theme in (LIGHT, DARK):
            apply_theme(application, theme)
            QApplication.processEvents()
            pictures.append(empty.grab().toImage())
    finally:
        apply_theme(application, LIGHT)
    assert pictures[0] != pictures[1]
    assert (empty.width(), empty.height()) == size
    for parent in (empty.page, empty.bar):
        children = [c for c in parent.children() if isinstance(c, QWidget) and c.isVisible()]
        for i, one in enumerate(children):
            assert parent.rect().contains(one.geometry()), one.objectName()
            assert not any(one.geometry().intersects(other.geometry()) for other in children[i + 1 :])


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0, "0 %"), (1, "100 %"), (0.5, "50 %"), (0.043, "4.3 %"), (1e-5, "< 0.1 %"), (0.9999, "> 99.9 %")],
)
def test_percent(share: float, expected: str) -> None:
    assert percent(share) == expected


def test_changes_carry_their_sign() -> None:
    assert change(0.0012, 0.16) == "+0.0012 (+0.8 %)"
    assert change(-0.05, 0.1) == "−0.050 (−50.0 %)"
    assert change(float("nan"), 0.1) == "–"
    assert number_text(float("inf"), ".2f") == "∞"


# -- in the window ---------------------------------------------------------------------------------------------------


def open_dock(qtbot: QtBot, window: MainWindow) -> UnitPanel:
    window.studies.docks["unitDock"].toggleViewAction().trigger()
    window.studies.docks["unitDock"].raise_()
    panel = window.studies.panel("unitDock")
    assert isinstance(panel, UnitPanel)
    qtbot.waitUntil(panel.isVisible)
    return panel


def test_a_click_on_a_tile_shows_the_unit_and_keys_walk(qtbot: QtBot, window: MainWindow) -> None:
    panel = open_dock(qtbot, window)
    assert "Click a tile" in text(panel, "unitEmptyLabel") or "data" in text(panel, "unitEmptyLabel")
    click_tile(window.filters_w_panel, 36)
    assert text(panel, "unitTitleLabel") == "Unit 37 of 225"
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_Right)
    assert text(panel, "unitTitleLabel") == "Unit 38 of 225"
    assert window.filters_w_panel.selected() == window.filters_v_panel.selected() == 37


def test_the_order_changes_both_mosaics_and_clicks_still_mean_units(qtbot: QtBot, window: MainWindow) -> None:
    panel = open_dock(qtbot, window)
    model = window.workbench.model
    assert model is not None
    before = bits(model)
    click_tile(window.filters_v_panel, 5)
    choose_order(panel, "norm")
    expected = sorted(range(225), key=lambda j: -float((model.V[j].astype(float) ** 2).sum()))
    qtbot.waitUntil(lambda: window.filters_w_panel.order() == expected)
    height, width = 28, 28
    for mosaic, weights in ((window.filters_w_panel, model.W.T), (window.filters_v_panel, model.V)):
        assert mosaic.order() == expected
        assert mosaic.selected() == 5
        assert mosaic.view.selected() == expected.index(5)
        picture = mosaic.view.array()
        assert picture is not None
        np.testing.assert_array_equal(
            picture[height : 2 * height, 3 * width : 4 * width], weights[expected[18]].reshape(height, width)
        )
    click_tile(window.filters_w_panel, 18)
    assert panel.unit == expected[18]
    assert window.filters_v_panel.view.selected() == 18
    assert text(window, "filtersWUnitLabel").startswith(f"Unit {expected[18] + 1} ")
    rates = np.ones(len(expected))
    rates[[expected[7], expected[9]]] = 0.0
    window.workbench.figuresChanged.emit(Figures(1.0, 1.0, 10, 4, 0.5, rates))
    assert window.filters_v_panel.view.marked() == {7, 9}
    click(panel, "unitOffButton")
    wait_measured(qtbot, panel, off=frozenset({expected[18]}))
    click(panel, "allUnitsOnButton")
    choose_order(panel, "index")
    assert window.filters_w_panel.order() == list(range(225))
    assert window.filters_v_panel.view.selected() == expected[18]
    assert window.filters_v_panel.view.marked() == {expected[7], expected[9]}
    assert window.workbench.model is not None
    assert bits(window.workbench.model) == before


def test_looking_never_changes_the_run(qtbot: QtBot, window: MainWindow) -> None:
    config = TrainingConfig(iterations=1500, hidden_units=30)
    finals: list[list[bytes]] = []
    steps: list[Callable[[], object]] = [lambda: None, lambda: open_dock(qtbot, window)]
    for prepare in steps:
        prepare()
        window.training_panel.set_config(config)
        window.controller.reset(config)
        window.controller.start(config)
        if len(finals) == 1:
            panel = window.studies.panel("unitDock")
            qtbot.waitUntil(lambda: window.workbench.model.n_hidden == 30)  # type: ignore[union-attr]
            click_tile(window.filters_w_panel, 3)
            click(panel, "unitOffButton")
            choose_order(panel, "importance")
        qtbot.waitUntil(lambda: window.workbench.state is State.FINISHED)
        assert window.workbench.model is not None
        finals.append(bits(window.workbench.model))
    assert finals[0] == finals[1]


def test_a_unit_is_complete_in_the_width_of_the_smallest_window(empty: UnitPanel) -> None:
    assert empty.minimumSizeHint().width() <= 470  # what is left of 1440 pixels at 150 %; of 960 it is 505
