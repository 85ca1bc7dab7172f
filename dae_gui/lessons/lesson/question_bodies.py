"""Below a text, a prediction or a last question: what is answered once."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from dae_core.lessons.steps import Predict, Read, Transfer
from dae_gui.lessons.lesson.body import NO_MARGINS, Body
from dae_gui.lessons.lesson.lesson_state import LessonState, StepState
from dae_gui.lessons.lesson.question_form import QuestionForm
from dae_gui.lessons.lesson.requests import Answer, GoOn
from dae_gui.lessons.lesson.result_lines import ResultLine
from dae_gui.lessons.lesson.words import unbroken
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.markdown_text import MarkdownText
from dae_gui.widgets.controls.named import push_button


class ReadBody(Body):
    """A button with which one goes on; it goes when that was done."""

    def __init__(self, step: Read, parent: QWidget) -> None:
        super().__init__(parent)
        self._step = step
        self._button = push_button(
            f"{step.key}-goOnButton", "Go on", "To the next step", self, f"Go on from: {step.title}"
        )
        self._button.clicked.connect(self._on_clicked)
        self.setLayout(hbox(self._button, 1, margins=NO_MARGINS))

    def show_state(self, state: StepState, lesson: LessonState) -> None:
        """Have no button where there is nothing to go on from."""
        del lesson
        self.setVisible(not state.is_done)

    @Slot()
    def _on_clicked(self) -> None:
        self.wanted.emit(GoOn(self._step))


class PredictBody(Body):
    """The question's fields, and then what was predicted."""

    def __init__(self, step: Predict, parent: QWidget) -> None:
        super().__init__(parent)
        self._step = step
        tip = "Record this prediction for good; what comes next opens"
        self._form = QuestionForm(step, "Predict", tip, self)
        self._form.answered.connect(self._on_answered)
        self._result = ResultLine(f"{step.key}-result", self)
        self.setLayout(vbox(self._form, self._result, spacing=2, margins=NO_MARGINS))

    def show_state(self, state: StepState, lesson: LessonState) -> None:
        """Show the fields, or what was predicted."""
        del lesson
        self._form.setVisible(not state.is_done)
        text = "" if state.entry is None else f"You predicted: {self._step.text_of(state.entry.value)}"
        self._result.show_result(text)

    @Slot(object)
    def _on_answered(self, value: str | float) -> None:
        self.wanted.emit(Answer(self._step, value))


class TransferBody(Body):
    """The question's fields, and then the answer beside the right one, with its explanation."""

    def __init__(self, step: Transfer, parent: QWidget) -> None:
        super().__init__(parent)
        self._step = step
        self._form = QuestionForm(step, "Answer", "Give this answer; the first one counts", self)
        self._form.answered.connect(self._on_answered)
        self._result = ResultLine(f"{step.key}-result", self)
        self._why = MarkdownText(unbroken(step.explanation), self)
        self.setLayout(vbox(self._form, self._result, self._why, spacing=8, margins=NO_MARGINS))

    def show_state(self, state: StepState, lesson: LessonState) -> None:
        """Show the fields, or what was answered and what is right."""
        del lesson
        self._form.setVisible(not state.is_done)
        self._why.setVisible(state.is_done and bool(self._step.explanation))
        if state.entry is None:
            self._result.show_result("")
            return
        given, right = (self._step.text_of(value) for value in (state.entry.value, self._step.answer))
        is_right = self._step.is_right(state.entry.value)
        text = f"Right: {given}" if is_right else f"You answered: {given}. Right is: {right}"
        self._result.show_result(text, is_good=is_right)

    @Slot(object)
    def _on_answered(self, value: str | float) -> None:
        self.wanted.emit(Answer(self._step, value))
