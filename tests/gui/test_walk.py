"""A person's walks through the whole window: from the first training to the exported files, with keys and clicks."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QMenu
from pytestqt.qtbot import QtBot

from dae_core.datasets.bundled import load_bundled_digits
from dae_core.sessions.session_file import load_session
from dae_core.training.config import TrainingConfig
from dae_core.training.trainer import Trainer, train
from dae_gui.panels.runs_panel import RunsPanel
from dae_gui.window.main_window import MainWindow
from dae_gui.window.session_presenter import TITLE
from dae_gui.workbench.state import State
from helpers.holding import held
from helpers.widgets import Notices, click, find
from helpers.window_runs import answer_offer, assert_same, message, wait_for_end
from helpers.windows import MakeWindow, action, shows

CONFIG = TrainingConfig(iterations=900, hidden_units=9, seed=4)
HALF = 400  # the snapshots lie at (2k)²: this is the nearest one below half
RATE = 0.002


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, *, shift: bool = False, ctrl: bool = True) -> None:
    """Press a shortcut of the window."""
    modifiers = Qt.KeyboardModifier.NoModifier
    if ctrl:
        modifiers |= Qt.KeyboardModifier.ControlModifier
    if shift:
        modifiers |= Qt.KeyboardModifier.ShiftModifier
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, key, modifiers)


def train_to_a_pause(qtbot: QtBot, window: MainWindow) -> int:
    """Start, pause, resume and pause again, with the keys; returns where."""
    window.training_panel.set_config(CONFIG)
    for least, key in ((50, Qt.Key.Key_F5), (150, Qt.Key.Key_F6)):
        with held(least) as is_there:
            press(qtbot, window, key, ctrl=False)
            assert window.workbench.state is State.RUNNING
            qtbot.waitUntil(is_there.is_set)
            press(qtbot, window, Qt.Key.Key_F6, ctrl=False)
        qtbot.waitUntil(lambda: window.workbench.state is State.PAUSED)
    assert 150 <= window.workbench.progress.iteration < CONFIG.iterations
    return window.workbench.progress.iteration


def save(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.sessions.saved):
        press(qtbot, window, Qt.Key.Key_S)


def go_back(qtbot: QtBot, window: MainWindow, iteration: int) -> None:
    """Go to a snapshot with the keys of the slider: to the first one, then forward."""
    panel = window.timeline_panel
    qtbot.waitUntil(lambda: window.workbench.snapshots[-1].iteration >= iteration)
    qtbot.keyClick(panel.slider, Qt.Key.Key_Home)
    iterations = [snapshot.iteration for snapshot in window.workbench.snapshots]
    for _ in range(iterations.index(iteration)):
        qtbot.keyClick(panel.slider, Qt.Key.Key_Right)
    shown = panel.shown()
    assert shown is not None
    assert shown.iteration == iteration
    qtbot.waitUntil(lambda: shows(window.filters_w_panel, shown.model))
    assert find(window, QLabel, "timelineLabel").text().startswith(f"iteration {iteration:,}")


def at_half_another_rate() -> Trainer:
    """Return what the branch must come to, trained without a window."""
    trainer = Trainer(load_bundled_digits(), CONFIG)
    trainer.advance(HALF)
    trainer.set_learning_rate(RATE)
    for _ in train(trainer):
        pass
    return trainer


def uninterrupted() -> Trainer:
    trainer = Trainer(load_bundled_digits(), CONFIG)
    for _ in train(trainer):
        pass
    return trainer


def runs_panel(qtbot: QtBot, window: MainWindow) -> RunsPanel:
    press(qtbot, window, Qt.Key.Key_2, shift=True)
    panel = window.studies.panel("runsDock")
    assert isinstance(panel, RunsPanel)
    qtbot.waitUntil(panel.isVisible)
    return panel


def click_row(qtbot: QtBot, panel: RunsPanel, name: str, modifier: Qt.KeyboardModifier) -> str:
    """Click the row of a run; returns its key."""
    (run,) = [run for run in panel.runs.runs() if run.label.name == name]
    table = panel.table
    place = table.visualRect(panel.runs.index_of(run.label.key, "name")).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, place)
    return run.label.key


def answer_file_dialog(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    qtbot.waitUntil(lambda: window.findChild(QFileDialog, "exportFileDialog") is not None)
    dialog = window.findChild(QFileDialog, "exportFileDialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def test_train_save_quit_reopen_continue_branch_compare_export(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "walk.dae"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    window = make_window("--data", "digits")
    at = train_to_a_pause(qtbot, window)

    # Look back, and to now again.
    go_back(qtbot, window, 100)
    assert not window.workbench.weights.is_live
    qtbot.keyClick(window.timeline_panel.slider, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: shows(window.filters_w_panel, window.workbench.model))
    assert window.workbench.weights.is_live

    # Save, quit, and open the file.
    assert window.isWindowModified()
    save(qtbot, window)
    assert not window.isWindowModified()
    assert load_session(path).run.checkpoint.iteration == at
    window.close()
    window = make_window(str(path))
    qtbot.waitUntil(lambda: window.workbench.progress.iteration == at)
    assert window.workbench.state is State.PAUSED
    assert message(window) == ""  # nothing was lost, so nothing is offered
    assert window.windowTitle() == f"walk[*] – {TITLE}"
    assert [entry.text() for entry in find(window, QMenu, "recentMenu").actions()] == ["walk.dae"]

    # Go on to the end: the same as if nothing of this had happened.
    press(qtbot, window, Qt.Key.Key_F6, ctrl=False)
    wait_for_end(qtbot, window)
    whole = uninterrupted()
    assert_same(window.workbench.model, whole.model)
    assert len(window.workbench.history) == CONFIG.iterations

    # Branch at half, and train the branch with another learning rate.
    go_back(qtbot, window, HALF)
    with qtbot.waitSignal(window.opener.opened):
        click(qtbot, window.timeline_panel, "timelineBranchButton")
    assert (window.workbench.progress.iteration, window.workbench.state) == (HALF, State.PAUSED)
    assert window.controller.recorder.label.origin == f"Run 1 at iteration {HALF}"
    window.training_panel.set_learning_rate(RATE)
    press(qtbot, window, Qt.Key.Key_F6, ctrl=False)
    wait_for_end(qtbot, window)
    branch = at_half_another_rate()
    assert_same(window.workbench.model, branch.model)

    # Compare the two.
    panel = runs_panel(qtbot, window)
    qtbot.waitUntil(lambda: len(panel.runs.runs()) == 2)
    first = click_row(qtbot, panel, "Run 1", Qt.KeyboardModifier.NoModifier)
    second = click_row(qtbot, panel, "Run 2", Qt.KeyboardModifier.ControlModifier)
    assert set(panel.table.selected_keys()) == {first, second}
    fair = find(panel, QLabel, "fairPairLabel")
    qtbot.waitUntil(fair.isVisible)
    assert fair.text().startswith("✓ Fair pair"), fair.text()
    table = panel.tabs.differences.table
    rows = [texts for texts in table.row_texts() if "0.0005" in " ".join(texts)]
    assert any("0.002" in " ".join(texts) for texts in rows), table.row_texts()

    panel.tabs.setCurrentIndex(1)
    # Private: the weights themselves, to the last bit.
    sides = panel.tabs.pair._sides
    assert sides is not None
    by_key = {side.key: side.model for side in sides}
    assert_same(by_key[first], whole.model)
    assert_same(by_key[second], branch.model)

    panel.set_shown_keys([first])
    # Private: overlays are drawn, not told.
    qtbot.waitUntil(lambda: len(window.curves_panel._drawing.overlays) == 1)
    (drawn,) = window.curves_panel._drawing.overlays.shown()
    assert drawn.overlay.name == "Run 1"
    assert len(drawn) == CONFIG.iterations

    # Delete the first one, and take that back.
    click_row(qtbot, panel, "Run 1", Qt.KeyboardModifier.NoModifier)
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    assert [run.label.name for run in window.document.runs.runs] == ["Run 2"]
    assert "delete Run 1" in action(window, "undoAction").text()
    press(qtbot, window, Qt.Key.Key_Z)
    assert [run.label.name for run in window.document.runs.runs] == ["Run 1", "Run 2"]
    assert_same(window.document.runs.find(first).model, whole.model)

    # Export all.
    with qtbot.waitSignal(Notices(window).saved) as exported:
        press(qtbot, window, Qt.Key.Key_E, shift=True)
        answer_file_dialog(qtbot, window, tmp_path)
    folder = Path(exported.args[0])
    assert folder.parent == tmp_path
    endings = {file.suffix for file in folder.iterdir()}
    assert {".npz", ".csv", ".safetensors", ".py", ".ipynb", ".png", ".svg"} <= endings
    (parameters,) = [file for file in folder.glob("*.npz") if "W" in np.load(file)]
    with np.load(parameters) as arrays:
        for name, values in branch.model.parameters.items():
            np.testing.assert_array_equal(arrays[name], values)
    find(window, QDialog, "exportResultDialog").close()

    # The log tells it in order.
    texts = [event.text for event in window.event_log.since(0)]
    told = ["Resumed", "Finished", "Run 2", "Resumed", "Finished", f"Saved {folder}"]
    places = iter(texts)
    for words in told:
        assert any(words in text for text in places), (words, texts)

    # Save again, and quit: the next start offers nothing, and both runs are in the file.
    save(qtbot, window)
    window.close()
    names = [run.label.name for run in load_session(path).runs]
    assert names == ["Run 1", "Run 2"]
    window = make_window()
    assert message(window) == ""
    # Private: a session that is not offered is nowhere to be seen.
    assert window.sessions._folder.find() == []


def test_quitting_without_saving_loses_nothing(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window("--data", "digits")
    at = train_to_a_pause(qtbot, window)
    errors = window.workbench.history.error.values().copy()
    window.close()

    window = make_window()
    qtbot.waitUntil(lambda: "Run 1" in message(window))
    assert f"{at:,}" in message(window)
    with qtbot.waitSignal(window.sessions.opened):
        answer_offer(qtbot, window, "Open it")
    assert (window.workbench.progress.iteration, window.workbench.state) == (at, State.PAUSED)
    np.testing.assert_array_equal(window.workbench.history.error.values(), errors)
    assert window.isWindowModified()
    press(qtbot, window, Qt.Key.Key_F6, ctrl=False)
    wait_for_end(qtbot, window)
    assert_same(window.workbench.model, uninterrupted().model)
