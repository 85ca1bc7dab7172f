"""The buttons of the run: where they are, what they say, and which one of them leads on."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QMainWindow, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.widgets.controls.action_button import ActionButton
from dae_gui.window import actions as table
from dae_gui.window.main_window import MainWindow
from dae_gui.window.run_bar import RunBar
from dae_gui.workbench.state import State
from helpers.widgets import find
from helpers.windows import action


def filled(bar: QWidget) -> list[str]:
    """Return what stands on the buttons that are filled in the accent colour, as it is painted."""
    accent = bar.palette().color(QPalette.ColorRole.Highlight)
    accents = (accent.name(), accent.lighter(110).name())  # where the pointer is
    buttons = [button for button in bar.findChildren(ActionButton) if button.isVisible()]
    return [b.text() for b in buttons if b.grab().toImage().pixelColor(8, b.height() // 2).name() in accents]


@pytest.fixture
def host(qtbot: QtBot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def bar(qtbot: QtBot, host: QMainWindow) -> RunBar:
    made = RunBar(host, table.create_actions(host))
    host.addToolBar(made)
    host.resize(960, 200)
    host.show()
    qtbot.waitExposed(host)
    return made


@pytest.mark.parametrize(
    ("state", "is_to_continue", "name"),
    [
        (State.IDLE, False, "Start"),
        (State.RUNNING, False, "Pause"),
        (State.PAUSED, False, "Start"),
        (State.FINISHED, False, "Start"),
        (State.IDLE, True, "Continue for more…"),
    ],
)
def test_one_button_is_filled_the_step_that_comes_next(
    qtbot: QtBot, bar: RunBar, state: State, is_to_continue: bool, name: str
) -> None:
    bar.show_state(state, is_to_continue=is_to_continue)
    QApplication.processEvents()
    assert filled(bar) == [name]


def test_the_other_buttons_stay_where_they_are_when_start_becomes_pause(qtbot: QtBot, bar: RunBar) -> None:
    step, start = find(bar, ActionButton, "stepButton"), find(bar, ActionButton, "startButton")
    place = step.mapTo(bar, step.rect().topLeft())
    start.setFocus()
    for state, text in ((State.RUNNING, "Pause"), (State.PAUSED, "Start"), (State.RUNNING, "Pause")):
        bar.show_state(state, is_to_continue=False)
        QApplication.processEvents()
        assert start.text() == text
        assert step.mapTo(bar, step.rect().topLeft()) == place
        assert start.hasFocus()


def test_the_bar_leads_through_a_run(qtbot: QtBot, window: MainWindow) -> None:
    window.training_panel.set_config(window.training_panel.config().replace(iterations=10**7, hidden_units=9))
    bar = find(window, RunBar, "trainingToolBar")
    start = find(bar, ActionButton, "startButton")
    assert filled(window) == ["Start"]
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.workbench.progress.iteration > 100)
    assert filled(window) == ["Pause"]
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.workbench.state is State.PAUSED)
    assert filled(window) == ["Resume"]
    action(window, "stopAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.IDLE)
    assert filled(window) == ["Continue to 10,000,000"]
    find(window, QSpinBox, "hiddenUnitsSpinBox").setValue(16)  # another run is meant now
    qtbot.waitUntil(lambda: filled(window) == ["Start"])
