"""Where the focus goes when the field or button that has it can no longer be used: where no key does harm."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.widgets.controls.action_button import ActionButton
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.state import State
from helpers.widgets import find
from helpers.windows import action


def type_into_the_window(*keys: Qt.Key) -> None:
    """Press keys where the user's would go."""
    for key in keys:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)


@pytest.mark.parametrize(
    "name",
    ["presetComboBox", "datasetComboBox", "hiddenUnitsSpinBox", "seedSpinBox", "scheduleComboBox"],
)
def test_a_digit_typed_after_a_start_changes_nothing(qtbot: QtBot, window: MainWindow, name: str) -> None:
    window.training_panel.set_config(window.training_panel.config().replace(iterations=1_000_000, hidden_units=9))
    before = window.training_panel.config()
    field = find(window, QWidget, name)
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.workbench.state is State.RUNNING)
    assert QApplication.focusWidget() is window.training_panel
    type_into_the_window(Qt.Key.Key_3, Qt.Key.Key_Return)
    assert window.training_panel.config() == before
    assert window.workbench.config.corruption == before.corruption
    type_into_the_window(Qt.Key.Key_Tab)  # goes on within the panel
    focused = QApplication.focusWidget()
    assert focused is not None
    assert window.training_panel.isAncestorOf(focused)
    action(window, "stopAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.IDLE)


def test_a_button_pressed_by_key_does_not_hand_the_next_key_to_its_neighbour(qtbot: QtBot, window: MainWindow) -> None:
    window.training_panel.set_config(window.training_panel.config().replace(iterations=1_000_000, hidden_units=9))
    action(window, "startAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.progress.iteration > 0)
    stop = find(window, QToolButton, "stopButton")
    stop.setFocus()
    qtbot.waitUntil(stop.hasFocus)
    QTest.keyClick(stop, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.workbench.state is State.IDLE)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert not isinstance(focused, QToolButton)
    type_into_the_window(Qt.Key.Key_Space)
    assert window.workbench.state is State.IDLE
    assert window.workbench.progress.iteration > 0
    type_into_the_window(Qt.Key.Key_Tab)  # goes on within the bar
    assert isinstance(QApplication.focusWidget(), ActionButton)
