"""Below what is done with the run, and what is measured of it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

from dae_core.lessons.steps import Do, Measure
from dae_gui.lessons.lesson import words
from dae_gui.lessons.lesson.body import NO_MARGINS, Body
from dae_gui.lessons.lesson.lesson_state import LessonState, StepState
from dae_gui.lessons.lesson.requests import Perform, TakeMeasure
from dae_gui.lessons.lesson.result_lines import Comparison, ResultLine
from dae_gui.support.jobs import Job
from dae_gui.support.plain_text import PlainLabel
from dae_gui.support.why_not import allow
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.long_button import LongButton
from dae_gui.widgets.controls.markdown_text import MarkdownText
from dae_gui.widgets.controls.named import named


class DoBody(Body):
    """The button that does it, which may be pressed again; below it why it cannot be pressed now."""

    def __init__(self, step: Do, parent: QWidget) -> None:
        super().__init__(parent)
        self.step = step
        self._is_done = False
        text = step.label or "Do it"
        tip = words.actions_text(step)
        self._button = named(LongButton(text, self), f"{step.key}-doButton", f"{text}: {step.title}", tip)
        self._button.clicked.connect(self._on_clicked)
        self._done = PlainLabel("✓ Done", self)
        self._done.hide()
        self._why = PlainLabel(parent=self)
        self._why.setWordWrap(True)
        self._why.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        row = hbox(self._button, 1, margins=NO_MARGINS)
        self.setLayout(vbox(row, self._done, self._why, spacing=4, margins=NO_MARGINS))
        self.show_obstacle("")

    def show_state(self, state: StepState, lesson: LessonState) -> None:
        """Say whether it was done."""
        del lesson
        self._is_done = state.is_done
        self._done.setVisible(state.is_done)
        self._show_why()

    def show_obstacle(self, why: str) -> None:
        """Take why it cannot be done now, as a clause; empty where it can."""
        allow(self._button, not why, why)
        self._why.setText(f"Not now: {why}." if why else "")
        self._show_why()

    def _show_why(self) -> None:
        self._why.setVisible(bool(self._why.text()) and not self._is_done)

    @Slot()
    def _on_clicked(self) -> None:
        self.wanted.emit(Perform(self.step))


class MeasureBody(Body):
    """A job, and then the program's answer beside the prediction."""

    def __init__(self, step: Measure, parent: QWidget) -> None:
        super().__init__(parent)
        self._step = step
        self._line = JobLine(f"{step.key}-measure", "Measure", words.measurement_tip(step), self)
        self._line.started.connect(self._on_started)
        self._result = Comparison(f"{step.key}-result", self)
        self._why = MarkdownText(words.unbroken(step.explanation), self)
        self._problem = ResultLine(f"{step.key}-problem", self)
        self.setLayout(vbox(self._line, self._problem, self._result, self._why, spacing=8, margins=NO_MARGINS))

    def show_state(self, state: StepState, lesson: LessonState) -> None:
        """Show what was measured last."""
        entry = state.entry
        self._line.start_button.setText("Measure again" if state.is_done else "Measure")
        self._why.setVisible(state.is_done and bool(self._step.explanation))
        if entry is None:
            self._result.show_nothing()
            return
        self._problem.show_result("")
        self._result.show_measured(self._step, entry, lesson)

    def show_job(self, job: Job) -> None:
        """Show how far the measurement is."""
        self._problem.show_result("")
        job.show_in(self._line, "Measuring")
        job.failed.connect(self._show_problem)

    @Slot(str)
    def _show_problem(self, text: str) -> None:
        self.show_problem(text)

    def show_problem(self, text: str) -> None:
        """Say why nothing was measured."""
        self._problem.show_result(text, is_good=False)

    @Slot()
    def _on_started(self) -> None:
        self.wanted.emit(TakeMeasure(self._step))
