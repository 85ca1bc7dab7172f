"""The whole window, driven as a person would."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QFileDialog,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dae_core.datasets import open_dataset, write_idx
from dae_core.datasets.dataset import Scale
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.model_file import SavedModel, load_model, save_model
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.presets import PRESETS
from dae_core.training.trainer import Trainer, train
from dae_gui.support.settings import Settings
from dae_gui.support.theme import ThemeChoice
from dae_gui.widgets.controls.message_banner import MessageBanner
from dae_gui.widgets.controls.number_box import NumberBox
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.window.docks import DOCKS
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.state import State
from helpers.widgets import find
from helpers.windows import MakeWindow, action

W = TypeVar("W", bound=QWidget)


@pytest.fixture
def idx_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny data"
    folder.mkdir()
    rng = np.random.default_rng(0)
    write_idx(folder / "train-images-idx3-ubyte", (rng.random((60, 10, 12)) * 255).astype(np.uint8))
    return folder


def click_button(qtbot: QtBot, window: MainWindow, name: str) -> None:
    qtbot.mouseClick(find(window, QWidget, name), Qt.MouseButton.LeftButton)


def wait_for(qtbot: QtBot, window: MainWindow, state: State) -> None:
    qtbot.waitUntil(lambda: window.workbench.state is state)


def wait_for_iterations(qtbot: QtBot, window: MainWindow, count: int) -> None:
    qtbot.waitUntil(lambda: window.workbench.progress.iteration >= count)


def message(window: MainWindow) -> str:
    return find(window, MessageBanner, "messageBanner").text()


def run_endlessly(window: MainWindow) -> None:
    find(window, QSpinBox, "iterationsSpinBox").setValue(1_000_000_000)


def test_the_names_that_scripts_rely_on(window: MainWindow) -> None:
    for name in ("startAction", "pauseAction", "stepAction", "stopAction", "resetAction"):
        action(window, name)
    for name in ("trainingDock", "filtersWDock", "filtersVDock", "denoiseDock"):
        assert find(window, QDockWidget, name).isVisible()
    for name in (
        "curvesPanel", "drawingCanvas", "sampleRow", "iterationsSpinBox", "learningRateSpinBox",
        "noiseLevelSpinBox", "hiddenUnitsSpinBox", "datasetComboBox", "presetComboBox", "paceSlider",
    ):  # fmt: skip
        assert find(window, QWidget, name).isVisible(), name
    assert window.workbench.state == "IDLE"


def test_it_is_usable_before_the_data_is_there(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(wait=False)
    assert not action(window, "startAction").isEnabled()
    find(window, QSpinBox, "hiddenUnitsSpinBox").setValue(16)
    qtbot.waitUntil(lambda: window.workbench.model is not None)
    assert window.workbench.model is not None
    assert window.workbench.model.n_hidden == 16


def test_a_person_starts_pauses_changes_resumes_stops_and_resets(qtbot: QtBot, window: MainWindow) -> None:
    run_endlessly(window)
    click_button(qtbot, window, "startButton")
    assert window.workbench.state is State.RUNNING
    wait_for_iterations(qtbot, window, 300)
    assert not find(window, QWidget, "hiddenUnitsSpinBox").isEnabled()
    click_button(qtbot, window, "startButton")  # which is Pause now
    wait_for(qtbot, window, State.PAUSED)
    held = window.workbench.progress.iteration

    rate = find(window, NumberBox, "learningRateSpinBox")
    rate.setFocus()
    rate.selectAll()
    qtbot.keyClicks(rate, "0.0001")
    qtbot.keyClick(rate, Qt.Key.Key_Return)
    click_button(qtbot, window, "startButton")
    wait_for_iterations(qtbot, window, held + 300)
    changes = window.workbench.history.changes
    assert [(c.iteration, c.name, c.new) for c in changes] == [(held, "learning rate", 0.0001)]

    click_button(qtbot, window, "stopButton")
    wait_for(qtbot, window, State.IDLE)
    assert len(window.workbench.history) == window.workbench.progress.iteration > held
    action(window, "resetAction").trigger()
    assert window.workbench.progress.iteration == 0
    assert len(window.workbench.history) == 0


def test_the_keys_work(qtbot: QtBot, window: MainWindow) -> None:
    run_endlessly(window)
    qtbot.keyClick(window, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: window.workbench.progress.iteration == 1)
    wait_for(qtbot, window, State.PAUSED)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    wait_for_iterations(qtbot, window, 100)
    qtbot.keyClick(window, Qt.Key.Key_F6)
    wait_for(qtbot, window, State.PAUSED)
    qtbot.keyClick(window, Qt.Key.Key_F6)
    wait_for(qtbot, window, State.RUNNING)
    qtbot.keyClick(window, Qt.Key.Key_F8)
    wait_for(qtbot, window, State.IDLE)


def test_the_watched_run_is_the_headless_one_bit_for_bit(qtbot: QtBot, window: MainWindow) -> None:
    config = TrainingConfig(iterations=1500, hidden_units=30)
    window.training_panel.set_config(config)
    action(window, "startAction").trigger()
    wait_for(qtbot, window, State.FINISHED)

    trainer, history = Trainer(open_dataset("digits"), config), History()
    for progress in train(trainer):
        history.append(progress)
    np.testing.assert_array_equal(window.workbench.history.error.values(), history.error.values())
    assert window.workbench.model is not None
    np.testing.assert_array_equal(window.workbench.model.W, trainer.model.W)
    np.testing.assert_array_equal(window.workbench.model.V, trainer.model.V)


def test_continue_goes_on_with_the_same_curves(qtbot: QtBot, window: MainWindow) -> None:
    find(window, QSpinBox, "iterationsSpinBox").setValue(500)
    assert not action(window, "continueAction").isEnabled()
    action(window, "startAction").trigger()
    wait_for(qtbot, window, State.FINISHED)
    assert action(window, "continueAction").isEnabled()
    assert "500 more" in action(window, "continueAction").text()
    action(window, "continueAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.progress.iteration == 1000)
    assert len(window.workbench.history) == 1000


def test_divergence_is_explained_in_the_window(qtbot: QtBot, window: MainWindow) -> None:
    window.training_panel.set_config(TrainingConfig(learning_rate=5.0, iterations=5000))
    action(window, "startAction").trigger()
    wait_for(qtbot, window, State.DIVERGED)
    assert "diverged at iteration" in message(window)
    assert "learning rate" in message(window)
    click_button(qtbot, window, "closeMessageButton")
    assert message(window) == ""
    window.training_panel.set_config(TrainingConfig(iterations=300))
    action(window, "startAction").trigger()
    wait_for(qtbot, window, State.FINISHED)


def test_the_published_gradient_diverges_on_mnist(qtbot: QtBot, make_window: MakeWindow, mnist_folder: Path) -> None:
    window = make_window("--data", str(mnist_folder))
    combo = find(window, QComboBox, "presetComboBox")
    combo.setFocus()
    while combo.currentText() != "Exercise as published (diverges)":
        qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert window.training_panel.config().gradient == "published"
    action(window, "startAction").trigger()
    wait_for(qtbot, window, State.DIVERGED)
    assert window.workbench.progress.divergence is not None
    assert 15_000 < window.workbench.progress.divergence.iteration < 30_000
    assert "derivative of the ReLU" in message(window)
    assert window.workbench.model is not None
    assert window.workbench.model.is_finite()


def test_clicking_a_tile_selects_the_unit_in_both_mosaics(qtbot: QtBot, window: MainWindow) -> None:
    w, v = find(window, MosaicView, "filtersWView"), find(window, MosaicView, "filtersVView")
    qtbot.waitUntil(lambda: w.count() == 225 and v.count() == 225)
    grid = v.grid()
    assert grid is not None
    qtbot.mouseClick(v, Qt.MouseButton.LeftButton, pos=grid.tile(37).center().toPoint())
    assert (w.selected(), v.selected()) == (37, 37)
    qtbot.keyClick(w, Qt.Key.Key_Right)
    assert (w.selected(), v.selected()) == (38, 38)


def test_a_drawing_is_cleaned_and_follows_the_weights(
    qtbot: QtBot, window: MainWindow, draw_stroke: Callable[..., None]
) -> None:
    canvas = find(window, QWidget, "drawingCanvas")
    view = find(window, QWidget, "reconstructionView")
    action_before = view.grab().toImage()
    size = canvas.size()
    points = [QPointF(size.width() * x, size.height() * y) for x, y in ((0.4, 0.2), (0.6, 0.4), (0.5, 0.8))]
    draw_stroke(canvas, points)
    qtbot.waitUntil(lambda: view.grab().toImage() != action_before)
    drawn = view.grab().toImage()
    run_endlessly(window)
    action(window, "startAction").trigger()
    wait_for_iterations(qtbot, window, 2000)
    qtbot.waitUntil(lambda: view.grab().toImage() != drawn)


def test_a_hidden_mosaic_is_not_drawn_and_catches_up(qtbot: QtBot, window: MainWindow) -> None:
    dock, view = find(window, QDockWidget, "filtersWDock"), find(window, MosaicView, "filtersWView")
    qtbot.waitUntil(lambda: view.count() == 225)
    dock.close()
    before = view.array()
    assert before is not None
    find(window, QSpinBox, "iterationsSpinBox").setValue(400)
    action(window, "startAction").trigger()
    wait_for(qtbot, window, State.FINISHED)
    np.testing.assert_array_equal(view.array(), before)
    dock.show()
    qtbot.waitUntil(lambda: not np.array_equal(view.array(), before))


def test_settings_changed_before_training_show_their_start_weights(qtbot: QtBot, window: MainWindow) -> None:
    find(window, QSpinBox, "hiddenUnitsSpinBox").setValue(50)
    qtbot.waitUntil(lambda: window.workbench.model is not None and window.workbench.model.n_hidden == 50)
    assert find(window, MosaicView, "filtersWView").count() == 50


def test_a_folder_of_other_images_opens_and_trains(qtbot: QtBot, window: MainWindow, idx_folder: Path) -> None:
    find(window, QSpinBox, "iterationsSpinBox").setValue(200)
    drop(window, idx_folder)
    qtbot.waitUntil(lambda: window.workbench.dataset is not None and window.workbench.dataset.shape == (10, 12))
    assert find(window, QComboBox, "datasetComboBox").currentText() == "tiny data"
    action(window, "startAction").trigger()
    wait_for(qtbot, window, State.FINISHED)
    assert window.workbench.model is not None
    assert window.workbench.model.n_inputs == 120


def test_bad_data_is_told_and_the_old_stays(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    bad = tmp_path / "train-images-idx3-ubyte"
    bad.write_bytes(b"\x00\x00\x08\x03\x00\x00")
    dataset = window.workbench.dataset
    drop(window, bad)
    qtbot.waitUntil(lambda: "train-images-idx3-ubyte" in message(window))
    assert window.workbench.dataset is dataset
    assert find(window, QComboBox, "datasetComboBox").currentText() == "Bundled digits"
    assert action(window, "startAction").isEnabled()


def test_a_data_folder_that_has_gone_does_not_stop_the_start(make_window: MakeWindow, tmp_path: Path) -> None:
    settings = Settings()
    settings.data_source = str(tmp_path / "gone")
    settings.sync()
    window = make_window()
    assert window.workbench.dataset is not None
    assert window.workbench.dataset.name == "Bundled digits"
    assert "gone" in message(window)


def test_a_model_is_saved_opened_and_trained_on(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.training_panel.set_config(TrainingConfig(hidden_units=20, iterations=300, seed=3))
    action(window, "startAction").trigger()
    wait_for(qtbot, window, State.FINISHED)
    trained = window.workbench.model
    assert trained is not None
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "my model"), ""))
    action(window, "saveModelAction").trigger()
    path = tmp_path / "my model.safetensors"
    np.testing.assert_array_equal(load_model(path).model.W, trained.W)
    assert load_model(path).scale == window.workbench.dataset.scale

    action(window, "resetAction").trigger()
    qtbot.waitUntil(lambda: not np.array_equal(window.workbench.model.W, trained.W))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    action(window, "openModelAction").trigger()
    qtbot.waitUntil(lambda: np.array_equal(window.workbench.model.W, trained.W))
    assert window.training_panel.config().seed == 3
    assert action(window, "continueAction").isEnabled()
    action(window, "continueAction").trigger()
    wait_for(qtbot, window, State.FINISHED)
    saved = window.controller.saved_model()
    assert saved is not None
    assert saved.iteration == 600


def test_a_model_that_does_not_fit_is_refused(
    qtbot: QtBot, make_window: MakeWindow, idx_folder: Path, tmp_path: Path
) -> None:
    window = make_window("--data", str(idx_folder))
    (tmp_path / "rubbish.safetensors").write_bytes(b"rubbish")
    window.open_path(tmp_path / "rubbish.safetensors")
    assert "rubbish.safetensors" in message(window)

    dataset = window.workbench.dataset
    model = AutoEncoder.random(dataset.n_inputs, 5, np.random.default_rng(0))
    path = tmp_path / "other.safetensors"
    save_model(path, SavedModel(model, TrainingConfig(), 0, "", (1, dataset.n_inputs), dataset.scale))
    window.open_path(path)
    assert f"images of 1x{dataset.n_inputs} pixels" in message(window)
    save_model(path, SavedModel(model, TrainingConfig(), 0, "", dataset.shape, Scale(200.0, 30.0)))
    window.open_path(path)
    assert "was trained on images with a mean 200.000" in message(window)
    np.testing.assert_array_equal(window.workbench.model.W, model.W)


def test_a_model_can_be_named_on_the_command_line(
    qtbot: QtBot, window: MainWindow, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "m.safetensors"), ""))
    window.training_panel.set_config(TrainingConfig(hidden_units=12, iterations=50))
    action(window, "startAction").trigger()
    wait_for(qtbot, window, State.FINISHED)
    action(window, "saveModelAction").trigger()
    other = make_window(str(tmp_path / "m.safetensors"))
    qtbot.waitUntil(lambda: other.workbench.model is not None and other.workbench.model.n_hidden == 12)


def choose_file(window: MainWindow, name: str, path: Path) -> None:
    """Type a path into the file dialog of this name, and accept it."""
    (dialog,) = [dialog for dialog in window.findChildren(QFileDialog, name) if dialog.isVisible()]
    find(dialog, QLineEdit, "fileNameEdit").setText(str(path))
    dialog.accept()


def test_pictures_are_exported(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    action(window, "exportCurvesAction").trigger()
    find(window, QDialog, "savePictureDialog").accept()
    choose_file(window, "savePictureFileDialog", tmp_path / "curves.svg")
    qtbot.waitUntil((tmp_path / "curves.svg").exists)
    assert (tmp_path / "curves.svg").stat().st_size > 1000
    qtbot.waitUntil(lambda: window.status.currentMessage().startswith("Saved"))


def test_the_curves_are_exported_as_csv(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "curves.csv"
    find(window, QSpinBox, "iterationsSpinBox").setValue(300)
    action(window, "startAction").trigger()
    wait_for(qtbot, window, State.FINISHED)
    action(window, "exportCsvAction").trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(QFileDialog, "exportFileDialog")))
    choose_file(window, "exportFileDialog", path)
    qtbot.waitUntil(path.exists)
    rows = [line.split(",") for line in path.read_text().splitlines() if line and line[0].isdigit()]
    errors = [float(row[1]) for row in rows if row[1]]  # row 0 has the held-out error of the start weights alone
    np.testing.assert_allclose(errors, window.workbench.history.error.values(), rtol=1e-6)


def test_an_export_that_fails_is_told(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    action(window, "exportCsvAction").trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(QFileDialog, "exportFileDialog")))
    (dialog,) = window.findChildren(QFileDialog, "exportFileDialog")
    dialog.fileSelected.emit(str(tmp_path / "no such folder" / "curves.csv"))
    qtbot.waitUntil(lambda: "curves.csv could not be written" in message(window))
    dialog.reject()


def test_layout_theme_and_settings_are_remembered(qtbot: QtBot, make_window: MakeWindow) -> None:
    first = make_window()
    first.resize(1300, 800)
    find(first, QDockWidget, "filtersVDock").close()
    find(first, QSpinBox, "hiddenUnitsSpinBox").setValue(77)
    action(first, "darkThemeAction").trigger()
    assert Settings().theme is ThemeChoice.DARK
    first.close()

    second = make_window()
    assert second.size() == QSize(1300, 800)
    assert not find(second, QDockWidget, "filtersVDock").isVisible()
    assert find(second, QSpinBox, "hiddenUnitsSpinBox").value() == 77
    assert second.palette().window().color().lightnessF() < 0.3
    action(second, "resetLayoutAction").trigger()
    assert all(find(second, QDockWidget, spec.name).isVisible() for spec in DOCKS)
    action(second, "lightThemeAction").trigger()
    qtbot.waitUntil(lambda: second.palette().window().color().lightnessF() > 0.7)


@pytest.mark.parametrize("size", [QSize(1280, 720), QSize(1440, 900)])
def test_nothing_is_cut_at_first_start(qtbot: QtBot, make_window: MakeWindow, size: QSize) -> None:
    window = make_window()
    window.resize(size)
    window.placing.reset()
    QApplication.processEvents()
    assert window.size() == size, "the panels' minimum sizes do not let the window be so small"
    for label in window.findChildren(QLabel):
        may_shrink = label.wordWrap() or label.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Ignored
        if label.isVisible() and label.text() and not may_shrink:
            assert label.width() >= label.minimumSizeHint().width() - 1, label.text()
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and widget.objectName() and widget.window() is window:
            corner = widget.mapTo(window, QPoint(widget.width(), widget.height()))
            assert corner.x() <= window.width(), widget.objectName()
            assert corner.y() <= window.height(), widget.objectName()


def test_closing_in_mid_run_asks_nothing_and_stops(qtbot: QtBot, window: MainWindow) -> None:
    run_endlessly(window)
    action(window, "startAction").trigger()
    wait_for_iterations(qtbot, window, 100)
    assert window.close()
    assert not window.isVisible()
    # Private: at once, and not when `no_leaks` looks for it.
    assert not window.controller._thread.isRunning()


def test_closing_while_data_is_loading(make_window: MakeWindow) -> None:
    window = make_window(wait=False)
    assert window.close()


def test_help_shortcuts_and_about_open_once(qtbot: QtBot, window: MainWindow) -> None:
    for name, dialog_name in (
        ("helpAction", "helpDialog"),
        ("shortcutsAction", "shortcutsDialog"),
        ("aboutAction", "aboutDialog"),
    ):
        action(window, name).trigger()
        action(window, name).trigger()
        dialogs = window.findChildren(QDialog, dialog_name)
        assert len(dialogs) == 1
        assert dialogs[0].isVisible()
        dialogs[0].close()


def test_presets_differ(window: MainWindow) -> None:
    assert len({preset.config for preset in PRESETS.values()}) == len(PRESETS)


def drop(window: MainWindow, path: Path) -> None:
    """Drop a file or folder onto the window. Qt delivers such events only in a drag of the desktop's own."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    button, modifiers, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(400, 300), copy, data, button, modifiers)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(QPointF(400, 300), copy, data, button, modifiers))


def test_a_stopped_run_says_so_and_continues_to_its_end(qtbot: QtBot, window: MainWindow) -> None:
    window.controller.set_pace(2_000)
    find(window, QSpinBox, "iterationsSpinBox").setValue(1500)
    action(window, "startAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.progress.iteration > 0)
    action(window, "stopAction").trigger()
    wait_for(qtbot, window, State.IDLE)
    qtbot.waitUntil(lambda: find(window, QLabel, "stateStatusLabel").text() == "Stopped")
    assert action(window, "continueAction").text() == "&Continue to 1,500"
    window.controller.set_pace(None)
    action(window, "continueAction").trigger()
    wait_for(qtbot, window, State.FINISHED)
    assert window.workbench.progress.iteration == 1500
    assert "more" in action(window, "continueAction").text()
