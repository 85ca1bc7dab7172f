"""The page of the layers: the stack in pictures, the next layer, and fine-tuning."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from dae_core import mosaic
from dae_core.datasets import Dataset, open_dataset
from dae_core.representation.stacking import present
from dae_core.representation.stacking.fine_tuning import FineTuning
from dae_core.training.config import TrainingConfig
from dae_core.training.start import start_model
from dae_gui.panels.representation_panel import layers_page
from dae_gui.panels.representation_panel.layers_page import LayersPage
from dae_gui.workbench.facts import OpenData
from helpers.datasets import make_dataset
from helpers.models import make_model
from helpers.widgets import find, shown_panel, text

CONFIG = TrainingConfig(hidden_units=10)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DAE_STUDIO_DATA", str(tmp_path))


@pytest.fixture
def empty_page(qtbot: QtBot) -> Iterator[LayersPage]:
    with shown_panel(qtbot, LayersPage) as page:
        yield page
        for line in (page.next_line, page.tune_line):
            line.end()


def show(qtbot: QtBot, page: LayersPage, data: OpenData, iteration: int = 100) -> None:
    page.workbench.set_data(data)
    config = CONFIG.replace(hidden_units=make_model(data.dataset).n_hidden)
    page.workbench.set_config(config)
    page.workbench.set_model(make_model(data.dataset), iteration)
    qtbot.waitUntil(lambda: page.filters.count() > 0)


@pytest.fixture
def page(qtbot: QtBot, empty_page: LayersPage) -> LayersPage:
    show(qtbot, empty_page, OpenData(make_dataset()))
    return empty_page


def click(qtbot: QtBot, page: LayersPage, name: str) -> None:
    qtbot.mouseClick(find(page, QPushButton, name), Qt.MouseButton.LeftButton)


def next_source(qtbot: QtBot, page: LayersPage) -> str:
    with qtbot.waitSignal(page.nextLayerReady) as ready:
        click(qtbot, page, "nextLayerButton")
    return str(ready.args[0])


def test_a_first_layer_shows_v_and_its_digits(page: LayersPage) -> None:
    model = make_model(make_dataset())
    picture, _ = mosaic.filters(model.V, make_dataset().shape)
    np.testing.assert_array_equal(page.filters.array(), picture)
    assert page.digits.count() == 24
    first = page.digits.array()[:9, :8]
    assert any(np.allclose(first, image / 255, atol=1e-6) for image in make_dataset().test_images)
    assert text(page, "stackLayersLabel").startswith(f"Layer 1: {model.n_hidden} ReLU units, this run")


def test_the_next_layer_stands_on_the_code_of_this_one(qtbot: QtBot, page: LayersPage) -> None:
    below = make_model(make_dataset())
    source = next_source(qtbot, page)
    codes = open_dataset(source)
    assert codes.n_inputs == below.n_hidden
    assert page.stack() is not None
    # Put together in the window, the first layer's images cannot be opened again: it says so.
    page.workbench.set_data(OpenData(codes, source))
    page.workbench.set_model(start_model(codes.n_inputs, CONFIG), 1)
    qtbot.waitUntil(lambda: "is in no file" in text(page, "stackLayersLabel"))
    assert not find(page, QPushButton, "nextLayerButton").isEnabled()


def test_a_second_layer_is_shown_in_pixels_and_it_is_said_how(
    qtbot: QtBot, empty_page: LayersPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dae_core.representation.stacking import stack_file

    pixels = make_dataset()
    monkeypatch.setattr(stack_file, "open_dataset", lambda *_: pixels)
    page = empty_page
    show(qtbot, page, OpenData(pixels, "digits"))
    first = page.stack()
    source = next_source(qtbot, page)
    codes = open_dataset(source)
    page.workbench.set_data(OpenData(codes, source))
    upper = start_model(codes.n_inputs, CONFIG)
    page.workbench.set_config(CONFIG)
    page.workbench.set_model(upper, 50)
    qtbot.waitUntil(lambda: page.filters.count() == CONFIG.hidden_units)
    stack = page.stack()
    assert stack is not None
    assert first is not None
    np.testing.assert_array_equal(stack.layers[0].model.W, first.top.model.W)
    gain = stack.joins[0].gain
    expected, _ = mosaic.filters((upper.V / np.float32(gain)) @ first.top.model.V, pixels.shape)
    np.testing.assert_allclose(page.filters.array(), expected, rtol=1e-4, atol=1e-7)
    assert "carried linearly through V of layer 1; the ReLU units between" in text(page, "stackFiltersLabel")
    assert text(page, "stackLayersLabel").count("\n") == 2
    page.filters.tileClicked.emit(3)
    assert page.workbench.unit == 3


def test_fine_tuning_tells_both_errors_with_intervals(
    qtbot: QtBot, page: LayersPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = FineTuning(epochs=2, batch=10)
    monkeypatch.setattr(layers_page, "fine_tune_both", lambda s, p, _h, m: present.fine_tune_both(s, p, few, m))
    click(qtbot, page, "fineTuneButton")
    qtbot.waitUntil(lambda: "not pre-trained" in text(page, "fineTuneResultLabel"))
    assert "Error on 60 held-out images, with its 95 % interval" in text(page, "fineTuneResultLabel")
    page.workbench.set_data(OpenData(make_dataset(seed=1)))
    assert text(page, "fineTuneResultLabel") == ""


def test_fine_tuning_can_be_cancelled(qtbot: QtBot, page: LayersPage) -> None:
    click(qtbot, page, "fineTuneButton")
    assert page.tune_line.is_working()
    click(qtbot, page, "fineTuneCancelButton")
    assert not page.tune_line.is_working()
    assert text(page, "fineTuneResultLabel") == ""


def test_what_cannot_be_done_is_said_at_the_button(qtbot: QtBot, empty_page: LayersPage) -> None:
    page = empty_page
    assert not find(page, QPushButton, "nextLayerButton").isEnabled()
    show(qtbot, page, OpenData(make_dataset(labels=False)), iteration=0)
    qtbot.waitUntil(lambda: "no labels" in page.tune_line.toolTip())
    assert not find(page, QPushButton, "fineTuneButton").isEnabled()
    assert "Train this layer first" in page.next_line.toolTip()


def test_a_stand_in_shows_nothing(qtbot: QtBot, empty_page: LayersPage) -> None:
    empty_page.workbench.set_data(OpenData(make_dataset(), is_stand_in=True))
    empty_page.study()
    assert "missing" in text(empty_page, "stackLayersLabel")


def test_looking_is_the_same_for_the_same_seed() -> None:
    dataset: Dataset = make_dataset()
    below = present.below_of(dataset, "", None)
    stack = below.stack(make_model(dataset), CONFIG, dataset)
    indices = np.arange(4)
    one, same = (present.look(stack, dataset, indices, CONFIG.corruption, 1) for _ in range(2))
    np.testing.assert_array_equal(one.rows, same.rows)
    assert one.rows.shape == (12, 9, 8)
    cleaned = one.rows[8:].reshape(4, -1)
    clean = one.rows[:4].reshape(4, -1)
    assert one.mse == pytest.approx(np.square((cleaned - clean) / dataset.pixel_scale).mean(), rel=1e-4)
