"""The two mosaics together: the same part, the same order, the lens, and the way to a unit by its number."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dae_core.evaluation.held_out import Figures
from dae_core.inspection.unit_orders import ORDERS, SELECTIONS
from dae_core.model.autoencoder import AutoEncoder
from dae_gui.panels.filters_panel.link import MosaicLink
from dae_gui.panels.filters_panel.panel import MosaicPanel
from dae_gui.support.jobs import Jobs
from dae_gui.support.settings import Settings
from dae_gui.support.theme import DARK, LIGHT, palette
from dae_gui.widgets.pictures.mosaic_zoom import WHOLE
from dae_gui.workbench import unit_sorter as sorter_module
from dae_gui.workbench.arrangement import UnitChoice
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.state import State
from dae_gui.workbench.unit_sorter import UnitSorter
from dae_gui.workbench.workbench import Workbench
from helpers.datasets import small_dataset
from helpers.widgets import find, text

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Room(QWidget):
    """Both mosaics in a window, without the main window."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.bench = Workbench(self)
        self.jobs = Jobs(self)
        self.w, self.v = MosaicPanel("W", self.bench, self), MosaicPanel("V", self.bench, self)
        self.sorter = UnitSorter(self.bench, self.jobs, self)
        self.link = MosaicLink((self.w, self.v), self.sorter, settings, self)
        layout = QVBoxLayout(self)
        for panel in (self.w, self.v):
            layout.addWidget(panel)
            self.bench.weightsChanged.connect(lambda weights, panel=panel: weights and panel.set_model(weights.model))
        self.resize(700, 760)


def make_model(n_hidden: int = 36, seed: int = 0) -> AutoEncoder:
    rng = np.random.default_rng(seed)
    d = small_dataset().n_inputs
    arrays = [
        rng.normal(0, 0.2, shape).astype(np.float32) for shape in ((d, n_hidden), (n_hidden,), (n_hidden, d), (d,))
    ]
    model = AutoEncoder(*arrays)
    model.B[7] = -1e6  # dead
    return model


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    room = Room(Settings(tmp_path / "settings.ini"))
    qtbot.addWidget(room)
    room.bench.set_data(OpenData(small_dataset()))
    room.bench.set_model(make_model(), 100)
    room.show()
    qtbot.waitExposed(room)
    yield room
    room.jobs.shutdown()


def hover(panel: MosaicPanel, unit: int) -> QPoint:
    grid = panel.view.grid()
    assert grid is not None
    place = grid.tile(panel.position(unit)).center().toPoint()
    QTest.mouseMove(panel.view, place - QPoint(1, 1))
    QTest.mouseMove(panel.view, place)
    return place


def menu_action(panel: MosaicPanel, words: str) -> QAction:
    menu = panel.arrange.menu()
    actions = [*menu.actions(), *(a for entry in menu.actions() if entry.menu() for a in entry.menu().actions())]  # type: ignore[union-attr]
    return next(action for action in actions if action.text().replace("&", "") == words)


def press(panel: MosaicPanel, *keys: Qt.Key) -> None:
    panel.view.setFocus()
    for key in keys:
        QTest.keyClick(panel.view, key)


# -- the same part ---------------------------------------------------------------------------------------------------


def test_both_show_the_same_part_until_they_are_parted(room: Room) -> None:
    press(room.w, Qt.Key.Key_Plus, Qt.Key.Key_Plus)
    assert room.w.view.zoom() == room.v.view.zoom() != WHOLE
    press(room.v, Qt.Key.Key_0)
    assert room.w.view.zoom() == room.v.view.zoom() == WHOLE
    menu_action(room.v, "Zoom W and V together").trigger()
    assert not menu_action(room.w, "Zoom W and V together").isChecked()
    press(room.w, Qt.Key.Key_Plus)
    assert room.w.view.zoom() != room.v.view.zoom() == WHOLE


def test_the_unit_pointed_at_and_the_one_chosen_are_outlined_in_both(room: Room) -> None:
    before = room.v.view.grab().toImage()
    hover(room.w, 5)
    assert room.v.view.grab().toImage() != before
    QTest.mouseClick(room.w.view, LEFT, NONE, hover(room.w, 5))
    assert (room.w.selected(), room.v.selected(), room.bench.unit) == (5, 5, 5)


