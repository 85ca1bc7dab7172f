"""What zooming leaves to the curves: their share of the height, for which the digits below them scroll."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QDockWidget, QMainWindow

from dae_gui.support.debounce import Debounce
from dae_gui.support.zoom import Zoom
from dae_gui.window.docks import settle
from dae_gui.window.view_modes import ViewModes

_LINES = 10  # of text, which the curves are high in any case, if the dock below them has as much to give


class PlotShare(QObject):
    """Takes height from a dock while letters are large, and gives it back when they are smaller again.

    Qt takes the height of larger bars from the centre alone.

    Parameters
    ----------
    window
        The window.
    dock
        Which gives.
    zoom
        How large letters are.
    modes
        Other views of the same layout, which share the room themselves.
    """

    def __init__(self, window: QMainWindow, dock: QDockWidget, zoom: Zoom, modes: ViewModes) -> None:
        super().__init__(window)
        self._window, self._dock, self._modes = window, dock, modes
        self._taken = 0  # pixels
        self._timer = Debounce(0, self._share, self)  # after the layouts
        zoom.changed.connect(self._on_zoomed)

    @Slot(int)
    def _on_zoomed(self, _percent: int) -> None:
        self._timer.start_unless_active()

    @Slot()
    def _share(self) -> None:
        window, dock = self._window, self._dock
        is_below = window.dockWidgetArea(dock) is Qt.DockWidgetArea.BottomDockWidgetArea and not dock.isFloating()
        if self._modes.are_on() or not is_below or not dock.isVisible():
            return
        settle(window)
        lack = _LINES * window.fontMetrics().height() - window.centralWidget().height()
        spare = max(dock.height() - dock.minimumSizeHint().height(), 0)
        change = min(lack, spare) if lack > 0 else max(lack, -self._taken)
        if change:
            self._taken += change
            window.resizeDocks([dock], [dock.height() - change], Qt.Orientation.Vertical)
