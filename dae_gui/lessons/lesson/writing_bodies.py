"""Below what the student writes: a function, or words for the report."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from dae_core.lessons.steps import Code, Write
from dae_core.report.topics import TOPICS
from dae_core.sessions.report_words import LONGEST_TEXT, ReportWords
from dae_gui.lessons.lesson.body import NO_MARGINS, Body
from dae_gui.lessons.lesson.lesson_state import LessonState, StepState
from dae_gui.lessons.lesson.requests import CheckCode, FinishWords, ShowCode, WriteWords
from dae_gui.lessons.lesson.result_lines import ResultLine
from dae_gui.support.jobs import Job
from dae_gui.support.plain_text import PlainLabel
from dae_gui.support.why_not import allow
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import named, push_button

_LINES = 5


class CodeBody(Body):
    """Two buttons, to write the function and to check it, and what came of the check."""

    def __init__(self, step: Code, parent: QWidget) -> None:
        super().__init__(parent)
        self._step = step
        tip = f"Show {step.function} in Your code"
        self._open = push_button(f"{step.key}-codeButton", "Open Your code", tip, self, f"{tip}: {step.title}")
        self._open.clicked.connect(self._on_open_clicked)
        self._line = JobLine(f"{step.key}-check", "Check", f"Check your {step.function}, in a process of its own", self)
        self._line.started.connect(self._on_check_wanted)
        self._result = ResultLine(f"{step.key}-result", self)
        row = FlowLayout()
        for widget in (self._open, self._line):
            row.addWidget(widget)
        self.setLayout(vbox(row, self._result, spacing=6, margins=NO_MARGINS))

    def show_state(self, state: StepState, lesson: LessonState) -> None:
        """Show what the last check said."""
        del lesson
        if state.is_done:
            more = " Now train with it: the button is in Your code." if self._step.trains else ""
            self._result.show_result(f"The check is passed.{more}", is_good=True)

    def show_check(self, text: str, *, is_ok: bool) -> None:
        """Show what a check said of the code as it is now."""
        self._result.show_result(text, is_good=is_ok)

    def show_job(self, job: Job) -> None:
        """Show that the code is being checked."""
        self._result.show_result("")
        job.show_in(self._line, "Checking")
        job.failed.connect(self._on_failed)

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        self.show_check(text, is_ok=False)

    @Slot()
    def _on_open_clicked(self) -> None:
        self.wanted.emit(ShowCode(self._step))

    @Slot()
    def _on_check_wanted(self) -> None:
        self.wanted.emit(CheckCode(self._step))


class WriteBody(Body):
    """A field whose text stands in the report, and a button that says it is finished."""

    def __init__(self, step: Write, parent: QWidget) -> None:
        super().__init__(parent)
        self._step = step
        topic = TOPICS[step.topic]
        self._field = QPlainTextEdit(self)
        tip = f"Your own words on “{topic.title}”: they stand in the report"
        named(self._field, f"{step.key}-wordsField", f"Your words on: {topic.title}", tip)
        self._field.setPlaceholderText(topic.prompt)
        self._field.setTabChangesFocus(True)
        self._field.setFixedHeight(_LINES * self._field.fontMetrics().lineSpacing() + 12)
        self._field.textChanged.connect(self._on_text_changed)
        tip = "Count this step as done; the text can still be changed, here and in the report"
        self._button = push_button(f"{step.key}-writtenButton", "Done", tip, self, f"Done: {step.title}")
        self._button.clicked.connect(self._on_clicked)
        self._note = PlainLabel(parent=self)
        self._note.setWordWrap(True)
        below = hbox(self._button, (self._note, 1), spacing=8, margins=NO_MARGINS)
        self.setLayout(vbox(self._field, below, spacing=4, margins=NO_MARGINS))
        self._refresh()

    def show_words(self, texts: ReportWords) -> None:
        """Show the words that are in the report, unless they are what stands here."""
        part, text = self._step.topic, texts.get(self._step.topic)
        if ReportWords.of({part: self._field.toPlainText()}).get(part) != text:
            self._field.setPlainText(text)

    def show_state(self, state: StepState, lesson: LessonState) -> None:
        """Have no button where it is done."""
        del lesson
        self._button.setVisible(not state.is_done)

    @Slot()
    def _on_text_changed(self) -> None:
        self._refresh()
        self.wanted.emit(WriteWords(self._step, self._field.toPlainText()))

    @Slot()
    def _on_clicked(self) -> None:
        self.wanted.emit(FinishWords(self._step))

    def _refresh(self) -> None:
        text = self._field.toPlainText()
        allow(self._button, bool(text.strip()), "nothing is written yet")
        is_long = len(text) > LONGEST_TEXT
        self._note.setText(f"Only the first {LONGEST_TEXT:,} characters are kept.")
        self._note.setVisible(is_long)
