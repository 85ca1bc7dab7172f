"""The docks of the window: which there are, and where they stand at first."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QToolBar, QWidget

from dae_gui.widgets.controls.panel_area import PanelArea
from dae_gui.window.dock_switch import DockSwitch

_FULL_SIZE, _SMALL_SIZE = QSize(1440, 900), QSize(1280, 720)


@dataclass(frozen=True)
class DockSpec:
    """A dock: object name, title with its mnemonic in the menu, key, what it shows, and place at first start."""

    name: str
    text: str
    shortcut: str
    tip: str
    area: Qt.DockWidgetArea


DOCKS = (
    DockSpec("trainingDock", "T&raining", "Ctrl+1", "All settings of a run", Qt.DockWidgetArea.LeftDockWidgetArea),
    DockSpec(
        "filtersWDock",
        "Filters &W",
        "Ctrl+2",
        "What each hidden unit looks for",
        Qt.DockWidgetArea.RightDockWidgetArea,
    ),
    DockSpec(
        "filtersVDock",
        "Filters &V",
        "Ctrl+3",
        "What each hidden unit adds",
        Qt.DockWidgetArea.RightDockWidgetArea,
    ),
    DockSpec(
        "timelineDock",
        "Time &machine",
        "Ctrl+Shift+4",
        "Back to any snapshot of the run, and films of it",
        Qt.DockWidgetArea.BottomDockWidgetArea,
    ),
    DockSpec(
        "denoiseDock",
        "&Denoise",
        "Ctrl+4",
        "Your own handwriting and held-out digits, corrupted and cleaned",
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
        self._is_unsized = False
        self.docks: dict[str, QDockWidget] = {}
        for spec in DOCKS:
            dock = QDockWidget(spec.text.replace("&", ""), window)
            dock.setObjectName(spec.name)
            area = PanelArea(panels[spec.name])
            dock.setWidget(area)
            dock.setFocusProxy(area)
            self.docks[spec.name] = dock
            DockSwitch(dock, window, spec.text, spec.shortcut, spec.tip)
        window.setDockNestingEnabled(True)
        window.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self._place()

    def actions(self) -> list[QAction]:
        """Return the actions of the docks."""
        return [dock.toggleViewAction() for dock in self.docks.values()]

    def reset(self) -> None:
        """Put all docks and the toolbar back where they were at first."""
        self._place()
        self.divide_room()

    def restore(self, geometry: QByteArray, layout: QByteArray) -> None:
        """Put the window and its docks where they were saved; where nothing fits, as they are at first."""
        window = self._window
        if not window.restoreGeometry(geometry):
            screen = window.screen().availableSize()
            fits = screen.width() >= _FULL_SIZE.width() and screen.height() >= _FULL_SIZE.height()
            window.resize(_FULL_SIZE if fits else _SMALL_SIZE.boundedTo(screen))
        self._is_unsized = layout.isEmpty() or not window.restoreState(layout)

    def on_shown(self) -> None:
        """Divide the window among the docks when it is first shown, unless a saved layout did: before, it has none."""
        if self._is_unsized:
            self._is_unsized = False
            self.divide_room()

    def divide_room(self) -> None:
        """Divide the window among the docks; only a window that was shown once has a layout to divide."""
        docks, size = self.docks, self._window.size()
        left = 272 if size.width() >= 1400 else 250
        # The mosaics are square: as wide as half the height of the right column, less titles and controls.
        right = max(260, min(420, (size.height() - 130) // 2 - 50))
        bottom = max(260, round(size.height() * 0.37))
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self._window.resizeDocks([docks["trainingDock"], docks["filtersWDock"]], [left, right], horizontal)
        self._window.resizeDocks([docks["denoiseDock"]], [bottom], vertical)
        self._window.resizeDocks([docks["filtersWDock"], docks["filtersVDock"]], [1000, 1000], vertical)

    def _place(self) -> None:
        stacked = {"filtersVDock": "filtersWDock", "denoiseDock": "timelineDock"}
        for dock in self.docks.values():  # side by side, if only for a moment, they could make the window wider
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        for spec in DOCKS:
            dock = self.docks[spec.name]
            if spec.name in stacked:
                self._window.splitDockWidget(self.docks[stacked[spec.name]], dock, Qt.Orientation.Vertical)
            else:
                self._window.addDockWidget(spec.area, dock)
            dock.show()
        self._window.addToolBar(Qt.ToolBarArea.TopToolBarArea, self._toolbar)
        self._toolbar.show()
