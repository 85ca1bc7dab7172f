"""A lesson that is being written as a student sees it, at the step that is being worked on."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from dae_core.lessons.lesson import Lesson
from dae_core.lessons.steps import Code, Measure, Question, Step
from dae_core.sessions.lesson_record import Entry, LessonRecord
from dae_core.sessions.report_words import ReportWords
from dae_gui.lessons.lesson.lesson_page import LessonPage
from dae_gui.lessons.lesson.lesson_state import LessonState
from dae_gui.widgets.controls.named import hint_label

_STUDENT = "A student"


class Preview(QWidget):
    """Holds the page of the lesson dock, whose buttons do nothing here; what is wrong leaves the last page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("lessonPreview")
        self._page = LessonPage(self)
        self._page.hide()
        self._empty = hint_label("noPreviewLabel", "What a student sees appears here when nothing is missing.", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._page)
        column.addWidget(self._empty)

    def show_lesson(self, lesson: Lesson, place: int) -> None:
        """Show a lesson whose steps before a place are done."""
        before = lesson.steps[: max(place, 0)]
        done = tuple(Entry.now(step.key, step.kind, _value(step)) for step in before)
        record = LessonRecord(lesson.key, lesson.text, _STUDENT, done)
        self._page.show_lesson(LessonState.of(lesson, record), ReportWords())
        self._empty.hide()
        self._page.show()
        if place >= 0:
            self._page.reveal(lesson.steps[place])


def _value(step: Step) -> float | str | None:
    """Return a value that the step may be done with."""
    if isinstance(step, Question):
        return step.choices[0] if step.choices else min(max(0.0, step.low), step.high)
    if isinstance(step, Measure):
        return next((expected.value for expected in step.expected.values()), 0.0)
    return 1.0 if isinstance(step, Code) else None
