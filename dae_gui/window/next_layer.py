"""Training the next layer: its data is opened, and once it is shown, the run begins."""

from __future__ import annotations

from PySide6.QtCore import QObject, SignalInstance, Slot

from dae_gui.data.commands import DataCommands
from dae_gui.data.selection import DataSelection
from dae_gui.panels.representation_panel.layers_page import LayersPage
from dae_gui.window.run_commands import RunCommands


class NextLayer(QObject):
    """Begins a run on the codes that the page of the layers has written, with the settings shown at the left.

    Parameters
    ----------
    page
        Its parent: what asks for the next layer.
    data, selection
        What opens data, and knows which is open.
    shown
        Emitted when a data set that was opened is there, with a run on it.
    commands
        What begins a run.
    """

    def __init__(
        self,
        page: LayersPage,
        data: DataCommands,
        selection: DataSelection,
        shown: SignalInstance,
        commands: RunCommands,
    ) -> None:
        super().__init__(page)
        self._data = data
        self._selection = selection
        self._commands = commands
        self._wanted = ""
        page.nextLayerReady.connect(self._on_ready)
        shown.connect(self._on_shown)
        selection.failed.connect(self._forget)
        selection.cancelled.connect(self._forget)

    @Slot(str)
    def _on_ready(self, source: str) -> None:
        self._wanted = source
        self._data.open(source)

    @Slot()
    def _on_shown(self) -> None:
        wanted, self._wanted = self._wanted, ""
        if wanted and wanted == self._selection.source:
            self._commands.start()

    @Slot()
    def _forget(self) -> None:
        self._wanted = ""
