"""File > Write a report: measures the run in the background, shows the report, and writes it where the user says."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from dae_core.sessions.run import Run
from dae_gui.exports.report.making import MeasuredRun, ReportFormat, compare_run, measure_run, write_report
from dae_gui.exports.request import file_stem
from dae_gui.sessions.document import Document
from dae_gui.support import notices
from dae_gui.support.file_dialogs import REPORT, open_save_dialog
from dae_gui.support.jobs import Job, Jobs
from dae_gui.training.run_requests import RequestRun
from dae_gui.widgets.controls.progress_dialog import ProgressDialog
from dae_gui.workbench.workbench import Workbench

if TYPE_CHECKING:  # what draws the report is imported when the first one is asked for
    from dae_core.report.options import ReportOptions
    from dae_gui.exports.report.dialog import ReportDialog

_PATIENCE_MS = 500
_OTHER_DATA = "There is no report: the run's data set is not open, and all that it says is measured on that."


class ReportCommands(QObject):
    """One report at a time; the window stays usable meanwhile, and the run may go on.

    Parameters
    ----------
    window
        Over which the dialogs stand.
    workbench
        Holds the data set.
    document
        Holds the runs, and the user's own words.
    jobs
        Do the work.
    request_run
        Asks for the present run: see `TrainingController.request_run`.
    """

    def __init__(
        self, window: QWidget, workbench: Workbench, document: Document, jobs: Jobs, request_run: RequestRun
    ) -> None:
        super().__init__(window)
        self._window, self._workbench, self._document, self._jobs = window, workbench, document, jobs
        self._request_run = request_run
        self._dialog: ReportDialog | None = None
        self._measuring: Job | None = None
        self._writing: Job | None = None
        document.runs.replaced.connect(self._close)

    @Slot()
    def ask(self) -> None:
        """Show a report on the present run before it is written; one that is shown already comes to the front."""
        from dae_gui.exports.report.dialog import ReportDialog

        if self._dialog is None:
            dialog = self._dialog = ReportDialog(self._document.words, self._jobs, self.measure, self._window)
            dialog.comparisonWanted.connect(self._compare)
            dialog.saveRequested.connect(self._ask_where)
            dialog.finished.connect(self._on_closed)
            self.measure()
        if self._dialog is not None:
            self._dialog.show()
            self._dialog.raise_()
            self._dialog.activateWindow()

    @Slot()
    def _close(self) -> None:
        if self._dialog is not None:
            self._dialog.close()

    @Slot()
    def _on_closed(self) -> None:
        self._dialog = None
        if self._measuring is not None:
            self._measuring.discard()

    # Measuring

    @Slot()
    def measure(self) -> None:
        """Measure the present run as it is now."""
        self._request_run(self._measure, self._tell)

    def _measure(self, run: Run) -> None:
        dialog, dataset = self._dialog, self._workbench.dataset
        if dialog is None:
            return
        if dataset is None or not run.data.matches(dataset):
            self._tell(_OTHER_DATA)
            return
        runs = (*self._document.runs.others_than(run), run)
        today = datetime.datetime.now().astimezone().strftime("%d %B %Y, %H:%M").lstrip("0")
        self._start(dialog, "measuring", measure_run, run, dataset, runs, self._document.texts.value, today)

    @Slot(object)
    def _compare(self, measured: MeasuredRun) -> None:
        """Measure the comparison with other methods too, which takes longest: the pages can be read meanwhile."""
        if self._dialog is not None:
            self._start(self._dialog, "comparing", compare_run, measured)

    def _start(self, dialog: ReportDialog, text: str, function: Callable[..., MeasuredRun], *arguments: object) -> None:
        if self._measuring is not None:
            self._measuring.discard()
        self._measuring = job = self._jobs.start(function, *arguments, failure="The report was not made")
        job.done.connect(dialog.show_measured)
        job.cancelled.connect(dialog.show_cancelled)
        job.failed.connect(dialog.show_failure)
        job.show_in(dialog.line, text)

    def _tell(self, reason: str) -> None:
        if self._dialog is not None:
            self._dialog.show_failure(reason)

    # Writing

    @Slot(object, object, object)
    def _ask_where(self, measured: MeasuredRun, options: ReportOptions, formats: Sequence[ReportFormat]) -> None:
        if self._dialog is None or self.is_writing:
            return
        first = formats[0]
        kind = replace(REPORT, pattern=f"{first.name} (*{first.suffix})", endings=(first.suffix,))
        stem = file_stem(self._document.runs.find(measured.about.key)) if self._is_here(measured) else "run"
        dialog = open_save_dialog(
            kind,
            f"{stem}-report{first.suffix}",
            self._dialog,
            functools.partial(self.write, measured, options, formats),
            lambda path: [path.with_suffix(one.suffix) for one in formats[1:]],
        )
        dialog.setObjectName("reportFileDialog")

    def _is_here(self, measured: MeasuredRun) -> bool:
        return any(run.label.key == measured.about.key for run in self._document.runs.runs)

    @property
    def is_writing(self) -> bool:
        """Whether a report is being written."""
        return self._writing is not None and self._writing.is_running

    def write(self, measured: MeasuredRun, options: ReportOptions, formats: Sequence[ReportFormat], path: Path) -> None:
        """Begin to write the report, with the words as they are now."""
        if self.is_writing:
            return
        words = self._document.words.value
        failure = "The report was not written"
        job = self._jobs.start(write_report, measured, words, options, formats, path, failure=failure)
        self._writing = job
        job.done.connect(self._on_written)
        job.failed.connect(functools.partial(notices.warn, self))
        dialog = ProgressDialog("reportProgressDialog", "Writing the report", self._window, _PATIENCE_MS)
        job.show_in(dialog, "writing")

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        notices.note_saved(self, path)
