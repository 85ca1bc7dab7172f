"""The window that writes the snapshots of a run as a film: choices, a frame to look at, and the work itself."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from dae_core.datasets import Dataset
from dae_core.texts import format_bytes
from dae_core.training.config import TrainingConfig
from dae_core.training.snapshots import Snapshot
from dae_gui.panels.timeline_panel.film_form import FilmForm
from dae_gui.panels.timeline_panel.film_job import FilmRequest, make_frame, write_to
from dae_gui.panels.timeline_panel.film_preview import FilmPreview
from dae_gui.support import notices
from dae_gui.support.file_dialogs import ask_where_to_save
from dae_gui.support.jobs import Job, Jobs
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.layouts import gap, hbox, vbox
from dae_gui.widgets.controls.named import text_label
from dae_gui.widgets.controls.saved_links import SavedLinks


class FilmDialog(QDialog):
    """Writes films in the background; the main window stays usable.

    The snapshots are those of the moment at which the window was opened, also where training goes on.

    Parameters
    ----------
    jobs
        Do the work.
    parent
        A widget of the main window.
    """

    def __init__(self, jobs: Jobs, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("filmDialog")
        self.setWindowTitle("Export film")
        self._jobs = jobs
        self._dataset: Dataset | None = None
        self._config = TrainingConfig()
        self._shown: Snapshot | None = None
        self._looking: Job | None = None
        self._writing: Job | None = None
        self._path = Path()
        self.form = FilmForm(self)
        self.form.changed.connect(self._on_changed)
        self.preview = FilmPreview(self)
        self.preview.setToolTip("The snapshot that the window shows, or the last one of the film")
        self._summary = text_label("filmSummaryLabel", "Length and size of the film", self, wraps=False)
        self._message = text_label("filmMessageLabel", "What became of it", self)
        self._message.setMinimumHeight(3 * self.fontMetrics().height())
        self._message.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.line = JobLine("exportFilm", "Export…", "Choose a file, and write the film there", self)
        self.line.started.connect(self.export)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        self._links = SavedLinks(self)
        saved = hbox(self._links, 1)
        side = vbox(self.form, gap(6), self._summary, self._message, saved, 1, hbox((self.line, 1), buttons))
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
            self._clear_message()
            self._on_changed()
        self.show()
        self.raise_()
        self.activateWindow()

    @Slot()
    def export(self) -> None:
        """Ask for a file, and write the film there in the background."""
        request = self._request()
        if request is None:
            return
        chosen = self.form.format()
        name = "reconstructions" if request.look.kind == "reconstructions" else f"filters-{request.look.kind}"
        path = ask_where_to_save(chosen.file, f"{name}{chosen.file.endings[0]}", self)
        if path is None:
            return
        self._path = path
        self.form.setEnabled(False)
        self._clear_message()
        job = self._jobs.start(
            write_to, path, request, self.form.per_second(), chosen.quality, failure="The film was not written"
        )
        job.ended.connect(self._on_ended)
        job.done.connect(self._on_written)
        job.failed.connect(self._message.setText)
        job.failed.connect(functools.partial(notices.warn, self))
        job.cancelled.connect(self._on_cancelled)
        job.show_in(self.line)
        self._writing = job

    def _request(self) -> FilmRequest | None:
        snapshots = self.form.chosen()
        if self._dataset is None or not snapshots:
            return None
        return FilmRequest(snapshots, self.form.look(), self._dataset, self._config)

    # The frame to look at

    @Slot()
    def _on_changed(self) -> None:
        self._summary.setText(self.form.summary())
        request = self._request()
        if request is None:
            return
        if self._looking is not None:
            self._looking.discard()
        index = next((i for i, s in enumerate(request.snapshots) if s is self._shown), len(request.snapshots) - 1)
        self._looking = self._jobs.start(make_frame, request, index, failure="The film cannot be shown")
        self._looking.done.connect(self._on_looked)
        self._looking.failed.connect(self._on_not_looked)

    @Slot(object)
    def _on_looked(self, frame: Any) -> None:
        if self.isVisible():
            self.preview.show_frame(frame)

    @Slot(str)
    def _on_not_looked(self, text: str) -> None:
        self.preview.show_frame(None)
        self._message.setText(text)

    # The film

    @Slot()
    def _on_ended(self) -> None:
        self.form.setEnabled(True)

    @Slot(object)
    def _on_written(self, size: int) -> None:
        self._message.setText(f"Saved {self._path} ({format_bytes(size)})")
        self._links.offer(Path(self._path))
        notices.note_saved(self, self._path)

    def _clear_message(self) -> None:
        self._message.clear()
        self._links.hide()

    @Slot()
    def _on_cancelled(self) -> None:
        self._message.setText("Cancelled; no film was written.")
        notices.note(self, "The film was cancelled.")

    @Slot()
    def _on_finished(self) -> None:
        """Give up what is being done, and keep no snapshots alive."""
        if self._writing is not None:
            self._writing.cancel()
        if self._looking is not None:
            self._looking.discard()
        self._shown = self._dataset = None
        self.form.forget()
        self.preview.show_frame(None)
