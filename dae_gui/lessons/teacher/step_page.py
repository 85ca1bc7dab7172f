"""One step of a lesson: its fields, actions to add, and what the present run gives."""

from __future__ import annotations

import functools

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from dae_core.lessons.actions import ACTIONS
from dae_core.lessons.step_kinds import STEP_KINDS
from dae_gui.lessons.teacher.draft import DraftStep
from dae_gui.lessons.teacher.fields import fields_of
from dae_gui.lessons.teacher.form import Form
from dae_gui.lessons.teacher.spelling import TEMPLATES
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import named, push_button, text_label

_MEASURE_TIP = "Measure this on the present run, and expect that value to within the tolerance beside"


class StepPage(QWidget):
    """Shows one step of a draft.

    Signals
    -------
    measureWanted(str)
        The step is to be measured on the present run, and the value expected to within this tolerance.
    lineAdded(str)
        A line is to be added to the actions.
    """

    measureWanted = Signal(str)
    lineAdded = Signal(str)

    def __init__(self, step: DraftStep, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Form(fields_of(step.kind, step.texts), step.texts, self)
        about = PlainLabel(STEP_KINDS[step.kind].doc, self)
        about.setWordWrap(True)
        self.line = JobLine("measureNow", "&Measure now", _MEASURE_TIP, self)
        self._tolerance = named(QLineEdit("5%", self), "measureTolerance", "Tolerance", "A number, or a share as in 5%")
        self._tolerance.setMaximumWidth(12 * self.fontMetrics().averageCharWidth())
        self._result = text_label("measureNowLabel", "What was measured", self)
        self.line.started.connect(lambda: self.measureWanted.emit(self._tolerance.text()))
        self._add = push_button("addActionButton", "&Add an action", "Add a line to what the button does", self)
        menu = QMenu(self._add)
        menu.setToolTipsVisible(True)
        for name, row in ACTIONS.items():
            action = QAction(name, menu)
            action.setToolTip(plain_tip(row.doc))
            action.triggered.connect(functools.partial(self.lineAdded.emit, TEMPLATES[name]))
            menu.addAction(action)
        self._add.setMenu(menu)
        below = QWidget(self)
        label = PlainLabel("±", below)
        label.setBuddy(self._tolerance)
        below.setLayout(vbox(hbox((self.line, 1), label, self._tolerance), self._result, margins=(0, 0, 0, 0)))
        below.setVisible(step.kind == "measure")
        self._add.setVisible(step.kind == "do")
        self.setLayout(vbox(about, self.form, hbox(self._add, 1), below, 1, spacing=4))

    def tell(self, text: str) -> None:
        """Say what came of measuring."""
        self._result.setText(text)
