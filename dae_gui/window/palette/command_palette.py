"""The command palette: asks the sources what there is, shows the popup, does what is chosen, and remembers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMainWindow

from dae_gui.support import notices
from dae_gui.support.debounce import Debounce
from dae_gui.support.settings import Settings
from dae_gui.window.palette.entries import Entry, Source
from dae_gui.window.palette.popup import PalettePopup
from dae_gui.window.panel_registry import PanelRegistry

_BETWEEN_PANELS_MS = 20  # for what is typed meanwhile


class CommandPalette(PalettePopup):
    """The popup of a window, filled from sources.

    Panels that were never shown have no fields yet. They are made, one after the other, once the palette is open for
    the first time; their fields are found from then on.

    Parameters
    ----------
    window
        The window.
    sources
        What there is to choose, in the order in which it is listed.
    settings
        Where it is remembered what was chosen.
    studies
        Makes the panels that were never shown.
    """

    def __init__(
        self, window: QMainWindow, sources: Sequence[Source], settings: Settings, studies: PanelRegistry
    ) -> None:
        super().__init__(window)
        self._window = window
        self._sources = sources
        self._settings = settings
        self._studies = studies
        self._making = Debounce(_BETWEEN_PANELS_MS, self._make_panel, self)
        self.chosen.connect(self._on_chosen)

    @Slot()
    def open(self) -> None:
        """Show everything that can be chosen now."""
        self._fill()  # before it has the focus, on which commands such as Copy depend
        self.open_over(self._window)
        self._making.start()

    def _fill(self, known: Mapping[str, Entry] = MappingProxyType({})) -> None:
        """Search all that there is; what is known already stays as it is."""
        entries = [known.get(entry.key, entry) for source in self._sources for entry in source()]
        self.set_entries(entries, self._settings.recent_commands)

    @Slot()
    def _make_panel(self) -> None:
        unmade = self._studies.unmade()
        if unmade and self.isVisible():
            self._studies.panel(unmade[0])
            if len(unmade) == 1:
                self._fill({entry.key: entry for entry in self.entries})
            else:
                self._making.start()

    @Slot(object)
    def _on_chosen(self, entry: Entry) -> None:
        why_not = entry.choose()
        if isinstance(why_not, str):
            notices.note(self._window, f"{entry.name}: not now{why_not and f', {why_not}'}")
        else:
            others = [key for key in self._settings.recent_commands if key != entry.key]
            self._settings.recent_commands = [entry.key, *others]
