"""The style sheet looks at widgets anew, and no part of the program keeps a wrapper of a style."""

import ast
from pathlib import Path

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.support.repolish import repolish

SOURCES = sorted((Path(__file__).parents[2] / "dae_gui").rglob("*.py"))


def test_a_rule_on_a_property_holds_for_what_it_is_now(qtbot: QtBot) -> None:
    # The application's own sheet is left alone: Qt would go through widgets that it remembers from their destructors.
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.setStyleSheet('QLabel[wide="true"] { min-width: 321px; }')
    label = QLabel("text", parent)
    parent.show()
    assert label.minimumWidth() != 321
    for wide in (True, False, True):
        label.setProperty("wide", wide)
        repolish(label)
        assert (label.minimumWidth() == 321) == wide


def test_nothing_asks_for_a_style() -> None:
    """PySide keeps what ``style()`` returns after Qt has deleted the style, with the next theme or zoom."""
    asked = []
    for path in SOURCES:
        calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
        asked += [(path.name, c.lineno) for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "style"]
    assert asked == []
