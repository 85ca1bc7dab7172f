"""The page of the map: where the digits are, what their colours say, the user's own digit, and t-SNE."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from dae_core.datasets import Dataset
from dae_core.evaluation.denoising import NoisyDigit
from dae_core.evaluation.held_out import HeldOut
from dae_core.model.corruption import Gaussian
from dae_core.representation.map import nearest_codes
from dae_core.representation.tsne import embed
from dae_core.training.config import TrainingConfig
from dae_core.training.snapshots import Snapshot
from dae_gui.panels.representation_panel import RepresentationPanel
from dae_gui.panels.representation_panel.map_page import MapPage
from dae_gui.panels.representation_panel.map_places import Result
from dae_gui.support.theme import class_color
from dae_gui.workbench.facts import OpenData
from helpers.datasets import make_dataset, small_dataset
from helpers.models import make_model
from helpers.widgets import Notices, click, find, shown_panel


@pytest.fixture
def empty_page(qtbot: QtBot) -> Iterator[MapPage]:
    with shown_panel(qtbot, MapPage, 760, 260) as page:
        yield page


@pytest.fixture
def dataset() -> Dataset:
    return make_dataset()


@pytest.fixture
def page(qtbot: QtBot, empty_page: MapPage, dataset: Dataset) -> MapPage:
    open_data(empty_page, dataset)
    wait(qtbot, empty_page)
    return empty_page


def open_data(page: MapPage, dataset: Dataset) -> None:
    page.workbench.set_data(OpenData(dataset))
    page.workbench.set_config(TrainingConfig(hidden_units=12, corruption=Gaussian(0.7)))
    page.workbench.set_model(make_model(dataset), 30)


def result_of(page: MapPage) -> Result:
    assert page._result is not None  # private: what a thread has found; it is compared to the last bit here
    return page._result


def wait(qtbot: QtBot, page: MapPage) -> None:
    def is_there() -> bool:
        request = page._request()  # private, as above
        return request is not None and page._result is not None and request.is_same_as(page._result.request)

    qtbot.waitUntil(is_there)


def choose(page: QWidget, name: str, data: object) -> None:
    box = find(page, QComboBox, name)
    box.setCurrentIndex(box.findData(data))


def sample(places: np.ndarray) -> np.ndarray:
    """Return all distances between points, which no turn of a map changes."""
    return np.linalg.norm(places[:, None] - places[None], axis=2)


def test_it_says_what_it_waits_for(empty_page: MapPage, dataset: Dataset) -> None:
    assert "being loaded" in empty_page.map.accessible_value()
    empty_page.workbench.set_data(OpenData(dataset, is_stand_in=True))
    empty_page.study()
    assert "missing" in empty_page.map.accessible_value()
    assert "Point at a dot" in empty_page.inspector.title.text()


@pytest.mark.parametrize("is_noisy", [False, True])
def test_places_are_the_principal_components_of_the_codes(
    qtbot: QtBot, page: MapPage, dataset: Dataset, is_noisy: bool
) -> None:
    choose(page, "mapInputComboBox", is_noisy)
    wait(qtbot, page)
    result, held_out = result_of(page), HeldOut(dataset, Gaussian(0.7), len(dataset.test_images))
    rows = held_out.noisy if is_noisy else held_out.clean
    z, y = make_model(dataset).forward(rows)
    centred = (z - z.mean(axis=0)).astype(float)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(sample(result.places), sample(left[:, :2] * sizes[:2]), atol=1e-4)
    np.testing.assert_allclose(result.errors, ((y - held_out.clean) ** 2).mean(axis=1), rtol=1e-4)
    assert ("noisy" if is_noisy else "clean") in page._text.text()
    lines = page.map.as_text().splitlines()
    assert lines[0].split("\t") == ["held-out digit", "class", "x", "y", "error"]
    number, label, x, _, error = lines[5].split("\t")
    assert dataset.test_labels is not None
    assert int(label) == dataset.test_labels[int(number)]
    assert float(x) == pytest.approx(result.places[4, 0], rel=1e-4)
    assert float(error) == pytest.approx(result.errors[4], rel=1e-4)


def test_other_weights_turn_the_map_as_little_as_can_be(qtbot: QtBot, page: MapPage, dataset: Dataset) -> None:
    before = result_of(page).places
    other = make_model(dataset)
    other.W[:] = -other.W  # z = max(0, B - ...): the plane turns over
    other.B[:] += 0.05
    page.workbench.look_at(Snapshot(12, other))
    wait(qtbot, page)
    assert result_of(page).request.iteration == 12
    assert "iteration 12" in page._text.text()
    after = result_of(page).places
    for axis in range(2):
        assert float(after[:, axis] @ before[:, axis]) > 0
    page.workbench.look_at(None)
    wait(qtbot, page)
    assert result_of(page).request.iteration == 30


def test_colours_tell_class_error_and_unit(page: MapPage) -> None:
    result, coloring = result_of(page), lambda: page.map._coloring  # private: what colours are seen
    labels = result.request.dataset.test_labels[result.held_out.indices]
    assert [c & 0xFFFFFF for c in coloring().colors] == [class_color(k, False).rgb() & 0xFFFFFF for k in labels]
    assert [name for _, name in coloring().legend.names] == ["0", "1", "2"]
    choose(page, "mapColorComboBox", "error")
    assert coloring().order[-1] == np.argmax(result.errors), "the largest is on top"
    assert "coloured by error" in page.map.accessible_value()
    choose(page, "mapColorComboBox", "unit")
    assert "none is selected" in page.map.accessible_value()
    page.workbench.select_unit(4)
    assert "z, unit 5" in page.map.accessible_value()
    assert coloring().order[-1] == np.argmax(result.codes[:, 4])
    assert page.map.as_text().splitlines()[0].endswith("z of unit 5")


def test_without_labels_classes_are_said_to_be_unknown(qtbot: QtBot, empty_page: MapPage) -> None:
    open_data(empty_page, small_dataset())
    wait(qtbot, empty_page)
    assert "no labels" in empty_page.map.accessible_value()
    assert "class" not in empty_page.map.as_text()
    choose(empty_page, "mapColorComboBox", "error")
    assert "coloured by error" in empty_page.map.accessible_value()


def test_a_click_shows_the_digit_and_its_units_and_a_unit_is_selected(qtbot: QtBot, page: MapPage) -> None:
    result = result_of(page)
    index = int(page.map.pictured()[0])  # few digits are pictures at once
    QTest.mouseClick(page.map, Qt.MouseButton.LeftButton, pos=page.map.place_of(index).toPoint())
    assert page.map.selected == index
    assert page.inspector.title.text().startswith(f"Held-out digit {result.held_out.indices[index]} · class ")
    z = result.codes[index]
    shown = [page.inspector._unit_name(tile) for tile in range(3)]  # private: it is painted
    strongest = np.argsort(-np.abs(z), kind="stable")
    assert [name.split(":")[0] for name in shown] == [f"Unit {unit + 1}" for unit in strongest[:3]]
    decoded, seen = page.inspector.decoded.array(), page.inspector.seen.array()
    assert decoded is not None
    assert seen is not None
    np.testing.assert_allclose(seen, result.pictures[index] / 255, atol=1e-5)
    page.inspector.units.setFocus()
    with qtbot.waitSignal(page.workbench.unitSelected):
        QTest.keyClick(page.inspector.units, Qt.Key.Key_Home)
    assert page.workbench.unit == strongest[0]


def test_the_users_digit_moves_as_it_is_drawn(page: MapPage, dataset: Dataset) -> None:
    assert page.map.place_of_mark() is None
    result = result_of(page)
    for index in (3, 11):
        image = dataset.test_images[result.held_out.indices[index]]
        page.workbench.set_digit(NoisyDigit(image, Gaussian(0.7), 5))
        place = page.map.place_of_mark()
        assert place is not None
        assert (place - page.map.place_of(index)).manhattanLength() < 0.01, "exactly where the same digit is"
    assert page.inspector.title.text().startswith("Your digit")
    page.workbench.set_digit(NoisyDigit(np.zeros((3, 3), np.uint8), Gaussian(0.7), 5))
    assert page.map.place_of_mark() is None


def test_weights_that_have_diverged_or_tell_nothing(qtbot: QtBot, page: MapPage, dataset: Dataset) -> None:
    model = make_model(dataset)
    model.W[:] = np.nan
    page.workbench.set_model(model, 31)
    wait(qtbot, page)
    assert "diverged" in page.map.accessible_value()
    assert not page.grab().isNull()
    silent = make_model(dataset)
    silent.B[:] = -1e6
    page.workbench.set_model(silent, 32)
    wait(qtbot, page)
    assert "the same" in page.map.accessible_value()


def test_t_sne(qtbot: QtBot, page: MapPage, dataset: Dataset) -> None:
    choose(page, "mapLayoutComboBox", True)
    assert "Compute t-SNE" in page.map.accessible_value()
    click(qtbot, page, "mapNeighboursButton")
    qtbot.waitUntil(lambda: page.neighbours() is not None and np.isfinite(page.neighbours().divergence))
    found = page.neighbours()
    assert found is not None
    assert "divergence" in page._text.text()
    np.testing.assert_array_equal(page.map._points.places, found.places)  # private: what is drawn
    image = dataset.test_images[1]
    page.workbench.set_digit(NoisyDigit(image, Gaussian(0.7), 5))
    code = make_model(dataset).code(dataset.standardize(image))
    place = page.map._mark
    assert place is not None
    nearest = nearest_codes(result_of(page).codes, code, 5)
    np.testing.assert_allclose((place.x, place.y), found.places[nearest].mean(axis=0))
    page.workbench.set_model(make_model(dataset, seed=1), 40)
    wait(qtbot, page)
    assert "changed since" in page._text.text()
    assert "iteration 30" in page._text.text()
    choose(page, "mapInputComboBox", True)
    wait(qtbot, page)
    assert page.neighbours() is None, "it is of other digits"


def test_t_sne_is_cancelled(qtbot: QtBot, page: MapPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(embed.__kwdefaults__, "iterations", 10**9)
    told = Notices(page)
    choose(page, "mapLayoutComboBox", True)
    click(qtbot, page, "mapNeighboursButton")
    qtbot.waitUntil(lambda: page.neighbours() is not None)  # on its way
    qtbot.waitUntil(lambda: "taking shape" in page._text.text())
    click(qtbot, page, "mapNeighboursCancelButton")
    qtbot.waitUntil(lambda: not page.line.is_working())
    assert told.notes == ["t-SNE was cancelled."]
    assert page.neighbours() is None


def test_only_the_page_in_front_computes(qtbot: QtBot, dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    with shown_panel(qtbot, RepresentationPanel, 760, 300) as panel:
        panel.show_page("map")
        page = panel.pages["map"]
        assert isinstance(page, MapPage)
        open_data(page, dataset)
        wait(qtbot, page)
        panel.show_page(next(key for key in panel.pages if key != "map"))
        asked: list[str] = []
        monkeypatch.setattr(page, "ask", recording(asked))
        page.workbench.set_model(make_model(dataset, seed=3), 77)
        QTest.qWait(50)
        assert not asked
        panel.show_page("map")
        qtbot.waitUntil(lambda: asked == ["places"])


def recording(asked: list[str]) -> Callable[..., None]:
    def ask(name: str, *_arguments: object) -> None:
        asked.append(name)

    return ask
