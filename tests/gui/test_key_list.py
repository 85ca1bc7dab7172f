"""The list of keys: nothing is missing in it, no key means two things, and it is searched."""

import ast
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem
from pytestqt.qtbot import QtBot

import dae_gui
from dae_gui.window.main_window import MainWindow
from dae_gui.window.palette.key_table import WIDGET_KEYS, key_rows, written
from helpers.widgets import find
from helpers.windows import action

ROOT = Path(dae_gui.__file__).parent
NO_KEYS_OF_THEIR_OWN = {"Key_Tab", "Key_Backtab", "Key_unknown"}


@pytest.fixture
def whole(window: MainWindow) -> MainWindow:
    """Make the panels too that were never shown."""
    for name in window.studies.unmade():
        window.studies.panel(name)
    return window


def listed(window: MainWindow) -> set[str]:
    return {key for row in key_rows(window) for key in row.keys.split(", ")}


def test_every_action_with_a_key_is_listed(whole: MainWindow) -> None:
    rows = {(row.text, row.keys) for row in key_rows(whole)}
    with_keys = [a for a in whole.findChildren(QAction) if a.shortcuts() and a.objectName()]
    assert len(with_keys) > 30
    for made in with_keys:
        name = made.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
        assert (name, written(made.shortcuts())) in rows, made.objectName()


def test_no_two_actions_share_a_key(whole: MainWindow) -> None:
    keys = Counter(key.toString() for a in whole.findChildren(QAction) if a.objectName() for key in a.shortcuts())
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_shortcut_of_a_widget_is_listed(whole: MainWindow) -> None:
    keys = listed(whole)
    for shortcut in whole.findChildren(QShortcut):
        assert shortcut.key().toString(QKeySequence.SequenceFormat.NativeText) in keys


def test_every_key_that_the_code_of_a_widget_names_is_listed() -> None:
    table: defaultdict[str, set[str]] = defaultdict(set)
    for row in WIDGET_KEYS:
        table[row.module].update(QKeySequence(key).toString() for key in row.keys)
    missing = []
    for path in sorted(ROOT.rglob("*.py")):
        module = ".".join(("dae_gui", *path.relative_to(ROOT).with_suffix("").parts))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr.startswith("Key_"):
                key = QKeySequence(getattr(Qt.Key, node.attr)).toString()
                if node.attr not in NO_KEYS_OF_THEIR_OWN and key not in table[module]:
                    missing.append(f"{module}: {node.attr}")
    assert missing == []


def test_the_table_names_modules_that_are_there() -> None:
    for row in WIDGET_KEYS:
        assert ROOT.parent.joinpath(*row.module.split(".")).with_suffix(".py").is_file(), row
        assert all(QKeySequence(key).toString() for key in row.keys), row


def visible(tree: QTreeWidget) -> list[QTreeWidgetItem]:
    groups = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
    return [g.child(i) for g in groups if not g.isHidden() for i in range(g.childCount()) if not g.child(i).isHidden()]


def test_it_is_grouped_and_searched(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    tree, field = find(window, QTreeWidget, "shortcutsTree"), find(window, QLineEdit, "shortcutsField")
    qtbot.waitUntil(tree.isVisible)
    groups = [tree.topLevelItem(place).text(0) for place in range(tree.topLevelItemCount())]
    assert groups[:3] == ["File", "Edit", "Training"]
    assert {"View", "Understand", "Help", "Canvas", "Time machine"} <= set(groups)
    assert len(groups) == len(set(groups))
    assert len(visible(tree)) == len(key_rows(window))

    qtbot.keyClicks(field, "start")
    assert visible(tree)[0].text(1) == action(window, "startAction").shortcut().toString()
    field.clear()
    qtbot.keyClicks(field, "ctrl+shift")
    assert visible(tree)
    assert all("Ctrl+Shift" in item.text(1) for item in visible(tree))
    field.clear()
    qtbot.keyClicks(field, "canvas")
    assert {item.parent().text(0) for item in visible(tree)} == {"Canvas"}
    field.clear()
    qtbot.keyClicks(field, "zebra")
    assert visible(tree) == []
    assert not tree.isVisible()
    tree.window().close()
