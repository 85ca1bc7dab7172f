"""Another data set in the whole window: any shape, no run lost, and what is remembered."""

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from dae_core.datasets import ImageOptions, write_idx
from dae_core.jobs import Cancelled
from dae_gui.data import loader as loading
from dae_gui.data.selection import source_name
from dae_gui.panels.dataset_panel.rows import kind_of
from dae_gui.support.settings import Settings
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from helpers.datasets import blobs, idx_folder
from helpers.widgets import click, find
from helpers.windows import MakeWindow, action, shape_of, train, wait_for_shape


def choice(window: QWidget) -> str:
    return find(window, QComboBox, "datasetComboBox").currentText()


@pytest.mark.parametrize("shape", [(8, 8), (20, 32), (32, 20)])
def test_any_shape_goes_through_the_whole_window(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, shape: tuple[int, int]
) -> None:
    window = make_window()
    for dock in window.studies.docks.values():
        dock.show()
    window.data_commands.open_path(str(idx_folder(tmp_path, "other", shape)))
    wait_for_shape(qtbot, window, shape)
    train(qtbot, window, 300)
    assert window.workbench.model is not None
    assert window.workbench.model.n_inputs == shape[0] * shape[1]
    for layer in "WV":
        array = find(window, MosaicView, f"filters{layer}View").array()
        assert array is not None
        assert array.shape == (3 * shape[0], 3 * shape[1])
    canvas = window.denoise_panel.source.draw_page.canvas
    assert canvas.drawing.shape == shape
    picture = window.denoise_panel.rows.images()
    assert picture is not None
    assert picture.shape[1:] == shape
    saved = window.controller.saved_model()
    assert saved is not None
    assert saved.shape == shape


def test_a_run_is_kept_when_other_data_are_opened_and_comes_back_with_its_own(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window()
    train(qtbot, window)
    weights = window.workbench.model
    assert weights is not None
    window.data_commands.open_path(str(idx_folder(tmp_path, "other", (8, 8))))
    wait_for_shape(qtbot, window, (8, 8))
    qtbot.waitUntil(lambda: len(window.document.runs.kept) == 1)
    assert window.workbench.progress.iteration == 0
    assert choice(window) == "other"

    kept = window.document.runs.kept[0]
    assert kept.label.name == "Run 1"
    assert kept.data.shape == (28, 28)
    window.sessions.make_present(kept.label.key)
    qtbot.waitUntil(lambda: window.controller.recorder.label.key == kept.label.key)
    bench = window.workbench
    qtbot.waitUntil(lambda: bench.model is not None and bench.progress.iteration == 60)
    np.testing.assert_array_equal(window.workbench.model.W, weights.W)
    assert shape_of(window) == (28, 28)
    assert choice(window) == "Bundled digits"
    assert window.document.runs.kept == ()


def test_data_opened_before_anything_is_trained_keep_nothing(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window()
    window.data_commands.open_path(str(idx_folder(tmp_path, "other", (8, 8))))
    wait_for_shape(qtbot, window, (8, 8))
    assert window.document.runs.kept == ()
    assert not window.document.is_modified


def test_loading_shows_how_far_it_is_and_can_be_cancelled(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    dataset, given_up = window.workbench.dataset, threading.Event()
    monkeypatch.setattr(loading, "open_source", lambda *a: open_endlessly(given_up, *a))
    window.data_commands.open_path(str(idx_folder(tmp_path, "other", (8, 8))))
    qtbot.waitUntil(window.loading_strip.isVisible)
    label = find(window, QWidget, "loadingLabel")
    qtbot.waitUntil(lambda: "300 of 20,000 images" in label.property("text"))
    assert choice(window) == "other"
    click(qtbot, window, "cancelLoadingButton")
    assert given_up.wait(120)
    qtbot.waitUntil(lambda: not window.loading_strip.isVisible())
    assert window.workbench.dataset is dataset
    assert choice(window) == "Bundled digits"
    assert Settings().recent_data == []


def test_closing_while_a_large_folder_is_loading(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    given_up = threading.Event()
    monkeypatch.setattr(loading, "open_source", lambda *a: open_endlessly(given_up, *a))
    window.data_commands.open_path(str(idx_folder(tmp_path, "other", (8, 8))))
    qtbot.waitUntil(window.loading_strip.isVisible)
    assert window.close()
    assert given_up.is_set()


def open_endlessly(given_up, _source, _options, monitor):
    """Open 20,000 images without getting on, until it is cancelled."""
    monitor.count(300, 20_000, "images", "pictures")
    pause = threading.Event()
    while not monitor.is_cancelled():
        pause.wait(0.01)
    given_up.set()
    raise Cancelled


def test_options_are_remembered_for_each_source_and_rubbish_counts_as_none() -> None:
    settings = Settings()
    options = ImageOptions(20, 32, "crop", True, "stretch")
    settings.set_image_options("/a/b ä", options)
    settings.set_image_options("/c", ImageOptions())
    settings.sync()
    again = Settings()
    assert again.image_options("/a/b ä") == options
    assert again.image_options("/c") == ImageOptions()
    assert again.image_options("/d") is None
    again.set_image_options("/c", None)
    assert again.image_options("/c") is None
    for rubbish in ("no JSON", "[]", '{"/x": {"height": 3}}', '{"/x": 5}'):
        # Private: as a file of settings may hold it that somebody edited.
        again._store.setValue("image_options", rubbish)
        assert again.image_options("/x") is None


def test_names_of_sources() -> None:
    assert [source_name(s) for s in ("digits", "mnist", "own:My digits", "/a/my pictures")] == [
        "Bundled digits", "MNIST", "My digits", "my pictures",
    ]  # fmt: skip
    assert [kind_of(s).value for s in ("digits", "mnist", "own:My digits", "/a/my pictures")] == [
        "bundled", "catalogue", "own", "opened",
    ]  # fmt: skip


def test_a_folder_as_mnist_has_opens_without_questions_and_how_it_is_read_can_be_changed(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    write_idx(tmp_path / "train-images-idx3-ubyte", blobs(30, np.random.default_rng(1), 9))
    window = make_window()
    change = action(window, "imageOptionsAction")
    assert not change.isEnabled(), "the bundled digits are as they are"
    window.data_commands.open_path(str(tmp_path))
    wait_for_shape(qtbot, window, (9, 9))
    before = window.workbench.dataset
    assert before is not None
    assert window.findChild(QWidget, "importDialog") is None

    change.trigger()
    qtbot.waitUntil(lambda: window.findChild(QWidget, "importDialog") is not None)
    combo = find(window, QComboBox, "imageOrientationComboBox")
    combo.setCurrentIndex(combo.findData("transpose"))
    click(qtbot, window, "importOpenButton")
    qtbot.waitUntil(lambda: window.workbench.dataset is not before)
    assert window.workbench.dataset is not None
    np.testing.assert_array_equal(window.workbench.dataset.train_images, before.train_images.swapaxes(1, 2))
