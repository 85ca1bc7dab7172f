"""Asks what is to be handed in and where, takes the runs as they are now, and has the file written."""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from dae_core.jobs import Monitor
from dae_core.lessons.handin.handin_file import proposed_name, write_handin
from dae_core.sessions.lesson_record import LessonRecord
from dae_core.sessions.run import Run
from dae_core.sessions.session import Session
from dae_gui.lessons.handing_in.dialog import HandInDialog
from dae_gui.lessons.lesson.open_lesson import OpenLesson
from dae_gui.sessions.document import Document
from dae_gui.support import notices
from dae_gui.support.file_dialogs import HAND_IN, open_save_dialog
from dae_gui.support.jobs import Job, Jobs
from dae_gui.training.run_requests import RequestRun
from dae_gui.widgets.controls.progress_dialog import ProgressDialog

_PATIENCE_MS = 500
_FAILURE = "Nothing was handed in"


class HandInCommands(QObject):
    """One hand-in at a time; the window stays usable, and the run may go on.

    Parameters
    ----------
    lesson
        The lesson that is open, or none.
    document
        Holds the runs and texts.
    request_run
        Asks for the present run: see `TrainingController.request_run`.
    jobs
        Write the file.
    window
        Over which the dialogs stand.
    """

    def __init__(
        self, lesson: OpenLesson, document: Document, request_run: RequestRun, jobs: Jobs, window: QWidget
    ) -> None:
        super().__init__(window)
        self._lesson, self._document, self._request_run = lesson, document, request_run
        self._jobs, self._window = jobs, window
        self._job: Job | None = None

    @Slot()
    def ask(self) -> None:
        """Show what would be handed in, and hand it in where the user agrees."""
        state = self._lesson.state
        if state is None:
            return
        dialog = HandInDialog(state, self._window)
        self._lesson.changed.connect(dialog.show_state)
        dialog.confirmed.connect(self._on_confirmed)
        dialog.open()

    @Slot(str)
    def _on_confirmed(self, student: str) -> None:
        state = self._lesson.state
        if state is not None and not state.record.student:
            self._lesson.set_student(student)
            state = self._lesson.state
        if state is None:
            return
        on_chosen = functools.partial(self._take_run, state.record)
        dialog = open_save_dialog(HAND_IN, proposed_name(state.record), self._window, on_chosen)
        dialog.setObjectName("handInFileDialog")

    def _take_run(self, record: LessonRecord, path: Path) -> None:
        on_run = functools.partial(self._write, record, path, self._document.number)
        self._request_run(on_run, self._tell)

    def _write(self, record: LessonRecord, path: Path, number: int, run: Run) -> None:
        runs = self._document.runs
        if number != self._document.number:
            self._tell("Another session was opened first.")
            return
        runs.record(run)
        session = Session.with_texts(run, runs.others_than(run), (), {}, self._document.texts.value)
        self._job = job = self._jobs.start(_write, path, session, record, lane="sessions", failure=_FAILURE)
        job.done.connect(functools.partial(notices.note_saved, self))
        job.failed.connect(functools.partial(notices.warn, self))
        job.show_in(ProgressDialog("handInProgressDialog", "Handing in", self._window, _PATIENCE_MS), "writing")

    def _tell(self, reason: str) -> None:
        notices.warn(self, f"{_FAILURE}. {reason}")


def _write(path: Path, session: Session, record: LessonRecord, _monitor: Monitor) -> Path:
    write_handin(path, session, record)
    return path
