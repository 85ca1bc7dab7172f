"""What Qt lends of what belongs to others is used on after the lender is gone, as the actions of a menu that closes."""

import ast
import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QMenuBar,
    QTabBar,
    QToolBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

import dae_gui
from dae_gui.support.lent import lent
from dae_gui.support.telling_tips import told_by
from dae_gui.window.docks import DOCKS
from dae_gui.window.main_window import MainWindow
from dae_gui.window.panel_registry import STUDIES
from helpers.windows import action

LENDERS = (
    "actionAt", "activeAction", "defaultAction", "checkedAction", "checkedButton", "buddy", "focusProxy",
    "nextInFocusChain", "previousInFocusChain",
)  # fmt: skip


def _menu(entry: QAction) -> QWidget:
    menu = QMenu()
    menu.addAction(entry)
    menu.setActiveAction(entry)
    return menu


def _button(entry: QAction) -> QWidget:
    button = QToolButton()
    button.setDefaultAction(entry)
    return button


@pytest.mark.parametrize(
    ("make", "borrow"),
    [
        (_menu, lambda menu: menu.activeAction()),
        (_menu, lambda menu: menu.actionAt(menu.actionGeometry(menu.actions()[0]).center())),
        (_button, lambda button: button.defaultAction()),
    ],
)
def test_an_action_outlives_the_menu_that_has_told_of_it(
    qtbot: QtBot, make: Callable[[QAction], QWidget], borrow: Callable[[QWidget], QAction | None]
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    entry = QAction("Entry", window)
    lender = make(entry)
    assert lent(borrow(lender)) is entry
    shiboken6.delete(lender)
    assert entry.text() == "Entry"
    assert lent(None) is None
    assert entry.parent() is window


def test_a_field_outlives_its_label(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    field, label = QLineEdit(window), QLabel("&Name", window)
    label.setBuddy(field)
    field.setToolTip("Whose")
    assert told_by(label) == "Whose"
    shiboken6.delete(label)
    assert field.toolTip() == "Whose"
    assert field.parentWidget() is window


def test_whatever_is_lent_is_given_back() -> None:
    calls = 0
    for path in sorted(Path(dae_gui.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        held = {id(part) for node in ast.walk(tree) if _is_call(node, "lent") for part in ast.walk(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LENDERS:
                calls += 1
                assert id(node) in held, f"{path.name}:{node.lineno}: {node.func.attr} lends; see support/lent.py"
    assert calls


def _is_call(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _with_menus(window: MainWindow) -> Iterator[QWidget]:
    """Yield what Qt may open a context menu for by itself."""
    yield from (window, window.menuBar(), window.statusBar())
    for kind in (QDockWidget, QTabBar, QToolBar):
        yield from (part for part in window.findChildren(kind) if part.isVisible())


def _after_its_menu(qtbot: QtBot, part: QWidget) -> bool:
    """Open a part's context menu, hear of its first entry by key and by pointer, and close it; whether there is one."""
    place = QPoint(4, 4)
    QApplication.sendEvent(part, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, part.mapToGlobal(place)))
    popup = QApplication.activePopupWidget()
    if not isinstance(popup, QMenu):
        return False
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    by_key, by_pointer = told_by(popup), told_by(popup, popup.actionGeometry(popup.actions()[0]).center())
    assert by_key == by_pointer != ""
    popup.close()
    QCoreApplication.sendPostedEvents(popup, QEvent.Type.DeferredDelete)
    return True


def test_docks_and_zoom_work_after_every_menu_of_a_right_click(qtbot: QtBot, window: MainWindow) -> None:
    entries = [action(window, f"{spec.name}Action") for spec in (*DOCKS, *STUDIES)]
    opened = {type(part) for part in list(_with_menus(window)) if _after_its_menu(qtbot, part)}
    assert QMenuBar in opened
    gc.collect()
    assert [entry.text() for entry in entries if shiboken6.isValid(entry)] == [s.text for s in (*DOCKS, *STUDIES)]
    for name in ("logDockAction", "zoomInAction", "zoomOutAction"):
        action(window, name).trigger()
    assert action(window, "logDockAction").isChecked()
