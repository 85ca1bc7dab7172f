"""What came of a step: a line with a mark, and a measured value beside its prediction; no colour says it alone."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QWidget

from dae_core.lessons.measurements import MEASUREMENTS
from dae_core.lessons.record import answer
from dae_core.lessons.steps import Measure, Question
from dae_core.sessions.lesson_record import Entry
from dae_gui.lessons.lesson import words
from dae_gui.lessons.lesson.lesson_state import LessonState
from dae_gui.support.accessible import announce
from dae_gui.support.plain_text import PlainLabel
from dae_gui.support.theme import current_theme
from dae_gui.widgets.controls.named import text_label

_MARKS = {True: "✓ ", False: "✗ ", None: ""}


class ResultLine(QWidget):
    """A sentence that can be copied; hidden while there is none."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_good: bool | None = None
        self._label = text_label(f"{name}Label", "", self)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._label)
        self.hide()

    def text(self) -> str:
        """Return what is shown; empty for nothing."""
        return "" if self.isHidden() else self._label.text()

    def show_result(self, text: str, *, is_good: bool | None = None) -> None:
        """Show a sentence with a tick (True), a cross (False) or no mark; an empty one hides the line."""
        self._is_good = is_good
        shown = words.unbroken(f"{_MARKS[is_good]}{text}") if text else ""
        if shown and shown != self._label.text():
            announce(self, shown)
        self._label.setText(shown)
        self.setVisible(bool(text))
        self._follow_theme()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_is_good"):
            self._follow_theme()

    def _follow_theme(self) -> None:
        theme = current_theme(self.palette())
        color = {True: theme.done, False: theme.warning, None: theme.text}[self._is_good]
        palette = self._label.palette()
        if palette.color(self._label.foregroundRole()) != QColor(color):
            palette.setColor(self._label.foregroundRole(), QColor(color))
            self._label.setPalette(palette)


class Comparison(QWidget):
    """Two rows, what was predicted and what was measured, and below them the difference in words."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._heads = PlainLabel("Predicted", self), PlainLabel("Measured", self)
        self._values = (
            text_label(f"{name}PredictedLabel", "Predicted", self),
            text_label(f"{name}MeasuredLabel", "Measured", self),
        )
        font = self._values[1].font()
        font.setBold(True)
        self._values[1].setFont(font)
        self._difference = text_label(f"{name}DifferenceLabel", "Difference", self)
        self._about = text_label(f"{name}AboutLabel", "What was measured", self)
        self._about.setForegroundRole(self._about.palette().ColorRole.PlaceholderText)
        self._verdict = ResultLine(f"{name}-verdict", self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for row, (head, value) in enumerate(zip(self._heads, self._values, strict=True)):
            head.setAlignment(Qt.AlignmentFlag.AlignTop)
            grid.addWidget(head, row, 0)
            grid.addWidget(value, row, 1)
        for row, line in enumerate((self._difference, self._verdict, self._about), start=2):
            grid.addWidget(line, row, 0, 1, 2)
        grid.setColumnStretch(1, 1)

    def show_nothing(self) -> None:
        """Show that nothing was measured yet."""
        self.hide()

    def show_measured(self, step: Measure, entry: Entry, lesson: LessonState) -> None:
        """Show what was measured, beside the prediction that the step names."""
        measured = float(entry.value) if isinstance(entry.value, (int, float)) else float("nan")
        question = lesson.lesson.step(step.beside) if step.beside else None
        predicted = None if question is None else answer(lesson.record, question)
        if predicted is not None and isinstance(question, Question):
            self._values[0].setText(words.unbroken(question.text_of(predicted.value)))
        for widget in (self._heads[0], self._values[0]):
            widget.setVisible(predicted is not None)
        self._values[1].setText(words.unbroken(MEASUREMENTS[step.measurement].text(measured)))
        difference = "" if predicted is None else words.difference_text(predicted.value, measured)
        self._difference.setText(difference)
        self._difference.setVisible(bool(difference))
        is_right, verdict = lesson.verdict(step) or (None, "")
        self._verdict.show_result(verdict, is_good=is_right)
        self._about.setText(lesson.about(entry))
        self.show()
