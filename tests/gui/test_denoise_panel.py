"""The denoise dock's content, operated with mouse and keys as a person would."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from dae_core.datasets import Dataset
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian, Masking
from dae_gui.panels.denoise_panel import DenoisePanel
from dae_gui.panels.denoise_panel import panel as panel_module
from dae_gui.panels.denoise_panel.picture_row import PictureRow
from dae_gui.support.plain_text import tip_text
from dae_gui.support.theme import DARK, LIGHT, apply_theme
from dae_gui.widgets.controls.number_box import NumberBox
from dae_gui.widgets.drawing.drawing_canvas import DrawingCanvas
from dae_gui.widgets.pictures.color_maps import WARNING_RGB
from dae_gui.widgets.pictures.image_view import ImageView
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.workbench import Workbench
from helpers.widgets import DrawStroke, Notices, find, on_canvas

W = TypeVar("W", bound=QWidget)
SIZES = [(730, 270), (770, 330), (1100, 400), (700, 700)]


def make_dataset(shape: tuple[int, int] = (28, 28), labels: bool = True, n: int = 120) -> Dataset:
    """Digits of a kind: one bright bar each, whose place and class go together."""
    rng = np.random.default_rng(1)
    classes = (np.arange(n) % 10).astype(np.uint8)
    images = np.zeros((n, *shape), np.uint8)
    height, width = shape
    for image, label in zip(images, classes, strict=True):
        top = 1 + int(label) * (height - 4) // 10
        image[top : top + 2, 1 : width - 1] = rng.integers(150, 256, (2, width - 2))
    return Dataset(
        "bars", images, classes if labels else None, images[::-1].copy(), classes[::-1].copy() if labels else None
    )


def make_model(dataset: Dataset, seed: int = 0) -> AutoEncoder:
    rng = np.random.default_rng(seed)
    model = AutoEncoder.random(dataset.n_inputs, 30, rng)
    model.V[:] = rng.normal(0, 0.3, model.V.shape)
    return model


def click(widget: QWidget, name: str) -> None:
    button = find(widget, QAbstractButton, name)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=button.rect().center())
    QApplication.processEvents()


def array(widget: QWidget, name: str) -> NDArray[np.floating]:
    shown = find(widget, ImageView, name).array()
    assert shown is not None, name
    return shown.copy()


def click_tile(view: MosaicView, tile: int) -> None:
    grid = view.grid()
    assert grid is not None
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=grid.tile(tile).center().toPoint())
    QApplication.processEvents()


@pytest.fixture
def dataset() -> Dataset:
    return make_dataset()


@pytest.fixture
def empty_panel(qtbot: QtBot) -> Iterator[DenoisePanel]:
    panel = DenoisePanel(Workbench())
    qtbot.addWidget(panel)
    panel.resize(730, 270)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.close()


@pytest.fixture
def panel(empty_panel: DenoisePanel, dataset: Dataset) -> DenoisePanel:
    empty_panel.workbench.set_data(OpenData(dataset))
    empty_panel.set_model(make_model(dataset))
    empty_panel.source.pick_random()
    QApplication.processEvents()
    return empty_panel


@pytest.fixture
def canvas(panel: DenoisePanel) -> DrawingCanvas:
    return find(panel, DrawingCanvas, "drawingCanvas")


def diagonal(canvas: DrawingCanvas) -> list[QPointF]:
    height, width = canvas.drawing.shape
    return [on_canvas(canvas, height * t, width * t) for t in (0.1, 0.2, 0.35, 0.5)]


def choose(combo: QComboBox, data: object) -> None:
    """Choose an entry with the keyboard."""
    combo.setFocus()
    steps = combo.findData(data) - combo.currentIndex()
    for _ in range(abs(steps)):
        QTest.keyClick(combo, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)
    QApplication.processEvents()


# -- the first sight -------------------------------------------------------------------------------------------------


def test_without_data_everything_says_so(empty_panel: DenoisePanel) -> None:
    for name in ("networkInputView", "noisyView", "reconstructionView", "errorView"):
        assert find(empty_panel, ImageView, name).array() is None
    assert "loaded" in find(empty_panel, QLabel, "qualityLabel").text()
    for name in ("randomDigitButton", "nextDigitButton", "classComboBox", "anotherTenButton"):
        assert not find(empty_panel, QWidget, name).isEnabled()


def test_the_canvas_is_blank_until_a_sample_is_tried(empty_panel: DenoisePanel, dataset: Dataset) -> None:
    empty_panel.workbench.set_data(OpenData(dataset))
    QApplication.processEvents()
    canvas = find(empty_panel, DrawingCanvas, "drawingCanvas")
    assert canvas.drawing.is_blank()
    assert empty_panel.workbench.digit is None
    assert empty_panel.samples.isVisible()
    assert not empty_panel.pictures.isVisible()
    click(empty_panel, "sample3Button")
    seen = array(empty_panel, "networkInputView")
    (index,) = [i for i, image in enumerate(dataset.test_images) if np.array_equal(seen, image)][:1]
    assert dataset.test_labels is not None
    assert dataset.test_labels[index] == 3
    assert not empty_panel.samples.isVisible()
    assert array(empty_panel, "noisyView").shape == (28, 28)
    assert find(empty_panel, ImageView, "reconstructionView").array() is None
    empty_panel.set_model(make_model(dataset))
    QApplication.processEvents()
    assert array(empty_panel, "reconstructionView").shape == (28, 28)
    assert find(empty_panel, MosaicView, "exampleRowsView").count() == 30
    empty_panel.set_model(None)
    QApplication.processEvents()
    assert find(empty_panel, ImageView, "reconstructionView").array() is None
    assert find(empty_panel, MosaicView, "exampleRowsView").count() == 0


def test_samples_of_data_without_classes_and_of_a_single_image(empty_panel: DenoisePanel) -> None:
    for n, count in ((120, 10), (1, 1)):
        empty_panel.workbench.set_data(OpenData(make_dataset(labels=False, n=n)))
        QApplication.processEvents()
        buttons = empty_panel.samples.findChildren(QAbstractButton)
        assert sum(button.isVisible() for button in buttons) == count


def test_samples_are_reached_and_chosen_with_keys(empty_panel: DenoisePanel, dataset: Dataset) -> None:
    empty_panel.workbench.set_data(OpenData(dataset))
    QApplication.processEvents()
    button = find(empty_panel, QAbstractButton, "sample0Button")
    assert "class 0" in button.accessibleName()
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    QApplication.processEvents()
    assert not find(empty_panel, DrawingCanvas, "drawingCanvas").drawing.is_blank()


def test_a_stroke_on_a_sample_begins_a_new_drawing_and_undo_brings_the_sample_back(
    panel: DenoisePanel, canvas: DrawingCanvas, draw_stroke: DrawStroke
) -> None:
    sample = canvas.drawing.image()
    draw_stroke(canvas, [on_canvas(canvas, 2, 2), on_canvas(canvas, 4, 4)])
    drawn = canvas.drawing.image()
    assert drawn[:6, :6].max() > 200
    assert drawn[8:, 8:].max() == 0  # nothing of the sample is left
    draw_stroke(canvas, [on_canvas(canvas, 20, 20), on_canvas(canvas, 22, 22)])
    assert canvas.drawing.image()[:6, :6].max() > 200  # the second stroke goes on with the drawing
    for _ in range(2):
        QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(canvas.drawing.image(), sample)
    draw_stroke(canvas, [on_canvas(canvas, 2, 2), on_canvas(canvas, 4, 4)])  # it is a sample again
    assert np.array_equal(canvas.drawing.image(), drawn)


# -- drawing ---------------------------------------------------------------------------------------------------------


def test_a_stroke_changes_all_pictures(panel: DenoisePanel, canvas: DrawingCanvas, draw_stroke: DrawStroke) -> None:
    names = ("networkInputView", "noisyView", "reconstructionView", "errorView")
    before = [array(panel, name) for name in names]
    draw_stroke(canvas, diagonal(canvas), release=False)
    QApplication.processEvents()
    for name, old in zip(names, before, strict=True):
        assert not np.array_equal(array(panel, name), old), name
    draw_stroke(canvas, diagonal(canvas)[-1:])


def test_one_turn_of_the_event_loop_computes_once(
    panel: DenoisePanel,
    canvas: DrawingCanvas,
    draw_stroke: DrawStroke,
    dataset: Dataset,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = count_calls(monkeypatch)
    draw_stroke(canvas, diagonal(canvas))
    panel.set_model(make_model(dataset))
    assert calls == []
    QApplication.processEvents()
    assert calls == ["denoise", "denoise_rows"]


def test_a_blank_canvas_invites(panel: DenoisePanel, canvas: DrawingCanvas, draw_stroke: DrawStroke) -> None:
    click(panel, "clearButton")
    assert canvas.drawing.is_blank()
    for name in ("networkInputView", "noisyView", "reconstructionView", "errorView"):
        assert find(panel, ImageView, name).array() is None
    assert panel.samples.isVisible()
    draw_stroke(canvas, diagonal(canvas))
    QApplication.processEvents()
    assert array(panel, "reconstructionView").shape == (28, 28)
    assert "MSE" in find(panel, QLabel, "qualityLabel").text()


def test_undo_and_redo(panel: DenoisePanel, canvas: DrawingCanvas, draw_stroke: DrawStroke) -> None:
    before = array(panel, "networkInputView")
    draw_stroke(canvas, diagonal(canvas))
    QApplication.processEvents()
    drawn = array(panel, "networkInputView")
    click(panel, "undoButton")
    assert np.array_equal(array(panel, "networkInputView"), before)
    click(panel, "redoButton")
    assert np.array_equal(array(panel, "networkInputView"), drawn)
    find(panel, QAbstractButton, "penButton").setFocus()
    QTest.keyClick(find(panel, QAbstractButton, "penButton"), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QApplication.processEvents()
    assert np.array_equal(array(panel, "networkInputView"), before)


def test_the_eraser_takes_ink_away(panel: DenoisePanel, canvas: DrawingCanvas, draw_stroke: DrawStroke) -> None:
    click(panel, "clearButton")
    draw_stroke(canvas, diagonal(canvas))
    ink = int(canvas.drawing.image().astype(int).sum())
    click(panel, "eraserButton")
    draw_stroke(canvas, diagonal(canvas)[:2])
    assert int(canvas.drawing.image().astype(int).sum()) < 0.8 * ink
    click(panel, "penButton")
    draw_stroke(canvas, diagonal(canvas))
    assert int(canvas.drawing.image().astype(int).sum()) > 0.9 * ink


def test_slider_and_keys_change_the_brush(panel: DenoisePanel, canvas: DrawingCanvas) -> None:
    slider = find(panel, QWidget, "brushSizeSlider")
    size = canvas.brush_size()
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    assert canvas.brush_size() == pytest.approx(size + 0.5)
    QTest.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert canvas.brush_size() == pytest.approx(size + 0.25)
    assert "3" in slider.toolTip()


def test_the_centre_option(panel: DenoisePanel, canvas: DrawingCanvas, draw_stroke: DrawStroke) -> None:
    click(panel, "clearButton")
    draw_stroke(canvas, [on_canvas(canvas, row, 3) for row in (2, 4, 6, 8)])
    QApplication.processEvents()
    centred = array(panel, "networkInputView")
    rows, columns = np.nonzero(centred > 60)
    assert abs(columns.mean() - 14) < 1
    assert abs(rows.mean() - 14) < 1
    click(panel, "centerDrawingCheckBox")
    plain = array(panel, "networkInputView")
    assert np.array_equal(plain, canvas.drawing.image())
    assert not np.array_equal(plain, centred)
    click(panel, "centerDrawingCheckBox")
    assert np.array_equal(array(panel, "networkInputView"), centred)


# -- picking ---------------------------------------------------------------------------------------------------------


def test_picking_by_click(panel: DenoisePanel, canvas: DrawingCanvas, dataset: Dataset, qtbot: QtBot) -> None:
    click(panel, "dataTabButton")
    view = find(panel, MosaicView, "digitMosaicView")
    assert view.count() == 100
    with qtbot.waitSignal(Notices(panel).noted) as said:
        click_tile(view, 37)
    assert said.args is not None
    assert "class" in said.args[0]
    seen = array(panel, "networkInputView")
    tiles = view.array()
    assert tiles is not None
    assert np.array_equal(seen, tiles[3 * 28 : 4 * 28, 7 * 28 : 8 * 28])
    assert np.abs(canvas.drawing.image().astype(int) - seen).max() <= 1
    click(panel, "drawTabButton")
    assert canvas.isVisible()
    click(panel, "undoButton")
    assert not np.array_equal(array(panel, "networkInputView"), seen)


def test_another_hundred(panel: DenoisePanel) -> None:
    click(panel, "dataTabButton")
    view = find(panel, MosaicView, "digitMosaicView")
    before = view.array()
    assert before is not None
    before = before.copy()
    click(panel, "anotherHundredButton")
    assert not np.array_equal(view.array(), before)


def index_of(panel: DenoisePanel, dataset: Dataset) -> int:
    seen = array(panel, "networkInputView")
    return next(i for i, image in enumerate(dataset.test_images) if np.array_equal(seen, image))


def test_random_and_next(panel: DenoisePanel, dataset: Dataset) -> None:
    first = index_of(panel, dataset)
    click(panel, "randomDigitButton")
    second = index_of(panel, dataset)
    assert second != first
    click(panel, "nextDigitButton")
    assert index_of(panel, dataset) == (second + 1) % 120
    panel.source.pick(119)
    click(panel, "nextDigitButton")
    assert index_of(panel, dataset) == 0


def test_by_class(panel: DenoisePanel, dataset: Dataset) -> None:
    assert dataset.test_labels is not None
    choose(find(panel, QComboBox, "classComboBox"), 4)
    for _ in range(5):
        assert dataset.test_labels[index_of(panel, dataset)] == 4
        click(panel, "nextDigitButton")
    click(panel, "randomDigitButton")
    assert dataset.test_labels[index_of(panel, dataset)] == 4
    assert find(panel, MosaicView, "digitMosaicView").count() == 12
    panel.select_class(None)
    assert find(panel, MosaicView, "digitMosaicView").count() == 100


def test_data_without_labels(empty_panel: DenoisePanel) -> None:
    empty_panel.workbench.set_data(OpenData(make_dataset(labels=False)))
    combo = find(empty_panel, QComboBox, "classComboBox")
    assert not combo.isEnabled()
    assert "does not say" in tip_text(combo.toolTip())
    click(empty_panel, "nextDigitButton")
    assert array(empty_panel, "networkInputView").shape == (28, 28)


def test_the_ten_digits(panel: DenoisePanel, dataset: Dataset) -> None:
    view = find(panel, MosaicView, "exampleRowsView")
    tiles = view.array()
    assert tiles is not None
    assert tiles.shape == (3 * 28, 10 * 28)
    click_tile(view, 14)
    assert index_of(panel, dataset) == panel.rows.indices()[4]
    np.testing.assert_allclose(array(panel, "networkInputView") / 255, tiles[:28, 4 * 28 : 5 * 28], atol=1e-6)
    assert view.selected() == 14
    before = panel.rows.indices().copy()
    click(panel, "anotherTenButton")
    assert not np.array_equal(panel.rows.indices(), before)
    assert not np.array_equal(view.array(), tiles)


def test_rows_that_are_lower_than_letters_have_no_words_beside_them(panel: DenoisePanel) -> None:
    rows, names = panel.rows, ("Original", "Noisy", "Cleaned")
    for width, are_shown in ((500, True), (rows.minimumSizeHint().width(), False), (400, True)):
        rows.resize(width, 54)
        labels = [label for label in rows.findChildren(QLabel) if label.text() in names]
        assert [label.isVisible() for label in labels] == 3 * [are_shown]
        assert rows.view.geometry().right() < find(rows, QWidget, "anotherTenButton").x()
        assert find(rows, QWidget, "anotherTenButton").geometry().right() < width


def test_other_data_keeps_a_drawing(panel: DenoisePanel, canvas: DrawingCanvas, draw_stroke: DrawStroke) -> None:
    draw_stroke(canvas, diagonal(canvas))
    drawn = canvas.drawing.image()
    panel.workbench.set_data(OpenData(make_dataset(labels=False)))
    assert np.array_equal(canvas.drawing.image(), drawn)
    panel.workbench.set_data(OpenData(make_dataset((8, 8))))
    assert canvas.drawing.shape == (8, 8)
    assert canvas.drawing.is_blank()


# -- noise -----------------------------------------------------------------------------------------------------------


def test_new_noise_changes_only_the_noise(panel: DenoisePanel, dataset: Dataset) -> None:
    seen, noisy = array(panel, "networkInputView"), array(panel, "noisyView")
    click(panel, "newNoiseButton")
    assert np.array_equal(array(panel, "networkInputView"), seen)
    assert not np.array_equal(array(panel, "noisyView"), noisy)
    noisy = array(panel, "noisyView")
    panel.set_model(make_model(dataset))
    QApplication.processEvents()
    assert np.array_equal(array(panel, "noisyView"), noisy)


def test_the_level(panel: DenoisePanel) -> None:
    box = find(panel, NumberBox, "denoiseLevelSpinBox")
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "0")
    QTest.keyClick(box, Qt.Key.Key_Return)
    QApplication.processEvents()
    np.testing.assert_allclose(array(panel, "noisyView"), array(panel, "networkInputView") / 255, atol=1e-6)
    assert "∞" in find(panel, QLabel, "qualityLabel").text()
    QTest.keyClick(box, Qt.Key.Key_Up)
    QApplication.processEvents()
    assert panel.noise_bar.corruption() == Gaussian(0.1)


def test_the_trainings_noise_is_followed_until_another_is_chosen(panel: DenoisePanel) -> None:
    follow = find(panel, QAbstractButton, "denoiseAsTrainingCheckBox")
    panel.set_corruption(Gaussian(0.5))
    assert panel.noise_bar.corruption() == Gaussian(0.5)
    assert find(panel, NumberBox, "denoiseLevelSpinBox").value() == 0.5
    choose(find(panel, QComboBox, "denoiseCorruptionComboBox"), "masking")
    assert not follow.isChecked()
    assert panel.noise_bar.corruption() == Masking(0.25)
    panel.set_corruption(Gaussian(2.0))
    assert panel.noise_bar.corruption() == Masking(0.25)
    noisy = array(panel, "noisyView")
    click(panel, "denoiseAsTrainingCheckBox")
    assert panel.noise_bar.corruption() == Gaussian(2.0)
    assert not np.array_equal(array(panel, "noisyView"), noisy)


# -- the weights -----------------------------------------------------------------------------------------------------


def count_calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    calls: list[str] = []

    def counted(name: str) -> Callable[..., object]:
        original: Callable[..., object] = getattr(panel_module, name)

        def call(*arguments: object) -> object:
            calls.append(name)
            return original(*arguments)

        return call

    for name in ("denoise", "denoise_rows"):
        monkeypatch.setattr(panel_module, name, counted(name))
    return calls


def test_other_weights_change_the_reconstruction_only(panel: DenoisePanel, dataset: Dataset) -> None:
    noisy, cleaned = array(panel, "noisyView"), array(panel, "reconstructionView")
    rows = find(panel, MosaicView, "exampleRowsView").array()
    assert rows is not None
    panel.set_model(make_model(dataset, seed=9))
    QApplication.processEvents()
    assert np.array_equal(array(panel, "noisyView"), noisy)
    assert not np.array_equal(array(panel, "reconstructionView"), cleaned)
    new_rows = find(panel, MosaicView, "exampleRowsView").array()
    assert new_rows is not None
    assert np.array_equal(new_rows[:56], rows[:56])
    assert not np.array_equal(new_rows[56:], rows[56:])


def test_a_hidden_panel_computes_nothing_and_catches_up(
    panel: DenoisePanel, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = count_calls(monkeypatch)
    panel.hide()
    cleaned = array(panel, "reconstructionView")
    for seed in range(3):
        panel.set_model(make_model(dataset, seed))
        panel.set_corruption(Gaussian(0.5 + seed))
        QApplication.processEvents()
    assert calls == []
    panel.show()
    QApplication.processEvents()
    assert calls == ["denoise", "denoise_rows"]
    assert not np.array_equal(array(panel, "reconstructionView"), cleaned)


def test_the_model_is_only_read(panel: DenoisePanel, dataset: Dataset) -> None:
    model = make_model(dataset)
    before = model.copy()
    for parameter in model.parameters.values():
        parameter.flags.writeable = False
    panel.set_model(model)
    QApplication.processEvents()
    assert all(np.array_equal(a, before.parameters[name]) for name, a in model.parameters.items())


def test_a_diverged_model(panel: DenoisePanel, dataset: Dataset) -> None:
    model = make_model(dataset)
    model.V[:] = np.nan
    panel.set_model(model)
    QApplication.processEvents()
    view = find(panel, ImageView, "reconstructionView")
    picture = view.to_qimage()
    assert picture.pixelColor(5, 5).getRgb()[:3] == WARNING_RGB
    assert "diverged" in find(panel, QLabel, "qualityLabel").text()
    panel.set_model(make_model(dataset))
    QApplication.processEvents()
    assert "MSE" in find(panel, QLabel, "qualityLabel").text()


def test_weights_of_another_size_count_as_none(panel: DenoisePanel) -> None:
    panel.set_model(make_model(make_dataset((8, 8))))
    QApplication.processEvents()
    assert find(panel, ImageView, "reconstructionView").array() is None


@pytest.mark.parametrize("shape", [(8, 8), (20, 32)])
def test_other_shapes(
    panel: DenoisePanel, canvas: DrawingCanvas, draw_stroke: DrawStroke, shape: tuple[int, int]
) -> None:
    other = make_dataset(shape)
    panel.workbench.set_data(OpenData(other))
    panel.set_model(make_model(other))
    QApplication.processEvents()
    assert canvas.drawing.shape == shape
    cleaned = array(panel, "reconstructionView")
    assert cleaned.shape == shape
    draw_stroke(canvas, diagonal(canvas))
    QApplication.processEvents()
    assert not np.array_equal(array(panel, "reconstructionView"), cleaned)
    click(panel, "dataTabButton")
    click_tile(find(panel, MosaicView, "digitMosaicView"), 5)
    assert array(panel, "networkInputView").shape == shape


# -- looks -----------------------------------------------------------------------------------------------------------


def controls(panel: DenoisePanel) -> list[QWidget]:
    """Return what is visible and not made of visible parts, without the insides of boxes."""
    names = {w.objectName(): w for w in panel.findChildren(QWidget) if w.isVisible() and w.objectName()}
    groups = ("digitSource", "pictureRow", "noiseBar", "exampleRows")
    return [w for name, w in names.items() if not name.startswith("qt_") and name not in groups]


@pytest.mark.parametrize("tab", ["drawTabButton", "dataTabButton"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_and_nothing_overlaps(panel: DenoisePanel, size: tuple[int, int], tab: str) -> None:
    panel.resize(*size)
    click(panel, tab)
    assert panel.minimumSizeHint().width() <= 730
    assert panel.minimumSizeHint().height() <= 270
    places = [(w, QRect(w.mapTo(panel, w.rect().topLeft()), w.size())) for w in controls(panel)]
    assert len(places) > 15
    for widget, place in places:
        name = widget.objectName()
        assert panel.rect().contains(place), name
        if widget.objectName() != "qualityLabel":
            assert place.width() >= widget.minimumSizeHint().width(), name
            assert place.height() >= widget.minimumSizeHint().height(), name
        for other, other_place in places:
            assert widget is other or not place.intersects(other_place), (name, other.objectName())
    for view in panel.findChildren(ImageView):
        assert view.fontMetrics().horizontalAdvance(view.caption()) <= view.width()
    quality = find(panel, QLabel, "qualityLabel")
    assert quality.sizeHint().width() <= quality.width()


def test_every_control_is_named_and_explained(panel: DenoisePanel) -> None:
    for tab in ("drawTabButton", "dataTabButton"):
        click(panel, tab)
        for widget in controls(panel):
            assert widget.accessibleName(), widget.objectName()
            if not isinstance(widget, ImageView):
                assert widget.toolTip(), widget.objectName()


def test_the_theme_is_followed(panel: DenoisePanel, qapp: QApplication) -> None:
    try:
        texts = []
        for theme in (LIGHT, DARK):
            apply_theme(qapp, theme)
            QApplication.processEvents()
            texts.append(find(panel, QLabel, "qualityLabel").text())
            assert theme.faint_text in texts[-1]
            assert not panel.grab().isNull()
    finally:
        apply_theme(qapp, LIGHT)


def test_figures_can_be_copied(panel: DenoisePanel) -> None:
    label = find(panel, QLabel, "qualityLabel")
    label.setFocus()
    QTest.keyClick(label, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QApplication.clipboard().text()
    assert all(word in copied for word in ("MSE", "PSNR", "SSIM", "→"))


def test_failures_to_save_are_told(panel: DenoisePanel, tmp_path: Path, qtbot: QtBot) -> None:
    notices = Notices(panel)
    for kind, name in ((ImageView, "noisyView"), (MosaicView, "exampleRowsView"), (MosaicView, "digitMosaicView")):
        with qtbot.waitSignal(notices.warned):
            assert not find(panel, kind, name).pictures.save(tmp_path / "missing" / "picture.png")
    with qtbot.waitSignal(notices.saved) as said:
        assert find(panel, MosaicView, "exampleRowsView").pictures.save(tmp_path / "ten.png")
    assert said.args == [str(tmp_path / "ten.png")]


def test_pictures_stand_side_by_side_from_the_left(qtbot: QtBot) -> None:
    row = PictureRow()
    qtbot.addWidget(row)
    row.resize(600, 130)
    row.show()
    row.arrange(600, 130, 1.0)  # lower than they could be wide
    qtbot.waitUntil(lambda: row.error_view.geometry().right() < 500)
    views = (row.input_view, row.noisy_view, row.reconstruction_view, row.error_view)
    assert views[0].x() == 0
    for left, right in pairwise(views):
        assert 0 < right.x() - left.geometry().right() < 20
        assert left.caption() in ("Network sees", "Noisy input", "Reconstruction")  # whole names

    row.resize(600, 200)
    row.arrange(600, 200, 1.0)  # as wide as there is room for
    qtbot.waitUntil(lambda: row.error_view.geometry().right() >= 590)
