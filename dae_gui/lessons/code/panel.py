"""The code dock's content: four functions to write, their check, and a run that is trained with one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from dae_core.jobs import Monitor
from dae_core.lessons.code import FUNCTIONS, CheckResult
from dae_gui.lessons.code.editors import Editors
from dae_gui.lessons.code.examples_menu import ExamplesButton
from dae_gui.lessons.code.findings import Findings
from dae_gui.lessons.code.verdict import Verdict
from dae_gui.support.jobs import Job, Jobs
from dae_gui.support.plain_text import plain_tip
from dae_gui.support.why_not import allow
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import combo_box, narrow, push_button
from dae_gui.workbench.state import State
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

TRAINED = "backward"
"""The function that a run can be trained with."""

_FOREIGN = "This code came with the session that was opened. Nothing of it has run: it runs when you press Check."
_TRAIN, _TRAIN_BRIEFLY = "Train with my code", "Train"
_TRAIN_TIP = "Begin a run with your backward in the place of the built-in one; the present run is kept"
_MARGIN = 6
_GAP = 6  # pixels between two buttons
_LETTERS = len("✓ backward")  # for which the box has room in any case
_SHARES = (3, 2)  # of the width, of the code and of what was found
_WIDE = 1.2  # width by height, from which on these two stand beside each other
_COLUMNS = 60  # letters; where it is narrower they never do
_LINES = 7  # of the code, to be seen where it stands above


@dataclass(frozen=True)
class _Checked:
    """A text that was checked, and what was found."""

    text: str
    result: CheckResult


class CodePanel(StudyPanel):
    """Edits and checks the student's functions.

    The code runs in a process of its own, and only when the user asks: with Check, or with Train.

    Signals
    -------
    textEdited(str, str)
        The user has another text for a function; empty where it is what was there at first.
    checked(str, object)
        A function was checked as it stands now, with this `CheckResult`.
    trainRequested(str)
        The user wants a run with this text of ``backward``.
    compareRequested()
        The user wants that run compared with one of the built-in ``backward``.
    """

    textEdited = Signal(str, str)
    checked = Signal(str, object)
    trainRequested = Signal(str)
    compareRequested = Signal()

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("codePanel")
        self._job: Job | None = None
        self._seed = 0
        self._obstacle = ""
        self._checks: dict[str, _Checked] = {}
        self._make_widgets()
        top = FlowLayout()
        top.setSpacing(_GAP)
        self._row = self._choice, self.line, self.train_button, self.findings.hints.button, self._examples
        for widget in self._row:
            top.addWidget(widget)
        self.setLayout(vbox(top, self._foreign, (self._splitter, 1), spacing=4, margins=(_MARGIN, 4, _MARGIN, 4)))
        self.editors.lead_to(self.line.start_button)
        workbench.stateChanged.connect(self._offer_training)
        workbench.dataChanged.connect(self._offer_training)
        workbench.configChanged.connect(self._offer_examples)
        self.show_function(TRAINED)

    def _make_widgets(self) -> None:
        items = [(name, name) for name in FUNCTIONS]
        tips = [function.title for function in FUNCTIONS.values()]
        tip = "The function to write; ✓ stands before those that were checked and found right"
        self._choice = combo_box("codeFunctionComboBox", "Function", tip, items, self, tips)
        narrow(self._choice, _LETTERS)
        self._choice.activated.connect(self._on_function_chosen)
        tip = "Run your code on made-up values, and hold what it returns against what is right (Ctrl+Enter in the code)"
        self.line = JobLine("codeCheck", "Check", tip, self)
        self.line.started.connect(self.check)
        self.train_button = push_button("codeTrainButton", _TRAIN, _TRAIN_TIP, self)
        self.train_button.clicked.connect(self._on_train_clicked)
        self._examples = ExamplesButton(self)
        self._examples.chosen.connect(self._on_example_chosen)
        self._foreign = Verdict("codeForeign", "Code from elsewhere", self)
        self.editors = Editors(self)
        self.editors.edited.connect(self._on_edited)
        self.editors.runRequested.connect(self.check)
        self.findings = Findings(self)
        self.findings.lineRequested.connect(self._on_line_requested)
        self.findings.comparing.started.connect(self.compareRequested)
        self._splitter = QSplitter(self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.editors)
        self._splitter.addWidget(self.findings)
        for place, share in enumerate(_SHARES):
            self._splitter.setStretchFactor(place, share)

    # What is shown

    @property
    def function(self) -> str:
        """The name of the function that is shown."""
        return str(self._choice.currentData())

    @Slot(str)
    def show_function(self, name: str) -> None:
        """Show one of the functions."""
        self._choice.setCurrentIndex(self._choice.findData(name))
        self.editors.show_function(name)
        self.setFocusProxy(self.editors.of(name))
        checked = self._checks.get(name)
        self.findings.show_function(name, None if checked is None else checked.result)
        self._offer_examples()
        self.train_button.setVisible(name == TRAINED)
        self.findings.comparison.setVisible(name == TRAINED and bool(self.findings.comparison.text()))
        self._offer_training()

    @property
    def texts(self) -> Mapping[str, str]:
        """The student's texts by function; those that are as they were at first are left out."""
        return self.editors.texts()

    @Slot(object)
    def show_texts(self, texts: Mapping[str, str]) -> None:
        """Show the texts of a session; where they are others than those here, say that none of them has run."""
        is_foreign = self.editors.show_texts(texts)
        for name in [name for name, check in self._checks.items() if check.text != self.editors.of(name).text()]:
            self._forget_check(name)
        if is_foreign:
            self._foreign.show_text(_FOREIGN, is_right=None)
            self.findings.show_comparison("")

    def notice(self) -> str:
        """Return what is said of code from elsewhere; empty where there is none."""
        return self._foreign.text()

    # Checking

    @Slot()
    def check(self) -> None:
        """Check the function that is shown, in the background."""
        if self.line.is_working():
            return
        name = self.function
        text = self.editors.of(name).text()
        self._foreign.hide()
        self.editors.of(name).clear_mark()
        self.findings.show_comparison("")  # of a text that was checked before
        self._seed += 1
        self._job = self._jobs.start(_check, name, text, self._seed, failure="The code could not be checked")
        self._job.done.connect(self._on_checked)
        self._job.failed.connect(self.findings.show_note)
        self._job.cancelled.connect(self._on_cancelled)
        self._job.show_in(self.line, f"Checking {name}")

    @Slot(object)
    def _on_checked(self, answer: tuple[str, str, CheckResult]) -> None:
        name, text, result = answer
        editor = self.editors.of(name)
        if is_current := editor.text() == text:
            self._checks[name] = _Checked(text, result)
            self._mark(name, is_right=result.ok)
            if result.line is not None:
                editor.mark_line(result.line, result.text)
        if name == self.function:
            self.findings.show_result(result)
        self._offer_training()
        if is_current:
            self.checked.emit(name, result)

    @Slot()
    def _on_cancelled(self) -> None:
        self.findings.show_note("Cancelled: your code was stopped.")

    def _mark(self, name: str, *, is_right: bool) -> None:
        self._choice.setItemText(self._choice.findData(name), f"✓ {name}" if is_right else name)

    def _forget_check(self, name: str) -> None:
        """Forget what was found of a text that is another one now; it is still to be read beside the code."""
        if self._checks.pop(name, None) is not None:
            self._mark(name, is_right=False)
        self._offer_training()

    # What the user asks for

    @Slot(int)
    def _on_function_chosen(self, _index: int) -> None:
        self.show_function(self.function)

    @Slot(str, str)
    def _on_edited(self, name: str, text: str) -> None:
        self._forget_check(name)
        self.textEdited.emit(name, text)

    @Slot(str)
    def _on_example_chosen(self, source: str) -> None:
        editor = self.editors.of(self.function)
        editor.write_over(source)
        editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def _on_line_requested(self, line: int) -> None:
        editor = self.editors.of(self.function)
        editor.go_to_line(editor.marked_line() or line)
        editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _on_train_clicked(self) -> None:
        self.findings.show_comparison("")
        self.trainRequested.emit(self.editors.of(TRAINED).text())

    @Slot()
    def _offer_examples(self) -> None:
        """Offer what can be put in the place of the text, that of the present run too, which may be another one."""
        of_run = self.config.own_backward if self.function == TRAINED else ""
        self._examples.show_function(self.function, of_run)

    def forbid_training(self, why: str) -> None:
        """Begin no run for a reason, given as a clause; an empty one allows it."""
        self._obstacle = why
        self._offer_training()

    @Slot()
    def _offer_training(self) -> None:
        """Offer the run once this text was checked, whatever was found."""
        reason = self._obstacle
        if self.dataset is None:
            reason = "data is missing"
        elif self.workbench.state is State.STOPPING:
            reason = "the present run is stopping"
        elif not reason and TRAINED not in self._checks:
            reason = "check it first, right or not"
        allow(self.train_button, not reason, reason)
        self.train_button.setToolTip(plain_tip(f"{_TRAIN_TIP}.\nNot now: {reason}" if reason else _TRAIN_TIP))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the code above what was found where the dock is rather high than wide."""
        super().resizeEvent(event)
        letters = self.fontMetrics()
        is_wide = self.width() > max(_WIDE * self.height(), _COLUMNS * letters.averageCharWidth())
        self._splitter.setOrientation(Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical)
        for part in (self.editors, self.findings):
            part.setMinimumHeight(0 if is_wide else _LINES * letters.lineSpacing())
        self._fit_row()

    def _fit_row(self) -> None:
        """Shorten the text of a button where the row would need a second line, which the code would lack."""
        self.train_button.setText(_TRAIN)
        shown = [widget for widget in self._row if not widget.isHidden()]
        needed = sum(widget.sizeHint().width() + _GAP for widget in shown) - _GAP
        margins = self.contentsMargins()
        if needed > self.width() - margins.left() - margins.right() - 2 * _MARGIN:
            self.train_button.setText(_TRAIN_BRIEFLY)


def _check(name: str, text: str, seed: int, monitor: Monitor) -> tuple[str, str, CheckResult]:
    """Check a text of a function. Raises Cancelled."""
    from dae_core.lessons.code import check_code  # with all that it computes with

    return name, text, check_code(name, text, seed=seed, monitor=monitor)
