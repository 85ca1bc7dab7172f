"""The rail at the left edge: every dock one click away, with its name where there is room."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.window.dock_rail import DockRail
from dae_gui.window.docks import DOCKS
from dae_gui.window.main_window import MainWindow
from dae_gui.window.panel_registry import STUDIES
from helpers.widgets import find
from helpers.windows import action


def buttons(window: MainWindow) -> dict[str, QToolButton]:
    """Return the rail's buttons by the names of the docks."""
    found = {button.defaultAction().objectName(): button for button in find(window, DockRail, "dockRail").buttons()}
    return {spec.name: found[f"{spec.name}Action"] for spec in (*DOCKS, *STUDIES)}


def resize(qtbot: QtBot, window: QWidget, size: QSize) -> None:
    window.resize(size)
    qtbot.waitUntil(lambda: window.size() == size)
    QApplication.processEvents()


@pytest.mark.parametrize(
    ("size", "has_names"),
    [(QSize(853, 480), False), (QSize(960, 540), False), (QSize(1440, 900), True)],
    ids=str,
)
def test_all_docks_stand_in_it_at_every_size(qtbot: QtBot, window: MainWindow, size: QSize, has_names: bool) -> None:
    resize(qtbot, window, size)
    for button in buttons(window).values():
        assert button.isVisible()
        assert button.visibleRegion().boundingRect() == button.rect()
        named = button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextUnderIcon
        assert named == has_names
        if named:
            assert button.width() >= button.fontMetrics().horizontalAdvance(button.text())


def test_names_and_icons_differ() -> None:
    specs = (*DOCKS, *STUDIES)
    assert len({spec.icon for spec in specs}) == len({spec.short for spec in specs}) == len(specs)


def test_a_click_shows_raises_and_closes(qtbot: QtBot, window: MainWindow) -> None:
    button, dock = buttons(window)["healthDock"], find(window, QDockWidget, "healthDock")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: button.isChecked() and not dock.visibleRegion().isEmpty())
    qtbot.mouseClick(buttons(window)["logDock"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not button.isChecked())
    assert dock.isVisible(), "only behind the log"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: button.isChecked())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dock.isVisible() and not button.isChecked())


def test_the_icons_follow_the_theme(qtbot: QtBot, window: MainWindow) -> None:
    entry = action(window, "unitDockAction")
    before = entry.icon().pixmap(20).toImage()
    action(window, "darkThemeAction").trigger()
    qtbot.waitUntil(lambda: entry.icon().pixmap(20).toImage() != before)
    action(window, "lightThemeAction").trigger()
    qtbot.waitUntil(lambda: entry.icon().pixmap(20).toImage() == before)


def test_it_can_be_hidden_and_comes_back_with_the_layout(qtbot: QtBot, window: MainWindow) -> None:
    rail = find(window, DockRail, "dockRail")
    rail.toggleViewAction().trigger()
    qtbot.waitUntil(lambda: not rail.isVisible())
    window.placing.reset()
    qtbot.waitUntil(rail.isVisible)


def test_tab_stops_once_and_arrows_go_on(qtbot: QtBot, window: MainWindow) -> None:
    rail = buttons(window)
    names = list(rail)
    assert [name for name, button in rail.items() if button.focusPolicy() == Qt.FocusPolicy.TabFocus] == [names[0]]
    rail[names[0]].setFocus()
    order = find(window, DockRail, "dockRail").buttons()
    for key, expected in ((Qt.Key.Key_Down, order[1]), (Qt.Key.Key_End, order[-1]), (Qt.Key.Key_Up, order[-2])):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key)
        qtbot.waitUntil(expected.hasFocus)
    qtbot.keyClick(order[-2], Qt.Key.Key_Space)
    qtbot.waitUntil(order[-2].isChecked)
