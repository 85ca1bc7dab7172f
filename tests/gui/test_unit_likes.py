"""The unit dock's pages on what a unit is like: their pictures and words, by mouse and keys, and other runs."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from dae_core import mosaic
from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.inspection.similar_units import counterparts, examples, most_similar
from dae_core.inspection.unit_profiles import LIKENESSES, UnitCodes, unit_codes
from dae_core.jobs import UNWATCHED
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian
from dae_core.training.config import TrainingConfig
from dae_gui.panels.unit_panel import UnitPanel
from dae_gui.panels.unit_panel.likeness_job import LikenessRequest, OtherRun, find_likes
from dae_gui.panels.unit_panel.unit_tiles import UnitTiles
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.facts import OpenData
from helpers.datasets import make_dataset
from helpers.widgets import find, shown_panel, text
from helpers.windows import train

CONFIG = TrainingConfig(corruption=Gaussian(0.7))
DATA = make_dataset((9, 8))


def make_model(h: int = 14, seed: int = 0, d: int = 72) -> AutoEncoder:
    rng = np.random.default_rng(seed)
    model = AutoEncoder(*(rng.normal(0, 0.2, shape).astype(np.float32) for shape in ((d, h), (h,), (h, d), (d,))))
    model.B[4] = -1000  # dead
    return model


def other_run(model: AutoEncoder, shape: tuple[int, int] = (9, 8), config: TrainingConfig = CONFIG) -> OtherRun:
    return OtherRun("other", "Run 1", model, 500, shape, config)


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[UnitPanel]:
    with shown_panel(qtbot, UnitPanel, 770, 330) as panel:
        panel.workbench.set_data(OpenData(DATA))
        panel.workbench.set_config(CONFIG)
        panel.workbench.set_model(make_model(), 123)
        panel.workbench.select_unit(6)
        yield panel


def codes(model: AutoEncoder, dataset: Dataset = DATA) -> UnitCodes:
    return unit_codes(model, HeldOut(dataset, CONFIG.corruption))


def show(panel: UnitPanel, name: str) -> None:
    """Choose what is shown with the keyboard."""
    combo = find(panel, QComboBox, "unitViewComboBox")
    combo.setFocus()
    for _ in range(abs(combo.findText(name) - combo.currentIndex())):
        QTest.keyClick(combo, Qt.Key.Key_Down if combo.findText(name) > combo.currentIndex() else Qt.Key.Key_Up)
    assert combo.currentText() == name


def test_nothing_is_looked_for_in_the_overview(qtbot: QtBot, panel: UnitPanel) -> None:
    qtbot.waitUntil(lambda: panel._result is not None)  # private: that it was measured is told in many places
    assert not panel.is_asking("likes")
    assert panel.likes._result is None


def test_similar_units_are_those_of_the_core_with_their_filters(qtbot: QtBot, panel: UnitPanel) -> None:
    show(panel, "Similar units")
    rows, model = panel.likes.similar.rows, make_model()
    qtbot.waitUntil(lambda: rows["w"].units() != ())
    for key, row in LIKENESSES.items():
        likes = most_similar(codes(model), 6, row, 8)
        assert rows[key].units() == (6, *likes.units.tolist())
        assert rows[key].figures()[1:] == pytest.approx(likes.figures)
        assert rows[key].captions()[1] == f"{likes.units[0] + 1}\n{likes.figures[0]:.2f}".replace("-", "−")
        filters = (model.V if key == "v" else model.W.T)[list(rows[key].units())]
        shown = rows[key].view.array()
        assert shown is not None
        assert shown == pytest.approx(mosaic.tile(mosaic.scaled(filters, scale_each=True)[0].reshape(-1, 9, 8), 9))


def test_a_click_and_return_go_to_a_unit_while_arrows_only_outline(qtbot: QtBot, panel: UnitPanel) -> None:
    show(panel, "Similar units")
    row = panel.likes.similar.rows["v"]
    qtbot.waitUntil(lambda: row.units() != ())
    grid, wanted = row.view.grid(), row.units()[3]
    assert grid is not None
    QTest.mouseClick(row.view, Qt.MouseButton.LeftButton, pos=grid.tile(3).center().toPoint())
    assert panel.unit == wanted
    qtbot.waitUntil(lambda: row.units()[:1] == (wanted,))
    row.view.setFocus()
    QTest.keyClick(row.view, Qt.Key.Key_Right)
    QTest.keyClick(row.view, Qt.Key.Key_Right)
    assert (panel.unit, row.view.selected()) == (wanted, 1)
    wanted = row.units()[1]
    QTest.keyClick(row.view, Qt.Key.Key_Return)
    assert panel.unit == wanted
    qtbot.waitUntil(lambda: row.units()[:1] == (wanted,))
    wanted = row.units()[2]
    row.view.accessible_items().choose(2)
    assert panel.unit == wanted
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_Right)  # elsewhere they walk as ever
    assert panel.unit == wanted + 1


def test_a_dead_unit_is_like_others_by_its_weights_only_and_says_so(qtbot: QtBot, panel: UnitPanel) -> None:
    show(panel, "Similar units")
    panel.workbench.select_unit(4)
    rows = panel.likes.similar.rows
    qtbot.waitUntil(lambda: rows["w"].units()[:1] == (4,))
    assert rows["fires"].units() == ()
    assert "fires on nothing" in rows["fires"].view._empty_text
    show(panel, "Weak to strong")
    qtbot.waitUntil(lambda: "Active on none of 60" in text(panel, "unitStrengthLabel"))
    view = find(panel, MosaicView, "unitStrengthView")
    assert (view.count(), "dead" in view._empty_text) == (0, True)


def test_the_strip_shows_ten_images_with_their_activations(qtbot: QtBot, panel: UnitPanel) -> None:
    show(panel, "Weak to strong")
    clean, noisy = (find(panel, MosaicView, name) for name in ("unitStrengthView", "unitStrengthNoisyView"))
    qtbot.waitUntil(lambda: noisy.count() > 0)
    found = examples(codes(make_model()), 6)
    assert len(found.indices) == 10
    array = clean.array()
    assert array is not None
    assert np.array_equal(array, np.concatenate(list(DATA.test_images[found.indices]), axis=1))
    held_out = HeldOut(DATA, CONFIG.corruption)
    array = noisy.array()
    assert array is not None
    assert array == pytest.approx(np.concatenate(list(DATA.to_pixels(held_out.noisy[found.indices])), axis=1))
    assert panel.likes.strength.clean.captions()[0] == f"{found.activations[0]:.3g}"
    share = 100 * found.n_active / 60
    assert f"Active on {found.n_active} of 60 noisy held-out images ({share:.0f} %)" in text(panel, "unitStrengthLabel")
    assert f"z = {found.activations[9]:.3g}" in clean.accessible_items().name(9)
    for height in (260, 330, 500):
        panel.resize(900, height)
        assert clean.width() == noisy.width()  # each image stands above the same one with its noise


def test_the_unit_is_found_in_another_run_and_what_it_splits_into(qtbot: QtBot, panel: UnitPanel) -> None:
    show(panel, "In another run")
    assert "no other run yet" in text(panel, "unitOtherRunLabel")
    model = make_model()
    larger = AutoEncoder(
        np.concatenate([model.W, model.W + 0.01], axis=1),
        np.tile(model.B, 2),
        np.concatenate([model.V, model.V + 0.01]),
        model.C,
    )
    small = replace(other_run(make_model(5, 2, 64), (8, 8)), key="small", name="Run 2")
    panel.likes.set_runs([other_run(larger), small])
    best, split = panel.likes.other.best, panel.likes.other.split
    qtbot.waitUntil(lambda: best.units() != ())
    found = counterparts(codes(model), 6, codes(larger), LIKENESSES["w"], 8)
    assert best.units() == (6, *found.best.units.tolist())
    assert set(split.units()) == {6, 20}
    told = text(panel, "unitOtherRunLabel")
    assert "Best match of unit 7 in Run 1 (28 units, iteration 500): unit 7, cosine 1.00." in told
    assert "It splits: 2 units there have it for their own best match here (7, 21)" in told
    combo = find(panel, QComboBox, "unitLikenessComboBox")
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_End)
    assert "correlation 1.00" in text(panel, "unitOtherRunLabel")
    assert "correlation" in best.view.accessible_items().name(1)
    combo = find(panel, QComboBox, "unitOtherRunComboBox")
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)  # a run of another image size
    assert text(panel, "unitOtherRunLabel") == (
        "Run 2 is trained on images of 8 × 8 pixels, this run on images of 9 × 8 pixels: they cannot be compared."
    )
    assert not best.isVisible()
    panel.likes.set_runs([])
    assert "no other run yet" in text(panel, "unitOtherRunLabel")


def test_a_run_with_another_loss_gets_images_in_its_own_units() -> None:
    config = TrainingConfig(loss="cross-entropy", activation="sigmoid", corruption=Gaussian(0.2))
    rng = np.random.default_rng(5)
    arrays = (rng.normal(0, 0.2, shape).astype(np.float32) for shape in ((72, 6), (6,), (6, 72), (72,)))
    other = other_run(AutoEncoder(*arrays, architecture=config.architecture), config=config)
    request = LikenessRequest(DATA, CONFIG.corruption, None, make_model(), 3, other)
    result = find_likes(request, None, UNWATCHED)
    assert result.other_codes is not None
    unit_pixels = DATA.test_images.reshape(60, -1) / 255
    noise = HeldOut(DATA, Gaussian(0.2)).noisy - HeldOut(DATA, Gaussian(0.2)).clean
    z = 1 / (1 + np.exp(-((unit_pixels + noise) @ other.model.W + other.model.B)))
    assert result.other_codes.z == pytest.approx(z, abs=1e-4)
    again = find_likes(replace(request, unit=4), result, UNWATCHED)
    assert (again.codes, again.other_codes, again.held_out) == (result.codes, result.other_codes, result.held_out)


def test_it_follows_the_weights_and_stops_when_hidden(qtbot: QtBot, panel: UnitPanel) -> None:
    show(panel, "Similar units")
    rows = panel.likes.similar.rows
    qtbot.waitUntil(lambda: rows["w"].units() != ())
    panel.workbench.set_model(make_model(seed=9), 200)
    likes = most_similar(codes(make_model(seed=9)), 6, LIKENESSES["w"], 8)
    qtbot.waitUntil(lambda: rows["w"].units()[1:] == tuple(likes.units.tolist()))
    panel.hide()
    panel.workbench.set_model(make_model(seed=10), 300)
    assert not panel.is_asking("likes")
    assert not panel.likes._timer.isActive()


def test_the_window_offers_the_other_runs_of_the_session(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window)
    train(qtbot, window)
    window.studies.docks["unitDock"].toggleViewAction().trigger()
    panel = window.studies.panel("unitDock")
    assert isinstance(panel, UnitPanel)
    qtbot.waitUntil(panel.isVisible)
    combo = find(panel, QComboBox, "unitOtherRunComboBox")
    assert [combo.itemText(place) for place in range(combo.count())] == ["Run 1 · 9 units"]
    window.workbench.select_unit(2)
    show(panel, "In another run")
    best = find(panel, MosaicView, "unitBestMatchesView")
    qtbot.waitUntil(lambda: best.count() == 9)
    assert isinstance(panel.likes.other.best, UnitTiles)
    assert panel.likes.other.best.figures()[1] == pytest.approx(1.0)  # the same seed: the same network
