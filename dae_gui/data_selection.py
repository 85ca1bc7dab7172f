"""Which data set is trained on: the bundled digits, or what was opened and is remembered."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.datasets import BUNDLED_SOURCE, Dataset
from dae_gui.background import Background
from dae_gui.loading import DataLoader
from dae_gui.settings import Settings


class DataSelection(QObject):
    """Opens data sets on request, and keeps the list of those that can be chosen.

    Signals
    -------
    loading()
        A data set is on its way.
    opened(Dataset)
        It is there.
    failed(str)
        It could not be opened; the one before stays.
    choicesChanged(list, str)
        What can be chosen, as pairs (text, source), and the source that is chosen now.
    """

    loading = Signal()
    opened = Signal(object)
    failed = Signal(str)
    choicesChanged = Signal(object, str)

    def __init__(self, settings: Settings, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._source = ""
        self._loader = DataLoader(background, self)
        self._loader.loaded.connect(self._on_loaded)
        self._loader.failed.connect(self._on_failed)

    @Slot(str)
    def open(self, source: str) -> None:
        """Open a source as ``open_dataset`` knows it, unless it is the present one."""
        if source == self._source and not self._loader.is_loading:
            return
        self.loading.emit()
        self._loader.load(source)
        self._tell_choices(source)

    def cancel(self) -> None:
        """Forget what is on its way."""
        self._loader.cancel()

    @Slot(object, str)
    def _on_loaded(self, dataset: Dataset, source: str) -> None:
        self._source = source
        self._settings.data_source = source
        if source != BUNDLED_SOURCE:
            self._settings.recent_data = [source, *(s for s in self._settings.recent_data if s != source)]
        self._tell_choices(source)
        self.opened.emit(dataset)

    @Slot(str, str)
    def _on_failed(self, message: str, source: str) -> None:
        self._settings.recent_data = [s for s in self._settings.recent_data if s != source]
        self.failed.emit(message)
        if self._source:
            self._tell_choices(self._source)
        elif source != BUNDLED_SOURCE:
            self.open(BUNDLED_SOURCE)  # there is always something to train on

    def _tell_choices(self, current: str) -> None:
        sources = list(dict.fromkeys([*self._settings.recent_data, current]))
        choices = [("Bundled digits", BUNDLED_SOURCE)]
        choices += [(Path(s).name or s, s) for s in sources if s != BUNDLED_SOURCE]
        self.choicesChanged.emit(choices, current)
