"""The window that writes the snapshots of a run as a film: choices, a frame to look at, and the work itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, Qt, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QWidget

from dae_core.datasets import Dataset
from dae_core.film import FilmError
from dae_core.jobs import Monitor
from dae_core.training.config import TrainingConfig
from dae_core.training.snapshots import Snapshot
from dae_gui.panels.timeline_panel.film_form import FilmForm
from dae_gui.panels.timeline_panel.film_job import FilmOrder, Preview, Writing
from dae_gui.panels.timeline_panel.film_preview import FilmPreview
from dae_gui.support import notices
from dae_gui.support.background import Background, Task
from dae_gui.widgets.controls.layouts import gap, hbox, vbox
from dae_gui.widgets.controls.named import text_label
from dae_gui.widgets.controls.work_line import WorkLine

_FILTERS = {"gif": "Animated GIF (*.gif)", "webp": "Animated WebP (*.webp)", "mp4": "MP4 video (*.mp4)"}


class FilmDialog(QDialog):
    """Writes films in the background; the main window stays usable.

    The snapshots are those of the moment at which the window was opened, also where training goes on.

    Parameters
    ----------
    background
        Where the work is done.
    parent
        A widget of the main window.
    """

    def __init__(self, background: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("filmDialog")
        self.setWindowTitle("Export film")
        self._background = background
        self._dataset: Dataset | None = None
        self._config = TrainingConfig()
        self._shown: Snapshot | None = None
        self._looking: Task | None = None
        self._writing: Task | None = None
        self._path = Path()
        self._work = Monitor()
        self._folder = ""
        self.form = FilmForm(self)
        self.form.changed.connect(self._on_changed)
        self.preview = FilmPreview(self)
        self.preview.setToolTip("The snapshot that the window shows, or the last one of the film")
        self._summary = text_label("filmSummaryLabel", "Length and size of the film", self, wraps=False)
        self._message = text_label("filmMessageLabel", "What became of it", self)
        self._message.setMinimumHeight(3 * self.fontMetrics().height())
        self._message.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.line = WorkLine("exportFilm", "Export…", "Choose a file, and write the film there", self)
        self.line.started.connect(self.export)
        self.line.cancelled.connect(self._on_cancelled)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        side = vbox(self.form, gap(6), self._summary, self._message, 1, hbox((self.line, 1), buttons))
        self.setLayout(hbox((self.preview, 1), side, spacing=14))
        self.finished.connect(self._on_finished)

    def offer(
        self,
        snapshots: tuple[Snapshot, ...],
        dataset: Dataset,
        config: TrainingConfig,
        shown: Snapshot | None,
        per_second: int,
    ) -> None:
        """Open the window for these snapshots of a run; ``shown`` is the one that the main window shows."""
        if not self.line.is_working():
            self._dataset, self._config, self._shown = dataset, config, shown
            self.form.offer(snapshots, dataset.shape, per_second)
            self._message.clear()
            self._on_changed()
        self.show()
        self.raise_()
        self.activateWindow()

    @Slot()
    def export(self) -> None:
        """Ask for a file, and write the film there in the background."""
        order = self._order()
        if order is None:
            return
        suffix = self.form.suffix()
        name = "reconstructions" if order.look.kind == "reconstructions" else f"filters-{order.look.kind}"
        proposal = str(Path(self._start_folder()) / f"{name}.{suffix}")
        chosen, _ = QFileDialog.getSaveFileName(self, "Export film", proposal, _FILTERS[suffix])
        if not chosen:
            return
        self._path = Path(chosen)
        if self._path.suffix.lower() != f".{suffix}":
            self._path = self._path.with_name(f"{self._path.name}.{suffix}")
        self._folder = str(self._path.parent)
        job = Writing(order, self._path, self.form.per_second(), self.form.quality())
        self._work = job.work
        self.form.setEnabled(False)
        self._message.clear()
        self.line.begin(self._progress)
        self._writing = self._background.run(job, self._on_written, self._on_failed)

    def _order(self) -> FilmOrder | None:
        snapshots = self.form.chosen()
        if self._dataset is None or not snapshots:
            return None
        return FilmOrder(snapshots, self.form.look(), self._dataset, self._config)

    def _progress(self) -> tuple[float, str]:
        return self._work.progress.fraction, self._work.progress.what

    def _start_folder(self) -> str:
        if self._folder and Path(self._folder).is_dir():
            return self._folder
        return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)

    # The frame to look at

    @Slot()
    def _on_changed(self) -> None:
        self._summary.setText(self.form.summary())
        order = self._order()
        if order is None:
            return
        if self._looking is not None and not self._looking.is_finished:
            self._looking.drop()
        index = next((i for i, s in enumerate(order.snapshots) if s is self._shown), len(order.snapshots) - 1)
        self._looking = self._background.run(Preview(order, index), self._on_looked, self._on_not_looked)

    @Slot(object)
    def _on_looked(self, frame: Any) -> None:
        if self.isVisible():
            self.preview.show_frame(frame)

    @Slot(object)
    def _on_not_looked(self, error: Exception) -> None:
        self.preview.show_frame(None)
        self._message.setText(_sentence(error))

    # The film

    @Slot(object)
    def _on_written(self, size: int | None) -> None:
        self._end()
        if size is not None:
            self._message.setText(f"Written: {self._path} ({size / 1e6:,.2g} MB).")
            notices.note_saved(self, self._path)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end()
        self._message.setText(_sentence(error))
        notices.warn(self, _sentence(error))

    @Slot()
    def _on_cancelled(self) -> None:
        if self._writing is not None:
            self._writing.drop()
        self._end()
        self._message.setText("Cancelled; no film was written.")
        notices.note(self, "The film was cancelled.")

    def _end(self) -> None:
        self._writing = None
        self.line.end()
        self.form.setEnabled(True)

    @Slot()
    def _on_finished(self) -> None:
        """Give up what is being done, and keep no snapshots alive."""
        if self._writing is not None:
            self._on_cancelled()
        if self._looking is not None and not self._looking.is_finished:
            self._looking.drop()
        self._looking = self._shown = self._dataset = None
        self.form.forget()
        self.preview.show_frame(None)


def _sentence(error: Exception) -> str:
    if isinstance(error, FilmError):
        return str(error)
    if isinstance(error, MemoryError):
        return "The film was not written: there is not enough memory. Choose a smaller size."
    return f"The film was not written: {error or type(error).__name__}."
