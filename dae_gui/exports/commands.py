"""The commands that export a run: they ask what and where, write it in the background, and show what came of it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from dae_core.exporting.files import FORMATS, Exported, Format, images_beside
from dae_core.sessions.run import Run
from dae_gui.exports.dialog import ExportDialog
from dae_gui.exports.formats import FOLDER, action_name, file_kind
from dae_gui.exports.request import ExportRequest, file_stem, new_folder
from dae_gui.exports.result import ExportResult
from dae_gui.exports.writing import write_export, write_file
from dae_gui.support import notices
from dae_gui.support.file_dialogs import last_folder, open_folder_dialog, open_save_dialog, remember_folder
from dae_gui.support.jobs import Job, Jobs
from dae_gui.training.run_requests import RequestRun
from dae_gui.widgets.controls.progress_dialog import ProgressDialog
from dae_gui.workbench.workbench import Workbench

_PATIENCE_MS = 500


class Exports(QObject):
    """The commands of File > Export; one export at a time, and the window stays usable meanwhile.

    Parameters
    ----------
    window
        Over which the dialogs stand.
    workbench
        Holds the data set that is open.
    jobs
        Do the work.
    request_run
        Asks for the present run: see `TrainingController.request_run`.
    """

    def __init__(self, window: QWidget, workbench: Workbench, jobs: Jobs, request_run: RequestRun) -> None:
        super().__init__(window)
        self._window, self._workbench, self._jobs = window, workbench, jobs
        self._request_run = request_run
        self._job: Job | None = None

    def connect_actions(self, actions: dict[str, QAction]) -> None:
        """Let the menu's entries do what they say."""
        for row in FORMATS.values():
            actions[action_name(row)].triggered.connect(functools.partial(self._on_triggered, row))
        actions["exportAction"].triggered.connect(self.choose)
        actions["exportAllAction"].triggered.connect(self.export_all)

    @property
    def is_busy(self) -> bool:
        """Whether an export is being written."""
        return self._job is not None and self._job.is_running

    # -- asking --------------------------------------------------------------------------------------------------

    def _on_triggered(self, row: Format, _checked: bool = False) -> None:
        self._with_run(functools.partial(self.export, row))

    def export(self, row: Format, run: Run) -> None:
        """Ask for a file, and write one format of a run."""
        obstacle = row.obstacle(run)
        if obstacle:
            notices.warn(self, obstacle)
            return
        dataset = self._workbench.dataset
        dialog = open_save_dialog(
            file_kind(row),
            f"{file_stem(run)}-{row.file}",
            self._window,
            lambda path: self._start(write_file, row.key, run, dataset, path),
            lambda path: [images_beside(path)] if row.reads_images and dataset is not None else [],
        )
        dialog.setObjectName("exportFileDialog")

    @Slot()
    def export_all(self) -> None:
        """Ask for a folder, and write everything of the present run into a new one in it."""
        self._with_run(self._export_all)

    def _export_all(self, run: Run) -> None:
        dataset = self._workbench.dataset
        dialog = open_folder_dialog(
            FOLDER, self._window, lambda path: self.start(ExportRequest(run, dataset, new_folder(path, run)))
        )
        dialog.setObjectName("exportFileDialog")

    @Slot()
    def choose(self) -> None:
        """Ask what of the present run is to be exported."""
        self._with_run(self.export_run)

    def export_run(self, run: Run) -> None:
        """Ask what of a run is to be exported, and where; then write it."""
        dialog = ExportDialog(run, self._workbench.dataset, new_folder(last_folder(FOLDER), run), self._window)
        dialog.chosen.connect(self._on_chosen)
        dialog.open()

    @Slot(object)
    def _on_chosen(self, request: ExportRequest) -> None:
        remember_folder(FOLDER, request.folder.parent)
        self.start(request)

    def _with_run(self, then: Callable[[Run], None]) -> None:
        self._request_run(then, functools.partial(notices.warn, self))

    # -- writing -------------------------------------------------------------------------------------------------

    def start(self, request: ExportRequest) -> None:
        """Begin to write; what is on its way goes first."""
        self._start(write_export, request)

    def _start(self, write: Callable[..., Exported], *arguments: Any) -> None:
        if self.is_busy:
            notices.warn(self, "Another export is still being written: wait for it, or cancel it, and try again.")
            return
        self._job = self._jobs.start(write, *arguments, failure="The export did not work")
        self._job.done.connect(self._on_done)
        self._job.failed.connect(functools.partial(notices.warn, self))
        self._job.cancelled.connect(self._on_cancelled)
        self._job.show_in(ProgressDialog("exportProgressDialog", "Exporting", self._window, _PATIENCE_MS), "writing")

    @Slot()
    def _on_cancelled(self) -> None:
        notices.note(self, "The export was cancelled; the files that were written by then stay.")

    @Slot(object)
    def _on_done(self, exported: Exported) -> None:
        if not exported.files:
            notices.warn(self, " ".join(("Nothing was exported.", *exported.notes)))
            return
        first = exported.files[0]
        if len(exported.files) > 1 or exported.notes:
            ExportResult(exported, self._window).show()
        notices.note_saved(self, first if len(exported.files) == 1 else first.parent)
