"""Docks: what their keys and menu entries do, and that no menu says a thing twice."""

import re
from collections import Counter

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QMenu
from pytestqt.qtbot import QtBot

from dae_gui.support.settings import Settings
from dae_gui.support.theme import current_theme
from dae_gui.window.dock_switch import bring_dock
from dae_gui.window.docks import DOCKS
from dae_gui.window.main_window import MainWindow
from dae_gui.window.panel_registry import STUDIES
from dae_gui.workbench.state import State
from helpers.widgets import find
from helpers.windows import MakeWindow, action

UNDERSTAND = {"unitDock": Qt.Key.Key_5, "healthDock": Qt.Key.Key_8}
FIRST = {"trainingDock": Qt.Key.Key_1, "denoiseDock": Qt.Key.Key_4}


def dock_of(window: MainWindow, name: str) -> QDockWidget:
    return find(window, QDockWidget, name)


def is_seen(dock: QDockWidget) -> bool:
    return dock.isVisible() and not dock.visibleRegion().isEmpty()


def has_focus(dock: QDockWidget) -> bool:
    focused = QApplication.focusWidget()
    return focused is not None and (focused is dock or dock.isAncestorOf(focused))


@pytest.mark.parametrize(("name", "key"), [*UNDERSTAND.items(), *FIRST.items()])
def test_the_key_shows_then_raises_then_closes(qtbot: QtBot, window: MainWindow, name: str, key: Qt.Key) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    dock, entry = dock_of(window, name), action(window, f"{name}Action")
    dock.close()
    qtbot.waitUntil(lambda: not entry.isChecked())

    qtbot.keyClick(window, key, control)
    qtbot.waitUntil(lambda: is_seen(dock))
    assert entry.isChecked()
    qtbot.waitUntil(lambda: has_focus(dock))

    if name != "trainingDock":
        action(window, "logDockAction").trigger()  # in front of it
        qtbot.waitUntil(lambda: not is_seen(dock))
        assert dock.isVisible()
        assert not entry.isChecked()
        assert has_focus(dock_of(window, "logDock"))
        qtbot.keyClick(window, key, control)
        qtbot.waitUntil(lambda: is_seen(dock))
        qtbot.waitUntil(lambda: has_focus(dock))
        assert entry.isChecked()

    qtbot.keyClick(window, key, control)
    qtbot.waitUntil(lambda: not dock.isVisible())
    assert not entry.isChecked()
    assert QApplication.focusWidget() is window.centralWidget(), "a key would change the field that has the focus"


def test_a_dock_that_comes_takes_keys_but_no_digit(qtbot: QtBot, window: MainWindow) -> None:
    before = window.training_panel.config()
    dock = dock_of(window, "trainingDock")
    dock.close()
    action(window, "trainingDockAction").trigger()
    qtbot.waitUntil(lambda: has_focus(dock))
    for key in (Qt.Key.Key_3, Qt.Key.Key_Return):
        qtbot.keyClick(QApplication.focusWidget(), key)
    assert window.training_panel.config() == before
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert has_focus(dock)
    assert QApplication.focusWidget() is not dock


def test_a_floating_dock_is_brought_too(qtbot: QtBot, window: MainWindow) -> None:
    dock, entry = dock_of(window, "filtersVDock"), action(window, "filtersVDockAction")
    dock.setFloating(True)
    qtbot.waitUntil(dock.isVisible)
    entry.trigger()
    qtbot.waitUntil(lambda: not dock.isVisible())
    entry.trigger()
    qtbot.waitUntil(dock.isVisible)
    assert dock.isFloating()
    assert entry.isChecked()


def test_a_study_that_floats_from_behind_another_comes_into_view(qtbot: QtBot, window: MainWindow) -> None:
    dock = dock_of(window, "healthDock")
    dock.show()
    dock_of(window, "denoiseDock").raise_()
    assert dock.widget() is None
    dock.setFloating(True)
    qtbot.waitUntil(lambda: dock.widget() is not None and dock.widget().isVisible())
    assert QApplication.primaryScreen().availableGeometry().contains(dock.geometry())
    assert dock.geometry().intersects(window.geometry())
    assert dock.width() >= dock.widget().minimumSizeHint().width()
    assert action(window, "healthDockAction").isChecked()


