"""Copying what has the focus, with Ctrl+C and from the menu: whatever has it, the program goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QGuiApplication, QTextDocumentFragment
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QTabBar,
    QTableView,
    QTabWidget,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dae_gui.support.copying import can_copy, copy_from
from dae_gui.widgets.controls.figure_table import Cell, FigureTable
from dae_gui.widgets.drawing.drawing_canvas import DrawingCanvas
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.widgets.pictures.pictured_widget import PicturedWidget
from dae_gui.widgets.plots.plot_view import PlotView
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.study_panel import StudyPanel
from helpers.widgets import find
from helpers.windows import MakeWindow, action, data_panel, train

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


PICTURES = "picture"  # or the numbers that it shows
TABLES = "table"
TEXTS = "text"
NOTHING = ""
# What is copied while a widget of these classes has the focus, by the first that fits; anything else is a mistake here.
WHAT: tuple[tuple[tuple[type[QWidget], ...], str], ...] = (
    ((PicturedWidget, PlotView, DrawingCanvas), PICTURES),
    ((QAbstractItemView,), TABLES),
    ((QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTextEdit, QLabel), TEXTS),
    ((QComboBox, QAbstractButton, QAbstractSlider, QTabBar, QTabWidget, QScrollArea, StudyPanel), NOTHING),
)


def what(widget: QWidget) -> str:
    """Return what is copied from a widget, or from the one that it is the inside of."""
    around = widget.parentWidget()
    if isinstance(around, QAbstractScrollArea) and around.viewport() is widget:
        widget = around
    return next(kind for classes, kind in WHAT if isinstance(widget, classes))


def select_all(widget: QWidget) -> str:
    """Select the whole text of a widget that has one; returns what is selected then."""
    if isinstance(widget, QAbstractSpinBox):
        widget = find(widget, QLineEdit, "qt_spinbox_lineedit")
    if isinstance(widget, QLabel):
        plain = QTextDocumentFragment.fromHtml(widget.text()).toPlainText()
        widget.setSelection(0, len(plain))
        return widget.selectedText().replace("\u2029", "\n")
    if isinstance(widget, QPlainTextEdit):
        widget.selectAll()
        return widget.toPlainText()
    assert isinstance(widget, QLineEdit)
    widget.selectAll()
    return widget.selectedText()


def check_copying(window: MainWindow, widget: QWidget, kind: str, copy: Copy) -> None:
    """Focus a widget and copy: exactly what it shows comes, or nothing where it is empty."""
    clipboard, name = QGuiApplication.clipboard(), f"{type(widget).__name__} {widget.objectName()}"
    widget.setFocus()
    if QApplication.focusWidget() is not widget:  # a box has the focus in the place of its field
        return
    assert action(window, "copyAction").isEnabled() == bool(kind), name
    selected = select_all(widget) if kind == TEXTS else ""
    put_before()
    window.status.clearMessage()
    copy(window)
    is_told = window.status.currentMessage().startswith("Nothing to copy here")
    if not kind:
        assert is_untouched(), name
        assert not is_told, name
    elif is_untouched():
        assert not selected, name
        # A field takes the key before the window's shortcuts come, whether or not anything is selected.
        assert is_told or (kind == TEXTS and copy is press), f"{name} is empty, and nothing is said"
    elif kind == TEXTS:
        assert clipboard.text() == selected, name
    else:
        assert clipboard.text() or (kind == PICTURES and not clipboard.image().isNull()), name


def test_each_widget_copies_itself_or_copy_is_disabled(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window)
    kinds: Counter[str] = Counter()
    for name, dock in window.studies.docks.items():
        dock.show()
        dock.raise_()
        qtbot.waitUntil(window.studies.panel(name).isVisible)
        QApplication.processEvents()
        for widget in focusable(window):
            if widget.isVisible() and widget.isEnabled():
                kind = what(widget)
                kinds[kind] += 1
                for copy in (press, choose):
                    check_copying(window, widget, kind, copy)
    assert all(kinds[kind] > 10 for kind in (PICTURES, TABLES, TEXTS, NOTHING)), kinds
    # All the others too, such as those of tabs that are not shown.
    for widget in focusable(window):
        assert can_copy(widget) == bool(what(widget)), widget.objectName()
        copy_from(widget)


def test_a_click_gives_pictures_and_plots_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    copying = action(window, "copyAction")
    for view in (window.filters_w_panel.view, window.denoise_panel.rows.view, window.curves_panel.plot.viewport()):
        window.training_panel.setFocus()
        qtbot.mouseClick(find(window, QComboBox, "datasetComboBox"), Qt.MouseButton.RightButton)
        find(window, QComboBox, "datasetComboBox").setFocus()
        assert not copying.isEnabled()
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton)
        assert copying.isEnabled()
        put_before()
        choose(window)
        assert not is_untouched()


def test_copy_is_disabled_without_a_focus_and_stays_as_it_is_in_the_menu(window: MainWindow) -> None:
    copying = action(window, "copyAction")
    view = window.filters_w_panel.view
    view.setFocus()
    assert copying.isEnabled()
    window.menuBar().setFocus()  # as Alt does
    assert copying.isEnabled()
    put_before()
    choose(window)
    assert not is_untouched()
    view.setFocus()
    view.clearFocus()
    assert QApplication.focusWidget() is None
    assert not copying.isEnabled()


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


def test_where_nothing_is_selected_the_status_bar_says_so(window: MainWindow) -> None:
    put_before()
    box = find(window, QSpinBox, "seedSpinBox")
    box.setFocus()
    box.lineEdit().deselect()
    choose(window)
    assert is_untouched()
    assert window.status.currentMessage().startswith("Nothing to copy here")


def test_the_drawing_is_copied_as_a_picture(window: MainWindow) -> None:
    canvas = find(window, DrawingCanvas, "drawingCanvas")
    canvas.drawing.clear()
    put_before()
    assert not copy_from(canvas)
    assert is_untouched()
    canvas.drawing.set_image(np.full(canvas.drawing.shape, 200, np.uint8))
    assert copy_from(canvas)
    image = QGuiApplication.clipboard().image()
    assert image.pixelColor(image.rect().center()).value() == 200


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


def test_tables_and_lists_copy_from_their_context_menu(window: MainWindow, qtbot: QtBot) -> None:
    show_log(window)
    table = find(window, QTableView, "logTable")
    qtbot.waitUntil(lambda: table.model().rowCount() > 0)
    for view in (table, data_panel(qtbot, window).list.view, FigureTable(window)):
        put_before()
        (offered,) = view.actions()
        assert offered.text() == "&Copy"
        assert offered.shortcut().isEmpty(), "it would be ambiguous with the window's action"
        assert view.contextMenuPolicy() == Qt.ContextMenuPolicy.ActionsContextMenu
        offered.trigger()
        assert is_untouched() == isinstance(view, FigureTable)  # that one is empty


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
