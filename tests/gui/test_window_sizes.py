"""Small screens and large letters: the window fits, frame and all, and everything in it can be reached."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QLabel,
    QScrollArea,
    QTabBar,
)
from pytestqt.qtbot import QtBot

from dae_gui.panels.training_panel.settings_area import SettingsArea
from dae_gui.widgets.controls.panel_area import PanelArea
from dae_gui.window.main_window import MainWindow
from dae_gui.window.panel_registry import STUDIES
from helpers.sizes import assert_all_is_reachable, dock_sizes, show_at
from helpers.widgets import find
from helpers.windows import MakeWindow, action

# What is left of 1280 x 720 at 150 and 125 %, of 1920 x 1080 at 200 %, of a netbook, and the sizes of a first start.
SIZES = [QSize(853, 480), QSize(960, 540), QSize(1024, 576), QSize(1024, 600), QSize(1280, 720), QSize(1440, 900)]
sizes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.width()}x{size.height()}")


@pytest.fixture
def large_letters(qapp: QApplication) -> Iterator[None]:
    """Letters 1.5 times as large as usual."""
    usual, large = qapp.font(), qapp.font()
    large.setPointSizeF(1.5 * usual.pointSizeF())
    qapp.setFont(large)
    yield
    qapp.setFont(usual)


@sizes
def test_everything_is_reachable(window: MainWindow, size: QSize) -> None:
    show_at(window, size)
    assert_all_is_reachable(window)


def test_neither_figures_nor_a_message_make_a_small_window_larger(window: MainWindow) -> None:
    size = SIZES[0]
    show_at(window, size)
    curves = window.curves_panel.height()
    for label in window.status.findChildren(QLabel):
        label.setText("held-out 135.8 (MSE 0.1732)")
        label.show()
    window.messages.warn("The error grew beyond all bounds. Halve the learning rate, and start again. " * 3)
    QApplication.processEvents()
    assert window.size() == size
    assert window.curves_panel.height() >= 0.8 * curves, "the message takes its room from the curves"
    assert_all_is_reachable(window)


@pytest.mark.parametrize("size", [QSize(960, 540), QSize(1280, 720)])
def test_everything_is_reachable_with_large_letters(large_letters: None, window: MainWindow, size: QSize) -> None:
    show_at(window, size)
    assert_all_is_reachable(window)


@pytest.mark.parametrize("size", [QSize(1280, 720), QSize(1440, 900)])
def test_the_first_docks_are_complete(qtbot: QtBot, window: MainWindow, size: QSize) -> None:
    def assert_nothing_scrolls() -> None:
        for area in window.findChildren(QScrollArea):
            if area.isVisible():
                assert not area.verticalScrollBar().isVisible(), area.objectName()
                assert not area.horizontalScrollBar().isVisible(), area.objectName()

    show_at(window, size)
    qtbot.waitUntil(assert_nothing_scrolls, timeout=20_000)  # a bar goes some turns of the event loop after its cause


@pytest.mark.parametrize("name", ["denoiseDock", "unitDock"])
def test_wide_docks_do_not_scroll_sideways_on_a_screen_of_540_lines(
    qtbot: QtBot, window: MainWindow, name: str
) -> None:
    show_at(window, QSize(960, 540))
    dock = find(window, QDockWidget, name)
    dock.show()
    dock.raise_()
    qtbot.waitUntil(lambda: isinstance(dock.widget(), PanelArea) and not dock.visibleRegion().isEmpty())
    area = dock.widget()
    assert isinstance(area, PanelArea)
    bar = area.verticalScrollBar().sizeHint().width()
    assert area.widget().minimumSizeHint().width() <= area.maximumViewportSize().width() - bar


def test_the_form_is_complete_on_a_screen_of_540_lines(window: MainWindow) -> None:
    show_at(window, QSize(960, 540))
    assert find(window, SettingsArea, "settingsArea").verticalScrollBar().maximum() == 0


@sizes
def test_reset_puts_all_back_however_many_docks_were_opened(qtbot: QtBot, window: MainWindow, size: QSize) -> None:
    show_at(window, size)
    first = dock_sizes(window)
    for name in window.studies.docks:
        action(window, f"{name}Action").trigger()
    find(window, QDockWidget, "filtersVDock").setFloating(True)
    find(window, QDockWidget, "trainingDock").close()
    QApplication.processEvents()
    window.placing.reset()
    QApplication.processEvents()
    assert window.size() == size
    assert dock_sizes(window) == first
    assert not any(dock.isVisible() for dock in window.studies.docks.values())
    names = [[tabs.tabText(index) for index in range(tabs.count())] for tabs in seen_tabs(window)]
    assert names in ([], [["Time machine", "Denoise"]]), "tabs of docks that are closed lie below others"


@sizes
def test_the_layout_is_the_same_after_a_restart(qtbot: QtBot, make_window: MakeWindow, size: QSize) -> None:
    first = make_window()
    show_at(first, size)
    action(first, "healthDockAction").trigger()
    first.resizeDocks([find(first, QDockWidget, "trainingDock")], [200], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: first.studies.docks["healthDock"].isVisible())
    QApplication.processEvents()
    before = dock_sizes(first)
    first.close()

    second = make_window()
    assert second.size() == size
    qtbot.waitUntil(lambda: dock_sizes(second) == before)
    assert second.studies.docks["healthDock"].isVisible()


def seen_tabs(window: MainWindow) -> list[QTabBar]:
    """Return the tabs of docks; Qt keeps those that it does not need outside of the window."""
    bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [bar for bar in bars if bar.isVisible() and bar.geometry().intersects(window.rect())]


def test_the_names_of_docks_in_one_place_are_whole(qtbot: QtBot, window: MainWindow) -> None:
    show_at(window, QSize(960, 540))
    for name in window.studies.docks:
        action(window, f"{name}Action").trigger()
    QApplication.processEvents()
    left, bottom = sorted(seen_tabs(window), key=QTabBar.count)
    assert left.count() == sum(spec.behind == "trainingDock" for spec in STUDIES) + 1
    assert bottom.count() == sum(spec.behind == "denoiseDock" for spec in STUDIES) + 2
    for tabs in (left, bottom):
        for index in range(tabs.count()):
            needed = QFontMetrics(tabs.font()).horizontalAdvance(tabs.tabText(index))
            assert tabs.tabRect(index).width() > needed, tabs.tabText(index)
        last = tabs.tabRect(tabs.currentIndex())
        assert tabs.rect().contains(last), "the tab of the dock in front is not scrolled to"


def test_a_window_saved_as_large_as_the_screen_fits_with_its_frame(make_window: MakeWindow) -> None:
    first = make_window()
    screen = first.screen().availableGeometry()
    first.resize(screen.size())  # without the frame, as other versions have left it
    first.close()
    second = make_window()
    assert screen.contains(second.frameGeometry())


PROGRAM = """
import time
from PySide6.QtWidgets import QApplication
from dae_gui.app import create_window
window = create_window(())
window.show()
end = time.monotonic() + 60
while window.workbench.model is None and time.monotonic() < end:
    QApplication.processEvents()
screen, frame = window.screen().availableGeometry(), window.frameGeometry()
print(screen.contains(frame), frame.width(), frame.height(), flush=True)
window.close()
"""


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (960, 540)])
def test_the_first_window_fits_its_screen_with_its_frame(tmp_path: Path, width: int, height: int) -> None:
    screen = {"name": "screen", "x": 0, "y": 0, "width": width, "height": height}
    screen |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    (tmp_path / "display.json").write_text(json.dumps({"screens": [screen]}))
    platform = f"offscreen:configfile={tmp_path / 'display.json'}"
    homes = {f"XDG_{kind}_HOME": str(tmp_path) for kind in ("CONFIG", "DATA", "STATE")}
    command = [sys.executable, "-c", PROGRAM]
    environment = {**os.environ, **homes, "QT_QPA_PLATFORM": platform}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.split()[0] == "True", done.stdout
