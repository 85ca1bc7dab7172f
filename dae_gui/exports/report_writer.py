"""Writing the report on the run: asks where, measures in the background, and writes an HTML and a PDF file."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QProgressDialog, QWidget

from dae_core.datasets import Dataset
from dae_core.files import write_atomically
from dae_core.jobs import Cancelled, Monitor
from dae_core.sessions.model_file import SavedModel
from dae_core.training.history import History
from dae_gui.support.background import Background, Task
from dae_gui.support.settings import Settings

if TYPE_CHECKING:  # SciPy, which it needs, is imported when the first report is asked for
    from dae_core.report import ReportInput

_INTERVAL_MS = 100
_STEPS = 1000
_MEASURING = 0.92  # of the bar; the rest is for writing
_FILTER = "Report: a web page, with a PDF beside it (*.html)"


@dataclass(frozen=True)
class _Order:
    about: ReportInput
    html_path: Path
    pdf_path: Path


class ReportWriter(QObject):
    """One report at a time; the window stays usable meanwhile, and the run may go on.

    Parameters
    ----------
    window
        Over which the dialogs stand.
    background
        Where the work is done.
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

    def __init__(self, window: QWidget, background: Background, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._background = background
        self._settings = settings
        self._task: Task | None = None
        self._work = Monitor()
        self._dialog: QProgressDialog | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._on_timeout)

    @property
    def is_busy(self) -> bool:
        """Whether a report is being written."""
        return self._task is not None

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
        self._dialog = QProgressDialog("Measuring …", "Cancel", 0, _STEPS, self._window)
        self._dialog.setObjectName("reportProgressDialog")
        self._dialog.setWindowTitle("Writing the report")
        self._dialog.setAutoClose(False)
        self._dialog.setAutoReset(False)
        self._dialog.setMinimumDuration(0)
        self._dialog.setMinimumWidth(420)
        self._dialog.canceled.connect(self.cancel)
        self._dialog.setValue(0)
        self._dialog.show()
        self._work = Monitor()
        order = _Order(about, path, path.with_suffix(".pdf"))
        self._task = self._background.run(_Writing(order, self._work), self._on_done, self._on_failed)
        self._timer.start()

    @Slot()
    def cancel(self) -> None:
        """Give the report up; nothing is written, unless it was about to be."""
        if self._task is not None:
            self._task.drop()
        self._end()

    def _end(self) -> None:
        self._task = None
        self._timer.stop()
        if self._dialog is not None:
            dialog, self._dialog = self._dialog, None
            dialog.canceled.disconnect(self.cancel)
            dialog.close()
            dialog.deleteLater()

    @Slot()
    def _on_timeout(self) -> None:
        if self._dialog is not None:
            text = self._work.progress.what
            self._dialog.setLabelText(f"{text[:1].upper()}{text[1:]} …" if text else "Measuring …")
            self._dialog.setValue(round(_STEPS * self._work.progress.fraction))

    @Slot(object)
    def _on_done(self, path: Path | None) -> None:
        self._end()
        if path is not None:
            self.saved.emit(str(path))

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end()
        if isinstance(error, OSError):
            where = f" to {error.filename}" if error.filename else ""
            reason = f"could not be written{where}: {error.strerror or error}"
        elif isinstance(error, MemoryError):
            reason = "could not be made: there is not enough memory"
        else:
            reason = f"could not be made: {str(error) or type(error).__name__}"
        self.failed.emit(f"The report {reason.rstrip('.')}.")


class _Writing:
    """The work itself, for a thread: measure, put into words, lay out, write both files."""

    def __init__(self, order: _Order, work: Monitor) -> None:
        self._order = order
        self._monitor = work

    def __call__(self, task: Task) -> Path | None:
        from dae_core.report import compose, html, measure

        order, monitor = self._order, self._monitor
        monitor.is_cancelled = lambda: task.dropped
        try:
            monitor.stage(0.0, _MEASURING, "measuring")
            document = compose(order.about, measure(order.about, monitor.part()))
            page = html(document).encode("utf-8", "replace")
            monitor.report(1.0, "drawing the PDF")
            from dae_gui.exports.report_pdf import pdf_bytes

            pdf = pdf_bytes(document)
        except Cancelled:
            return None
        if task.dropped:
            return None
        monitor.report(1.0, "writing")
        for path, data in ((order.pdf_path, pdf), (order.html_path, page)):
            try:
                write_atomically(path, data)
            except OSError as error:  # the name that the person chose, not the temporary one
                raise OSError(error.errno, error.strerror or str(error), str(path)) from None
        return order.html_path


def report_input(saved: SavedModel, dataset: Dataset, history: History, seconds: float) -> ReportInput:
    """Return what a report on the run is about, as it stands now.

    ``dataset`` is the data set trained on; the history is reduced here, so that the run may go on.
    """
    from dae_core.report import Curves, ReportInput

    today = datetime.datetime.now().astimezone().strftime("%d %B %Y, %H:%M").lstrip("0")
    return ReportInput(
        saved.model, saved.config, dataset, saved.iteration, curves=Curves.of(history), seconds=seconds, when=today
    )