def test_the_line_below_stands_right_under_the_picture(room: Room) -> None:
    for size in ((300, 1400), (900, 700), (420, 1000)):
        room.resize(*size)
        for panel in (room.w, room.v):
            panel.updateGeometry()
            QTest.qWait(0)
            grid, label = panel.view.grid(), find(panel, QWidget, f"filters{panel.layer}UnitLabel")
            assert grid is not None
            bottom = panel.view.mapTo(panel, grid.area().bottomLeft().toPoint()).y()
            assert 0 <= label.mapTo(panel, QPoint()).y() - bottom <= 30


# -- orders and selections -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ORDERS, ids=lambda row: row.key)
def test_each_order_is_the_same_in_both_and_is_told(qtbot: QtBot, room: Room, order) -> None:
    menu_action(room.v, order.name).trigger()
    assert menu_action(room.w, order.name).isChecked()
    qtbot.waitUntil(lambda: room.bench.arrangement.choice.order == order.key)
    assert room.w.order() == room.v.order()
    assert sorted(room.w.order()) == list(range(36))
    told = text(room.w, "filtersWUnitLabel")
    assert told == (
        "What each unit looks for"
        if order.key == "index"
        else f"By {order.name[0].lower()}{order.name[1:]} · iteration 100"
    )


@pytest.mark.parametrize("selection", [row for row in SELECTIONS if not row.needs_rate], ids=lambda row: row.key)
def test_each_selection_shows_its_units(qtbot: QtBot, room: Room, selection) -> None:
    menu_action(room.w, selection.name).trigger()
    qtbot.waitUntil(lambda: room.bench.arrangement.choice.selection == selection.key)
    result = room.sorter.result()
    expected = list(range(36))
    if selection.key != "all":
        assert result is not None
        expected = list(np.flatnonzero(selection.holds(result.survey, 0.5)))
    assert room.w.order() == room.v.order() == expected
    room.w.grab()  # the empty state, too
    if selection.key == "dead":
        assert expected == [7]
        assert room.w.view.is_empty() is False
        assert "1 of 36" in text(room.w, "filtersWHintLabel")


def test_a_rate_is_part_of_the_choice(qtbot: QtBot, room: Room) -> None:
    menu_action(room.w, "90 %").trigger()
    qtbot.waitUntil(lambda: room.bench.arrangement.choice == UnitChoice(selection="active", rate=0.9))
    result = room.sorter.result()
    assert result is not None
    assert result.survey.activity is not None
    assert room.v.order() == list(np.flatnonzero(result.survey.activity.firing_rates > 0.9))


def test_what_is_marked_selected_and_saved_follows_the_order(qtbot: QtBot, room: Room) -> None:
    rates = np.ones(36)
    rates[7] = 0
    room.bench.figuresChanged.emit(Figures(1.0, 1.0, 10, 64, 0.5, rates))
    room.bench.select_unit(9)
    room.bench.choose_units(UnitChoice("norm"))
    qtbot.waitUntil(lambda: room.bench.arrangement.places is not None)
    order = room.w.order()
    assert room.w.selected() == 9
    assert room.w.view.marked() == {order.index(7)}
    picture, model = room.w.view.array(), room.bench.model
    assert picture is not None
    assert model is not None
    height, width = small_dataset().shape
    np.testing.assert_array_equal(picture[:height, :width], model.W.T[order[0]].reshape(height, width))
    room.bench.choose_units(UnitChoice(selection="dead"))
    qtbot.waitUntil(lambda: room.w.order() == [7])
    assert room.w.selected() is None
    assert room.bench.unit == 9
    assert room.w.view.export_image().height() == room.w.view.export_image().width()
    room.bench.choose_units(UnitChoice())
    assert room.w.selected() == 9


def test_tiles_stay_while_training_and_follow_where_the_run_stands(qtbot: QtBot, room: Room) -> None:
    room.bench.set_state(State.RUNNING)
    room.bench.choose_units(UnitChoice("norm"))
    qtbot.waitUntil(lambda: room.bench.arrangement.iteration == 100)
    order = room.w.order()
    arranged = QSignalSpy(room.bench.unitsArranged)
    room.bench.set_model(make_model(seed=1), 200)
    assert room.w.order() == order
    menu_action(room.w, "Sort again").trigger()
    qtbot.waitUntil(lambda: room.bench.arrangement.iteration == 200)
    assert arranged.count() == 1
    assert room.w.order() != order
    room.bench.set_model(make_model(seed=2), 300)
    room.bench.set_state(State.PAUSED)
    qtbot.waitUntil(lambda: room.bench.arrangement.iteration == 300)


