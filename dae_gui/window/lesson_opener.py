"""Opening lessons: those that come with the program, files, and those that this session holds."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dae_core.jobs import Monitor
from dae_core.lessons.bundled import LessonEntry, bundled
from dae_core.lessons.errors import LessonError
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.names import ANY_DATA
from dae_core.lessons.reading import parse_lesson, read_lesson
from dae_core.sessions.lesson_record import LessonRecord
from dae_gui.lessons.lesson.lesson_list import ListedLesson, Progress
from dae_gui.lessons.lesson.lesson_state import LessonState, locks
from dae_gui.lessons.lesson.open_lesson import OpenLesson
from dae_gui.sessions.document import Document
from dae_gui.support.file_dialogs import LESSON, ask_for_file
from dae_gui.support.jobs import Job, Jobs


class LessonOpener(QObject):
    """Reads lessons in the background, lists them, and has them solved.

    Attributes
    ----------
    student : str
        Who solves the next lesson that is opened from a file; empty where that is not known.

    Signals
    -------
    listed(tuple of ListedLesson)
        The lessons that there are to choose from.
    faulty(str)
        A file is no lesson: its faults, a line for each.
    """

    listed = Signal(object)
    faulty = Signal(str)

    def __init__(self, lesson: OpenLesson, document: Document, jobs: Jobs, window: QWidget) -> None:
        super().__init__(window)
        self._lesson, self._document, self._jobs, self._window = lesson, document, jobs, window
        self._reading: Job | None = None
        self._bundled: tuple[LessonEntry, ...] | None = None
        self._known: Mapping[str, Lesson | None] = {}  # by the texts of records; None cannot be read
        self._wanted = ""
        self._otherwise: Callable[[], object] | None = None
        self.student = ""

    @Slot()
    def ask_and_open(self) -> None:
        """Let the user choose a lesson's file, and open it."""
        path = ask_for_file(LESSON, self._window)
        if path is not None:
            self.open_path(path)

    @Slot(object)
    def open_path(self, path: Path) -> None:
        """Open the lesson in a file."""
        if self._reading is not None:
            self._reading.discard()
        job = self._jobs.start(_read, path, lane="sessions", failure=f"{path.name} could not be opened")
        job.done.connect(self._on_read)
        job.failed.connect(self.faulty)
        self._reading = job

    @Slot(str)
    def open_key(self, key: str, otherwise: Callable[[], object] | None = None) -> None:
        """Solve a lesson of the list; the page of the one that is being solved already comes back.

        ``otherwise`` is called where this copy of the program has no such lesson.
        """
        state = self._lesson.state
        if state is not None and state.lesson.key == key:
            self._lesson.opened.emit(state)
        elif not self._lesson.take_up(key):
            self._wanted, self._otherwise = key, otherwise
            self.refresh()

    def take_up_locked(self) -> None:
        """Take up the last lesson of this session that locks something and was neither finished nor left."""
        self._when_read(self._take_up_locked)

    def _take_up_locked(self) -> None:
        if self._lesson.state is not None:
            return
        for record in reversed(self._document.lessons.value):
            lesson = None if record.left else self._known[record.lesson]
            if lesson is not None and locks(lesson) and not LessonState.of(lesson, record).is_complete:
                self._lesson.take_up(record.key)
                return

    @Slot()
    def refresh(self) -> None:
        """Tell again what there is to choose from; the lessons of the program are read once."""
        if self._bundled is None:
            job = self._jobs.start(_bundled, lane="sessions", failure="The lessons of the program could not be read")
            job.done.connect(self._on_bundled)
            job.failed.connect(self.faulty)
        else:
            self._when_read(self._list)

    def _list(self) -> None:
        if self._bundled is None:
            return
        wanted, otherwise = self._wanted, self._otherwise
        self._wanted, self._otherwise = "", None
        entry = next((entry for entry in self._bundled if entry.lesson.key == wanted), None)
        if entry is not None:
            self._lesson.open(entry.lesson)
        elif otherwise is not None:
            otherwise()
        self.listed.emit(self._rows(self._bundled))

    def _when_read(self, then: Callable[[], object]) -> None:
        """Do something when the lessons of all records of this session are read: those of others can be long."""
        texts = {record.lesson for record in self._document.lessons.value}
        if texts <= self._known.keys():
            then()
            return
        job = self._jobs.start(_parsed, texts, lane="sessions", failure="The lessons of this session could not be read")
        job.done.connect(functools.partial(self._on_parsed, then))
        job.failed.connect(self.faulty)

    def _on_parsed(self, then: Callable[[], object], lessons: Mapping[str, Lesson | None]) -> None:
        self._known = lessons
        self._when_read(then)

    @Slot(object)
    def _on_bundled(self, entries: tuple[LessonEntry, ...]) -> None:
        self._bundled = entries
        self.refresh()

    @Slot(object)
    def _on_read(self, lesson: Lesson) -> None:
        student, self.student = self.student, ""
        self._lesson.open(lesson, student)

    def _rows(self, entries: tuple[LessonEntry, ...]) -> tuple[ListedLesson, ...]:
        """Return the lessons of the program, and those that were begun in this session besides."""
        records = {record.key: record for record in self._document.lessons.value}
        lessons = {entry.lesson.key: entry.lesson for entry in entries}
        for key, record in records.items():
            if key not in lessons or record.lesson != lessons[key].text:
                lesson = self._known[record.lesson]
                if lesson is not None:
                    lessons[key] = lesson
        solved = self._lesson.state
        if solved is not None:
            lessons.setdefault(solved.lesson.key, solved.lesson)
        open_key = "" if solved is None else solved.lesson.key
        return tuple(_row(lesson, records.get(key), is_open=key == open_key) for key, lesson in lessons.items())


def _row(lesson: Lesson, record: LessonRecord | None, *, is_open: bool) -> ListedLesson:
    progress, detail = Progress.NEW, ""
    if record is not None and record.entries:
        state = LessonState.of(lesson, record, ANY_DATA)
        progress = Progress.DONE if state.is_complete else Progress.BEGUN
        following = state.next_step
        detail = "" if following is None else f"step {following.number} of {len(state.steps)}"
    return ListedLesson(lesson.key, lesson.title, lesson.summary, lesson.minutes, progress, detail, is_open)


def _parsed(texts: Collection[str], monitor: Monitor) -> dict[str, Lesson | None]:
    """Return lessons by their texts; None for one that cannot be read by this version of the program."""
    found: dict[str, Lesson | None] = {}
    for text in texts:
        monitor.check()
        try:
            found[text] = parse_lesson(text)
        except LessonError:
            found[text] = None
    return found


def _read(path: Path, _monitor: Monitor) -> Lesson:
    return read_lesson(path)


def _bundled(_monitor: Monitor) -> tuple[LessonEntry, ...]:
    return bundled()
