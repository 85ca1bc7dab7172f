"""The dock of repeated reconstruction: its starts, its numbers, its words, and the difference picture."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from dae_core.datasets import Dataset
from dae_core.evaluation.denoising import NoisyDigit, add_noise
from dae_core.inspection.manifold import pure_noise
from dae_core.inspection.sampling import SAMPLERS, follow
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian, Masking
from dae_core.training.config import TrainingConfig
from dae_gui.panels.manifold_panel import ManifoldPanel
from dae_gui.panels.manifold_panel.words import SCORE_TIP, score_text
from dae_gui.support.theme import DARK, LIGHT, Theme, apply_theme
from dae_gui.workbench.facts import OpenData
from helpers.datasets import make_dataset
from helpers.models import make_model
from helpers.widgets import Notices, find, shown_panel, text


@pytest.fixture
def empty_panel(qtbot: QtBot) -> Iterator[ManifoldPanel]:
    with shown_panel(qtbot, ManifoldPanel) as panel:
        yield panel


@pytest.fixture
def dataset() -> Dataset:
    return make_dataset()


@pytest.fixture
def digit(dataset: Dataset) -> NoisyDigit:
    return NoisyDigit(dataset.test_images[5], Gaussian(0.5), 77)


@pytest.fixture
def panel(qtbot: QtBot, empty_panel: ManifoldPanel, dataset: Dataset, digit: NoisyDigit) -> ManifoldPanel:
    empty_panel.workbench.set_data(OpenData(dataset))
    empty_panel.workbench.set_config(TrainingConfig(hidden_units=12))
    empty_panel.workbench.set_digit(digit)
    empty_panel.workbench.set_model(make_model(dataset), 30)
    wait(qtbot, empty_panel)
    return empty_panel


def wait(qtbot: QtBot, panel: ManifoldPanel) -> None:
    qtbot.waitUntil(lambda: _is_up_to_date(panel))


def _is_up_to_date(panel: ManifoldPanel) -> bool:
    # Private: the path is computed in a thread, and drawn as pictures; it is compared to the last bit here.
    request, result = panel._request(), panel._result
    if request is None or result is None or panel.is_asking("path"):
        return False
    return request.is_same_as(result.request)


def choose(panel: ManifoldPanel, name: str, data: object) -> None:
    combo = find(panel, QComboBox, name)
    combo.setCurrentIndex(combo.findData(data))


def by_hand(model: AutoEncoder, x: np.ndarray, steps: int) -> np.ndarray:
    points = [np.asarray(x, np.float64)]
    for _ in range(steps):
        points.append(np.maximum(points[-1] @ model.W + model.B, 0) @ model.V + model.C)
    return np.stack(points)


def test_before_any_data_it_says_what_comes(empty_panel: ManifoldPanel) -> None:
    # Private, as below: the text is painted, nothing tells it.
    assert "as soon as data is loaded" in empty_panel.row.view._empty_text
    assert "Alain & Bengio" in text(empty_panel, "manifoldScoreLabel")
    assert not empty_panel.grab().isNull()


def test_pictures_and_lengths_are_those_of_the_path(
    qtbot: QtBot, panel: ManifoldPanel, dataset: Dataset, digit: NoisyDigit
) -> None:
    choose(panel, "manifoldStepsComboBox", 8)
    wait(qtbot, panel)
    _, noisy = add_noise(dataset, digit.image, digit.corruption, digit.seed)
    points = by_hand(make_model(dataset), noisy, 8)
    assert panel.row.steps() == (0, 1, 2, 4, 8)
    tiles = panel.row.view.array()
    assert tiles is not None
    for place, step in enumerate((0, 1, 2, 4, 8)):
        shown = tiles[:, place * 8 : place * 8 + 8]
        assert shown == pytest.approx(dataset.to_pixels(points[step]), abs=1e-4)
    assert panel.lengths.values()["step"] == pytest.approx(
        np.linalg.norm(np.diff(points, axis=0), axis=1), rel=1e-3, abs=1e-5
    )
    kept = points[[0, 1, 2, 4, 8]]
    assert panel.distances.places().tolist() == [0, 1, 2, 4, 8]
    assert panel.distances.values()["start"] == pytest.approx(np.linalg.norm(kept - points[0], axis=1), rel=1e-4)
    clean = dataset.standardize(dataset.test_images)
    nearest = np.linalg.norm(clean[None] - kept[:, None], axis=2)
    assert panel.distances.values()["digit"] == pytest.approx(nearest.min(axis=1), rel=1e-4)
    assert dataset.test_labels is not None
    index = int(nearest[-1].argmin())
    label = int(dataset.test_labels[index])
    assert f"no. {index}, of class {label}, at {nearest[-1].min():.3g}" in text(panel, "manifoldTextLabel")


def test_the_difference_follows_the_chosen_picture(qtbot: QtBot, panel: ManifoldPanel, dataset: Dataset) -> None:
    model, result = make_model(dataset), panel._result
    assert result is not None
    x = result.path.points[0]
    array = panel.difference.array()
    assert array is not None
    assert array.ravel() == pytest.approx(model.reconstruct(x) - x, abs=1e-4)
    assert panel.row.view.selected() == 0
    panel.row.view.tileClicked.emit(2)
    x = result.path.points[2]
    array = panel.difference.array()
    assert array is not None
    assert array.ravel() == pytest.approx(model.reconstruct(x) - x, abs=1e-4)
    assert "step 2" in text(panel, "manifoldScoreLabel")
    panel.row.view.tileClicked.emit(len(panel.row.steps()) - 1)  # the last picture has no step after it
    assert "step 63" in text(panel, "manifoldScoreLabel")


def test_starts_and_other_noise(qtbot: QtBot, panel: ManifoldPanel, dataset: Dataset, digit: NoisyDigit) -> None:
    button = find(panel, QPushButton, "manifoldNoiseButton")

    def start() -> np.ndarray:
        wait(qtbot, panel)
        assert panel._result is not None
        return np.asarray(panel._result.path.points[0])

    clean, noisy = digit.rows(dataset)
    assert np.array_equal(start(), noisy)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    other = start()
    assert not np.array_equal(other, noisy)
    assert np.std(other - clean) == pytest.approx(0.5, rel=0.4)
    choose(panel, "manifoldStartComboBox", "clean")
    assert np.array_equal(start(), clean)
    assert not button.isEnabled()
    choose(panel, "manifoldStartComboBox", "noise")
    assert np.array_equal(start(), pure_noise(dataset, 0))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert np.array_equal(start(), pure_noise(dataset, 1))
    panel.workbench.set_digit(None)
    assert np.array_equal(start(), pure_noise(dataset, 1))


def test_a_blank_canvas_is_told(qtbot: QtBot, panel: ManifoldPanel) -> None:
    panel.workbench.set_digit(None)
    qtbot.waitUntil(lambda: panel.row.steps() == ())
    assert "blank" in panel.row.view._empty_text
    assert text(panel, "manifoldTextLabel") == ""


def test_it_follows_the_weights_and_only_while_visible(qtbot: QtBot, panel: ManifoldPanel, dataset: Dataset) -> None:
    panel.workbench.set_model(make_model(dataset, 4), 60)
    wait(qtbot, panel)
    assert "Iteration 60" in text(panel, "manifoldTextLabel")
    panel.hide()
    panel.workbench.set_model(make_model(dataset, 5), 90)
    QTest.qWait(1)
    assert not panel.is_asking("path")
    panel.show()
    wait(qtbot, panel)
    assert "Iteration 90" in text(panel, "manifoldTextLabel")


@pytest.mark.parametrize(
    ("factor", "words"), [(0.0, "fixed point"), (3.0, "diverges"), (np.nan, "diverges")], ids=["still", "far", "nan"]
)
def test_the_end_is_told_in_words(
    qtbot: QtBot, panel: ManifoldPanel, dataset: Dataset, factor: float, words: str
) -> None:
    d = dataset.n_inputs
    model = AutoEncoder(np.eye(d), np.full(d, 10.0), factor * np.eye(d), np.full(d, -1.0))
    panel.workbench.set_model(model, 60)
    wait(qtbot, panel)
    assert words in text(panel, "manifoldTextLabel")
    assert not panel.grab().isNull()


def test_other_shapes_and_unfitting_digits(qtbot: QtBot, panel: ManifoldPanel) -> None:
    other = make_dataset((5, 7))
    panel.workbench.set_data(OpenData(other))
    panel.workbench.set_model(make_model(other), 0)
    qtbot.waitUntil(lambda: panel.row.steps() == ())
    panel.workbench.set_digit(NoisyDigit(other.test_images[0], Masking(0.3), 1))
    wait(qtbot, panel)
    array = panel.difference.array()
    assert array is not None
    assert array.shape == (5, 7)


def test_the_score_is_claimed_only_where_it_holds() -> None:
    assert "∂log p(x)/∂x" in score_text(Gaussian(0.05), 0)
    assert "not small" not in score_text(Gaussian(0.05), 0)
    assert "σ = 1, not small: p is the density of noisy digits" in score_text(Gaussian(1.0), 0)
    assert "no such score" in score_text(Masking(0.5), 3)
    assert "not proportional" in score_text(Gaussian(0.0), 0)
    assert "(r(x) − x) / σ² → ∂ log p(x) / ∂x   as σ → 0" in SCORE_TIP


def test_pure_noise_scores_equal_wieners(dataset: Dataset) -> None:
    """For Gaussian data the best r is known; there (r(x) − x) / σ² is exactly the score of the noisy density."""
    rng = np.random.default_rng(0)
    root = rng.normal(size=(6, 6))
    covariance, sigma = root @ root.T, 0.7
    noisy = covariance + sigma**2 * np.eye(6)
    best = covariance @ np.linalg.inv(noisy)
    x = rng.normal(size=6)
    assert (best @ x - x) / sigma**2 == pytest.approx(-np.linalg.solve(noisy, x))


@pytest.mark.parametrize("key", ["walkback", "annealed"])
def test_samples_are_those_of_the_core_and_told_in_words(
    qtbot: QtBot, panel: ManifoldPanel, dataset: Dataset, digit: NoisyDigit, key: str
) -> None:
    combo = find(panel, QComboBox, "manifoldSamplerComboBox")
    combo.setFocus()
    while combo.currentData() != key:
        QTest.keyClick(combo, Qt.Key.Key_Down)
    choose(panel, "manifoldStepsComboBox", 16)
    wait(qtbot, panel)
    _, noisy = digit.rows(dataset)
    corruption = TrainingConfig().corruption
    chain = follow(make_model(dataset), noisy, SAMPLERS[key], 16, corruption, dataset, 0)
    tiles = panel.row.view.array()
    assert tiles is not None
    assert panel.row.steps() == (0, 1, 2, 4, 8, 16)
    assert tiles[:, -8:] == pytest.approx(dataset.to_pixels(chain.points[-1]), abs=1e-5)
    told = {"walkback": "16 steps with Gaussian σ 1 noise", "annealed": "noise from Gaussian σ 2 down to 0.0078"}
    assert told[key] in text(panel, "manifoldTextLabel")
    model, x = make_model(dataset), chain.points[4]
    panel.row.view.tileClicked.emit(3)
    difference = panel.difference.array()
    assert difference is not None
    assert difference.ravel() == pytest.approx(model.reconstruct(x) - x, abs=1e-4)  # without the noise of the step
    choose(panel, "manifoldStartComboBox", "clean")  # the noise of the chain is another one all the same
    wait(qtbot, panel)
    before = panel.row.view.array()
    button = find(panel, QPushButton, "manifoldNoiseButton")
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    wait(qtbot, panel)
    after = panel.row.view.array()
    assert after is not None
    assert np.array_equal(before[:, :8], after[:, :8])
    assert not np.array_equal(before, after)


def test_every_step_of_the_path_is_saved_as_a_film(
    qtbot: QtBot, panel: ManifoldPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(panel, "manifoldSamplerComboBox", "walkback")
    choose(panel, "manifoldStepsComboBox", 8)
    wait(qtbot, panel)
    file = tmp_path / "chain.gif"
    monkeypatch.setattr("dae_gui.panels.manifold_panel.panel.ask_where_to_save", lambda *_: file)
    notices = Notices(panel)
    with qtbot.waitSignal(notices.saved):
        qtbot.mouseClick(find(panel, QToolButton, "manifoldFilmButton"), Qt.MouseButton.LeftButton)
    assert notices.files == [str(file)]
    with Image.open(file) as film:
        assert getattr(film, "n_frames", 1) == 9


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_theme_and_size_is_painted(panel: ManifoldPanel, restored_theme: QApplication, theme: Theme) -> None:
    apply_theme(restored_theme, theme)
    for size in ((420, 200), (1300, 800)):
        panel.resize(*size)
        assert not panel.grab().isNull()
