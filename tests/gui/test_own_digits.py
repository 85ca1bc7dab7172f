"""My digits: drawings are kept with a label, saved at once, taken back, and put to use."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from dae_core.datasets import DataError, OwnSet, own_set_names
from dae_gui.data.own_digits import OwnDigits, set_name
from dae_gui.widgets.controls.message_banner import MessageBanner
from dae_gui.window.main_window import MainWindow
from helpers.widgets import DrawStroke, Notices, click, find
from helpers.windows import MakeWindow, data_panel, train


def draw(draw_stroke: DrawStroke, window: MainWindow, slant: float = 0.0) -> np.ndarray:
    """Draw a line with the mouse and return what the network sees of it."""
    canvas = window.denoise_panel.source.draw_page.canvas
    canvas.drawing.clear()
    size = canvas.size()
    draw_stroke(canvas, [QPointF(size.width() * (0.5 + slant * y), size.height() * y) for y in (0.2, 0.4, 0.6, 0.8)])
    image = window.denoise_panel.source.image()
    assert image is not None
    return image.copy()


def keep(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    """Open the menu with the mouse and choose with a key."""
    click(qtbot, window, "keepDrawingButton")
    menu = find(window, QMenu, "keepDrawingMenu")
    qtbot.waitUntil(menu.isVisible)
    qtbot.keyClick(menu, key)
    qtbot.waitUntil(lambda: not menu.isVisible())


def test_a_drawing_is_kept_with_its_label_and_saved_at_once(
    qtbot: QtBot, make_window: MakeWindow, draw_stroke: DrawStroke
) -> None:
    window = make_window()
    panel = data_panel(qtbot, window)
    window.findChild(type(window.studies.docks["datasetDock"]), "denoiseDock").raise_()
    first = draw(draw_stroke, window)
    keep(qtbot, window, Qt.Key.Key_1)
    own = OwnSet.load("My digits")
    assert own.labels == (1,)
    np.testing.assert_array_equal(own.images[0], first)

    second = draw(draw_stroke, window, 0.3)
    keep(qtbot, window, Qt.Key.Key_N)
    own = OwnSet.load("My digits")
    assert own.labels == (1, None)
    np.testing.assert_array_equal(own.images[1], second)
    window.studies.docks["datasetDock"].raise_()
    qtbot.waitUntil(
        lambda: any(
            "2 drawings, 1 labelled" in row.facts for row in panel.list.rows() if row.source == "own:My digits"
        ),
    )


def test_taking_back_removes_the_last_and_at_the_end_the_set(
    qtbot: QtBot, make_window: MakeWindow, draw_stroke: DrawStroke
) -> None:
    window = make_window()
    first = draw(draw_stroke, window)
    keep(qtbot, window, Qt.Key.Key_4)
    draw(draw_stroke, window, 0.3)
    keep(qtbot, window, Qt.Key.Key_5)
    keep(qtbot, window, Qt.Key.Key_T)
    own = OwnSet.load("My digits")
    assert own.labels == (4,)
    np.testing.assert_array_equal(own.images[0], first)
    keep(qtbot, window, Qt.Key.Key_T)
    assert own_set_names() == []
    assert not window.denoise_panel.source.draw_page.keep.take_back.isEnabled()


def test_a_digit_of_the_data_and_a_blank_canvas_are_not_kept(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    labels = window.denoise_panel.source.draw_page.keep.menu_of_labels
    for prepare in (
        lambda: window.denoise_panel.source.pick(3),
        window.denoise_panel.source.draw_page.canvas.drawing.clear,
    ):
        prepare()
        click(qtbot, window, "keepDrawingButton")
        qtbot.waitUntil(labels.isVisible)
        assert not any(a.isEnabled() for a in labels.actions() if a.data() is not None)
        labels.hide()
    assert own_set_names() == []


def test_the_next_start_goes_on_with_the_same_set(
    qtbot: QtBot, make_window: MakeWindow, draw_stroke: DrawStroke
) -> None:
    window = make_window()
    draw(draw_stroke, window)
    keep(qtbot, window, Qt.Key.Key_7)
    window.close()
    again = make_window()
    draw(draw_stroke, again, 0.3)
    keep(qtbot, again, Qt.Key.Key_8)
    assert OwnSet.load("My digits").labels == (7, 8)


def test_drawings_become_the_held_out_images_or_are_trained_on(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (4, 28, 28), np.uint8)
    for label, image in enumerate(images):
        window.own_digits.keep(image, label)
    base = window.workbench.dataset
    assert base is not None
    panel = data_panel(qtbot, window)
    qtbot.waitUntil(lambda: panel.list.model.place("own:My digits") >= 0)
    panel.list.choose("own:My digits")
    click(qtbot, panel, "useAsHeldOutButton")
    qtbot.waitUntil(lambda: len(window.workbench.dataset.test_images) == 4)
    judged = window.workbench.dataset
    assert judged is not None
    np.testing.assert_array_equal(judged.test_images, images)
    np.testing.assert_array_equal(judged.train_images, base.train_images)

    click(qtbot, panel, "addToTrainingButton")
    qtbot.waitUntil(lambda: len(window.workbench.dataset.train_images) == len(base.train_images) + 4)
    both = window.workbench.dataset
    assert both is not None
    np.testing.assert_array_equal(both.train_images[-4:], images)
    np.testing.assert_array_equal(both.test_images, base.test_images)

    train(qtbot, window)
    click(qtbot, panel, "useDataButton")
    qtbot.waitUntil(lambda: window.workbench.dataset.name == "My digits")
    own = window.workbench.dataset
    assert own is not None
    assert len(own.train_images) + len(own.test_images) == 4


def test_a_single_drawing_cannot_be_trained_on_and_that_is_said(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    window.own_digits.keep(np.eye(28, dtype=np.uint8) * 255, 1)
    panel = data_panel(qtbot, window)
    qtbot.waitUntil(lambda: panel.list.model.place("own:My digits") >= 0)
    panel.list.choose("own:My digits")
    click(qtbot, panel, "useDataButton")
    banner = find(window, MessageBanner, "messageBanner")
    qtbot.waitUntil(lambda: "two are needed" in banner.text())


def test_other_sizes_have_sets_of_their_own(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: object
) -> None:
    monkeypatch.setenv("DAE_STUDIO_DATA", str(tmp_path))
    digits = OwnDigits(qapp)  # type: ignore[arg-type]
    small, usual = np.eye(8, dtype=np.uint8), np.eye(28, dtype=np.uint8)
    for image in (small, usual, small):
        digits.keep(image, 1)
    assert len(OwnSet.load(set_name((8, 8)))) == 2
    assert len(OwnSet.load("My digits")) == 1
    digits.deleteLater()


def test_a_disk_that_refuses_loses_nothing_and_is_told(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: object
) -> None:
    monkeypatch.setenv("DAE_STUDIO_DATA", str(tmp_path))
    window = QWidget()
    qtbot.addWidget(window)
    digits, notices = OwnDigits(window), Notices(window)
    digits.keep(np.eye(28, dtype=np.uint8), 1)

    def full(_self: OwnSet) -> None:
        raise DataError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(OwnSet, "save", full)
        digits.keep(np.eye(28, dtype=np.uint8) * 9, 2)
    assert notices.warnings == ["The disk is full."]
    digits.keep(np.eye(28, dtype=np.uint8) * 7, 3)
    assert OwnSet.load("My digits").labels == (1, 3)


def test_drawings_of_two_windows_are_all_kept(qapp: QApplication) -> None:
    image = np.zeros((28, 28), np.uint8)
    windows = QWidget(), QWidget()
    notices = [Notices(window) for window in windows]
    one, other = map(OwnDigits, windows)
    available: list[bool] = []
    one.undoAvailable.connect(available.append)
    for label, digits in enumerate((one, other, one, other)):
        image[label] = 200
        digits.keep(image, label)
    assert OwnSet.load("My digits").labels == (0, 1, 2, 3)
    one.take_back()  # the last is of the other window
    assert OwnSet.load("My digits").labels == (0, 1, 2, 3)
    assert "another window has changed My digits" in notices[0].warnings[-1]
    assert available[-1] is False
    other.take_back()
    assert OwnSet.load("My digits").labels == (0, 1, 2)
    one.keep(image, 9)
    assert OwnSet.load("My digits").labels == (0, 1, 2, 9)
    for window in windows:
        window.deleteLater()
