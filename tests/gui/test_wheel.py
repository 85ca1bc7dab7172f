"""The wheel over fields: it scrolls what they stand in, and turns only the field that has the focus."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QScrollArea, QSlider, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.widgets.controls.named import combo_box, named
from dae_gui.widgets.controls.number_box import NumberBox
from dae_gui.window.main_window import MainWindow
from helpers.wheel import NOTCH, changed_by_wheel, fields, value

KINDS = {
    "list": lambda parent: combo_box("field", "", "", [("a", 0), ("b", 1), ("c", 2)], parent),
    "list to type in": lambda parent: named(QComboBox(parent, editable=True), "field"),
    "whole number": lambda parent: named(QSpinBox(parent), "field"),
    "number": lambda parent: named(NumberBox(0.0, 9.0, 4.0, parent=parent), "field"),
    "slider": lambda parent: named(QSlider(Qt.Orientation.Horizontal, parent), "field"),
}


def turn(field: QWidget, delta: int) -> None:
    """Turn the wheel at a place of the window: only what comes from there is offered to parents."""
    window = field.window()
    place = QPointF(field.mapTo(window, field.rect().center()))
    QTest.wheelEvent(window.windowHandle(), place, QPoint(0, delta))


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_a_notch_goes_to_the_scroll_area_unless_the_field_has_the_focus(qtbot: QtBot, make: object) -> None:
    area, content = QScrollArea(), QWidget()
    qtbot.addWidget(area)
    layout = QVBoxLayout(content)
    field = make(content)  # type: ignore[operator]
    other = QWidget(content)
    other.setFixedHeight(1000)
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    layout.addWidget(field)
    layout.addWidget(other)
    if isinstance(field, QComboBox) and not field.count():
        field.addItems(["a", "b", "c"])
    elif isinstance(field, QSpinBox | QSlider):
        field.setValue(5)
    area.setWidget(content)
    area.resize(200, 200)
    area.show()
    qtbot.waitExposed(area)
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)

    area.verticalScrollBar().setValue(0)
    before = value(field)
    turn(field, -NOTCH)
    assert value(field) == before
    assert not field.hasFocus()
    assert area.verticalScrollBar().value() > 0

    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    area.verticalScrollBar().setValue(0)
    turn(field, -NOTCH)
    assert value(field) != before
    assert area.verticalScrollBar().value() == 0
    turn(field, NOTCH)
    assert value(field) == before


def test_no_field_of_the_window_is_changed_by_scrolling_past(qtbot: QtBot, window: MainWindow) -> None:
    for name, dock in window.studies.docks.items():
        dock.show()
        window.studies.panel(name)
    window.curves_panel.setFocus()
    names = {field.objectName() for field in fields(window)}
    assert {
        "presetComboBox",
        "hiddenUnitsSpinBox",
        "paceSlider",
        "filtersWColorMapComboBox",
        "brushSizeSlider",
    } <= names
    assert len(names) > 25
    assert changed_by_wheel(window) == []
