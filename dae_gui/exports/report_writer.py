"""Writing the report on the run: asks where, measures in the background, and writes an HTML and a PDF file."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from dae_core.datasets import Dataset
from dae_core.errors import UserError
from dae_core.files import file_errors_as, write_atomically
from dae_core.jobs import Monitor
from dae_core.sessions.model_file import SavedModel
from dae_core.training.history import History
from dae_gui.support import notices
from dae_gui.support.file_dialogs import REPORT, ask_where_to_save
from dae_gui.support.jobs import Job, Jobs
from dae_gui.widgets.controls.progress_dialog import ProgressDialog
from dae_gui.workbench.workbench import Workbench

if TYPE_CHECKING:  # SciPy, which it needs, is imported when the first report is asked for
    from dae_core.report import ReportInput

_MEASURING = 0.92  # of the bar; the rest is for writing


class ReportWriter(QObject):
    """One report at a time; the window stays usable meanwhile, and the run may go on.

    Parameters
    ----------
    window
        Over which the dialogs stand.
    workbench
        Holds the data set and the curves.
    jobs
        Do the work.
    saved_model
        Returns the present weights with their settings; None before there are any.
    """

    def __init__(
        self, window: QWidget, workbench: Workbench, jobs: Jobs, saved_model: Callable[[], SavedModel | None]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workbench = workbench
        self._jobs = jobs
        self._saved_model = saved_model
        self._job: Job | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a report is being written."""
        return self._job is not None and self._job.is_running

    @Slot()
    def ask(self) -> None:
        """Ask where, and write a report on the present run."""
        path = None if self.is_busy else ask_where_to_save(REPORT, "report.html", self._window, _files_beside)
        saved, bench = self._saved_model(), self._workbench
        if path is not None and saved is not None and bench.dataset is not None:
            self.write(report_input(saved, bench.dataset, bench.history, bench.progress.seconds), path)

    def write(self, about: ReportInput, path: Path) -> None:
        """Begin to write ``path`` and the PDF beside it; the weights must not be changed from now on."""
        if self.is_busy:
            return
        self._job = self._jobs.start(_write, about, path, failure="The report was not written")
        self._job.done.connect(self._on_done)
        self._job.failed.connect(functools.partial(notices.warn, self))
        dialog = ProgressDialog("reportProgressDialog", "Writing the report", self._window)
        self._job.show_in(dialog, "measuring")

    @Slot(object)
    def _on_done(self, path: Path) -> None:
        notices.note_saved(self, path)


def _files_beside(path: Path) -> list[Path]:
    return [path.with_suffix(".pdf")]


def _write(about: ReportInput, path: Path, monitor: Monitor) -> Path:
    """Measure, put into words, lay out, and write both files; returns that of the HTML file."""
    from dae_core.report import compose, html, measure
    from dae_gui.exports.report_pdf import pdf_bytes

    monitor.stage(0.0, _MEASURING, "measuring")
    document = compose(about, measure(about, monitor.part()))
    page = html(document).encode("utf-8", "replace")
    monitor.report(1.0, "drawing the PDF")
    pdf = pdf_bytes(document)
    monitor.report(1.0, "writing")
    for file, data in ((path.with_suffix(".pdf"), pdf), (path, page)):
        with file_errors_as(UserError, file):
            write_atomically(file, data)
    return path


def report_input(saved: SavedModel, dataset: Dataset, history: History, seconds: float) -> ReportInput:
    """Return what a report on the run is about, as it stands now.

    ``dataset`` is the data set trained on; the history is reduced here, so that the run may go on.
    """
    from dae_core.report import Curves, ReportInput

    today = datetime.datetime.now().astimezone().strftime("%d %B %Y, %H:%M").lstrip("0")
    return ReportInput(
        saved.model, saved.config, dataset, saved.iteration, curves=Curves.of(history), seconds=seconds, when=today
    )
