"""Connects the lesson that is being solved with its dock, with the run, and with what it locks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QMainWindow

from dae_core.lessons.steps import Step
from dae_core.sessions.report_words import ReportWords
from dae_core.texts import plain
from dae_gui.lessons.lesson.body import Body
from dae_gui.lessons.lesson.lesson_state import LessonState, locks
from dae_gui.lessons.lesson.open_lesson import OpenLesson
from dae_gui.lessons.lesson.run_bodies import MeasureBody
from dae_gui.lessons.lesson.writing_bodies import CodeBody
from dae_gui.sessions.document import Document
from dae_gui.support.jobs import Job
from dae_gui.support.question import Choice, Question, Role
from dae_gui.window.dock_switch import bring_dock
from dae_gui.window.lesson_actions import LessonTools
from dae_gui.window.lesson_data import LessonData
from dae_gui.window.lesson_locks import LessonLocks, Lockable
from dae_gui.window.lesson_opener import LessonOpener
from dae_gui.window.lesson_start import LessonStart
from dae_gui.window.lesson_steps import LessonSteps

if TYPE_CHECKING:
    from dae_gui.lessons.lesson import LessonPanel

DOCK = "lessonDock"
_MOST_FAULTS = 8  # shown of a file; the others come when these are mended
_LEAST_CHARACTERS, _LARGEST_SHARE = 48, 0.34  # of the dock's width, and of the window's


class LessonPresenter(QObject):
    """All of the lessons in a window.

    Parameters
    ----------
    window
        The window.
    document
        Where the answers are kept.
    tools, lockable
        What lessons use, and what they lock.
    data
        What is offered where a lesson is meant for other data.

    Signals
    -------
    told(str)
        A sentence for the user.
    """

    told = Signal(str)

    def __init__(
        self, window: QMainWindow, document: Document, tools: LessonTools, lockable: Lockable, data: LessonData
    ) -> None:
        super().__init__(window)
        self._window, self._document, self._tools, self._data = window, document, tools, data
        workbench = tools.controller.workbench
        self._panel: LessonPanel | None = None
        self._faults = ""
        self._first_source: str | None = None
        self.lesson = OpenLesson(document, workbench, self)
        self.opener = LessonOpener(self.lesson, document, tools.jobs, window)
        self.steps = LessonSteps(self.lesson, document, tools, self)
        self._locks = LessonLocks(lockable, self)
        self._start = LessonStart(self.lesson, workbench, tools.training, self.steps.actions, self)
        self._connect()

    def _connect(self) -> None:
        lesson, run = self.lesson, self._tools.run
        lesson.opened.connect(self._on_opened)
        lesson.changed.connect(self._on_changed)
        lesson.closed.connect(self._on_closed)
        for signal in (lesson.refused, self.steps.actions.failed):
            signal.connect(self.told)
        self.opener.faulty.connect(self._on_faulty)
        self._start.changed.connect(self._refresh_notice)
        self.steps.jobBegun.connect(self._on_job_begun)
        self.steps.notMeasured.connect(self._on_not_measured)
        self.steps.codeChecked.connect(self._on_code_checked)
        self._document.words.changed.connect(self._on_words_changed)
        bench = self._tools.controller.workbench
        for signal in (bench.stateChanged, bench.dataChanged, bench.weightsChanged, run.obstacleChanged):
            signal.connect(self._refresh_obstacles)

    def expect(self, student: str, source: str | None) -> None:
        """Take who solves the lesson that the window begins with.

        Parameters
        ----------
        student
            Their name; empty where it is not known.
        source
            The data set that is being opened, in the place of which one comes that the lesson is meant for; None where
            the user wants just this one.
        """
        self.opener.student = student
        self._first_source = source

    # The dock

    def connect_panel(self, panel: LessonPanel) -> None:
        """Fill the panel, which was made just now, and do what is asked for there."""
        self._panel = panel
        panel.page.wanted.connect(self.steps.do)
        panel.page.studentNamed.connect(self.lesson.set_student)
        panel.page.leaveRequested.connect(self.ask_to_leave)
        panel.list.chosen.connect(self._on_chosen)
        panel.list.openFileRequested.connect(self.opener.ask_and_open)
        panel.listStale.connect(self.opener.refresh)
        self.opener.listed.connect(panel.show_lessons)
        if self.lesson.state is not None:
            self._on_changed(self.lesson.state)
            panel.show_page()
        panel.list.show_faults(self._faults)
        self.opener.refresh()

    def show_dock(self) -> None:
        """Bring the dock to the front, wide enough for text."""
        dock = self._tools.docks[DOCK]
        bring_dock(dock)
        if not dock.isFloating():
            wanted = _LEAST_CHARACTERS * dock.fontMetrics().averageCharWidth()
            width = min(wanted, round(_LARGEST_SHARE * self._window.width()))
            self._window.resizeDocks([dock], [max(width, dock.width())], Qt.Orientation.Horizontal)

    @Slot(str)
    def _on_chosen(self, key: str) -> None:
        self._set_faults("")
        self.opener.open_key(key)

    # The lesson

    @Slot(object)
    def _on_opened(self, state: LessonState) -> None:
        source, self._first_source = self._first_source, None
        if source is not None and state.lesson.data and source not in state.lesson.data:
            self._data.open_for(state.lesson)
        self._locks.apply(state.lesson)
        self._set_faults("")
        self.show_dock()
        if self._panel is not None:
            self._panel.show_page()
        self._refresh_notice()

    @Slot(object)
    def _on_changed(self, state: LessonState | None) -> None:
        self._tools.run.forbid("" if state is None else state.start_obstacle())
        if state is not None and self._panel is not None:
            self._panel.show_lesson(state, self._document.words.value)
        self._refresh_obstacles()
        self._refresh_notice()

    @Slot()
    def _on_closed(self) -> None:
        self._locks.release()
        if self._panel is not None:
            self._panel.show_list()

    @Slot()
    def ask_to_leave(self) -> None:
        """Leave the lesson; first ask, where it locks something, for then it is recorded."""
        state = self.lesson.state
        if state is None:
            return
        if not locks(state.lesson) or state.is_complete:
            self.lesson.close()
            return
        question = Question(
            self._window,
            "leaveLessonQuestion",
            "Leave the lesson",
            f"Leave “{plain(state.lesson.title)}”?",
            "What it locks or hides is free then. What you did is kept, and you can take it up again; that you left "
            "it is recorded, and shows in what you hand in.",
            (
                Choice(True, "&Leave", "leaveButton", Role.DestructiveRole),
                Choice(False, "&Stay", "stayButton", Role.RejectRole),
            ),
        )
        question.ask(self._on_leave_answered)

    def _on_leave_answered(self, is_to_leave: bool) -> None:
        if is_to_leave:
            self.lesson.leave()

    # What comes of the steps

    @Slot(object, object)
    def _on_job_begun(self, step: Step, job: Job) -> None:
        body = self._body(step)
        if body is not None:
            body.show_job(job)

    @Slot(object, str)
    def _on_not_measured(self, step: Step, text: str) -> None:
        body = self._body(step)
        if isinstance(body, MeasureBody):
            body.show_problem(text)
            self._reveal(step)

    @Slot(object, str, bool)
    def _on_code_checked(self, step: Step, text: str, is_ok: bool) -> None:
        body = self._body(step)
        if isinstance(body, CodeBody):
            body.show_check(text, is_ok=is_ok)
            self._reveal(step)

    def _reveal(self, step: Step) -> None:
        if self._panel is not None:
            self._panel.page.reveal(step)

    def _body(self, step: Step) -> Body | None:
        return None if self._panel is None else self._panel.page.body(step)

    # What else is shown

    @Slot(object)
    def _on_words_changed(self, words: ReportWords) -> None:
        if self._panel is not None:
            self._panel.page.show_words(words)

    @Slot(str)
    def _on_faulty(self, text: str) -> None:
        lines = text.split("\n")
        more = [f"… and {len(lines) - _MOST_FAULTS} more"] if len(lines) > _MOST_FAULTS else []
        self._set_faults("\n".join([*lines[:_MOST_FAULTS], *more]))
        self.show_dock()
        if self._panel is not None:
            self._panel.show_list()

    def _set_faults(self, text: str) -> None:
        self._faults = text
        if self._panel is not None:
            self._panel.list.show_faults(text)

    @Slot()
    def _refresh_obstacles(self) -> None:
        if self._panel is not None and self.lesson.state is not None:
            self._panel.page.show_obstacles(self.steps.actions.obstacle)

    @Slot()
    def _refresh_notice(self) -> None:
        state, notice = self.lesson.state, None if self._panel is None else self._panel.page.notice
        if notice is None or state is None:
            return
        if self._start.is_on_wrong_data:
            notice.show_notice(*self._data.notice(state.lesson, self._start.take_this_data))
        elif self._start.is_waiting_for_run:
            notice.show_notice("A run is under way: the lesson's settings are set when it is stopped or has ended.")
        else:
            notice.show_notice("")
