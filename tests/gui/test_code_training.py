"""The code dock in the whole window: trained with, compared, saved, and by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from dae_core.lessons.code import FUNCTIONS
from dae_core.sandbox import Sandbox
from dae_core.training.config import TrainingConfig
from dae_gui.lessons.code.panel import CodePanel
from dae_gui.widgets.code_editor import CodeEditor
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.state import State
from helpers.widgets import find, text
from helpers.windows import MakeWindow, train

Key, Control, Left = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton
PUBLISHED = FUNCTIONS["backward"].examples[0].source
RIGHT = PUBLISHED.replace("np.dot(V, dy)", "np.dot(V, dy) * (z > 0)")


@pytest.fixture
def panel(qtbot: QtBot, window: MainWindow) -> CodePanel:
    return show(qtbot, window)


def show(qtbot: QtBot, window: MainWindow) -> CodePanel:
    window.activateWindow()
    window.studies.docks["yourCodeDock"].toggleViewAction().trigger()
    window.studies.docks["yourCodeDock"].raise_()
    panel = window.studies.panel("yourCodeDock")
    assert isinstance(panel, CodePanel)
    qtbot.waitUntil(panel.isVisible)
    return panel


def editor_of(panel: CodePanel) -> CodeEditor:
    return panel.editors.of("backward")


def check(qtbot: QtBot, panel: CodePanel) -> None:
    with qtbot.waitSignal(panel.checked):
        qtbot.mouseClick(panel.line.start_button, Left)


def test_a_run_is_trained_with_it_and_compared(qtbot: QtBot, window: MainWindow, panel: CodePanel) -> None:
    window.training_panel.set_config(TrainingConfig(iterations=300, hidden_units=225))
    editor_of(panel).write_over(RIGHT)
    assert not panel.train_button.isEnabled(), "it was not checked"
    check(qtbot, panel)
    assert panel.train_button.isEnabled()
    qtbot.mouseClick(panel.train_button, Left)
    assert window.workbench.config.own_backward == RIGHT
    qtbot.waitUntil(lambda: window.workbench.state is State.FINISHED)
    assert window.workbench.progress.iteration == 300
    qtbot.waitUntil(lambda: bool(text(panel, "codeComparisonLabel")))
    said = text(panel, "codeComparisonLabel")
    assert "after the same 300 iterations: the same but for rounding" in said
    assert "iterations a second" in said
    assert not panel.findings.comparing.isVisible()


def test_a_backward_that_diverges_is_trained_with_all_the_same(
    qtbot: QtBot, window: MainWindow, panel: CodePanel
) -> None:
    window.training_panel.set_config(TrainingConfig(iterations=2_000))
    editor_of(panel).write_over(RIGHT.replace("return dW, dB, dV, dC", "return -dW, -dB, -dV, -dC"))
    check(qtbot, panel)
    assert "✗" in text(panel, "codeVerdictLabel")
    qtbot.mouseClick(panel.train_button, Left)
    qtbot.waitUntil(lambda: window.workbench.state is State.DIVERGED)
    qtbot.waitUntil(lambda: bool(text(panel, "codeComparisonLabel")))
    said = text(panel, "codeComparisonLabel")
    assert "With your backward the run diverged at iteration" in said
    assert "it did not" in said


def test_it_trains_one_digit_at_a_time_and_start_goes_on_with_what_is_shown(
    qtbot: QtBot, window: MainWindow, panel: CodePanel
) -> None:
    settings = TrainingConfig(iterations=100, hidden_units=225, batch_size=16, optimizer="adam")
    window.training_panel.set_config(settings)
    editor_of(panel).write_over(RIGHT)
    check(qtbot, panel)
    qtbot.mouseClick(panel.train_button, Left)
    qtbot.waitUntil(lambda: window.workbench.state is State.FINISHED)
    assert window.workbench.config == settings.replace(own_backward=RIGHT, batch_size=1, optimizer="sgd")
    assert window.training_panel.config() == window.workbench.config
    editor_of(panel).write_over("# another text")
    find(panel, QAction, "codeOfRunAction").trigger()
    assert editor_of(panel).text() == RIGHT
    window.actions_by_name["startAction"].trigger()
    assert window.workbench.config.own_backward == RIGHT
    qtbot.waitUntil(lambda: window.workbench.state is State.FINISHED)
    assert len(window.document.runs.runs) == 2


def test_where_no_run_can_be_begun_the_present_one_stays(qtbot: QtBot, window: MainWindow, panel: CodePanel) -> None:
    train(qtbot, window)
    editor_of(panel).write_over(RIGHT)
    check(qtbot, panel)
    window.run_commands.forbid("a prediction comes first")
    assert not panel.train_button.isEnabled()
    assert "a prediction comes first" in panel.train_button.toolTip()
    panel.trainRequested.emit(RIGHT)
    assert window.workbench.state is State.FINISHED
    assert window.workbench.config.own_backward == ""
    window.run_commands.forbid("")
    assert panel.train_button.isEnabled()


def test_it_is_saved_and_does_not_run_when_it_is_opened(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    panel = show(qtbot, window)
    train(qtbot, window)
    editor_of(panel).write_over(f"# {tmp_path}\n" + RIGHT)
    assert window.document.is_modified
    path = tmp_path / "code.dae"
    monkeypatch.setattr("dae_gui.sessions.commands.ask_where_to_save", lambda *_: path)
    with qtbot.waitSignal(window.sessions.saved):
        window.actions_by_name["saveSessionAction"].trigger()
    assert not window.document.is_modified
    QTest.keyClicks(editor_of(panel), "x")
    assert window.document.is_modified
    window.actions_by_name["saveSessionAction"].trigger()
    qtbot.waitUntil(lambda: not window.document.is_modified)
    assert editor_of(panel).text().startswith("x# "), "saving changes nothing that is shown"

    second = make_window()
    panel = show(qtbot, second)
    ran: list[str] = []
    monkeypatch.setattr(Sandbox, "call", lambda *_, **__: ran.append("call"))
    second.open_path(path)
    qtbot.waitUntil(lambda: editor_of(panel).text().startswith("x# "))
    assert "Nothing of it has run" in panel.notice()
    assert not panel.line.is_working()
    assert not panel.train_button.isEnabled()
    assert ran == []


def test_all_of_it_goes_by_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    window.training_panel.set_config(TrainingConfig(iterations=100, hidden_units=225))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Key.Key_7, Control | Qt.KeyboardModifier.ShiftModifier)
    panel = window.studies.panel("yourCodeDock")
    assert isinstance(panel, CodePanel)
    editor = editor_of(panel)
    qtbot.waitUntil(editor.isVisible)
    qtbot.waitUntil(lambda: panel.isAncestorOf(QApplication.focusWidget()))
    for _ in range(8):
        if QApplication.focusWidget() is editor:
            break
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    assert QApplication.focusWidget() is editor
    QTest.keyClick(editor, Key.Key_A, Control)
    QTest.keyClicks(editor, "def backward(x, x0, z, y, W, V):")
    for line in ("dy = y - x0", "da = V @ dy * (z > 0)", "return np.outer(x, da), da, np.outer(z, dy), dy"):
        QTest.keyClick(editor, Key.Key_Return)
        QTest.keyClicks(editor, line)
    with qtbot.waitSignal(panel.checked):
        QTest.keyClick(editor, Key.Key_Return, Control)
    assert text(panel, "codeVerdictLabel").startswith("✓")
    button = find(panel, QPushButton, "codeTrainButton")
    QTest.keyClick(editor, Key.Key_Tab, Control | Qt.KeyboardModifier.ShiftModifier)
    for _ in range(6):
        if QApplication.focusWidget() is button:
            break
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is button
    QTest.keyClick(button, Key.Key_Space)
    qtbot.waitUntil(lambda: window.workbench.state is State.FINISHED)
    assert window.workbench.config.own_backward == editor.text()
    qtbot.waitUntil(lambda: bool(text(panel, "codeComparisonLabel")))
