"""Writing the report on the run: asks where, measures in the background, and writes an HTML and a PDF file."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from dae_core.datasets import Dataset
from dae_core.errors import UserError
from dae_core.files import file_errors_as, write_atomically
from dae_core.jobs import Monitor
from dae_core.sessions.model_file import SavedModel
from dae_core.training.history import History
from dae_gui.support.jobs import Job, Jobs
from dae_gui.support.settings import Settings
from dae_gui.widgets.controls.progress_dialog import ProgressDialog

if TYPE_CHECKING:  # SciPy, which it needs, is imported when the first report is asked for
    from dae_core.report import ReportInput

_MEASURING = 0.92  # of the bar; the rest is for writing
_FILTER = "Report: a web page, with a PDF beside it (*.html)"


class ReportWriter(QObject):
    """One report at a time; the window stays usable meanwhile, and the run may go on.

    Parameters
    ----------
    window
        Over which the dialogs stand.
    jobs
        Do the work.
    settings
        Remember the folder of the last report.

    Signals
    -------
    saved(str)
        The path of the HTML file; the PDF lies beside it.
    failed(str)
        A sentence for the person.
    """

    saved = Signal(str)
    failed = Signal(str)

    def __init__(self, window: QWidget, jobs: Jobs, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._settings = settings
        self._job: Job | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a report is being written."""
        return self._job is not None and self._job.is_running

    def ask_for_path(self) -> Path | None:
        """Return the .html file that the person chose, or None; an existing PDF beside it is asked for, too."""
        folder = self._settings.folder("reports")
        if not (folder and Path(folder).is_dir()):
            folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        proposal = str(Path(folder) / "report.html")
        path, _ = QFileDialog.getSaveFileName(self._window, "Write a report", proposal, _FILTER)
        if not path:
            return None
        target = Path(path)
        if target.suffix.lower() not in (".html", ".htm"):
            target = target.with_name(f"{target.name}.html")
        # The dialog has asked for the name that was typed, but knows nothing of the others.
        others = [file for file in (target, target.with_suffix(".pdf")) if file.exists() and str(file) != path]
        if others and not self._may_replace(" and ".join(f"“{file.name}”" for file in others)):
            return None
        self._settings.set_folder("reports", str(target.parent))
        return target

    def _may_replace(self, names: str) -> bool:
        answer = QMessageBox.question(
            self._window,
            "Write a report",
            f"The report consists of an HTML and a PDF file, and {names} is there already. Replace it?",
        )
        return answer == QMessageBox.StandardButton.Yes

    def write(self, about: ReportInput, path: Path) -> None:
        """Begin to write ``path`` and the PDF beside it; the weights must not be changed from now on."""
        if self.is_busy:
            return
        self._job = self._jobs.start(_write, about, path, failure="The report was not written")
        self._job.done.connect(self._on_done)
        self._job.failed.connect(self.failed)
        dialog = ProgressDialog("reportProgressDialog", "Writing the report", self._window)
        self._job.show_in(dialog, "measuring")

    @Slot(object)
    def _on_done(self, path: Path) -> None:
        self.saved.emit(str(path))


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
