"""Where everything in the window is: at first, as it was left, and put back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot

from dae_gui.support.settings import Settings
from dae_gui.window.dock_rail import DockRail
from dae_gui.window.docks import DockLayout
from dae_gui.window.panel_registry import PanelRegistry
from dae_gui.window.view_modes import ViewModes


class Placing(QObject):
    """Places the docks, the rail and the window itself.

    Parameters
    ----------
    layout, studies, rail, modes
        The docks that are always there, those of the studies, the rail, and other views of the same layout.
    settings
        Where it is remembered.
    """

    def __init__(
        self, layout: DockLayout, studies: PanelRegistry, rail: DockRail, modes: ViewModes, settings: Settings
    ) -> None:
        super().__init__(modes)
        self._layout, self._studies, self._rail, self._modes = layout, studies, rail, modes
        self._settings = settings

    def restore(self) -> None:
        """Put everything where it was left."""
        self._layout.restore_window(self._settings.geometry)
        self._place()
        self._layout.restore_docks(self._settings.layout)

    def remember(self) -> None:
        """Keep in the settings where everything is."""
        self._settings.geometry = self._modes.geometry()
        self._settings.layout = self._modes.layout()

    @Slot()
    def reset(self) -> None:
        """Put all docks and the toolbar back where they were at first."""
        if self._modes.leave_all():
            self._modes.cameBack.connect(self._reset, Qt.ConnectionType.SingleShotConnection)
        else:
            self._reset()

    @Slot()
    def _reset(self) -> None:
        self._place()
        self._layout.divide_room()

    def _place(self) -> None:
        self._layout.place()
        self._studies.place()
        self._rail.place()
