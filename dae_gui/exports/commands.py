"""Taking a run elsewhere: asks what and where, writes it in the background, and tells what came of it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from dae_core.exporting.files import NAMES, Exported, Format
from dae_core.exporting.onnx_file import has_onnx
from dae_core.sessions.run import Run
from dae_gui.exports.dialog import ExportDialog
from dae_gui.exports.job import ExportRequest, file_stem, folder_name, new_folder, replaced_by, write_export
from dae_gui.exports.result import ExportResult
from dae_gui.support.jobs import Job, Jobs
from dae_gui.support.settings import Settings
from dae_gui.training.controller import RequestRun
from dae_gui.widgets.controls.progress_dialog import ProgressDialog
from dae_gui.workbench.workbench import Workbench

_PURPOSE = "exports"
_PATIENCE_MS = 500
_NO_ONNX = (
    "For ONNX the package 'onnx' is needed, which is not installed: get it with “pip install onnx”, then try again."
)


@dataclass(frozen=True)
class _Kind:
    action: str
    title: str
    file_filter: str


KINDS: dict[Format, _Kind] = {
    "csv": _Kind("exportCsvAction", "Export the history", "CSV table (*.csv)"),
    "history-npz": _Kind("exportHistoryNpzAction", "Export the history", "NumPy arrays (*.npz)"),
    "safetensors": _Kind("exportSafetensorsAction", "Export the parameters", "safetensors (*.safetensors)"),
    "npz": _Kind("exportNpzAction", "Export the parameters", "NumPy arrays (*.npz)"),
    "onnx": _Kind("exportOnnxAction", "Export the model", "ONNX model (*.onnx)"),
    "script": _Kind("exportScriptAction", "Export a script", "Python script (*.py)"),
    "notebook": _Kind("exportNotebookAction", "Export a notebook", "Jupyter notebook (*.ipynb)"),
}
"""Each format with the name of its menu entry."""


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
    settings
        Remember the folder of the last export.
    request_run
        Asks for the present run: see `TrainingController.request_run`.

    Signals
    -------
    saved(str)
        A file, or a folder of them, was written.
    failed(str), statusMessage(str)
        A sentence for the person.
    """

    saved = Signal(str)
    failed = Signal(str)
    statusMessage = Signal(str)

    def __init__(
        self,
        window: QWidget,
        workbench: Workbench,
        jobs: Jobs,
        settings: Settings,
        request_run: RequestRun,
    ) -> None:
        super().__init__(window)
        self._window, self._workbench, self._jobs, self._settings = window, workbench, jobs, settings
        self._request_run = request_run
        self._job: Job | None = None

    def connect_actions(self, actions: dict[str, QAction]) -> None:
        """Let the menu's entries do what they say."""
        for kind, about in KINDS.items():
            actions[about.action].triggered.connect(functools.partial(self._on_triggered, kind))
        actions["exportAction"].triggered.connect(self.choose)
        actions["exportAllAction"].triggered.connect(self.export_all)

    @property
    def is_busy(self) -> bool:
        """Whether an export is being written."""
        return self._job is not None and self._job.is_running

    # -- asking --------------------------------------------------------------------------------------------------

    def export(self, kind: Format, run: Run | None = None) -> None:
        """Ask for a file, and write one format of a run; of the present one if None."""
        if run is None:
            self._request_run(functools.partial(self.export, kind), self.failed.emit)
            return
        if kind == "onnx" and not has_onnx():
            self.failed.emit(_NO_ONNX)
            return
        about, name = KINDS[kind], NAMES[kind]
        dialog = self._file_dialog(about.title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([about.file_filter])
        dialog.setDefaultSuffix(Path(name).suffix[1:])
        dialog.selectFile(f"{file_stem(run)}-{name}")
        dialog.fileSelected.connect(functools.partial(self._on_file_selected, kind, run))
        dialog.open()

    @Slot()
    def export_all(self) -> None:
        """Ask for a folder, and write everything of the present run into a new one in it."""
        self._request_run(self._export_all, self.failed.emit)

    def _export_all(self, run: Run) -> None:
        dialog = self._file_dialog("Export everything into a new folder in …")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(functools.partial(self._on_folder_selected, run))
        dialog.open()

    @Slot()
    def choose(self) -> None:
        """Ask what of the present run is to be exported."""
        self._request_run(self.export_run, self.failed.emit)

    def export_run(self, run: Run) -> None:
        """Ask what of a run is to be exported, and where; then write it."""
        dialog = ExportDialog(run, self._workbench.dataset, self._folder(), self._window)
        dialog.accepted.connect(functools.partial(self._on_chosen, dialog))
        dialog.open()

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title, self._folder())
        dialog.setObjectName("exportFileDialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _folder(self) -> str:
        folder = self._settings.folder(_PURPOSE)
        if folder and Path(folder).is_dir():
            return folder
        return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)

    def _on_triggered(self, kind: Format, _checked: bool = False) -> None:
        self.export(kind)

    def _on_file_selected(self, kind: Format, run: Run, path: str) -> None:
        target = Path(path)
        wanted = Path(NAMES[kind]).suffix
        if target.suffix.lower() != wanted:
            target = target.with_name(f"{target.name}{wanted}")
        request = ExportRequest(run, self._workbench.dataset, target, (kind,), (), single=True)
        # The dialog has asked about the name that was typed, but knows nothing of the others.
        others = [*replaced_by(request), *([target] if str(target) != path and target.exists() else [])]
        if not others or self._may_replace(" and ".join(f"“{other.name}”" for other in others)):
            self._settings.set_folder(_PURPOSE, str(target.parent))
            self.start(request)

    def _on_folder_selected(self, run: Run, path: str) -> None:
        self._settings.set_folder(_PURPOSE, path)
        self.start(ExportRequest(run, self._workbench.dataset, new_folder(Path(path), folder_name(run))))

    def _on_chosen(self, dialog: ExportDialog) -> None:
        request = dialog.request()
        self._settings.set_folder(_PURPOSE, str(request.path.parent))
        self.start(request)

    def _may_replace(self, names: str) -> bool:
        text = f"{names} is there already and belongs to it. Replace it?"
        return QMessageBox.question(self._window, "Export", text) == QMessageBox.StandardButton.Yes

    # -- writing -------------------------------------------------------------------------------------------------

    def start(self, request: ExportRequest) -> None:
        """Begin to write; what is on its way goes first."""
        if self.is_busy:
            self.failed.emit("Another export is still being written: wait for it, or cancel it, and try again.")
            return
        dialog = ProgressDialog("exportProgressDialog", "Exporting", self._window, _PATIENCE_MS)
        self._job = self._jobs.start(write_export, request, failure="The export did not work")
        self._job.done.connect(self._on_done)
        self._job.failed.connect(self.failed)
        self._job.cancelled.connect(self._on_cancelled)
        self._job.show_in(dialog, "writing")

    @Slot()
    def cancel(self) -> None:
        """Give up; files that are whole stay, and no half ones."""
        if self._job is not None:
            self._job.cancel()

    @Slot()
    def _on_cancelled(self) -> None:
        self.statusMessage.emit("The export was cancelled; the files that were written by then stay.")

    @Slot(object)
    def _on_done(self, exported: Exported) -> None:
        if not exported.files:
            self.failed.emit(" ".join(("Nothing was exported.", *exported.notes)))
            return
        first = exported.files[0]
        if len(exported.files) > 1 or exported.notes:
            ExportResult(exported, self._window).show()
        self.saved.emit(str(first if len(exported.files) == 1 else first.parent))
