"""The key and the menu entry of a dock, without the main window."""

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow
from pytestqt.qtbot import QtBot

from dae_gui.window.dock_switch import DockSwitch


def test_a_window_that_goes_with_its_docks_on_the_screen_says_nothing(qtbot: QtBot) -> None:
    """The action of a dock is gone before the dock hides; an exception in a slot fails the test."""
    window = QMainWindow()
    dock = QDockWidget("Dock", window)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    DockSwitch(dock, window, "&Dock", "Ctrl+1", "A dock")
    window.show()
    qtbot.waitUntil(dock.toggleViewAction().isChecked)
    shiboken6.delete(window)