def test_another_network_and_other_data_are_not_shown_in_the_old_order(qtbot: QtBot, room: Room) -> None:
    room.bench.choose_units(UnitChoice("norm"))
    qtbot.waitUntil(lambda: room.bench.arrangement.places is not None)
    room.bench.set_model(make_model(20), 0)
    assert room.w.order() == list(range(20))
    qtbot.waitUntil(lambda: room.bench.arrangement.n_units == 20)
    assert sorted(room.w.order()) == list(range(20))
    room.bench.set_data(OpenData(small_dataset()))
    assert room.bench.unit_choice == UnitChoice()
    room.bench.set_model(make_model(20), 0)
    assert room.w.order() == list(range(20))


def test_without_the_data_of_the_run_it_says_why_and_takes_the_choice_back(room: Room) -> None:
    room.bench.set_data(OpenData(small_dataset(), is_stand_in=True))
    room.bench.set_model(make_model(), 0)
    refused = QSignalSpy(room.sorter.refused)
    menu_action(room.w, "Worth").trigger()
    assert "missing" in refused.at(0)[0]
    assert room.bench.unit_choice == UnitChoice()
    assert menu_action(room.w, "Index").isChecked()


def test_a_measurement_that_is_cancelled_leaves_all_as_it_was(qtbot: QtBot, room: Room) -> None:
    begun: list = []
    room.sorter.begun.connect(lambda job: (begun.append(job), job.cancel()))
    menu_action(room.w, "Worth").trigger()
    assert len(begun) == 1
    assert room.bench.unit_choice == UnitChoice()
    assert room.w.order() == list(range(36))


# -- the lens --------------------------------------------------------------------------------------------------------


def test_the_lens_follows_the_mouse_covers_no_tile_and_takes_no_event(qtbot: QtBot, room: Room) -> None:
    for panel, unit in ((room.w, 0), (room.w, 20), (room.v, 35)):
        hover(panel, unit)
        lens = room.link.lens()
        assert lens is not None
        content = lens.content()
        assert content is not None
        assert content.title.startswith(f"Unit {unit + 1} · ")
        assert [name for name, _ in content.pictures] == ["W", "V"]
        grid = panel.view.grid()
        assert grid is not None
        tile = grid.tile(unit).toRect().translated(panel.view.mapTo(room, QPoint()))
        assert not lens.geometry().intersects(tile)
        assert room.rect().contains(lens.geometry())
        assert room.childAt(lens.geometry().center()) is not lens
    QApplication.sendEvent(room.v.view, QEvent(QEvent.Type.Leave))
    assert room.link.lens() is None


