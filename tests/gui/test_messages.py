"""Sentences to the user: each ends with its cause, moves no control, and offers what can be done."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from dae_core.training.config import TrainingConfig
from dae_gui.support import notices
from dae_gui.window.main_window import MainWindow
from dae_gui.window.messages import Cause
from dae_gui.workbench.state import State
from helpers.datasets import idx_folder
from helpers.own_code import EXACT
from helpers.widgets import find
from helpers.windows import action, wait_for_shape


def diverge(qtbot: QtBot, window: MainWindow, config: TrainingConfig) -> None:
    window.training_panel.set_config(config)
    action(window, "startAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.DIVERGED and window.banner.text() != "")


def answer(window: MainWindow) -> QPushButton:
    (button,) = [button for button in window.banner.findChildren(QPushButton) if button.isVisible()]
    return button


WILD = TrainingConfig(hidden_units=9, learning_rate=500.0, iterations=200)


@pytest.mark.parametrize("go_on", ["start", "step", "reset", "make_ready"])
def test_what_is_said_of_a_run_ends_with_it(qtbot: QtBot, window: MainWindow, go_on: str) -> None:
    diverge(qtbot, window, WILD)
    calm = WILD.replace(learning_rate=1e-4)
    if go_on == "make_ready":
        window.run_commands.make_ready(calm)
    else:
        window.training_panel.set_config(calm)
        action(window, f"{go_on}Action").trigger()
    qtbot.waitUntil(lambda: window.banner.text() == "")


def test_a_divergence_offers_half_the_rate(qtbot: QtBot, window: MainWindow) -> None:
    diverge(qtbot, window, WILD.replace(learning_rate=0.4, iterations=2000))
    button = answer(window)
    assert button.text() == "Halve the rate and restart"
    button.click()
    assert window.training_panel.config().learning_rate == 0.2
    qtbot.waitUntil(lambda: window.workbench.state in (State.FINISHED, State.DIVERGED))
    assert window.workbench.config.learning_rate == 0.2
    assert len(window.workbench.history) > 0


def test_the_published_gradient_is_not_blamed_on_the_rate(qtbot: QtBot, window: MainWindow) -> None:
    diverge(qtbot, window, WILD.replace(gradient="published"))
    assert answer(window).text() == "Take the exact gradient and restart"
    answer(window).click()
    assert window.training_panel.config().gradient == "exact"
    qtbot.waitUntil(lambda: not window.workbench.state.is_active)


def test_own_code_that_diverges_is_the_users_to_mend(qtbot: QtBot, window: MainWindow) -> None:
    config = WILD.replace(own_backward=EXACT)
    window.controller.allow_code(EXACT)
    diverge(qtbot, window, config)
    assert "a backward of your own: check that first" in window.banner.text()
    assert not [button for button in window.banner.findChildren(QPushButton) if button.text().endswith("restart")]
    assert window.training_panel.config() == config


def test_a_sentence_ends_only_with_its_own_cause(window: MainWindow) -> None:
    messages = window.messages
    for cause in Cause:
        messages.warn("Trouble.", cause=cause)
        messages.end(*(other for other in Cause if other is not cause))
        assert window.banner.text() == "Trouble."
        messages.end(cause)
        assert window.banner.text() == ""
    messages.warn("Is it to be opened?", cause=Cause.OFFER)
    window.run_commands.begun.emit()
    assert window.banner.text() == "Is it to be opened?"


def test_data_that_failed_are_forgotten_when_others_are_loaded(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.data_commands.open_path(str(tmp_path / "none.npz"))
    qtbot.waitUntil(lambda: "none.npz" in window.banner.text())
    window.data_commands.open_path(str(idx_folder(tmp_path, "other", (8, 8))))
    qtbot.waitUntil(lambda: window.banner.text() == "")
    wait_for_shape(qtbot, window, (8, 8))


def test_what_was_being_opened_is_not_said_any_more_when_it_failed(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "text.dae"
    path.write_text("hello")
    window.open_path(path)
    qtbot.waitUntil(lambda: "text.dae" in window.banner.text())
    assert "Opening" not in window.status.currentMessage()


def places(window: MainWindow) -> dict[str, QPoint]:
    kinds = (QPushButton, QToolButton, QComboBox)
    found = [widget for kind in kinds for widget in window.findChildren(kind) if widget.isVisible()]
    inside = [w for w in found if not window.banner.isAncestorOf(w) and w.objectName()]
    return {widget.objectName(): widget.mapTo(window, QPoint()) for widget in inside}


def test_no_control_moves_when_a_sentence_comes_and_goes(window: MainWindow) -> None:
    QApplication.processEvents()
    before = places(window)
    assert len(before) > 20
    window.messages.warn("The disk is full. " * 8)
    QApplication.processEvents()
    assert window.banner.isVisible()
    assert places(window) == before
    window.messages.end_all()
    QApplication.processEvents()
    assert places(window) == before
    window.messages.tell_saved("/home/me/a.png")
    QApplication.processEvents()
    now = places(window)
    assert {name: now[name] for name in before} == before


def links(window: MainWindow) -> list[str]:
    area = window.findChild(QWidget, "savedLinks")
    assert area is not None
    return [button.text() for button in area.findChildren(QToolButton) if button.isVisible()]


def test_whatever_was_saved_is_offered_in_one_way(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    assert links(window) == []
    notices.note_saved(window.curves_panel, tmp_path / "a.png")
    assert window.status.currentMessage() == f"Saved {tmp_path / 'a.png'}"
    assert links(window) == ["Open", "Show in folder"]
    find(window, QToolButton, "openSavedButton").click()
    find(window, QToolButton, "showSavedButton").click()
    assert [Path(url.toLocalFile()) for url in opened] == [tmp_path / "a.png", tmp_path]
    window.messages.note("Something else.")
    assert links(window) == []
    window.messages.tell_saved(str(tmp_path / "a.dae"))
    assert links(window) == ["Show in folder"]
    window.status.clearMessage()
    assert links(window) == []
