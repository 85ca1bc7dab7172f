"""The data set dock's content: choose, fetch and remove data sets, and see the present one at a glance."""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from dae_core.datasets import CATALOGUE, OWN_PREFIX, DataError, Dataset, OwnSet, Statistics, statistics
from dae_core.datasets import download as download_entry
from dae_core.jobs import Monitor
from dae_gui.panels.dataset_panel.data_list import DataList
from dae_gui.panels.dataset_panel.overview import Overview
from dae_gui.panels.dataset_panel.rows import DataRow, Kind, Preview, kind_of, load_preview, make_row, preview_of
from dae_gui.support import notices
from dae_gui.support.downloads import Downloads
from dae_gui.support.jobs import Jobs
from dae_gui.support.question import Choice, Question, Role
from dae_gui.widgets.controls.layouts import hbox
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

# Kinds whose pictures are shown once the set is open, for opening it takes long.
_SEEN_WHEN_OPEN = (Kind.OPENED, Kind.MADE)


class DatasetPanel(StudyPanel):
    """A list of data sets at the left, statistics of the present one at the right.

    Signals
    -------
    useRequested(str)
        Train on this source.
    ownUseRequested(str, bool)
        Use the own set of this name as held-out images (True) or add it to the training images (False).
    openRequested()
        The user wants to open pictures.
    forgetRequested(str)
        Take this path off the list.
    choicesStale()
        A data set has come to this machine or gone.
    """

    interval_ms: ClassVar[int] = 100

    useRequested = Signal(str)
    ownUseRequested = Signal(str, bool)
    openRequested = Signal()
    forgetRequested = Signal(str)
    choicesStale = Signal()

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("datasetPanel")
        self._choices: list[tuple[str, str]] = []
        self._previews: dict[str, Preview] = {}
        self._previewed: set[str] = set()
        self._counted: Dataset | None = None
        self.downloads = Downloads(jobs, self)
        self.list = DataList(self)
        self.overview = Overview(self)
        self.setLayout(hbox((self.list, 5), (self.overview, 8), spacing=10, margins=(6, 6, 6, 6)))
        self._connect()

    def _connect(self) -> None:
        rows = self.list
        rows.useRequested.connect(self.useRequested)
        rows.openRequested.connect(self.openRequested)
        rows.heldOutRequested.connect(self._on_held_out_requested)
        rows.trainingRequested.connect(self._on_training_requested)
        rows.downloadRequested.connect(self.download)
        rows.cancelRequested.connect(self.downloads.cancel)
        rows.removeRequested.connect(self._on_remove_requested)
        rows.folderRequested.connect(self._on_folder_requested)
        self.downloads.changed.connect(self._refresh_rows)
        self.downloads.finished.connect(self._on_downloaded)

    # What the window hands in

    def set_choices(self, choices: Sequence[tuple[str, str]], _wanted: str = "") -> None:
        """Take what can be chosen, as pairs (text, source); what is wanted next is not in use yet."""
        self._choices = list(choices)
        self.forget_own_previews()
        self.invalidate()

    def forget(self) -> None:
        """Request again what was still being loaded."""
        self._counted = None
        self._previewed &= set(self._previews)  # what was still on its way was dropped with all other requests

    def choose(self, source: str) -> None:
        """Choose the row of a source."""
        self._refresh_rows()  # for it may have been added since the panel was last seen
        self.list.choose(source)
        self.list.view.setFocus()

    def forget_own_previews(self) -> None:
        """Look anew into drawings: there may be more of them."""
        for source in [s for s in self._previewed if s.startswith(OWN_PREFIX)]:
            self._previewed.discard(source)
            self._previews.pop(source, None)

    # Showing

    def study(self) -> None:
        """Show rows and statistics; what takes long is looked up in the background."""
        dataset = self.workbench.dataset
        if dataset is not None:
            self.overview.set_dataset(dataset)
            source = self._source()
            if source and kind_of(source) in _SEEN_WHEN_OPEN:
                self._previews[source] = preview_of(dataset)
            if self._counted is not dataset:
                self._counted = dataset
                self.ask("statistics", statistics, self._on_counted, dataset)
        self._refresh_rows()
        missing = [row.source for row in self.list.rows() if row.is_here and row.source not in self._previewed]
        missing = [source for source in missing if kind_of(source) not in _SEEN_WHEN_OPEN]
        if missing and not self.is_asking("previews"):
            self._previewed.update(missing)
            self.ask("previews", _load_previews, self._on_previews_loaded, tuple(missing))

    @Slot()
    def _refresh_rows(self) -> None:
        sources = {source: text for text, source in self._choices}
        sources |= {name: entry.title for name, entry in CATALOGUE.items() if name not in sources}
        order = list(Kind)
        ordered = sorted(sources, key=lambda source: order.index(kind_of(source)))
        self.list.set_rows([self._row(source, sources[source]) for source in ordered])

    def _source(self) -> str:
        """Return what the data set in use was opened from; empty for one that is in no file."""
        data = self.workbench.data
        return "" if data is None else data.source

    def _row(self, source: str, title: str) -> DataRow:
        row = make_row(source, title, self._source(), self._previews.get(source))
        return self._with_download(row) if row.kind is Kind.CATALOGUE else row

    def _with_download(self, row: DataRow) -> DataRow:
        downloads = self.downloads
        if downloads.is_active(row.source):
            progress = downloads.progress(row.source)
            share, text = (0.0, "") if progress is None else (progress.fraction, progress.figures or progress.what)
            return dataclasses.replace(row, progress=share, progress_text=text)
        return dataclasses.replace(row, problem="" if row.is_here else downloads.problem(row.source))

    @Slot(object)
    def _on_counted(self, figures: Statistics) -> None:
        self.overview.show_statistics(figures)

    @Slot(object)
    def _on_previews_loaded(self, previews: dict[str, Preview]) -> None:
        self._previews |= previews
        self.invalidate()

    # Fetching and removing

    @Slot(str)
    def download(self, source: str) -> None:
        """Fetch a data set of the catalogue."""
        self.downloads.start(source, functools.partial(download_entry, CATALOGUE[source]))

    @Slot(str)
    def _on_downloaded(self, source: str) -> None:
        self.choicesStale.emit()
        self.invalidate()
        title = CATALOGUE[source].title
        if self.workbench.progress.iteration == 0 and not self.state.is_active:  # there is no run that would be left
            notices.note(self, f"{title} is on this machine now.")
            self.useRequested.emit(source)
        else:
            notices.note(self, f"{title} is on this machine now; Use trains on it.")

    @Slot(str)
    def _on_held_out_requested(self, source: str) -> None:
        self.ownUseRequested.emit(source.removeprefix(OWN_PREFIX), True)

    @Slot(str)
    def _on_training_requested(self, source: str) -> None:
        self.ownUseRequested.emit(source.removeprefix(OWN_PREFIX), False)

    @Slot(str)
    def _on_folder_requested(self, source: str) -> None:
        folder = _folder_of(source)
        if folder is None or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            notices.warn(self, f"The desktop shows no folders here. It is {folder}.")

    @Slot(str)
    def _on_remove_requested(self, source: str) -> None:
        kind = kind_of(source)
        if kind is Kind.OPENED:
            self._choices = [(text, s) for text, s in self._choices if s != source]
            self.forgetRequested.emit(source)
            self.invalidate()
        elif kind is Kind.CATALOGUE:
            self._remove(source)
        else:
            self._ask_to_delete(source)

    def _ask_to_delete(self, source: str) -> None:
        """Ask: drawings cannot be fetched again."""
        Question(
            self.window(),
            "deleteDrawingsQuestion",
            "Delete drawings",
            f"Delete all drawings of “{source.removeprefix(OWN_PREFIX)}”?",
            "They are on this machine only, and cannot be brought back.",
            (
                Choice(True, "Delete", "deleteDrawingsButton", Role.DestructiveRole),
                Choice(False, "Keep", "keepDrawingsButton", Role.RejectRole),
            ),
        ).ask(functools.partial(self._on_delete_answered, source))

    def _on_delete_answered(self, source: str, is_to_go: bool) -> None:
        if is_to_go:
            self._remove(source)

    def _remove(self, source: str) -> None:
        try:
            if kind_of(source) is Kind.OWN:
                OwnSet.delete(source.removeprefix(OWN_PREFIX))
                self._choices = [(text, s) for text, s in self._choices if s != source]
            else:
                CATALOGUE[source].remove()
        except DataError as error:
            notices.warn(self, str(error))
            return
        self._previewed.discard(source)
        self._previews.pop(source, None)
        self.choicesStale.emit()
        self._refresh_rows()


def _folder_of(source: str) -> Path | None:
    kind = kind_of(source)
    if kind is Kind.CATALOGUE:
        return CATALOGUE[source].folder()
    if kind is Kind.OWN:
        return OwnSet(source.removeprefix(OWN_PREFIX)).path()
    path = Path(source)
    return (path if os.path.isdir(path) else path.parent) if kind is Kind.OPENED else None


def _load_previews(sources: tuple[str, ...], monitor: Monitor) -> dict[str, Preview]:
    previews = {}
    for source in sources:
        monitor.check()
        try:
            preview = load_preview(source)
        except DataError:  # its row stays without a picture; opening it says why
            continue
        if preview is not None:
            previews[source] = preview
    return previews