def test_the_lens_tells_what_is_known_and_measures_the_rest_once(
    qtbot: QtBot, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, survey = Event(), sorter_module._survey
    monkeypatch.setattr(sorter_module, "_LIVE_PAUSE", 3600.0)
    monkeypatch.setattr(sorter_module, "_survey", lambda *args: may_end.wait() and survey(*args))
    surveyed = QSignalSpy(room.sorter.surveyed)
    hover(room.w, 7)
    lens = room.link.lens()
    assert lens is not None
    assert lens.content().note == "Worth is being measured …"  # type: ignore[union-attr]
    may_end.set()
    qtbot.waitUntil(lambda: dict(lens.content().figures)["Worth"] != "–")  # type: ignore[union-attr]
    figures = dict(lens.content().figures)  # type: ignore[union-attr]
    assert figures["Fires on"] == "none: dead"
    assert figures["Worth"].startswith("0")
    assert "Unit 8" in lens.accessibleName()
    assert lens.content().note == ""  # type: ignore[union-attr]
    for unit in (1, 2, 3):
        hover(room.w, unit)
        assert not room.sorter.is_measuring()
    assert surveyed.count() == 1
    room.bench.set_state(State.RUNNING)
    room.bench.set_model(make_model(seed=3), 200)
    hover(room.w, 4)
    assert not room.sorter.is_measuring()  # it would cost the run its time
    assert lens.content().note == "Worth at iteration 100"  # type: ignore[union-attr]
    monkeypatch.setattr(room.sorter, "_next_at", 0.0)
    hover(room.w, 5)
    qtbot.waitUntil(lambda: surveyed.count() == 2)


def test_by_keyboard_the_lens_shows_the_tile_chosen(room: Room) -> None:
    press(room.w, Qt.Key.Key_Right, Qt.Key.Key_Down)
    lens = room.link.lens()
    assert lens is not None
    assert lens.content().title.startswith("Unit 7 ")  # type: ignore[union-attr]
    QTest.keyClick(room.w.view, Qt.Key.Key_Escape)
    assert room.link.lens() is None
    QTest.keyClick(room.w.view, Qt.Key.Key_Right)
    assert room.link.lens() is not None
    room.v.arrange.setFocus()
    assert room.link.lens() is None


def test_the_lens_can_be_switched_off_and_tips_come_back(room: Room) -> None:
    menu_action(room.w, "Magnify the tile pointed at").trigger()
    hover(room.w, 3)
    assert room.link.lens() is None
    assert not menu_action(room.v, "Magnify the tile pointed at").isChecked()


def test_what_is_switched_off_stays_off_at_the_next_start(qtbot: QtBot, room: Room, tmp_path: Path) -> None:
    menu_action(room.w, "Magnify the tile pointed at").trigger()
    menu_action(room.w, "Zoom W and V together").trigger()
    room.link._settings.sync()
    again = Room(Settings(tmp_path / "settings.ini"))
    qtbot.addWidget(again)
    for words in ("Magnify the tile pointed at", "Zoom W and V together"):
        assert not menu_action(again.v, words).isChecked()


def test_the_lens_follows_the_weights_and_the_theme(room: Room) -> None:
    hover(room.w, 3)
    lens = room.link.lens()
    assert lens is not None
    before = lens.grab().toImage()
    room.bench.set_model(make_model(seed=5), 200)
    after = lens.grab().toImage()
    assert after != before
    for theme in (DARK, LIGHT):
        lens.setPalette(palette(theme))
        color = lens.grab().toImage().pixelColor(lens.width() // 2, 4)
        assert (color.lightness() < 128) is theme.is_dark


# -- to a unit by its number -----------------------------------------------------------------------------------------


def test_a_number_typed_over_the_tiles_leads_to_its_unit(qtbot: QtBot, room: Room) -> None:
    room.bench.set_model(make_model(10_000), 300)
    press(room.w, Qt.Key.Key_4)
    field = find(room.w, QLineEdit, "filtersWUnitField")
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(field, "711")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert room.bench.unit == 4710
    for panel in (room.w, room.v):
        rows, columns = panel.view.seen()
        assert 47 in rows
        assert 10 in columns
    assert not field.isVisible()
    qtbot.waitUntil(room.w.view.hasFocus)
    assert room.link.lens() is not None


def test_a_number_that_is_none_or_not_shown_is_said(qtbot: QtBot, room: Room) -> None:
    menu_action(room.w, "Go to unit …").trigger()
    field = find(room.w, QLineEdit, "filtersWUnitField")
    qtbot.waitUntil(field.hasFocus)
    for typed, words in (("0", "from 1 to 36"), ("37", "from 1 to 36"), ("x", "from 1 to 36"), ("", "from 1 to 36")):
        field.clear()
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert words in text(room.w, "filtersWUnitLabel")
        assert field.isVisible()
    room.bench.choose_units(UnitChoice(selection="dead"))
    qtbot.waitUntil(lambda: room.w.order() == [7])
    field.setText("3")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "Unit 3 is not among those shown: Dead" in text(room.w, "filtersWUnitLabel")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert room.bench.unit == -1


def test_a_mosaic_that_is_hidden_takes_the_order_when_it_is_shown(qtbot: QtBot, room: Room) -> None:
    room.w.hide()
    room.bench.choose_units(UnitChoice(selection="dead"))
    qtbot.waitUntil(lambda: room.v.order() == [7])
    assert room.w.order() == list(range(36))  # what it drew last
    room.w.set_selected(30)
    room.w.show()
    assert room.w.order() == [7]


def test_the_line_below_keeps_to_the_unit_pointed_at_while_the_weights_change(room: Room) -> None:
    hover(room.w, 5)
    room.bench.set_model(make_model(seed=4), 200)
    assert text(room.w, "filtersWUnitLabel").startswith("Unit 6 · norm ")
