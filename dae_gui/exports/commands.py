"""Taking a run elsewhere: asks what and where, writes it in the background, and tells what came of it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMessageBox, QProgressDialog, QWidget

from dae_core.datasets import Dataset
from dae_core.exporting.errors import ExportError
from dae_core.exporting.files import NAMES, Exported, Format
from dae_core.exporting.onnx_file import has_onnx
from dae_core.jobs import Cancelled, Monitor
from dae_core.sessions.run import Run
from dae_gui.exports.dialog import ExportDialog
from dae_gui.exports.job import Order, carry_out, file_stem, folder_name, new_folder, replaced_by
from dae_gui.exports.result import ExportResult
from dae_gui.support.background import Background, Task
from dae_gui.support.settings import Settings

_PURPOSE = "exports"
_PATIENCE_MS, _INTERVAL_MS, _STEPS = 500, 100, 1000
_NO_RUN = "There is nothing to export yet: open a data set first."
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
    settings
        Remember the folder of the last export.
    background
        Whose threads do the work.
    run
        Returns the present run, or None where there is none. All of it is only read.
    dataset
        Returns the data set that is open, or None.

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
        settings: Settings,
        background: Background,
        run: Callable[[], Run | None],
        dataset: Callable[[], Dataset | None],
    ) -> None:
        super().__init__(window)
        self._window, self._settings, self._background = window, settings, background
        self._present_run, self._dataset = run, dataset
        self._task: Task | None = None
        self._work = Monitor()
        self._progress: QProgressDialog | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._on_timeout)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._show_progress)

    def connect_actions(self, actions: dict[str, QAction]) -> None:
        """Let the menu's entries do what they say."""
        for kind, about in KINDS.items():
            actions[about.action].triggered.connect(functools.partial(self._on_triggered, kind))
        actions["exportAction"].triggered.connect(self.choose)
        actions["exportAllAction"].triggered.connect(self.export_all)

    @property
    def is_busy(self) -> bool:
        """Whether an export is being written."""
        return self._task is not None

    # -- asking --------------------------------------------------------------------------------------------------

    def export(self, kind: Format, run: Run | None = None) -> None:
        """Ask for a file, and write one format of a run; of the present one if None."""
        run = run or self._run()
        if run is None:
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
        run = self._run()
        if run is None:
            return
        dialog = self._file_dialog("Export everything into a new folder in …")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(functools.partial(self._on_folder_selected, run))
        dialog.open()

    @Slot()
    def choose(self) -> None:
        """Ask what of the present run is to be exported."""
        run = self._run()
        if run is not None:
            self.export_run(run)

    def export_run(self, run: Run) -> None:
        """Ask what of a run is to be exported, and where; then write it."""
        dialog = ExportDialog(run, self._dataset(), self._folder(), self._window)
        dialog.accepted.connect(functools.partial(self._on_chosen, dialog))
        dialog.open()

    def _run(self) -> Run | None:
        run = self._present_run()
        if run is None:
            self.failed.emit(_NO_RUN)
        return run

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
        order = Order(run, self._dataset(), target, (kind,), (), single=True)
        # The dialog has asked about the name that was typed, but knows nothing of the others.
        others = [*replaced_by(order), *([target] if str(target) != path and target.exists() else [])]
        if not others or self._may_replace(" and ".join(f"“{other.name}”" for other in others)):
            self._settings.set_folder(_PURPOSE, str(target.parent))
            self.start(order)

    def _on_folder_selected(self, run: Run, path: str) -> None:
        self._settings.set_folder(_PURPOSE, path)
        self.start(Order(run, self._dataset(), new_folder(Path(path), folder_name(run))))

    def _on_chosen(self, dialog: ExportDialog) -> None:
        order = dialog.order()
        self._settings.set_folder(_PURPOSE, str(order.path.parent))
        self.start(order)

    def _may_replace(self, names: str) -> bool:
        text = f"{names} is there already and belongs to it. Replace it?"
        return QMessageBox.question(self._window, "Export", text) == QMessageBox.StandardButton.Yes

    # -- writing -------------------------------------------------------------------------------------------------

    def start(self, order: Order) -> None:
        """Begin to write; what is on its way goes first."""
        if self.is_busy:
            self.failed.emit("Another export is still being written: wait for it, or cancel it, and try again.")
            return
        self._work = Monitor()
        self._task = self._background.run(
            functools.partial(_carry_out, order, self._work), self._on_done, self._on_failed
        )
        self._patience.start()

    @Slot()
    def cancel(self) -> None:
        """Give up; files that are whole stay, and no half ones."""
        if self._task is not None:
            self._task.drop()
            self._end()
            self.statusMessage.emit("The export was cancelled; the files that were written by then stay.")

    def _end(self) -> None:
        self._task = None
        self._patience.stop()
        self._timer.stop()
        if self._progress is not None:
            progress, self._progress = self._progress, None
            progress.canceled.disconnect(self.cancel)
            progress.close()
            progress.deleteLater()

    @Slot()
    def _show_progress(self) -> None:
        self._progress = QProgressDialog("Writing …", "Cancel", 0, _STEPS, self._window)
        self._progress.setObjectName("exportProgressDialog")
        self._progress.setWindowTitle("Exporting")
        self._progress.setAutoClose(False)
        self._progress.setAutoReset(False)
        self._progress.setMinimumDuration(0)
        self._progress.setMinimumWidth(420)
        self._progress.canceled.connect(self.cancel)
        self._on_timeout()
        self._progress.show()
        self._timer.start()

    @Slot()
    def _on_timeout(self) -> None:
        if self._progress is not None:
            self._progress.setLabelText(f"Writing {self._work.progress.what} …")
            self._progress.setValue(round(_STEPS * self._work.progress.fraction))

    @Slot(object)
    def _on_done(self, exported: Exported | None) -> None:
        self._end()
        if exported is None or not exported.files:
            if exported is not None:
                self.failed.emit(" ".join(("Nothing was exported.", *exported.notes)))
            return
        first = exported.files[0]
        if len(exported.files) > 1 or exported.notes:
            ExportResult(exported, self._window).show()
        self.saved.emit(str(first if len(exported.files) == 1 else first.parent))

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end()
        if isinstance(error, ExportError):
            self.failed.emit(str(error))
        elif isinstance(error, MemoryError):
            self.failed.emit("The export did not work: there is not enough memory.")
        elif isinstance(error, OSError):
            where = f" “{error.filename}”" if error.filename else ""
            self.failed.emit(
                f"The export did not work: the file{where} could not be written: {error.strerror or error}."
            )
        else:
            self.failed.emit(f"The export did not work: {str(error) or type(error).__name__}.")


def _carry_out(order: Order, work: Monitor, task: Task) -> Exported | None:
    """Do the work in a thread; None where it was cancelled."""
    work.is_cancelled = lambda: task.dropped
    try:
        return carry_out(order, work)
    except Cancelled:
        return None
