"""Copying what has the focus, with Ctrl+C and from the menu: whatever has it, the program goes on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dae_gui.support.copying import copy_from
from dae_gui.widgets.controls.figure_table import Cell, FigureTable
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.window.main_window import MainWindow
from helpers.widgets import find
from helpers.windows import MakeWindow, action

BEFORE = "what was there before"
Copy = Callable[[MainWindow], None]


def press(window: MainWindow) -> None:
    """Press Ctrl+C as a person does, past the window's shortcuts."""
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)


def choose(window: MainWindow) -> None:
    """Choose Edit > Copy."""
    action(window, "copyAction").trigger()


@pytest.fixture
def window(qtbot: QtBot, make_window: MakeWindow) -> MainWindow:
    window = make_window("--data", "digits")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.waitUntil(lambda: window.filters_w_panel.view.array() is not None)
    return window


def show_log(window: MainWindow) -> None:
    dock = window.studies.docks["logDock"]
    dock.show()
    dock.raise_()
    window.studies.panel("logDock")


def put_before() -> None:
    QGuiApplication.clipboard().setText(BEFORE)


def is_untouched() -> bool:
    return QGuiApplication.clipboard().text() == BEFORE


def focusable(window: MainWindow) -> list[QWidget]:
    found = window.findChildren(QWidget)
    return [one for one in found if one.focusPolicy() != Qt.FocusPolicy.NoFocus and one.window() is window]


@pytest.mark.parametrize("copy", [press, choose])
def test_whatever_has_the_focus_the_program_goes_on(qtbot: QtBot, window: MainWindow, copy: Copy) -> None:
    for name, dock in window.studies.docks.items():
        dock.show()
        dock.raise_()
        qtbot.waitUntil(window.studies.panel(name).isVisible)
        QApplication.processEvents()
        for widget in focusable(window):
            if widget.isVisible() and widget.isEnabled():
                widget.setFocus()
                copy(window)
    # All the others too, for the menu's action may come to any of them.
    seen = focusable(window)
    assert len(seen) > 100
    for widget in seen:
        copy_from(widget)


@pytest.mark.parametrize("copy", [press, choose])
def test_pictures_are_copied(window: MainWindow, copy: Copy) -> None:
    for view in (window.filters_w_panel.view, window.curves_panel.plot):
        put_before()
        view.setFocus()
        copy(window)
        assert not QGuiApplication.clipboard().image().isNull(), view.objectName()
        assert not is_untouched()


@pytest.mark.parametrize("copy", [press, choose])
def test_a_number_is_copied(window: MainWindow, copy: Copy) -> None:
    put_before()
    box = find(window, QSpinBox, "seedSpinBox")
    box.setFocus()
    box.selectAll()
    copy(window)
    assert QGuiApplication.clipboard().text() == box.text()


@pytest.mark.parametrize("copy", [press, choose])
def test_a_text_is_copied(qtbot: QtBot, window: MainWindow, copy: Copy) -> None:
    show_log(window)
    field = find(window, QLineEdit, "logSearchLineEdit")
    qtbot.waitUntil(field.isVisible)
    field.setText("some words")
    field.setFocus()
    put_before()
    field.deselect()
    copy(window)
    assert is_untouched(), "who is typing does not mean the table around the field"
    field.selectAll()
    copy(window)
    assert QGuiApplication.clipboard().text() == "some words"


@pytest.mark.parametrize("copy", [press, choose])
def test_a_table_is_copied(qtbot: QtBot, window: MainWindow, copy: Copy) -> None:
    show_log(window)
    table = find(window, QTableView, "logTable")
    qtbot.waitUntil(lambda: table.isVisible() and table.model().rowCount() > 0)
    put_before()
    table.setFocus()
    copy(window)
    assert "digits to train on" in QGuiApplication.clipboard().text()


@pytest.mark.parametrize("copy", [press, choose])
def test_where_nothing_can_be_copied_the_status_bar_says_so(window: MainWindow, copy: Copy) -> None:
    put_before()
    find(window, QComboBox, "datasetComboBox").setFocus()
    copy(window)
    assert is_untouched()
    assert window.status.currentMessage().startswith("Nothing to copy here")


# -- single widgets --------------------------------------------------------------------------------------------------


@pytest.fixture
def room(qtbot: QtBot) -> QWidget:
    room = QWidget()
    QHBoxLayout(room)
    qtbot.addWidget(room)
    put_before()
    return room


def test_a_table_copies_what_is_selected_and_its_inner_parts_mean_it(room: QWidget) -> None:
    table = FigureTable(room)
    assert not copy_from(table)
    assert is_untouched()
    table.show_rows(["a", "b"], [[Cell("1"), Cell("2")], [Cell("3"), Cell("4")]])
    table.selectRow(1)
    assert copy_from(table.viewport())
    assert QGuiApplication.clipboard().text() == "3\t4"


def test_a_mosaic_without_tiles_has_nothing(room: QWidget) -> None:
    mosaic = MosaicView(room)
    assert not copy_from(mosaic)
    assert is_untouched()
    mosaic.set_tiles(np.zeros((4, 4)), (2, 2), 4)
    assert copy_from(mosaic)
    assert not QGuiApplication.clipboard().image().isNull()


def test_texts_of_all_kinds(room: QWidget) -> None:
    plain, label, combo = QPlainTextEdit("plain text", room), QLabel("a label", room), QComboBox(room)
    combo.setEditable(True)
    combo.setEditText("typed")
    combo.lineEdit().deselect()
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
    for widget in (plain, label, combo, QPushButton("a button", room), QLabel("a fixed label", room), None):
        assert not copy_from(widget)
    assert is_untouched()
    plain.selectAll()
    label.setSelection(2, 5)
    combo.lineEdit().selectAll()
    for widget, text in ((plain, "plain text"), (label, "label"), (combo, "typed")):
        assert copy_from(widget)
        assert QGuiApplication.clipboard().text() == text


def test_a_list_copies_its_selected_entries(room: QWidget) -> None:
    view = QListView(room)
    view.setModel(QStringListModel(["one", "two", "three"], view))
    view.setSelectionMode(QListView.SelectionMode.MultiSelection)
    assert not copy_from(view)
    for row in (2, 0):
        view.setCurrentIndex(view.model().index(row, 0))
    assert copy_from(view)
    assert QGuiApplication.clipboard().text() == "one\nthree"
