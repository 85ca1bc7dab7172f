"""What the person does about data: choosing it, and saying how pictures are made equal."""

from __future__ import annotations

import functools

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dae_core.datasets import PREVIEWED_KINDS, DataError, ImageOptions, SourceScan, scan_source, source_kind
from dae_core.jobs import JobProgress, Monitor
from dae_gui.data.loader import DataRequest
from dae_gui.data.selection import DataSelection, source_name
from dae_gui.support.background import Background
from dae_gui.support.file_dialogs import FileCommands
from dae_gui.support.jobs import Job
from dae_gui.widgets.controls.progress_strip import ProgressStrip

# One IDX file says all about its images: it opens as it is.
_ASKED_KINDS = PREVIEWED_KINDS - {"idx"}


class DataCommands(QObject):
    """Opens what the person chooses; asks first where pictures must be made equal.

    Parameters
    ----------
    window
        The window that dialogs belong to.
    selection, files, background
        What opens data, asks for files, and works in threads.
    strip
        Where it is shown how far loading is.

    Signals
    -------
    failed(str)
        A sentence for the person: what did not work.
    """

    failed = Signal(str)

    def __init__(
        self,
        window: QWidget,
        selection: DataSelection,
        files: FileCommands,
        background: Background,
        strip: ProgressStrip,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._selection = selection
        self._files = files
        self._background = background
        self._strip = strip
        self._scan: Job | None = None
        self._scanned = ""
        strip.cancelled.connect(self.cancel)
        selection.loading.connect(self._on_loading)
        selection.progressed.connect(self._on_progressed)
        for signal in (selection.opened, selection.failed, selection.cancelled):
            signal.connect(self._on_ended)

    # Opening

    @Slot(str)
    def open(self, source: str) -> None:
        """Open a source without a preview, as it was opened last time."""
        self._selection.request(self._selection.remembered(source))

    @Slot()
    def open_folder(self) -> None:
        """Let the person choose a folder."""
        self._open_chosen(self._files.ask_for_data_folder())

    @Slot()
    def open_file(self) -> None:
        """Let the person choose a file."""
        self._open_chosen(self._files.ask_for_data_file())

    @Slot()
    def open_images(self) -> None:
        """Let the person choose a folder of pictures."""
        self._open_chosen(self._files.ask_for_image_folder())

    def _open_chosen(self, path: str) -> None:
        if path:
            self.open_path(path)

    @Slot(str)
    def open_path(self, path: str) -> None:
        """Open a file or a folder; where pictures have to be made equal, show first how they will be."""
        self._cancel_scan()
        self._scanned = path
        self._strip.begin(f"Looking at {source_name(path)} …")
        self._scan = Job(functools.partial(_scan_if_asked, path), self._background, self)
        self._scan.progressed.connect(self._on_progressed)
        self._scan.done.connect(self._on_scanned)
        self._scan.failed.connect(self._on_scan_failed)

    @Slot(str, bool)
    def use_own(self, name: str, as_held_out: bool) -> None:
        """Put drawings in the place of the held-out images, or add them to the training images."""
        present = self._selection.present
        if present is not None:
            base = present.request.base or present.dataset
            now = present.request
            self._selection.request(DataRequest(now.source, now.options, None, name, as_held_out, base))

    @Slot()
    def cancel(self) -> None:
        """Stop looking and loading; the data set of before stays."""
        self._cancel_scan()
        self._strip.end()
        self._selection.cancel_loading()

    def shutdown(self) -> None:
        """Forget what is on its way."""
        self._cancel_scan()
        self._strip.end()

    def _cancel_scan(self) -> None:
        if self._scan is not None:
            self._scan.cancel()
            self._scan = None

    @Slot(object)
    def _on_scanned(self, scan: SourceScan | None) -> None:
        self._scan = None
        self._strip.end()
        if scan is None:
            self.open(self._scanned)
            return
        from dae_gui.data.import_dialog import ImportDialog

        dialog = ImportDialog(scan, self._selection.remembered(self._scanned).options, self._background, self._window)
        dialog.chosen.connect(self._on_import_chosen)
        dialog.open()

    @Slot(str, object)
    def _on_scan_failed(self, text: str, _error: Exception) -> None:
        self._scan = None
        self._strip.end()
        self.failed.emit(text)

    @Slot(object, object)
    def _on_import_chosen(self, scan: SourceScan, options: ImageOptions) -> None:
        self._selection.request(DataRequest(str(scan.path), options, scan))

    # How far it is

    @Slot(str)
    def _on_loading(self, name: str) -> None:
        self._strip.begin(f"Loading {name} …")

    @Slot(object)
    def _on_progressed(self, progress: JobProgress) -> None:
        verb = "Looking at" if self._scan is not None else "Loading"
        self._strip.set_progress(f"{verb} {progress.text}", progress.done, progress.total)

    @Slot()
    def _on_ended(self) -> None:
        self._strip.end()


def _scan_if_asked(path: str, monitor: Monitor) -> SourceScan | None:
    """Return what is in a path whose pictures the person is asked about, otherwise None."""
    try:
        kind = source_kind(path)
    except DataError:  # whoever opens it tells what is wrong with it
        return None
    return scan_source(path, monitor) if kind in _ASKED_KINDS else None
