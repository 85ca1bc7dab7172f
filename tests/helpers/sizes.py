"""A window of some size: how large its docks are, and whether everything in it can be reached."""

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QDockWidget, QWidget

from dae_gui.panels.training_panel.settings_area import SettingsArea
from dae_gui.widgets.controls.panel_area import PanelArea
from dae_gui.window.docks import DOCKS
from dae_gui.window.main_window import MainWindow
from helpers.widgets import find


def show_at(window: MainWindow, size: QSize) -> None:
    window.resize(size)
    window.placing.reset()
    for _ in range(3):  # a scroll bar that is needed no more goes a turn of the event loop after the panel has room
        QApplication.processEvents()
    assert window.size() == size, "the panels do not let the window be so small"


def dock_sizes(window: MainWindow) -> dict[str, QSize]:
    docks = {name: find(window, QDockWidget, name) for name in (spec.name for spec in DOCKS)}
    return {name: dock.size() for name, dock in docks.items() if not dock.visibleRegion().isEmpty()}


def assert_all_is_reachable(window: MainWindow) -> None:
    """Nothing is narrower than it can be drawn, and nothing lies where no scroll bar leads."""
    for area in window.findChildren(PanelArea):
        if area.isVisible() and not area.visibleRegion().isEmpty():
            least = area.widget().minimumSizeHint()
            assert area.widget().width() >= least.width(), area.objectName()
            assert area.widget().height() >= least.height(), area.objectName()
    settings = find(window, SettingsArea, "settingsArea")
    for field in settings.findChildren(QWidget):
        if isinstance(field, QAbstractButton | QAbstractSpinBox | QComboBox) and field.isVisible():
            corner = field.mapTo(settings.viewport(), QPoint(0, 0))
            room, panel = settings.viewport().width(), window.training_panel
            told = field.objectName(), corner.x(), field.width(), room, panel.width(), panel.minimumSizeHint().width()
            assert 0 <= corner.x() <= room - field.width(), told
            assert field.width() >= field.minimumSizeHint().width(), field.objectName()
    assert settings.verticalScrollBar().maximum() == settings.widget().height() - settings.viewport().height()
    for widget in (window.centralWidget(), window.statusBar(), window.menuBar()):
        assert window.rect().contains(QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())), widget.objectName()
