"""The info line: what it tells of widgets and places in them, of pointer and focus; off, it does nothing."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QCursor, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDockWidget,
    QFormLayout,
    QLabel,
    QListView,
    QMainWindow,
    QMenu,
    QSpinBox,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dae_gui.support.plain_text import plain_tip
from dae_gui.support.telling_tips import told_by
from dae_gui.support.why_not import allow
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.window.info_line import InfoLine
from dae_gui.window.main_window import MainWindow
from helpers.widgets import find
from helpers.windows import MakeWindow, action

# -- what a widget says -----------------------------------------------------------------------------------------------


@pytest.fixture
def holder(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


def test_a_name_and_its_tip(holder: QMainWindow) -> None:
    box = named(QSpinBox(holder), "box", "Seed", "The same one gives the same start\nOnly before a run")
    assert told_by(box) == "Seed: The same one gives the same start · Only before a run"
    box.setToolTip("Seed of all random numbers")
    assert told_by(box) == "Seed of all random numbers"  # the name is in it
    assert told_by(box.findChild(QWidget)) == told_by(box)  # a part without words of its own
    box.setToolTip(plain_tip("<img src=x> of R&D"))
    assert told_by(box) == "Seed: <img src=x> of R&D"
    assert told_by(None) == ""


def test_who_has_no_tip_says_its_name_if_it_can_be_operated(holder: QMainWindow) -> None:
    assert told_by(QCheckBox("&Centre", holder)) == "Centre"
    silent = QWidget(holder)
    silent.setAccessibleName("Area")
    assert told_by(silent) == ""
    dock = QDockWidget("Health", holder)
    dock.toggleViewAction().setStatusTip("What is wrong with the run")
    inside = QWidget()
    dock.setWidget(inside)
    assert told_by(inside) == "Health: What is wrong with the run"


def test_a_label_tells_of_its_field(holder: QMainWindow) -> None:
    form = QFormLayout(holder.centralWidget() or QWidget(holder))
    form.addRow("Rate", named(QSpinBox(), "rate", "Learning rate", "Step size"))
    label = form.labelForField(form.itemAt(0, QFormLayout.ItemRole.FieldRole).widget())
    assert told_by(label) == "Learning rate: Step size"


def test_an_action_says_why_it_cannot_be_done(holder: QMainWindow) -> None:
    stop = QAction("S&top", holder)
    stop.setStatusTip("End the run")
    button = QToolButton(holder)
    button.setDefaultAction(stop)
    assert told_by(button) == "Stop: End the run"
    allow(stop, False, "no run is under way")
    assert told_by(button) == "Stop: End the run · Not now: no run is under way"
    menu = QMenu(holder)
    menu.addAction(stop)
    menu.adjustSize()
    assert told_by(menu, menu.actionGeometry(stop).center()).startswith("Stop: End the run")
    assert told_by(menu, QPoint(-5, -5)) == ""


def test_tabs_and_items_tell_of_the_place(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = QVBoxLayout(holder)
    tabs, view = QTabBar(), QListView()
    layout.addWidget(tabs)
    layout.addWidget(view)
    tabs.addTab("One")
    tabs.addTab("Two")
    tabs.setTabToolTip(1, "The second")
    model = QStandardItemModel(view)
    model.appendRow(QStandardItem("MNIST"))
    model.setData(model.index(0, 0), "70,000 digits", Qt.ItemDataRole.ToolTipRole)
    view.setModel(model)
    view.setToolTip("All data sets")
    holder.show()
    qtbot.waitExposed(holder)
    assert told_by(tabs, tabs.tabRect(1).center()) == "Two: The second"
    assert told_by(view.viewport(), view.visualRect(model.index(0, 0)).center()) == "MNIST: 70,000 digits"
    assert told_by(view.viewport(), QPoint(5, view.viewport().height() - 3)) == "All data sets"


# -- the line ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def line(qtbot: QtBot, window: MainWindow) -> InfoLine:
    window.resize(1280, 720)
    action(window, "infoLineAction").trigger()
    shown = find(window, InfoLine, "infoLine")
    qtbot.waitUntil(shown.isVisible)
    return shown


def point_at(widget: QWidget, place: QPoint | None = None) -> None:
    QCursor.setPos(widget.mapToGlobal(widget.rect().center() if place is None else place))


def test_it_is_off_at_first_and_costs_nothing(window: MainWindow) -> None:
    off = find(window, InfoLine, "infoLine")
    assert not off.isVisible()
    assert not off.is_looking()
    point_at(find(window, QSpinBox, "hiddenUnitsSpinBox"))
    QApplication.processEvents()
    assert off.text() == ""


def test_it_tells_what_is_under_the_pointer(qtbot: QtBot, window: MainWindow, line: InfoLine) -> None:
    field = find(window, QSpinBox, "hiddenUnitsSpinBox")
    point_at(field)
    qtbot.waitUntil(lambda: line.text().startswith("The number of hidden units"))
    mosaic = find(window, MosaicView, "filtersWView")
    grid = mosaic.grid()
    assert grid is not None
    point_at(mosaic, grid.tile(7).center().toPoint())
    qtbot.waitUntil(lambda: line.text().startswith("Unit 8 "))
    point_at(mosaic, grid.tile(8).center().toPoint())
    qtbot.waitUntil(lambda: line.text().startswith("Unit 9 "))


def test_it_tells_what_has_the_focus_until_the_pointer_moves(qtbot: QtBot, window: MainWindow, line: InfoLine) -> None:
    seed, hidden = find(window, QSpinBox, "seedSpinBox"), find(window, QSpinBox, "hiddenUnitsSpinBox")
    point_at(hidden)
    qtbot.waitUntil(lambda: line.text().startswith("The number of hidden units"))
    seed.setFocus()
    qtbot.waitUntil(lambda: "same seed" in line.text())
    point_at(hidden, QPoint(5, 5))
    qtbot.waitUntil(lambda: line.text().startswith("The number of hidden units"))


def test_nothing_moves_whatever_it_says(qtbot: QtBot, window: MainWindow, line: InfoLine) -> None:
    size, least, height = window.size(), window.minimumSizeHint(), line.height()
    field = find(window, QSpinBox, "hiddenUnitsSpinBox")
    field.setToolTip("long " * 200)
    point_at(field)
    qtbot.waitUntil(lambda: line.text().count("long") > 50)
    QApplication.processEvents()
    label = find(line, QLabel, "infoLineLabel")
    assert label.text().endswith("…")
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert (window.size(), window.minimumSizeHint(), line.height()) == (size, least, height)


def test_switched_off_it_looks_no_more(qtbot: QtBot, window: MainWindow, line: InfoLine) -> None:
    point_at(find(window, QSpinBox, "hiddenUnitsSpinBox"))
    qtbot.waitUntil(lambda: line.text() != "")
    action(window, "infoLineAction").trigger()
    assert not line.isVisible()
    assert not line.is_looking()
    assert line.text() == ""


def test_it_is_there_again_at_the_next_start(qtbot: QtBot, make_window: MakeWindow) -> None:
    first = make_window()
    action(first, "infoLineAction").trigger()
    qtbot.waitUntil(find(first, InfoLine, "infoLine").isVisible)
    first.close()
    second = make_window()
    assert find(second, InfoLine, "infoLine").isVisible()
    assert action(second, "infoLineAction").isChecked()
