"""Sessions in the whole window: saved and reopened bit for bit, what is missing, what is damaged, what is asked."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from dae_core.sessions.session_file import load_session
from dae_gui.window.session_presenter import TITLE
from dae_gui.workbench.state import State
from helpers.datasets import idx_folder
from helpers.widgets import find
from helpers.window_runs import (
    CONFIG,
    assert_same,
    finish,
    message,
    open_in,
    pause_at,
    save_to,
    uninterrupted,
    wait_for_end,
)
from helpers.windows import MakeWindow, action


def test_a_paused_run_goes_on_in_another_window_as_if_it_had_never_stopped(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    at = pause_at(qtbot, window, 200)
    errors = window.workbench.history.error.values()[:at].copy()
    path = tmp_path / "half.dae"
    session = save_to(qtbot, window, path, monkeypatch)
    assert session.run.checkpoint.iteration == at
    assert [s.iteration for s in session.run.snapshots] == [(2 * k) ** 2 for k in range(len(session.run.snapshots))]

    other = make_window(str(path))
    qtbot.waitUntil(lambda: other.workbench.progress.iteration == at)
    assert other.workbench.state is State.PAUSED
    assert other.training_panel.config() == CONFIG
    np.testing.assert_array_equal(other.workbench.history.error.values(), errors)
    qtbot.waitUntil(lambda: len(other.workbench.snapshots) == len(session.run.snapshots))
    action(other, "pauseAction").trigger()
    wait_for_end(qtbot, other)
    assert_same(other.workbench.model, uninterrupted())
    assert len(other.workbench.history) == CONFIG.iterations


def test_the_title_names_the_session_and_marks_what_is_unsaved(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    assert window.windowTitle() == TITLE
    assert not window.isWindowModified()
    finish(qtbot, window)
    assert window.isWindowModified()
    assert "Unsaved session" in window.windowTitle()
    save_to(qtbot, window, tmp_path / "walk.dae", monkeypatch)
    assert not window.isWindowModified()
    assert window.windowTitle().startswith("walk[*]")
    action(window, "continueAction").trigger()
    qtbot.waitUntil(window.isWindowModified)
    wait_for_end(qtbot, window)
    with qtbot.waitSignal(window.sessions.saved):
        action(window, "saveSessionAction").trigger()  # asks for no name again
    assert not window.isWindowModified()
    assert load_session(tmp_path / "walk.dae").run.checkpoint.iteration == 2 * CONFIG.iterations


def test_a_missing_data_set_is_told_the_run_is_shown_and_goes_on_when_it_is_found(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = idx_folder(tmp_path, "mine", (8, 8))
    window = make_window("--data", str(folder))
    qtbot.waitUntil(lambda: window.workbench.dataset is not None and window.workbench.dataset.shape == (8, 8))
    at = pause_at(qtbot, window, 200)
    shown = window.workbench.model
    save_to(qtbot, window, tmp_path / "mine.dae", monkeypatch)
    window.close()

    moved = folder.rename(tmp_path / "moved")
    other = make_window(str(tmp_path / "mine.dae"))
    qtbot.waitUntil(lambda: "not trained on" in message(other))
    assert str(folder) in message(other)
    assert len(other.workbench.history) == at
    assert shown is not None
    qtbot.waitUntil(lambda: other.workbench.model is not None)
    assert_same(other.workbench.model, shown)
    for name in ("startAction", "pauseAction", "stepAction", "continueAction"):
        assert not action(other, name).isEnabled(), name

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(moved))
    qtbot.mouseClick(find(other, QPushButton, "answerButton0"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: other.workbench.can_train)
    assert other.workbench.state is State.PAUSED
    assert not other.banner.isVisible()
    action(other, "pauseAction").trigger()
    wait_for_end(qtbot, other)
    assert len(other.workbench.history) == CONFIG.iterations


def test_a_damaged_file_is_told_and_the_window_opens_all_the_same(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    path = tmp_path / "broken.dae"
    path.write_bytes(b"rubbish")
    window = make_window(str(path))  # which waits for start weights
    qtbot.waitUntil(lambda: "broken.dae" in message(window))
    finish(qtbot, window)


def test_opening_asks_about_unsaved_runs_and_cancel_keeps_them(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    finish(qtbot, window)
    path = tmp_path / "first.dae"
    save_to(qtbot, window, path, monkeypatch)
    finish(qtbot, window, CONFIG.replace(seed=5))
    key = window.controller.recorder.label.key
    window.open_path(path)
    box = window.findChild(QMessageBox, "saveSessionQuestion")
    assert box is not None
    assert "first" in box.text()
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(QMessageBox, "saveSessionQuestion") is None)
    assert window.controller.recorder.label.key == key

    window.open_path(path)
    box = [b for b in window.findChildren(QMessageBox, "saveSessionQuestion") if b.isVisible()][-1]
    with qtbot.waitSignal(window.sessions.opened):
        find(box, QPushButton, "saveSessionButton").click()
    assert window.workbench.config.seed == 5  # what was saved under that name just before


def test_recent_sessions_are_listed_newest_first_and_open(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    finish(qtbot, window)
    for name in ("a.dae", "b.dae", "a.dae"):
        save_to(qtbot, window, tmp_path / name, monkeypatch)
    other = make_window()
    entries = other.findChild(QMenu, "recentMenu").actions()
    assert [entry.text() for entry in entries] == ["a.dae", "b.dae"]
    with qtbot.waitSignal(other.sessions.opened):
        entries[1].trigger()
    assert other.document.path == tmp_path / "b.dae"


def test_what_is_shown_comes_back_with_the_session(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    finish(qtbot, window)
    drawn = np.zeros((28, 28), np.uint8)
    drawn[5:20, 12:16] = 255
    window.denoise_panel.source.draw_page.canvas.drawing.set_image(drawn)
    window.curves_panel.set_log(x=True)
    window.curves_panel.smoothing.set_window(77)
    save_to(qtbot, window, tmp_path / "view.dae", monkeypatch)
    other = make_window(str(tmp_path / "view.dae"))
    qtbot.waitUntil(lambda: other.workbench.progress.iteration == CONFIG.iterations)
    assert other.curves_panel.smoothing.window() == 77
    assert other.curves_panel.tools.log_x.isChecked()
    image = other.denoise_panel.source.draw_page.canvas.drawing.image().astype(int)
    assert np.abs(image - drawn).max() <= 1


def test_what_is_being_saved_when_the_window_closes_is_saved_and_not_offered(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    finish(qtbot, window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "s.dae"), ""))
    action(window, "saveSessionAction").trigger()
    window.close()  # before anything could be written
    assert load_session(tmp_path / "s.dae").run.checkpoint.iteration == CONFIG.iterations
    # Private: a session that is not offered is nowhere to be seen.
    assert make_window().sessions._folder._found == {}


def test_opening_and_new_clear_the_steps_that_could_be_undone(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    finish(qtbot, window, CONFIG)
    finish(qtbot, window, CONFIG.replace(seed=1))
    save_to(qtbot, window, tmp_path / "s.dae", monkeypatch)
    for again in (lambda: open_in(qtbot, window, tmp_path / "s.dae"), action(window, "newSessionAction").trigger):
        window.undo_history.push("something", lambda: None, lambda: None)
        again()
        assert not window.undo_history.can_undo()
