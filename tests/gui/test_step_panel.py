"""The step dock shows the step that the run takes next."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from dae_core import mosaic
from dae_core.model.corruption import Masking
from dae_core.training.config import TrainingConfig
from dae_core.training.trainer import Trainer
from dae_gui.panels.step_panel import StepPanel
from dae_gui.support.theme import DARK, LIGHT, apply_theme
from dae_gui.widgets.pictures.image_view import ImageView
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.facts import OpenData, RunProgress
from dae_gui.workbench.state import State
from helpers.datasets import small_dataset
from helpers.widgets import shown_panel, text

CONFIG = TrainingConfig(hidden_units=10, learning_rate=0.01, iterations=50, schedule="linear")


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[StepPanel]:
    with shown_panel(qtbot, StepPanel, 770, 300) as panel:
        yield panel


@pytest.fixture
def trainer() -> Iterator[Trainer]:
    made = Trainer(small_dataset(), CONFIG)
    yield made
    made.close()


def tell(panel: StepPanel, trainer: Trainer) -> None:
    panel.workbench.set_config(trainer.config)
    panel.workbench.set_progress(RunProgress(trainer.iteration, trainer.end), None)
    panel.workbench.set_model(trainer.model.copy(), trainer.iteration)


def picture(panel: StepPanel, key: str) -> np.ndarray | None:
    view = panel.row.cards[key].view
    assert isinstance(view, (ImageView, MosaicView))
    return view.array()


def test_the_changes_shown_are_those_that_the_trainer_makes(panel: StepPanel, trainer: Trainer, qtbot: QtBot) -> None:
    panel.workbench.set_data(OpenData(trainer.dataset))
    trainer.advance(30)
    tell(panel, trainer)
    qtbot.waitUntil(lambda: "Iteration 31 of 50 comes next" in text(panel, "stepWhereLabel"))
    before = trainer.model.copy()
    progress = trainer.advance(1)
    dV, dW = trainer.model.V - before.V, trainer.model.W.T - before.W.T
    for key, change in (("change_V", dV), ("change_W", dW)):
        expected, _ = mosaic.filters(change, (8, 8))
        np.testing.assert_allclose(picture(panel, key), expected, atol=1e-6)
    biases = mosaic.tile((trainer.model.B - before.B).reshape(-1, 1, 1))
    np.testing.assert_allclose(picture(panel, "change_B"), biases, atol=1e-6)
    error = float(text(panel, "stepNumbers_error").split()[2])
    assert error == pytest.approx(float(progress.errors[0]), rel=1e-3)
    active = int(text(panel, "stepNumbers_hidden").split()[0])
    assert active == round(10 * float(progress.sparsities[0]))
    norm = float(text(panel, "stepNumbers_change_V").split()[2])
    assert norm == pytest.approx(np.linalg.norm(dV), rel=1e-2)
    rate = float(text(panel, "stepWhereLabel").split("η = ")[1])
    assert rate == pytest.approx(0.01 * (1 - 30 / 50), rel=1e-2)
    # Step by step: the next weights bring the next step.
    tell(panel, trainer)
    qtbot.waitUntil(lambda: "Iteration 32 of 50" in text(panel, "stepWhereLabel"))


def test_before_data_before_weights_and_after_the_end(panel: StepPanel, trainer: Trainer, qtbot: QtBot) -> None:
    button = panel.findChild(QPushButton, "stepForwardButton")
    assert button is not None
    assert "loaded" in text(panel, "stepWhereLabel")
    assert not button.isEnabled()
    panel.workbench.set_data(OpenData(trainer.dataset))
    assert "first weights" in text(panel, "stepWhereLabel")
    assert button.isEnabled()
    trainer.advance(50)
    tell(panel, trainer)
    panel.workbench.set_state(State.FINISHED)
    qtbot.waitUntil(lambda: "is over" in text(panel, "stepWhereLabel"))
    assert "η = 0" in text(panel, "stepWhereLabel")
    panel.workbench.set_data(OpenData(trainer.dataset))
    assert picture(panel, "error") is None


def test_the_button_asks_for_a_step_while_the_run_stands(panel: StepPanel, trainer: Trainer, qtbot: QtBot) -> None:
    panel.workbench.set_data(OpenData(trainer.dataset))
    button = panel.step_button
    with qtbot.waitSignal(panel.stepRequested):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    panel.workbench.set_state(State.RUNNING)
    assert not button.isEnabled()
    panel.workbench.set_state(State.PAUSED)
    assert button.isEnabled()
    panel.workbench.set_data(OpenData(trainer.dataset, is_stand_in=True))
    assert not button.isEnabled(), "the run's data set is missing"


def test_while_training_it_samples_and_misses_no_last_step(panel: StepPanel, trainer: Trainer, qtbot: QtBot) -> None:
    panel.workbench.set_data(OpenData(trainer.dataset))
    panel.workbench.set_state(State.RUNNING)
    for _ in range(40):
        trainer.advance(1)
        tell(panel, trainer)
    qtbot.waitUntil(lambda: "Iteration 41" in text(panel, "stepWhereLabel"))
    assert "caught while training" in text(panel, "stepWhereLabel")


def test_hidden_it_computes_nothing(panel: StepPanel, trainer: Trainer, qtbot: QtBot) -> None:
    panel.hide()
    panel.workbench.set_data(OpenData(trainer.dataset))
    tell(panel, trainer)
    # Private: that nothing is about to happen cannot be waited for.
    assert not panel._timer.isActive()
    assert not panel.is_asking("step")
    panel.show()
    qtbot.waitUntil(lambda: "Iteration 1 of" in text(panel, "stepWhereLabel"))


def test_units_are_chosen_and_outlined_in_all_tiles(panel: StepPanel, trainer: Trainer, qtbot: QtBot) -> None:
    panel.workbench.set_data(OpenData(trainer.dataset))
    tell(panel, trainer)
    qtbot.waitUntil(lambda: picture(panel, "hidden") is not None)
    view = panel.row.cards["gradient_W"].view
    assert isinstance(view, MosaicView)
    QTest.keyClick(view, Qt.Key.Key_End)
    assert panel.workbench.unit == 9
    for card in panel.row.cards.values():
        if isinstance(card.view, MosaicView):
            assert card.view.selected() == 9


def test_arrow_keys_go_along_the_cards(panel: StepPanel) -> None:
    bar = panel.row.horizontalScrollBar()
    assert bar.maximum() > 0
    QTest.keyClick(panel.row, Qt.Key.Key_Right)
    assert bar.value() == panel.row.cards["noise"].x()
    QTest.keyClick(panel.row, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    QTest.keyClick(panel.row, Qt.Key.Key_Left)
    assert 0 < bar.value() < bar.maximum()
    QTest.keyClick(panel.row, Qt.Key.Key_Home)
    assert bar.value() == 0


@pytest.mark.parametrize("size", [(730, 270), (770, 330), (1400, 700)])
def test_nothing_is_higher_than_its_room(
    panel: StepPanel, trainer: Trainer, qtbot: QtBot, size: tuple[int, int]
) -> None:
    panel.resize(*size)
    panel.workbench.set_data(OpenData(trainer.dataset))
    tell(panel, trainer)
    qtbot.waitUntil(lambda: picture(panel, "hidden") is not None)
    assert panel.row.widget().height() <= panel.row.viewport().height()
    for card in panel.row.cards.values():
        for name in ("Title", "Equation", "Numbers"):
            label = card.findChild(QLabel, f"step{name}_{card.key}")
            assert label is not None
            assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width(), label.text()


def test_other_noise_gradient_moments_and_batches_are_named(panel: StepPanel, qtbot: QtBot) -> None:
    config = TrainingConfig(
        hidden_units=6, corruption=Masking(0.4), gradient="published", batch_size=8, optimizer="adam", iterations=9
    )
    trainer = Trainer(small_dataset(), config)
    panel.workbench.set_data(OpenData(trainer.dataset))
    tell(panel, trainer)
    trainer.close()
    qtbot.waitUntil(lambda: "adam" in text(panel, "stepWhereLabel"))
    where = text(panel, "stepWhereLabel")
    assert "batch of 8" in where
    assert "published" in where
    assert "left out" in text(panel, "stepEquation_hidden_gradient")
    assert "u < p" in text(panel, "stepEquation_noise")


def test_weights_without_numbers_and_both_themes(
    panel: StepPanel, trainer: Trainer, qtbot: QtBot, qapp: object
) -> None:
    panel.workbench.set_data(OpenData(trainer.dataset))
    trainer.model.V[:] = np.nan
    tell(panel, trainer)
    qtbot.waitUntil(lambda: "nan" in text(panel, "stepNumbers_error"))
    for theme in (DARK, LIGHT):
        apply_theme(qapp, theme)  # type: ignore[arg-type]
        assert not panel.grab().isNull()


def test_in_the_window_the_button_takes_the_step_and_the_dock_shows_the_next(qtbot: QtBot, window: MainWindow) -> None:
    window.studies.docks["stepDock"].show()
    panel = window.studies.panel("stepDock")
    assert isinstance(panel, StepPanel)
    qtbot.waitUntil(lambda: "Iteration 1 of 25,000 comes next" in text(panel, "stepWhereLabel"))
    before = window.workbench.model
    promised = picture(panel, "change_V")
    assert before is not None
    assert promised is not None
    QTest.mouseClick(panel.step_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Iteration 2 of" in text(panel, "stepWhereLabel"))
    after = window.workbench.model
    assert after is not None
    made, _ = mosaic.filters(after.V - before.V, (28, 28))
    np.testing.assert_allclose(promised, made, atol=1e-7)
    # A rate that is changed while the run stands is that of the next step.
    window.training_panel.learningRateChanged.emit(0.002)
    qtbot.waitUntil(lambda: "η = 0.002" in text(panel, "stepWhereLabel"))


def test_a_run_with_own_code_says_whose_gradient_is_shown(panel: StepPanel, trainer: Trainer, qtbot: QtBot) -> None:
    panel.workbench.set_data(OpenData(trainer.dataset))
    trainer.config = CONFIG.replace(own_backward="x = 1\n")
    tell(panel, trainer)
    note = "the program's exact gradient: the run has a backward of its own"
    qtbot.waitUntil(lambda: note in text(panel, "stepWhereLabel"))