def test_the_buttons_of_all_title_bars_can_be_hit_and_show_the_pointer(qtbot: QtBot, window: MainWindow) -> None:
    for name in ("filtersWDock", "unitDock"):  # one of the first docks, and one that is made when it is asked for
        dock = dock_of(window, name)
        bring_dock(dock)
        qtbot.waitUntil(lambda dock=dock: is_seen(dock))
        buttons = [find(dock, QAbstractButton, f"qt_dockwidget_{kind}button") for kind in ("float", "close")]
        qtbot.waitUntil(lambda buttons=buttons: all(button.isVisible() for button in buttons))
        for button in buttons:
            assert min(button.width(), button.height()) >= 14, name
            corner = QPoint(button.width() // 2, 1)
            before = button.grab().toImage().pixelColor(corner)
            qtbot.mouseMove(button, button.rect().center())
            qtbot.waitUntil(lambda b=button, c=corner, was=before: b.grab().toImage().pixelColor(c) != was)


def test_a_floating_dock_has_an_edge_of_its_own(qtbot: QtBot, window: MainWindow) -> None:
    dock, theme = dock_of(window, "filtersWDock"), current_theme(window.palette())

    def edges() -> set[str]:
        image = dock.grab().toImage()
        width, height = image.width(), image.height()
        places = ((0, 8), (0, height // 2), (width - 1, height // 2), (width // 2, height - 1))
        return {image.pixelColor(*place).name() for place in places}

    assert theme.border not in edges()
    dock.setFloating(True)
    qtbot.waitUntil(lambda: edges() == {theme.border})
    dock.setFloating(False)
    qtbot.waitUntil(lambda: theme.border not in edges())


# Menus


def all_menus(window: MainWindow) -> list[tuple[str, list[QAction]]]:
    bar = window.menuBar()
    return [("menu bar", bar.actions()), *((menu.title(), menu.actions()) for menu in bar.findChildren(QMenu))]


def assert_each_once(title: str, entries: list[QAction]) -> None:
    texts = [entry.text() for entry in entries if not entry.isSeparator()]
    names = Counter(text.replace("&", "") for text in texts)
    assert [name for name, count in names.items() if count > 1] == [], title
    keys = Counter(match.lower() for text in texts for match in re.findall(r"&([^&])", text.replace("&&", "")))
    assert [key for key, count in keys.items() if count > 1] == [], title


def assert_no_duplicates(window: MainWindow) -> None:
    everywhere: Counter[str] = Counter()
    for title, entries in all_menus(window):
        assert_each_once(title, entries)
        everywhere.update(entry.objectName() for entry in entries if entry.objectName())
    assert [name for name, count in everywhere.items() if count > 1] == [], "what stands in two menus"


def test_no_menu_has_an_entry_or_a_mnemonic_twice_whatever_the_state(qtbot: QtBot, window: MainWindow) -> None:
    assert_no_duplicates(window)
    window.training_panel.set_config(window.training_panel.config().replace(iterations=1_000_000, hidden_units=9))
    action(window, "startAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.RUNNING)
    assert_no_duplicates(window)
    action(window, "pauseAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.PAUSED)
    assert_no_duplicates(window)
    assert action(window, "pauseAction").isChecked()
    assert action(window, "pauseAction").isEnabled()
    action(window, "stopAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.IDLE)
    assert not action(window, "pauseAction").isChecked()


def test_every_dock_has_an_entry_with_a_mnemonic_a_key_and_a_tip(window: MainWindow) -> None:
    in_menus = {entry.objectName() for _title, entries in all_menus(window) for entry in entries}
    for spec in (*DOCKS, *STUDIES):
        entry = action(window, f"{spec.name}Action")
        assert entry.objectName() in in_menus
        assert "&" in entry.text()
        assert not entry.shortcut().isEmpty()
        assert entry.statusTip()
        assert dock_of(window, spec.name).windowTitle() == entry.text().replace("&", "")


def test_no_key_means_two_things(window: MainWindow) -> None:
    keys = Counter(key.toString() for entry in window.findChildren(QAction) for key in entry.shortcuts())
    assert [key for key, count in keys.items() if count > 1] == []


def test_the_menu_of_a_right_click_is_that_of_the_docks(window: MainWindow) -> None:
    menu = window.createPopupMenu()
    assert {f"{spec.name}Action" for spec in (*DOCKS, *STUDIES)} <= {entry.objectName() for entry in menu.actions()}
    assert_each_once("right click", menu.actions())
    menu.deleteLater()


def test_sessions_of_one_name_are_told_apart_by_their_folders(make_window: MakeWindow) -> None:
    Settings().recent_sessions = ["/one/a.dae", "/two/a.dae", "/one/b.dae"]
    window = make_window(wait=False)
    texts = [entry.text() for entry in find(window, QMenu, "recentMenu").actions()]
    assert texts == ["/one/a.dae", "/two/a.dae", "b.dae"]
