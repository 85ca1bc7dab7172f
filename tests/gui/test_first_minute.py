"""The card over the empty curves: what it offers, and what comes of it."""

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from dae_core.training.presets import PRESETS
from dae_gui.lessons.lesson import LessonPanel
from dae_gui.panels.curves_panel import Entry, StartCard
from dae_gui.panels.curves_panel.card_row import CardRow
from dae_gui.support.settings import Settings
from dae_gui.window.main_window import MainWindow
from dae_gui.window.recent_sessions import RecentFile, day_text
from dae_gui.workbench.state import State
from helpers.widgets import find
from helpers.window_runs import answer_offer, finish, message, pause_at, save_to
from helpers.windows import MakeWindow, action

ENTRIES = (
    Entry("first", "start", "The first", "with more about it", answers=(("no", "Delete it"),)),
    Entry("second", "open", "<b>R&D</b>", "a name that is anyone's"),
    Entry("third", "open", "gone.dae", "", is_enabled=False, is_small=True),
)
SEPTEMBER = datetime(2026, 9, 3, 14, 5)


@pytest.fixture
def plot(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def card(plot: QWidget) -> StartCard:
    made = StartCard(plot)
    made.set_entries(ENTRIES)
    return made


def click(qtbot: QtBot, parent: QWidget, name: str) -> None:
    qtbot.mouseClick(find(parent, CardRow, f"{name}CardButton"), Qt.MouseButton.LeftButton)


def names(window: MainWindow) -> list[str]:
    return [entry.name for entry in window.curves_panel.card.entries]


# -- the card alone --------------------------------------------------------------------------------------------------


def test_rows_and_their_answers_are_chosen_with_the_mouse_and_with_keys(qtbot: QtBot, card: StartCard) -> None:
    chosen: list[str] = []
    card.chosen.connect(chosen.append)
    click(qtbot, card, "first")
    qtbot.mouseClick(find(card, QWidget, "noCardButton"), Qt.MouseButton.LeftButton)
    row = find(card, CardRow, "firstCardButton")
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Space)
    for _ in range(2):  # over the answer
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused is find(card, CardRow, "secondCardButton")
    QTest.keyClick(focused, Qt.Key.Key_Space)
    click(qtbot, card, "third")  # which is disabled
    assert chosen == ["first", "no", "first", "second"]


def test_rows_have_names_for_who_does_not_see_them(card: StartCard) -> None:
    row = find(card, CardRow, "secondCardButton")
    assert (row.accessibleName(), row.accessibleDescription()) == ("<b>R&D</b>", "a name that is anyone's")
    assert find(card, QWidget, "noCardButton").accessibleName() == "Delete it: The first"


@pytest.mark.parametrize("size", [QSize(900, 500), QSize(500, 130), QSize(300, 60)])
def test_it_lies_within_any_plot_and_all_rows_can_be_reached(plot: QWidget, card: StartCard, size: QSize) -> None:
    plot.resize(size)
    QApplication.processEvents()
    assert plot.rect().contains(card.geometry())
    for row in card.findChildren(CardRow):
        card._area.ensureWidgetVisible(row)  # Private: the scroll area, as Tab has it scroll
        middle = row.mapTo(card, row.rect().center())
        assert card.rect().contains(middle)


def test_new_entries_leave_the_focus_on_the_row_of_the_same_name(card: StartCard) -> None:
    find(card, CardRow, "secondCardButton").setFocus()
    card.set_entries((Entry("zeroth", "open", "Zeroth", ""), *ENTRIES))
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName() == "secondCardButton"


@pytest.mark.parametrize(
    ("then", "text"),
    [
        (datetime(2026, 9, 3, 0, 1), "today 00:01"),
        (datetime(2026, 9, 2, 23, 59), "yesterday 23:59"),
        (datetime(2026, 8, 31, 1, 1), "3 days ago"),
        (datetime(2025, 12, 31, 1, 1), "2025-12-31"),
        (datetime(2026, 9, 4, 1, 1), "2026-09-04"),  # a clock that was set wrongly
    ],
)
def test_days_are_told_as_one_says_them(then: datetime, text: str) -> None:
    assert day_text(then, SEPTEMBER) == text


def test_what_is_known_of_a_file() -> None:
    written = datetime(2026, 9, 2, 14, 5).timestamp()
    assert RecentFile("/a.dae", "a.dae", 25_000, written).text(SEPTEMBER) == "25,000 iterations, yesterday 14:05"
    assert RecentFile("/a.dae", "a.dae").text(SEPTEMBER) == ""
    assert RecentFile("/a.dae", "a.dae", is_missing=True).text(SEPTEMBER) == "the file is not there any more"


