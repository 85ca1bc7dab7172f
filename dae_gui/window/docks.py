"""The docks of the window: which there are, and where they stand at first."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QTabBar, QToolBar, QWidget

from dae_gui.widgets.controls.panel_area import PanelArea
from dae_gui.window.dock_frame import Dock
from dae_gui.window.dock_switch import DockSwitch

_FULL_SIZE, _SMALL_SIZE = QSize(1440, 900), QSize(1280, 720)
_USUAL_FRAME = QSize(16, 40)  # what a desktop puts around a window, as long as it is not known
_LOW_LINES = 45  # the height of a window, in lines of text, below which there is no room for three things in a column


@dataclass(frozen=True)
class DockSpec:
    """A dock: object name, title with its mnemonic in the menu, key, what it shows, and place at first start.

    ``icon`` and ``short`` stand for it in the rail.
    """

    name: str
    text: str
    icon: str
    short: str
    shortcut: str
    tip: str
    area: Qt.DockWidgetArea


DOCKS = (
    DockSpec(
        "trainingDock",
        "T&raining",
        "settings",
        "Training",
        "Ctrl+1",
        "All settings of a run",
        Qt.DockWidgetArea.LeftDockWidgetArea,
    ),
    DockSpec(
        "filtersWDock",
        "Filters &W",
        "filters-w",
        "Filters W",
        "Ctrl+2",
        "What each hidden unit looks for",
        Qt.DockWidgetArea.RightDockWidgetArea,
    ),
    DockSpec(
        "filtersVDock",
        "Filters &V",
        "filters-v",
        "Filters V",
        "Ctrl+3",
        "What each hidden unit adds",
        Qt.DockWidgetArea.RightDockWidgetArea,
    ),
    DockSpec(
        "timelineDock",
        "Time &machine",
        "history",
        "Time",
        "Ctrl+Shift+4",
        "Back to any snapshot of the run, and films of it",
        Qt.DockWidgetArea.BottomDockWidgetArea,
    ),
    DockSpec(
        "denoiseDock",
        "&Denoise",
        "clean",
        "Denoise",
        "Ctrl+4",
        "Your own handwriting and held-out images, corrupted and cleaned",
        Qt.DockWidgetArea.BottomDockWidgetArea,
    ),
)


class DockLayout:
    """Makes the docks of a window, and brings them back to where they were at first.

    Parameters
    ----------
    window
        The window; its toolbar is put back together with the docks.
    panels
        What stands in the docks, by the docks' object names.
    """

    def __init__(self, window: QMainWindow, panels: dict[str, QWidget], toolbar: QToolBar) -> None:
        self._window = window
        self._toolbar = toolbar
        self._panels = panels
        self._is_first = self._is_unsized = False
        self.docks: dict[str, QDockWidget] = {}
        for spec in DOCKS:
            dock = Dock(spec.name, spec.text, window)
            panels[spec.name].setAccessibleName(dock.windowTitle())
            area = PanelArea(panels[spec.name], dock)
            dock.setWidget(area)
            dock.setFocusProxy(area)
            self.docks[spec.name] = dock
            DockSwitch(dock, window, spec.text, spec.shortcut, spec.tip)
        window.setDockNestingEnabled(True)
        window.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)

    def actions(self) -> list[QAction]:
        """Return the actions of the docks."""
        return [dock.toggleViewAction() for dock in self.docks.values()]

    def restore_window(self, geometry: QByteArray) -> None:
        """Give the window the place and size that were saved, or those of a first start."""
        self._is_first = not self._window.restoreGeometry(geometry)
        if self._is_first:
            self._window.resize(_first_size(self._window.screen().availableSize() - _USUAL_FRAME))

    def restore_docks(self, layout: QByteArray) -> None:
        """Put the docks, which are where they are at first, to where they were saved, if that fits."""
        self._is_unsized = layout.isEmpty() or not self._window.restoreState(layout)

    def on_shown(self) -> None:
        """Divide the window among the docks when it is first shown, unless a saved layout did: before, it has none."""
        if self._is_unsized:
            self.divide_room()

    def on_framed(self) -> None:
        """Fit the window into its screen, now that the desktop has put a frame around it."""
        window = self._window
        if not window.windowState() & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen):
            room, before = window.screen().availableGeometry(), window.size()
            most = room.size() - (window.frameGeometry().size() - before)
            window.resize(_first_size(most) if self._is_first else before.boundedTo(most))
            outer = window.frameGeometry()
            if not room.contains(outer):
                outer.moveRight(min(outer.right(), room.right()))
                outer.moveBottom(min(outer.bottom(), room.bottom()))
                outer.moveTopLeft(QPoint(max(outer.left(), room.left()), max(outer.top(), room.top())))
                window.move(outer.topLeft())
            if self._is_unsized and window.size() != before:
                self.divide_room()
        self._is_first = self._is_unsized = False

    def divide_room(self) -> None:
        """Divide the window among the docks; only a window that was shown once has a layout to divide."""
        docks, size = self.docks, self._window.size()
        settle(self._window)
        form, mosaic = self._panels["trainingDock"], self._panels["filtersWDock"]
        # The mosaics are square: as wide as half the height of the right column, less titles and controls.
        edge = _edge(docks["filtersWDock"])
        right = max(mosaic.minimumSizeHint().width() + edge, min(420, (size.height() - 130) // 2 - 50))
        # In a narrow window the form gives way to the curves: its labels go above their fields.
        left = min(
            max(form.sizeHint().width() + edge, 272 if size.width() >= 1400 else 250), round(size.width() * 0.27)
        )
        bottom = min(max(260, round(size.height() * 0.38)), size.height() // 2)
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self._window.resizeDocks([docks["trainingDock"], docks["filtersWDock"]], [left, right], horizontal)
        self._window.resizeDocks([docks["denoiseDock"]], [bottom], vertical)
        self._window.resizeDocks([docks["filtersWDock"], docks["filtersVDock"]], [1000, 1000], vertical)

    def place(self) -> None:
        """Put all docks and the toolbar where they are at first; in a low window the time machine is behind another."""
        stacked = {"filtersVDock": "filtersWDock", "denoiseDock": "timelineDock"}
        is_low = self._window.height() < _LOW_LINES * self._window.fontMetrics().height()
        # All of the window: those that stay behind together would keep their tabs, which lie below those to come. And
        # side by side, if only for a moment, docks could make the window wider.
        for dock in self._window.findChildren(QDockWidget):
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        for spec in DOCKS:
            dock = self.docks[spec.name]
            if spec.name in stacked:
                self._window.splitDockWidget(self.docks[stacked[spec.name]], dock, Qt.Orientation.Vertical)
                if is_low and spec.name == "denoiseDock":
                    self._window.tabifyDockWidget(self.docks["timelineDock"], dock)
            else:
                self._window.addDockWidget(spec.area, dock)
            dock.show()
        self._window.addToolBar(Qt.ToolBarArea.TopToolBarArea, self._toolbar)
        self._toolbar.show()


def settle(window: QMainWindow) -> None:
    """Lay out a window that has changed at once, and not in the turns of the event loop that come."""
    layout = window.layout()
    if layout is not None:
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)  # of bars that changed
        layout.activate()  # docks that have just come or gone still have the room of before


def _edge(dock: QDockWidget) -> int:
    """Return what the frame of a dock's area takes of its width."""
    area = dock.widget()
    return 2 * area.frameWidth() if isinstance(area, PanelArea) else 0


def show_whole_names(tabs: QTabBar) -> None:
    """Let the tabs of docks in one place be scrolled; else Qt shortens their names until none can be told."""
    tabs.setElideMode(Qt.TextElideMode.ElideNone)
    tabs.setUsesScrollButtons(True)
    tabs.setAccessibleName("Docks in one place")


def _first_size(room: QSize) -> QSize:
    """Return the size of a window that was never sized, of those that there is room for."""
    fits = room.width() >= _FULL_SIZE.width() and room.height() >= _FULL_SIZE.height()
    return _FULL_SIZE if fits else _SMALL_SIZE.boundedTo(room)
