"""Saving the table of runs as a CSV file: asks where, writes in a thread, and tells what has become of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from dae_core.errors import UserError
from dae_core.files import file_errors_as
from dae_core.jobs import Monitor
from dae_core.sweeps.run_row import RunRow
from dae_core.sweeps.run_table import write_runs_csv
from dae_gui.support import notices
from dae_gui.support.file_dialogs import RUNS_TABLE, open_save_dialog
from dae_gui.support.jobs import Jobs


class TableSaver(QObject):
    """Writes the runs that are listed, with all columns.

    Parameters
    ----------
    listed
        Returns them.
    jobs
        Do the work.
    parent
        The widget that the dialog belongs to.
    """

    def __init__(self, listed: Callable[[], Sequence[RunRow]], jobs: Jobs, parent: QWidget) -> None:
        super().__init__(parent)
        self._listed, self._jobs, self._widget = listed, jobs, parent

    @Slot()
    def ask(self) -> None:
        """Ask for a file, and write it."""
        dialog = open_save_dialog(RUNS_TABLE, "runs.csv", self._widget.window(), self.save)
        dialog.setObjectName("runsTableFileDialog")

    def save(self, path: Path) -> None:
        """Write the runs of now to a file."""
        job = self._jobs.start(_write, self._listed(), path, failure="The table was not written")
        job.done.connect(self._on_written)
        job.failed.connect(self._on_failed)

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        notices.note_saved(self._widget, path)

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        notices.warn(self._widget, text)


def _write(rows: Sequence[RunRow], path: Path, _monitor: Monitor) -> Path:
    with file_errors_as(UserError, path):
        write_runs_csv(rows, path)
    return path
