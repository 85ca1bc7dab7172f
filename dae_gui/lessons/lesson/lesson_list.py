"""The lessons to choose from: those that come with the program and those of this session, with a mark for how far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from dae_gui.lessons.lesson.lesson_row import LessonRow
from dae_gui.lessons.lesson.notice_row import NoticeRow
from dae_gui.lessons.lesson.scrolled_column import ScrolledColumn
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import hint_label, push_button


class Progress(Enum):
    """How far a lesson is."""

    NEW = ""
    BEGUN = "begun"
    DONE = "done"


@dataclass(frozen=True)
class ListedLesson:
    """A row of the list.

    Parameters
    ----------
    key
        The lesson's key.
    title, summary, minutes
        As its file says.
    progress
        How far it is in this session.
    detail
        That in words, such as "step 3 of 9"; empty for a lesson that was not begun.
    is_open
        Whether it is the one that is being solved.
    """

    key: str
    title: str
    summary: str
    minutes: int
    progress: Progress = Progress.NEW
    detail: str = ""
    is_open: bool = False


class LessonList(QWidget):
    """A button for each lesson, and below them what else can be opened.

    Signals
    -------
    chosen(str)
        The key of a lesson.
    openFileRequested(), prepareRequested()
        The user wants to open a lesson's file, or to prepare a lesson of their own.
    """

    chosen = Signal(str)
    openFileRequested = Signal()
    prepareRequested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("lessonList")
        self._shown: tuple[ListedLesson, ...] | None = None
        self._rows: list[LessonRow] = []
        about = "Predict, measure, explain: each lesson asks first, and then shows. All else stays usable meanwhile."
        self._about = PlainLabel(about, self)
        self._about.setWordWrap(True)
        self._faults = NoticeRow("lessonFaults", self)
        self._empty = hint_label("noLessonsLabel", "Reading the lessons…", self)
        self._inside = ScrolledColumn()
        self._column = vbox(self._empty, spacing=4, margins=(0, 0, 4, 0))
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._inside.setLayout(self._column)
        self._area = QScrollArea(self)
        self._area.setObjectName("lessonListArea")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._inside)
        tip = "Open a .lesson file, such as one that your teacher gave you"
        self._open = push_button("openLessonButton", "Open a file…", tip, self)
        self._open.clicked.connect(self.openFileRequested)
        tip = "Make a lesson of the present window: what is set becomes its settings, and questions are added"
        prepare = push_button("prepareLessonButton", "Prepare a lesson…", tip, self)
        prepare.clicked.connect(self.prepareRequested)
        below = QWidget(self)
        flow = FlowLayout(below)
        flow.setContentsMargins(0, 0, 0, 0)
        flow.addWidget(self._open)
        flow.addWidget(prepare)
        self.setLayout(vbox(self._about, self._faults, (self._area, 1), below, spacing=6, margins=(8, 6, 8, 6)))

    def show_lessons(self, lessons: Sequence[ListedLesson]) -> None:
        """Show these."""
        if tuple(lessons) == self._shown:
            return
        self._shown = tuple(lessons)
        focused = next((row.key for row in self._rows if row.hasFocus()), "")
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()  # not at once, for it may be the one that was clicked
        self._rows = [LessonRow(number, lesson, self._inside) for number, lesson in enumerate(lessons, start=1)]
        for row in self._rows:
            row.clicked.connect(self._on_row_clicked)
            self._column.addWidget(row)
            if row.key == focused:
                row.setFocus()
        self._empty.setText("No lessons come with this copy of the program. Open a file.")
        self._empty.setVisible(not self._rows)

    def show_faults(self, text: str) -> None:
        """Say what is wrong with a file that was to be opened, a line for each fault; an empty text takes it away."""
        self._faults.show_notice(text, [("Close", lambda: self.show_faults(""))] if text else [])
        if text and self._shown is None:
            self._empty.hide()  # it may have been the lessons that could not be read

    def minimumSizeHint(self) -> QSize:
        """Return a little room: it scrolls."""
        letters = self.fontMetrics()
        return QSize(20 * letters.averageCharWidth(), 6 * letters.height())

    @Slot()
    def _on_row_clicked(self) -> None:
        row = self.sender()
        if isinstance(row, LessonRow):
            self.chosen.emit(row.key)
