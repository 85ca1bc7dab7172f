"""What is being typed into a field when the window closes is taken over, and nothing is announced after that.

An exception in a slot, while the window is deleted, fails the test that made it.
"""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from dae_gui.support.settings import Settings
from dae_gui.widgets.controls.number_box import NumberBox
from helpers.widgets import find
from helpers.windows import MakeWindow


@pytest.mark.parametrize("is_floating", [False, True])
def test_a_number_being_typed_is_kept_when_the_window_closes(
    qtbot: QtBot, make_window: MakeWindow, is_floating: bool
) -> None:
    window = make_window()
    qtbot.waitUntil(lambda: window.workbench.data is not None)
    dock, box = find(window, QDockWidget, "trainingDock"), find(window, NumberBox, "learningRateSpinBox")
    dock.setFloating(is_floating)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(box, "0.0123")
    window.close()
    assert Settings().config.learning_rate == 0.0123
