"""Pictures of a person's own: the preview shows them as they will be, and what was shown is what is trained on."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFileDialog, QLabel, QListWidget, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from dae_core import mosaic
from dae_core.datasets import ImageOptions, open_dataset, scan_source
from dae_core.datasets.bundled import load_bundled_digits
from dae_core.jobs import Monitor
from dae_gui.data import import_dialog
from dae_gui.data import loader as loading
from dae_gui.data.import_dialog import ImportDialog
from dae_gui.support.jobs import Jobs
from dae_gui.support.settings import Settings
from dae_gui.widgets.controls.number_box import NumberBox
from dae_gui.window.main_window import MainWindow
from helpers.datasets import save_pictures
from helpers.widgets import click, find, tile_text
from helpers.windows import MakeWindow, action, shape_of, train, wait_for_shape


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    button, modifiers = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(QPoint(400, 300)), Qt.DropAction.CopyAction, data, button, modifiers))


def dialog_of(qtbot: QtBot, window: MainWindow) -> ImportDialog:
    qtbot.waitUntil(lambda: window.findChild(QDialog, "importDialog") is not None)
    dialog = window.findChild(QDialog, "importDialog")
    assert isinstance(dialog, ImportDialog)
    qtbot.waitUntil(dialog.isVisible)
    qtbot.waitUntil(lambda: dialog.view.count() > 0)
    return dialog


def test_a_dropped_folder_is_shown_and_opens_as_it_was_shown(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    folder = save_pictures(tmp_path / "pictures ä")
    (folder / "broken.png").write_bytes(b"\x89PNG rubbish")
    window = make_window()
    drop(window, folder)
    dialog = dialog_of(qtbot, window)
    assert "12 images in pictures ä" in find(dialog, QLabel, "importFoundLabel").text()
    assert "2 sizes" in find(dialog, QLabel, "importFoundLabel").text()
    listed = find(dialog, QListWidget, "importSkippedList")
    assert listed.isVisible()
    assert [listed.item(i).text().split(":")[0] for i in range(listed.count())] == ["broken.png"]
    assert window.workbench.dataset is not None
    assert window.workbench.dataset.name == "Bundled digits", "nothing is opened before the person agrees"

    for name, value in (("imageHeightSpinBox", "20"), ("imageWidthSpinBox", "32")):
        box = find(dialog, QSpinBox, name)
        box.setFocus()
        box.selectAll()
        qtbot.keyClicks(box, value)
    find(dialog, QComboBox, "imageFitComboBox").setCurrentIndex(1)
    qtbot.mouseClick(find(dialog, QCheckBox, "imageInvertCheckBox"), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    expected = ImageOptions(20, 32, "crop", invert=True, black=0.0, white=255.0)
    assert dialog.form.options() == expected
    qtbot.waitUntil(lambda: "20 × 32 pixels" in find(dialog, QLabel, "importPreviewLabel").text())
    # Private: the preview may be the one before until both rest.
    qtbot.waitUntil(lambda: not dialog._settle.isActive() and not dialog._job.is_running)
    shown = dialog.view.array()
    click(qtbot, dialog, "importOpenButton")
    wait_for_shape(qtbot, window, (20, 32))

    dataset = window.workbench.dataset
    assert dataset is not None
    independent = open_dataset(str(folder), expected)
    np.testing.assert_array_equal(dataset.train_images, independent.train_images)
    np.testing.assert_array_equal(dataset.test_images, independent.test_images)
    opened = {image.tobytes() for part in (dataset.train_images, dataset.test_images) for image in part}
    assert shown is not None
    assert tiles_of(shown, (20, 32), 12) == opened
    train(qtbot, window)
    assert Settings().image_options(str(folder)) == expected


def tiles_of(picture: np.ndarray, shape: tuple[int, int], count: int) -> set[bytes]:
    height, width = shape
    rows, columns = picture.shape[0] // height, picture.shape[1] // width
    tiles = picture.reshape(rows, height, columns, width).swapaxes(1, 2).reshape(-1, height, width)
    np.testing.assert_array_equal(mosaic.tile(tiles, columns), picture)
    return {tile.tobytes() for tile in tiles[:count]}


def test_the_options_come_back_at_the_next_start_without_a_question(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    folder = save_pictures(tmp_path / "pictures")
    window = make_window()
    drop(window, folder)
    dialog = dialog_of(qtbot, window)
    find(dialog, QSpinBox, "imageHeightSpinBox").setValue(11)
    find(dialog, QSpinBox, "imageWidthSpinBox").setValue(9)
    click(qtbot, dialog, "importOpenButton")
    wait_for_shape(qtbot, window, (11, 9))
    window.close()
    again = make_window()
    assert shape_of(again) == (11, 9)
    assert again.findChild(QDialog, "importDialog") is None
    drop(again, folder)
    assert dialog_of(qtbot, again).form.options().height == 11


def test_every_option_changes_the_preview(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    folder = save_pictures(tmp_path / "pictures", 40)
    window = make_window()
    drop(window, folder)
    dialog = dialog_of(qtbot, window)
    seen = [dialog.view.array()]

    def next_picture() -> None:
        qtbot.waitUntil(lambda: not np.array_equal(dialog.view.array(), seen[-1]))
        seen.append(dialog.view.array())

    find(dialog, QCheckBox, "imageInvertCheckBox").toggle()
    next_picture()
    find(dialog, QComboBox, "imageFitComboBox").setCurrentIndex(2)
    next_picture()
    find(dialog, QComboBox, "imageContrastComboBox").setCurrentIndex(1)
    next_picture()
    find(dialog, QSpinBox, "imageWidthSpinBox").setValue(40)
    next_picture()
    click(qtbot, dialog, "otherSamplesButton")
    next_picture()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(QDialog, "importDialog") is None)
    assert shape_of(window) == (28, 28)


def test_the_menu_opens_pictures_and_a_trained_model_is_asked_about(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = save_pictures(tmp_path / "pictures", sizes=((12, 16),))
    window = make_window()
    train(qtbot, window)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    action(window, "openImagesAction").trigger()
    dialog = dialog_of(qtbot, window)
    assert "all 12 × 16 pixels" in find(dialog, QLabel, "importFoundLabel").text()
    assert dialog.form.options().shape == (12, 16)
    click(qtbot, dialog, "importOpenButton")
    wait_for_shape(qtbot, window, (12, 16))


def test_an_array_is_previewed_too(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (30, 14, 10), np.uint8)
    np.save(tmp_path / "images.npy", images)
    window = make_window()
    drop(window, tmp_path / "images.npy")
    dialog = dialog_of(qtbot, window)
    assert dialog.form.options().shape == (14, 10)
    click(qtbot, dialog, "importOpenButton")
    wait_for_shape(qtbot, window, (14, 10))
    dataset = window.workbench.dataset
    assert dataset is not None
    opened = {image.tobytes() for part in (dataset.train_images, dataset.test_images) for image in part}
    assert opened == {image.tobytes() for image in images}


def test_a_folder_of_nothing_is_told(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    window = make_window()
    drop(window, tmp_path / "empty")
    qtbot.waitUntil(lambda: "empty" in window.banner.text())
    assert shape_of(window) == (28, 28)


def test_cancel_while_looking_through_a_folder(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    begun, given_up = block(monkeypatch, "dae_gui.data.commands.scan_source")
    drop(window, save_pictures(tmp_path / "pictures"))
    qtbot.waitUntil(lambda: begun.is_set() and window.loading_strip.isVisible())
    click(qtbot, window, "cancelLoadingButton")
    assert given_up.wait(120)
    assert not window.loading_strip.isVisible()


def test_closing_while_looking_through_a_folder(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    begun, given_up = block(monkeypatch, "dae_gui.data.commands.scan_source")
    drop(window, save_pictures(tmp_path / "pictures"))
    qtbot.waitUntil(lambda: begun.is_set() and window.loading_strip.isVisible())
    assert window.close()
    assert given_up.is_set()


def test_closing_while_samples_are_read_and_while_pictures_are_loaded(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = save_pictures(tmp_path / "pictures")
    window = make_window()
    with monkeypatch.context() as patch:
        begun, given_up = block(patch, "dae_gui.data.import_dialog.dialog.preview")
        drop(window, folder)
        qtbot.waitUntil(begun.is_set)
        assert window.close()
        assert given_up.is_set()
    other = make_window()
    begun, given_up = block(monkeypatch, "dae_gui.data.loader.open_source")
    drop(other, folder)
    dialog = dialog_of(qtbot, other)
    click(qtbot, dialog, "importOpenButton")
    qtbot.waitUntil(lambda: begun.is_set() and other.loading_strip.isVisible())
    assert other.close()
    assert given_up.is_set()


def block(patch: pytest.MonkeyPatch, name: str) -> tuple[threading.Event, threading.Event]:
    """Let a function of the core take for ever, until it is cancelled; return what is set when it begins and ends."""
    begun, given_up, pause = threading.Event(), threading.Event(), threading.Event()

    def endless(*arguments: object, **options: object) -> None:
        monitor = options.get("monitor", arguments[-1])
        assert isinstance(monitor, Monitor)
        begun.set()
        while not monitor.is_cancelled():
            pause.wait(0.01)
        given_up.set()

    patch.setattr(name, endless)
    return begun, given_up


def test_the_dialog_is_deleted_with_its_scan(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window()
    Image.fromarray(np.eye(9, dtype=np.uint8) * 255).save(tmp_path / "a.png")
    Image.fromarray(np.eye(11, dtype=np.uint8) * 255).save(tmp_path / "b.png")
    scan = scan_source(str(tmp_path))
    dialog = import_dialog.ImportDialog(scan, None, window.jobs, window)
    chosen: list[object] = []
    dialog.chosen.connect(lambda *both: chosen.append(both))
    dialog.open()
    qtbot.waitUntil(lambda: dialog.view.count() == 2)
    click(qtbot, dialog, "importCancelButton")
    qtbot.waitUntil(lambda: window.findChild(QDialog, "importDialog") is None)
    assert chosen == []
    assert loading.DataRequest("x").scan is None


@pytest.fixture
def alone(qtbot: QtBot) -> Iterator[Callable[[Path], ImportDialog]]:
    """Make the dialog without the window."""
    parent = QWidget()
    jobs = Jobs(parent)

    def make(source: Path) -> ImportDialog:
        dialog = ImportDialog(scan_source(source), None, jobs, parent)
        dialog.show()
        qtbot.waitUntil(lambda: dialog.view.count() > 0)
        return dialog

    yield make
    jobs.shutdown()
    parent.deleteLater()


def choose(dialog: ImportDialog, name: str, value: str) -> None:
    combo = find(dialog, QComboBox, name)
    assert combo.isVisible()
    combo.setCurrentIndex(combo.findData(value))


def test_what_was_understood_of_a_table_is_shown_and_can_be_changed(
    qtbot: QtBot, alone: Callable[[Path], ImportDialog], tmp_path: Path
) -> None:
    digits = load_bundled_digits()
    images, classes = digits.train_images[:40], digits.train_labels[:40]
    header = ",".join(["class", *(f"pixel{n}" for n in range(784)), "writer"])
    rows = np.column_stack([classes, images.reshape(40, -1), np.arange(40) % 3])
    np.savetxt(tmp_path / "a.csv", rows, "%d", ",", header=header, comments="")
    dialog = alone(tmp_path / "a.csv")
    notes = find(dialog, QLabel, "importNotesLabel")
    assert '"class" is taken as the label' in notes.text()
    assert tile_text(dialog.view, 0).endswith(f"class {classes[0]}")

    choose(dialog, "imageLabelComboBox", "writer")
    qtbot.waitUntil(lambda: '"writer"' in notes.text())
    chosen: list[ImageOptions] = []
    dialog.chosen.connect(lambda _scan, options: chosen.append(options))
    click(qtbot, dialog, "importOpenButton")
    dataset = open_dataset(str(tmp_path / "a.csv"), chosen[0])
    assert dataset.train_labels is not None
    assert dataset.test_labels is not None
    assert sorted([*dataset.train_labels, *dataset.test_labels]) == sorted(np.arange(40) % 3)


def test_orientation_and_range_of_arrays(qtbot: QtBot, alone: Callable[[Path], ImportDialog], tmp_path: Path) -> None:
    images = load_bundled_digits().train_images[:24]
    np.save(tmp_path / "a.npy", images.astype(np.float32) / 100)
    dialog = alone(tmp_path / "a.npy")
    white = find(dialog, NumberBox, "imageWhiteBox")
    assert white.value() == 3.0, "0 … 2.55 is measured with two bits"
    white.setValue(2.55)
    choose(dialog, "imageOrientationComboBox", "turn left")
    turned = np.rot90(images, 1, (1, 2))
    qtbot.waitUntil(lambda: np.array_equal(dialog.view.array(), mosaic.tile(turned, 6)))
    white.setValue(-4)
    options = dialog.form.options()
    assert options.black is not None
    assert options.white is not None
    assert options.black < options.white, "white stays above black whatever is typed"
    dialog.close()


def test_rows_that_a_source_has_no_use_for_are_not_shown(alone: Callable[[Path], ImportDialog], tmp_path: Path) -> None:
    dialog = alone(save_pictures(tmp_path / "pictures"))
    assert not find(dialog, NumberBox, "imageBlackBox").isVisible()
    assert not find(dialog, QComboBox, "imageLabelComboBox").isVisible()
    assert find(dialog, QComboBox, "imageOrientationComboBox").isVisible()
    dialog.close()


def test_patches_are_cut_from_photographs(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    folder = save_pictures(tmp_path / "photographs", count=8, sizes=((40, 44),))
    window = make_window()
    drop(window, folder)
    dialog = dialog_of(qtbot, window)
    cuts, count = find(dialog, QCheckBox, "imagePatchesCheckBox"), find(dialog, QSpinBox, "imagePatchesSpinBox")
    assert cuts.isVisible()
    assert not count.isEnabled()
    cuts.setFocus()
    qtbot.keyClick(cuts, Qt.Key.Key_Space)
    assert find(dialog, QComboBox, "imageContrastComboBox").currentData() == "normalize"
    assert not find(dialog, QComboBox, "imageFitComboBox").isEnabled()
    for name, value in (("imageHeightSpinBox", "16"), ("imagePatchesSpinBox", "240")):
        box = find(dialog, QSpinBox, name)
        box.setFocus()
        box.selectAll()
        qtbot.keyClicks(box, value)
        qtbot.keyClick(box, Qt.Key.Key_Tab)
    expected = ImageOptions(16, 16, contrast="normalize", black=0.0, white=255.0, patches=240)
    assert dialog.form.options() == expected
    qtbot.waitUntil(lambda: "24 of 240 patches" in find(dialog, QLabel, "importPreviewLabel").text())
    click(qtbot, dialog, "importOpenButton")
    wait_for_shape(qtbot, window, (16, 16))
    dataset = window.workbench.dataset
    assert dataset is not None
    assert (len(dataset.train_images), len(dataset.test_images)) == (200, 40)
    assert dataset.fingerprint() == open_dataset(folder, expected).fingerprint()
