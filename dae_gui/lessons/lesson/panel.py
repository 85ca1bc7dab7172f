"""The panel of the lessons: the list, or the page of the lesson that is being solved."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from dae_core.sessions.report_words import ReportWords
from dae_gui.lessons.lesson.lesson_list import LessonList, ListedLesson
from dae_gui.lessons.lesson.lesson_page import LessonPage
from dae_gui.lessons.lesson.lesson_state import LessonState
from dae_gui.support.jobs import Jobs
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench


class LessonPanel(StudyPanel):
    """Shows what it is told, and announces what the student does.

    Attributes
    ----------
    list : LessonList
        The lessons to choose from.
    page : LessonPage
        The lesson that is being solved.

    Signals
    -------
    listStale()
        The list is shown: it is to be brought up to date.
    """

    listStale = Signal()

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("lessonPanel")
        self.list = LessonList(self)
        self.page = LessonPage(self)
        self._pages = QStackedWidget(self)
        for page in (self.list, self.page):
            self._pages.addWidget(page)
        self.setLayout(vbox(self._pages, margins=(0, 0, 0, 0)))
        self.page.listRequested.connect(self.show_list)

    def show_lesson(self, state: LessonState, words: ReportWords) -> None:
        """Bring the page of a lesson up to date; which page is shown stays."""
        self.page.show_lesson(state, words)

    def show_page(self) -> None:
        """Show the page of the lesson that is being solved."""
        self._pages.setCurrentWidget(self.page)

    @Slot()
    def show_list(self) -> None:
        """Show the list."""
        self._pages.setCurrentWidget(self.list)
        self.listStale.emit()

    def show_lessons(self, lessons: Sequence[ListedLesson]) -> None:
        """Bring the list up to date; which page is shown stays."""
        self.list.show_lessons(lessons)

    def is_on_list(self) -> bool:
        """Whether the list is shown, and not a lesson."""
        return self._pages.currentWidget() is self.list

    def showEvent(self, event: QShowEvent) -> None:
        """Have the list brought up to date."""
        super().showEvent(event)
        if self.is_on_list():
            self.listStale.emit()

    def sizeHint(self) -> QSize:
        """Return the room of a column of text."""
        letters = self.fontMetrics()
        return QSize(52 * letters.averageCharWidth(), 30 * letters.height())

    def minimumSizeHint(self) -> QSize:
        """Return a little room: both pages scroll."""
        return self.list.minimumSizeHint().expandedTo(self.page.minimumSizeHint())
