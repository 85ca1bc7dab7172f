"""What the user does about data: choosing it, and saying how pictures are made equal."""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from dae_core.datasets import (
    PREVIEWED_KINDS,
    DataError,
    ImageOptions,
    SourceScan,
    scan_source,
    source_kind,
    suggest_options,
)
from dae_core.jobs import Monitor
from dae_gui.data.loader import DataRequest
from dae_gui.data.selection import DataSelection, is_path, source_name
from dae_gui.support import notices
from dae_gui.support.file_dialogs import IDX_FOLDER, IMAGE_FILE, PICTURE_FOLDER, ask_for_file, ask_for_folder
from dae_gui.support.jobs import Job, Jobs
from dae_gui.widgets.controls.progress_strip import ProgressStrip


class DataCommands(QObject):
    """Opens what the user chooses; asks first where pictures must be made equal.

    Parameters
    ----------
    window
        The window that dialogs belong to.
    selection, jobs
        Open data, and do the work.
    strip
        Where it is shown how far loading is.
    """

    def __init__(self, window: QWidget, selection: DataSelection, jobs: Jobs, strip: ProgressStrip) -> None:
        super().__init__(window)
        self._window = window
        self._selection = selection
        self._jobs = jobs
        self._strip = strip
        self._scan: Job | None = None
        self._why_not = ""
        selection.loading.connect(self._on_loading)

    def forbid(self, why: str) -> None:
        """Open no other data for a reason, given as a clause; an empty one allows it."""
        self._why_not = why

    def _is_refused(self) -> bool:
        if self._why_not:
            notices.warn(self, f"No other data is opened: {self._why_not}.")
            self._selection.refresh_choices()  # where another one was chosen
        return bool(self._why_not)

    # Opening

    @Slot(str)
    def open(self, source: str) -> None:
        """Open a source without a preview, as it was opened last time."""
        if self._is_refused():
            return
        self._selection.request(self._selection.remembered(source))

    @Slot()
    def open_folder(self) -> None:
        """Let the user choose a folder."""
        self._open_chosen(ask_for_folder(IDX_FOLDER, self._window))

    @Slot()
    def open_file(self) -> None:
        """Let the user choose a file."""
        self._open_chosen(ask_for_file(IMAGE_FILE, self._window))

    @Slot()
    def open_images(self) -> None:
        """Let the user choose a folder of pictures."""
        self._open_chosen(ask_for_folder(PICTURE_FOLDER, self._window))

    def _open_chosen(self, path: Path | None) -> None:
        if path is not None:
            self.open_path(str(path))

    @Slot(str)
    def open_path(self, path: str) -> None:
        """Open a file or a folder; where pictures have to be made equal, show first how they will be."""
        if self._is_refused():
            return
        self._discard_scan()
        self._look_at(path, always_ask=False)

    @Slot()
    def change_options(self) -> None:
        """Ask again how the images of the present data set are read."""
        if self.can_change_options() and not self._is_refused():
            self._discard_scan()
            self._look_at(self._selection.source, always_ask=True)

    def can_change_options(self) -> bool:
        """Whether the present data set was opened from the user's own images."""
        present = self._selection.present
        return present is not None and not present.request.own and is_path(present.request.source)

    def _look_at(self, path: str, always_ask: bool) -> None:
        self._scan = self._jobs.start(_scan_if_previewed, path, failure=f"{path} could not be read")
        self._scan.done.connect(functools.partial(self._on_scanned, path, always_ask))
        self._scan.failed.connect(functools.partial(notices.warn, self))
        self._scan.show_in(self._strip, f"Looking at {source_name(path)} …")

    @Slot(str, bool)
    def use_own(self, name: str, as_held_out: bool) -> None:
        """Put drawings in the place of the held-out images, or add them to the training images."""
        present = self._selection.present
        if present is not None and not self._is_refused():
            now = present.request
            base = now.base or present.dataset
            self._selection.request(DataRequest(now.source, now.options, None, name, as_held_out, base))

    def _discard_scan(self) -> None:
        if self._scan is not None:
            self._scan.discard()

    def _on_scanned(self, path: str, always_ask: bool, scan: SourceScan | None) -> None:
        if scan is None:
            self.open(path)
            return
        remembered = self._selection.remembered(path).options
        if scan.is_plain and remembered in {None, suggest_options(scan)} and not always_ask:
            self._selection.request(DataRequest(path, remembered, scan))
            return
        from dae_gui.data.import_dialog import ImportDialog

        dialog = ImportDialog(scan, remembered, self._jobs, self._window)
        dialog.chosen.connect(self._on_import_chosen)
        dialog.open()

    @Slot(object, object)
    def _on_import_chosen(self, scan: SourceScan, options: ImageOptions) -> None:
        self._selection.request(DataRequest(str(scan.path), options, scan))

    @Slot(str, object)
    def _on_loading(self, name: str, job: Job) -> None:
        self._discard_scan()
        job.show_in(self._strip, f"Loading {name} …")


def _scan_if_previewed(path: str, monitor: Monitor) -> SourceScan | None:
    """Return what is in a path of the user's own images, otherwise None."""
    try:
        kind = source_kind(path)
    except DataError:  # opening it will say what is wrong with it
        return None
    return scan_source(path, monitor) if kind in PREVIEWED_KINDS else None
