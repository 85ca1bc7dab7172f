"""The lesson that is being solved: a fact of the window, kept in the session with every answer."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.lessons.errors import LessonError
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.names import ANY_DATA
from dae_core.lessons.reading import parse_lesson
from dae_core.lessons.starting import data_name
from dae_core.sessions.lesson_codec import LessonsFullError
from dae_core.sessions.lesson_record import Entry, LessonRecord, student_name
from dae_gui.lessons.lesson.lesson_state import LessonState, locks
from dae_gui.sessions.document import Document
from dae_gui.workbench.workbench import Workbench


class OpenLesson(QObject):
    """Holds one lesson, or none, with its record; what is done in it goes into the session's records.

    Signals
    -------
    opened(LessonState)
        Another lesson is being solved: begun, or taken up again.
    changed(LessonState or None)
        One is further than before, or is about other data; None: none is being solved.
    closed(LessonState)
        It is no longer being solved.
    refused(str)
        A lesson was not opened, or not the version that was asked for: a sentence.
    """

    opened = Signal(object)
    changed = Signal(object)
    closed = Signal(object)
    refused = Signal(str)

    def __init__(self, document: Document, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records = document.lessons
        self._runs = document.runs
        self._workbench = workbench
        self._lesson: Lesson | None = None
        self._record: LessonRecord | None = None
        self._state: LessonState | None = None
        self._is_kept = False
        self._records.changed.connect(self._on_records_changed)
        self._runs.changed.connect(self._refresh)
        workbench.dataChanged.connect(self._refresh)

    @property
    def state(self) -> LessonState | None:
        """The lesson, and how far it is; None where none is being solved."""
        return self._state

    # What is done

    def open(self, lesson: Lesson, student: str = "") -> None:
        """Begin a lesson, or take it up again where this session holds a record of it."""
        record = self._records.record(lesson.key)
        if record is not None and record.lesson != lesson.text and record.entries:
            self.refused.emit(
                f"Another version of “{lesson.title}” was begun in this session and is gone on with. "
                "Begin a new session for the one in the file."
            )
            lesson = parse_lesson(record.lesson, record.key)
        elif record is None or record.lesson != lesson.text:
            record = LessonRecord(lesson.key, lesson.text, self._known_student())
        name = student_name(student)
        if name and name != record.student:
            if record.entries and record.student:
                self.refused.emit(f"This lesson was begun by {record.student}, and is theirs in this session.")
            else:
                record = dataclasses.replace(record, student=name)
        self.close()
        self._is_kept = self._records.record(lesson.key) is not None
        self._lesson, self._record = lesson, record
        if record.student and record != self._records.record(lesson.key) and not self._keep(record):
            self._lesson = self._record = None
            return
        self._refresh()
        self.opened.emit(self._state)

    def take_up(self, key: str) -> bool:
        """Take up the lesson of a key of which this session holds a record; return whether it does."""
        record = self._records.record(key)
        if record is None:
            return False
        try:
            self.open(parse_lesson(record.lesson, key))
        except LessonError as error:
            self.refused.emit(str(error))
        return True

    def add(self, entry: Entry) -> None:
        """Record what was done in a step."""
        if self._record is not None:
            self._keep(self._record.with_entry(entry))

    def set_student(self, name: str) -> None:
        """Record who solves the lesson."""
        if self._record is not None and student_name(name):
            self._keep(dataclasses.replace(self._record, student=student_name(name)))

    def leave(self) -> None:
        """Solve it no longer; of a lesson that locks something it is recorded that it was left."""
        if self._lesson is not None and self._record is not None and locks(self._lesson):
            self._keep(self._record.as_left())
        self.close()

    def close(self) -> None:
        """Solve it no longer, without recording anything."""
        state, self._state = self._state, None
        self._lesson = self._record = None
        if state is not None:
            self.closed.emit(state)
            self.changed.emit(None)

    # What follows

    def _keep(self, record: LessonRecord) -> bool:
        """Put a record into the session; return whether there was room."""
        self._record, self._is_kept = record, True
        try:
            self._records.put(record)
        except LessonsFullError as error:
            self.refused.emit(str(error))
            return False
        self._refresh()
        return True

    def _known_student(self) -> str:
        """Return the name that was given in another lesson of this session."""
        return next((record.student for record in reversed(self._records.value) if record.student), "")

    @Slot()
    def _on_records_changed(self) -> None:
        """Follow the records of another session, in which this lesson may not have been begun."""
        if self._lesson is None or not self._is_kept:
            return
        record = self._records.record(self._lesson.key)
        if record is None or record.lesson != self._lesson.text:
            self.close()
        elif record != self._record:
            self._record = record
            self._refresh()

    @Slot()
    def _refresh(self) -> None:
        if self._lesson is None or self._record is None:
            return
        dataset = self._workbench.dataset
        data = ANY_DATA if dataset is None else data_name(dataset)
        names = {run.label.key: run.label.name for run in self._runs.runs}
        state = LessonState.of(self._lesson, self._record, data, names)
        if state != self._state:
            self._state = state
            self.changed.emit(state)
