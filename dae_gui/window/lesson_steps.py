"""Does what the steps of a lesson ask for: records answers, presses buttons, measures, checks code, writes words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.lessons.measure import Measured
from dae_core.lessons.steps import Code, Measure, Step
from dae_core.sessions.lesson_record import Entry
from dae_gui.lessons.lesson import requests
from dae_gui.lessons.lesson.code_check import CodeCheck
from dae_gui.lessons.lesson.measuring import Measuring
from dae_gui.lessons.lesson.open_lesson import OpenLesson
from dae_gui.sessions.document import Document
from dae_gui.window.dock_switch import bring_dock
from dae_gui.window.lesson_actions import LessonActions, LessonTools

CODE_DOCK = "yourCodeDock"


class LessonSteps(QObject):
    """A row for each kind of request.

    Signals
    -------
    jobBegun(Step, Job)
        Something is being done for a step.
    notMeasured(Measure, str)
        Why a step was not measured.
    codeChecked(Code, str, bool)
        What there is to say of the code of a step, and whether it is right.
    """

    jobBegun = Signal(object, object)
    notMeasured = Signal(object, str)
    codeChecked = Signal(object, str, bool)

    def __init__(self, lesson: OpenLesson, document: Document, tools: LessonTools, parent: QObject) -> None:
        super().__init__(parent)
        self._lesson, self._document, self._tools = lesson, document, tools
        self.actions = LessonActions(tools, self)
        self.checking = CodeCheck(document, tools.jobs, self)
        self._measuring = Measuring(tools.controller, document.runs, tools.jobs, self)
        self._rows: Mapping[type, Callable[[Any], object]] = {
            requests.GoOn: lambda asked: self._record(asked.step),
            requests.FinishWords: lambda asked: self._record(asked.step),
            requests.Answer: lambda asked: self._record(asked.step, asked.value),
            requests.Perform: self._perform,
            requests.TakeMeasure: lambda asked: self._measuring.measure(asked.step),
            requests.ShowCode: self._show_code,
            requests.CheckCode: lambda asked: self.checking.check(asked.step),
            requests.WriteWords: self._write,
        }
        lesson.closed.connect(self._on_closed)
        self._measuring.begun.connect(self.jobBegun)
        self._measuring.measured.connect(self._on_measured)
        self._measuring.failed.connect(self.notMeasured)
        self.checking.begun.connect(self.jobBegun)
        self.checking.checked.connect(self._on_checked)

    @Slot(object)
    def do(self, asked: requests.Request) -> None:
        """Do what is asked for."""
        self._rows[type(asked)](asked)

    @Slot()
    def _on_closed(self) -> None:
        self._measuring.discard()
        self.checking.discard()
        self.actions.discard()

    def _record(self, step: Step, value: float | str | None = None) -> None:
        self._lesson.add(Entry.now(step.key, step.kind, value))

    def _perform(self, asked: requests.Perform) -> None:
        state = self._lesson.state
        if state is None or self.actions.obstacle(asked.step):
            return
        self.actions.perform(asked.step, state.lesson, state.record.student)
        label, iteration = self._document.runs.label, self._tools.controller.workbench.progress.iteration
        self._lesson.add(Entry.now(asked.step.key, asked.step.kind, None, label.key, iteration))

    def _write(self, asked: requests.WriteWords) -> None:
        self._document.words.write(asked.step.topic, asked.text, f"“{asked.step.title}”")

    def _show_code(self, asked: requests.ShowCode) -> None:
        panel: Any = self._tools.studies.panel(CODE_DOCK)
        panel.show_function(asked.step.function)
        bring_dock(self._tools.docks[CODE_DOCK])

    @Slot(object, object)
    def _on_measured(self, step: Measure, found: Measured) -> None:
        self._lesson.add(Entry.now(step.key, step.kind, found.value, found.run_key, found.iteration))

    @Slot(str, str, bool)
    def _on_checked(self, function: str, text: str, is_ok: bool) -> None:
        """Record what a check says of the code of each open step that asks for this function, where that is news."""
        state = self._lesson.state
        for one in () if state is None else state.steps:
            step = one.step
            if isinstance(step, Code) and step.function == function and not one.is_closed:
                if is_ok != one.is_done:
                    self._record(step, 1.0 if is_ok else 0.0)
                self.codeChecked.emit(step, text, is_ok)
