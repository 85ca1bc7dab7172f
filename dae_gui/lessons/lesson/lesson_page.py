"""The page of the lesson that is being solved: what it is, how far one is, and its steps."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QProgressBar, QScrollArea, QToolButton, QWidget

from dae_core.lessons.steps import Do, Step
from dae_core.sessions.lesson_record import LONGEST_STUDENT
from dae_core.sessions.report_words import ReportWords
from dae_core.texts import plain
from dae_gui.lessons.lesson.body import NO_MARGINS, Body
from dae_gui.lessons.lesson.finish_row import FinishRow
from dae_gui.lessons.lesson.lesson_state import LessonState
from dae_gui.lessons.lesson.notice_row import NoticeRow
from dae_gui.lessons.lesson.requests import Request, WriteWords
from dae_gui.lessons.lesson.run_bodies import DoBody
from dae_gui.lessons.lesson.scrolled_column import ScrolledColumn
from dae_gui.lessons.lesson.step_card import StepCard
from dae_gui.lessons.lesson.writing_bodies import WriteBody
from dae_gui.support.accessible import Kind, speaks
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import named

_BAR_HEIGHT = 6
_LONGEST_TITLE = 80  # characters, of which the narrowest dock shows three lines


class LessonPage(QWidget):
    """Shows one lesson.

    Attributes
    ----------
    finish : FinishRow
        What may be done with the lesson, shown when all of its steps are done.

    Signals
    -------
    wanted(Request)
        The student asks for something.
    studentNamed(str)
        Who solves it.
    listRequested(), leaveRequested()
        To the list; out of the lesson.
    """

    wanted = Signal(object)
    studentNamed = Signal(str)
    listRequested = Signal()
    leaveRequested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("lessonPage")
        self._digest = ""
        self._next = ""
        self._cards: dict[str, StepCard] = {}
        self._back = self._flat("lessonListButton", "◂ All lessons", "All lessons: this one stays open", "All lessons")
        self._back.clicked.connect(self.listRequested)
        self._title = named(PlainLabel(parent=self), "lessonTitleLabel")
        self._title.setWordWrap(True)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        tip = "Close this lesson: what is done stays, and it can be taken up again"
        self._leave = self._flat("leaveLessonButton", "Leave…", tip, "Leave this lesson")
        self._leave.clicked.connect(self.leaveRequested)
        self._progress = named(PlainLabel(parent=self), "lessonProgressLabel")
        self._progress.setWordWrap(True)
        self._bar = named(QProgressBar(self), "lessonProgressBar", "How far the lesson is", "Steps that are done")
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(_BAR_HEIGHT)
        speaks(self._bar, Kind.PROGRESS, self._progress.text)
        self._student = named(
            QLineEdit(self), "studentLineEdit", "Your name or ID", "Who solves it: your run's seed follows from this"
        )
        self._student.setPlaceholderText("Your name or ID, then Enter")
        self._student.setMaxLength(LONGEST_STUDENT)
        self._student.editingFinished.connect(self._on_student_edited)
        self.notice = NoticeRow("lessonNotice", self)
        self._column = vbox(spacing=8, margins=(0, 0, 4, 4))
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._inside = ScrolledColumn()
        self._inside.setLayout(self._column)
        self._area = QScrollArea(self)
        self._area.setObjectName("lessonStepsArea")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._inside)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._show_next)
        top = hbox(self._back, 1, self._leave, spacing=6, margins=NO_MARGINS)
        self.finish = FinishRow(self)
        self.finish.hide()
        items = top, self._title, self._progress, self._bar, self._student, self.notice, (self._area, 1), self.finish
        self.setLayout(vbox(*items, spacing=4, margins=(8, 4, 8, 4)))

    def _flat(self, name: str, text: str, tip: str, accessible_name: str) -> QToolButton:
        button = named(QToolButton(self), name, accessible_name, tip)
        button.setText(text)
        button.setAutoRaise(True)
        return button

    # What is shown

    def show_lesson(self, state: LessonState, words: ReportWords) -> None:
        """Show a lesson, and how far it is."""
        lesson, record = state.lesson, state.record
        self._title.setText(plain(lesson.title, _LONGEST_TITLE))
        self._progress.setText(progress_text(state))
        self._bar.setMaximum(len(state.steps))
        self._bar.setValue(state.n_done)
        self._student.setVisible(not record.student)
        self.finish.setVisible(state.is_complete)
        if lesson.digest != self._digest:
            self._digest, self._next = lesson.digest, ""
            self._make_cards(state)
        for step in state.steps:
            self._cards[step.step.key].show_state(step, state)
        self.show_words(words)
        following = state.next_step
        key = "" if following is None else following.step.key
        if key != self._next:
            self._next = key
            self._soon.start()

    def _make_cards(self, state: LessonState) -> None:
        for card in self._cards.values():
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()  # not at once, for one of its buttons may be at work
        self._cards = {}
        for step in state.steps:
            card = self._cards[step.step.key] = StepCard(step, self._inside)
            card.wanted.connect(self._on_wanted)
            self._column.addWidget(card)

    def show_words(self, words: ReportWords) -> None:
        """Show what is written in the report, which may be written there too."""
        for card in self._cards.values():
            if isinstance(card.body, WriteBody):
                card.body.show_words(words)

    def body(self, step: Step) -> Body | None:
        """Return what stands below the text of a step; None where another lesson is shown by now."""
        card = self._cards.get(step.key)
        return None if card is None else card.body

    def show_obstacles(self, obstacle: Callable[[Do], str]) -> None:
        """Say of each step that does something why it cannot be carried out now."""
        for card in self._cards.values():
            if isinstance(card.body, DoBody):
                card.body.show_obstacle(obstacle(card.body.step))

    def reveal(self, step: Step) -> None:
        """Bring all of a step to sight, as soon as it has its new height."""
        self._next = step.key
        self._soon.start()

    @Slot(object)
    def _on_wanted(self, asked: Request) -> None:
        """Pass it on; the focus goes to the card's head first, for what had it may be hidden or disabled by that."""
        focused = QApplication.focusWidget()
        if focused is not None and self._inside.isAncestorOf(focused) and not isinstance(asked, WriteWords):
            self._cards[asked.step.key].focus_first()
        self.wanted.emit(asked)

    @Slot()
    def _show_next(self) -> None:
        """Bring the step that comes next to sight, and to the keyboard where that was in the lesson already."""
        card = self._cards.get(self._next)
        if card is None:
            return
        self._column.activate()
        bar = self._area.verticalScrollBar()
        self._area.ensureWidgetVisible(card, 0, 0)
        if card.height() > self._area.viewport().height():
            bar.setValue(card.y())
        focused = QApplication.focusWidget()
        if focused is not None and self._inside.isAncestorOf(focused):
            card.focus_first()

    def minimumSizeHint(self) -> QSize:
        """Return a little room: the steps scroll."""
        letters = self.fontMetrics()
        return QSize(24 * letters.averageCharWidth(), 9 * letters.height())

    @Slot()
    def _on_student_edited(self) -> None:
        name = self._student.text().strip()
        if name and not self._student.isHidden():
            self._student.clear()
            self.studentNamed.emit(name)


def progress_text(state: LessonState) -> str:
    """Return how far a lesson is: "Step 3 of 9 · 2 of 5 points · Ada"."""
    following = state.next_step
    number = len(state.steps) if following is None else following.number
    step = "All steps are done" if following is None else f"Step {number} of {len(state.steps)}"
    most = state.lesson.points
    points = f"{state.points:g} of {most:g} points" if most else ""
    left = "left meanwhile" if state.record.left else ""
    return " · ".join(filter(None, (step, points, plain(state.record.student, 60), left)))
