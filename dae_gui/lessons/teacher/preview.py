"""A lesson that is being written as a student sees it, at the step that is being worked on."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dae_core.lessons.lesson import Lesson
from dae_core.lessons.steps import Code, Measure, Question, Step
from dae_core.sessions.lesson_record import Entry, LessonRecord
from dae_core.sessions.report_words import ReportWords
from dae_gui.lessons.lesson import words
from dae_gui.lessons.lesson.lesson_page import LessonPage
from dae_gui.lessons.lesson.lesson_state import LessonState
from dae_gui.lessons.lesson.requests import (
    Answer,
    CheckCode,
    FinishWords,
    GoOn,
    Perform,
    Request,
    ShowCode,
    TakeMeasure,
    WriteWords,
)
from dae_gui.support.accessible import announce
from dae_gui.widgets.controls.named import hint_label

_STUDENT = "A student"
_ABOUT = "As a student sees it: a button says here what it does."
_DOES: dict[type[Request], str] = {
    GoOn: "goes on to the next step",
    Answer: "records the answer for good, and opens what comes next",
    TakeMeasure: "measures the student's run, and shows the value here",
    ShowCode: "shows the function in Your code",
    CheckCode: "checks the student's function, and says here what was found",
    FinishWords: "counts the step as done",
}


class Preview(QWidget):
    """Holds the page of the lesson dock, whose buttons say here what they do; what is wrong leaves the last page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("lessonPreview")
        self._told = hint_label("lessonPreviewLabel", _ABOUT, self)
        self._page = LessonPage(self)
        self._page.wanted.connect(self._tell)
        self._page.listRequested.connect(lambda: self._say("shows the list of the lessons"))
        self._page.leaveRequested.connect(lambda: self._say("leaves the lesson"))
        self._page.finish.handInRequested.connect(lambda: self._say("writes the file that is handed in"))
        self._page.finish.reportRequested.connect(lambda: self._say("makes the report"))
        for hidden in (self._told, self._page):
            hidden.hide()
        self._empty = hint_label("noPreviewLabel", "What a student sees appears here when nothing is missing.", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._told)
        column.addWidget(self._page, 1)
        column.addWidget(self._empty)

    def show_lesson(self, lesson: Lesson, place: int) -> None:
        """Show a lesson whose steps before a place are done."""
        before = lesson.steps[: max(place, 0)]
        done = tuple(Entry.now(step.key, step.kind, _value(step)) for step in before)
        self._told.setText(_ABOUT)
        record = LessonRecord(lesson.key, lesson.text, _STUDENT, done)
        self._page.show_lesson(LessonState.of(lesson, record), ReportWords())
        self._empty.hide()
        for shown in (self._told, self._page):
            shown.show()
        if place >= 0:
            self._page.reveal(lesson.steps[place])

    def _say(self, what: str) -> None:
        """Say what a button does in a lesson."""
        self._told.setText(f"In a lesson this button {what}.")
        announce(self._told, self._told.text())

    @Slot(object)
    def _tell(self, asked: Request) -> None:
        """Say what was asked for; a student's own words are theirs to write."""
        if isinstance(asked, Perform):
            text = words.actions_text(asked.step)
            self._say(f"does this: {text[:1].lower()}{text[1:]}")
        elif not isinstance(asked, WriteWords):
            self._say(_DOES[type(asked)])


def _value(step: Step) -> float | str | None:
    """Return a value that the step may be done with."""
    if isinstance(step, Question):
        return step.choices[0] if step.choices else min(max(0.0, step.low), step.high)
    if isinstance(step, Measure):
        return next((expected.value for expected in step.expected.values()), 0.0)
    return 1.0 if isinstance(step, Code) else None
