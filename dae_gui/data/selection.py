"""Which data set is trained on: bundled, fetched, drawn, or opened and remembered."""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.datasets import BUNDLED_SOURCE, CATALOGUE, OWN_PREFIX, is_named, own_set_names, source_title
from dae_core.datasets.made import MADE
from dae_core.texts import plain
from dae_gui.data.loader import DataRequest, LoadedData, load
from dae_gui.support.jobs import Job, Jobs
from dae_gui.support.settings import Settings

_MADE_OF = "mnist"  # where it is on this machine; else the bundled digits


class DataSelection(QObject):
    """Opens data sets on request, and keeps the list of those that can be chosen.

    Signals
    -------
    loading(str, Job)
        A data set of this name is on its way; the job opens it.
    opened(LoadedData)
        It is there.
    failed(str)
        It could not be opened; the one before stays.
    cancelled()
        It is no longer on its way; the one before stays.
    choicesChanged(list, str)
        What can be chosen, as pairs (text, source), and the source that is chosen now.
    """

    loading = Signal(str, object)
    opened = Signal(object)
    failed = Signal(str)
    cancelled = Signal()
    choicesChanged = Signal(object, str)

    def __init__(self, settings: Settings, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._present: LoadedData | None = None
        self._set_aside: str | None = None
        self._jobs = jobs
        self._job: Job | None = None

    @property
    def source(self) -> str:
        """What the present data set was opened from; empty while there is none."""
        return "" if self._present is None else self._present.request.source

    @property
    def present(self) -> LoadedData | None:
        """The present data set, with what was asked for and what was skipped; None while there is none."""
        return self._present

    @property
    def is_loading(self) -> bool:
        """Whether a data set is on its way."""
        return self._job is not None and self._job.is_running

    @Slot(str)
    def open(self, source: str) -> None:
        """Open a source as ``open_dataset`` knows it, with the options of last time, unless it is the present one."""
        self.request(self.remembered(source))

    def open_last(self) -> None:
        """Open the data set again that was there last; one that is missing is not asked for once more."""
        missing, self._set_aside = self._set_aside, None
        last = self._settings.data_source
        self.open(last if last and last != missing else BUNDLED_SOURCE)

    def remembered(self, source: str) -> DataRequest:
        """Return the request for a source with the options that it was opened with last time."""
        return DataRequest(source, self._settings.image_options(source))

    def request(self, request: DataRequest) -> None:
        """Open what is asked for, unless it is the present data set; what was on its way is discarded."""
        if self.is_present(request):
            return
        self.cancel()
        self._job = self._jobs.start(load, request, failure=f"{request.source} could not be opened")
        self._job.done.connect(self._on_loaded)
        self._job.failed.connect(functools.partial(self._on_failed, request))
        self._job.cancelled.connect(self._on_cancelled)
        self.loading.emit(source_name(request.source), self._job)
        self._tell_choices(request.source)

    def is_present(self, request: DataRequest) -> bool:
        """Whether the present data set is what is asked for, and no other is on its way."""
        if self._present is None or self.is_loading or request.source.startswith(OWN_PREFIX) or request.own:
            return False
        now = self._present.request
        return (request.source, request.options, request.own) == (now.source, now.options, now.own)

    def cancel(self) -> None:
        """Forget what is on its way."""
        if self._job is not None:
            self._job.discard()

    @Slot()
    def cancel_loading(self) -> None:
        """Forget what is on its way because the user wants it so; something to train on there always is."""
        if self._job is not None:
            self._job.cancel()

    @Slot()
    def _on_cancelled(self) -> None:
        self.cancelled.emit()
        self._stay()

    def set_aside(self, missing: str) -> None:
        """Count the present data set as none, for the window shows a run whose data set ``missing`` is not there.

        It is empty where nobody has said yet that it may be looked for.
        """
        self._present, self._set_aside = None, missing
        self._tell_choices(missing)

    @Slot(str)
    def forget(self, source: str) -> None:
        """Take a path off the list of those that can be chosen; what it names stays as it is."""
        self._settings.recent_data = [s for s in self._settings.recent_data if s != source]
        self.refresh_choices()

    @Slot()
    def refresh_choices(self) -> None:
        """Tell again what can be chosen: a data set was fetched, drawn or removed."""
        if self._present is not None and not self.is_loading:
            self._tell_choices(self.source)

    @Slot(object)
    def _on_loaded(self, loaded: LoadedData) -> None:
        self._present, self._set_aside = loaded, None
        source = loaded.request.source
        self._settings.data_source = source
        if is_path(source):
            self._settings.recent_data = [source, *(s for s in self._settings.recent_data if s != source)]
            self._settings.set_image_options(source, loaded.request.options)
        self._tell_choices(source)
        self.opened.emit(loaded)

    def _on_failed(self, request: DataRequest, message: str) -> None:
        self._settings.recent_data = [s for s in self._settings.recent_data if s != request.source]
        self.failed.emit(message)
        self._stay()

    def _stay(self) -> None:
        """Keep the data set of before; at the start there is none, and the bundled digits are taken."""
        if self._present is not None:
            self._tell_choices(self.source)
        elif self._set_aside is not None:
            self._tell_choices(self._set_aside)
        else:
            self.open(BUNDLED_SOURCE)

    def choices(self, current: str = "") -> list[tuple[str, str]]:
        """Return what can be chosen, as pairs (text, source), with the source that is chosen now."""
        fetched = [name for name, entry in CATALOGUE.items() if entry.is_present()]
        own = [OWN_PREFIX + name for name in own_set_names()]
        made = [f"{kind}:{_MADE_OF if _MADE_OF in fetched else BUNDLED_SOURCE}" for kind in MADE]
        recent = self._settings.recent_data
        sources = dict.fromkeys([BUNDLED_SOURCE, *fetched, *made, *own, *recent, current or self.source])
        return [(source_name(source), source) for source in sources if source]

    def _tell_choices(self, current: str) -> None:
        self.choicesChanged.emit(self.choices(current), current)


def source_name(source: str) -> str:
    """Return what people call a source: MNIST, My digits, the last part of a path."""
    return plain(source_title(source) or Path(source).name or source, 80)


def is_path(source: str) -> bool:
    """Return whether a source is a path to the user's own images."""
    return source != "" and not is_named(source)