# -- in the window ---------------------------------------------------------------------------------------------------


def test_watch_it_learn_trains_with_one_click_and_the_curves_do_not_move(qtbot: QtBot, window: MainWindow) -> None:
    plot = window.curves_panel.plot
    before = plot.geometry()
    assert window.curves_panel.card.isVisible()
    click(qtbot, window, "watch")
    assert window.workbench.state is State.RUNNING
    assert not window.curves_panel.card.isVisible()
    assert plot.geometry() == before
    assert window.workbench.digit is not None  # there is something to see in the Denoise dock
    assert window.training_panel.config() == PRESETS["Falling rate (25,000)"].config
    qtbot.waitUntil(lambda: window.workbench.progress.iteration > 0)
    action(window, "stopAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.IDLE)
    assert not window.curves_panel.card.isVisible()
    action(window, "resetAction").trigger()  # the curves are empty again
    qtbot.waitUntil(window.curves_panel.card.isVisible)


def test_solve_the_exercise_opens_its_lesson(qtbot: QtBot, window: MainWindow) -> None:
    window.training_panel.set_config(window.training_panel.config().replace(hidden_units=9))
    click(qtbot, window, "solve")
    lesson = window.lessons.presenter.lesson
    qtbot.waitUntil(lambda: lesson.state is not None)
    state = lesson.state
    assert state is not None
    assert state.lesson.key == "the-exercise"
    assert window.training_panel.config().hidden_units == 225
    panel = window.studies.panel("lessonDock")
    assert isinstance(panel, LessonPanel)
    qtbot.waitUntil(panel.page.isVisible)


def test_without_that_lesson_its_settings_are_set_and_its_tasks_told(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dae_gui.window.lesson_opener.bundled", tuple)
    window.training_panel.set_config(window.training_panel.config().replace(hidden_units=9))
    click(qtbot, window, "solve")
    qtbot.waitUntil(lambda: window.training_panel.config() == PRESETS["Exercise (25,000 iterations)"].config)
    dialog = find(window, QDialog, "helpDialog")
    browser = dialog.findChild(QTextBrowser)
    assert browser is not None
    assert browser.source().fileName().startswith("exercise.")
    assert window.workbench.state is State.IDLE
    dialog.close()


def test_use_my_own_images_asks_for_them(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: asked.append(1) or "")
    click(qtbot, window, "own")
    assert asked == [1]


def test_without_data_only_what_needs_none_can_be_chosen(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(wait=False)
    rows = [find(window, CardRow, f"{name}CardButton") for name in ("watch", "own")]
    assert [row.isEnabled() for row in rows] == [False, True]
    qtbot.waitUntil(lambda: find(window, CardRow, "watchCardButton").isEnabled())


def test_a_plain_restart_goes_on_with_yesterday_first_of_all(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    finish(qtbot, window)
    save_to(qtbot, window, tmp_path / "yesterday & before.dae", monkeypatch)
    assert window.curves_panel.card.isHidden()  # there are curves to be seen
    window.close()
    Settings().recent_sessions = [str(tmp_path / "yesterday & before.dae"), str(tmp_path / "lost.dae")]
    other = make_window()
    qtbot.waitUntil(lambda: names(other) == ["recent0", "watch", "solve", "own", "recent1"])
    first = other.curves_panel.card.entries[0]
    assert first.title == "Go on with yesterday & before.dae"
    qtbot.waitUntil(lambda: "900 iterations, " in other.curves_panel.card.entries[0].detail)
    qtbot.waitUntil(lambda: not find(other, CardRow, "recent1CardButton").isEnabled())  # it is not there
    with qtbot.waitSignal(other.sessions.opened):
        click(qtbot, other, "recent0")
    assert other.document.path == tmp_path / "yesterday & before.dae"
    qtbot.waitUntil(other.curves_panel.card.isHidden)


def test_unsaved_work_is_offered_on_the_card_and_nowhere_else(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    at = pause_at(qtbot, window, 200)
    window.close()
    other = make_window()
    qtbot.waitUntil(lambda: names(other)[0] == "goOn")
    first = other.curves_panel.card.entries[0]
    assert first.title == "Go on with Run 1"
    assert first.detail.startswith(f"at iteration {at:,}, left unsaved ")
    assert not other.banner.isVisible()
    assert "was left unsaved" in message(other)
    answer_offer(qtbot, other, "Later")
    assert "goOn" not in names(other)
    other.close()
    third = make_window()
    qtbot.waitUntil(lambda: names(third)[0] == "goOn")  # it was put off
    with qtbot.waitSignal(third.sessions.opened):
        click(qtbot, third, "goOn")
    assert third.workbench.progress.iteration == at
