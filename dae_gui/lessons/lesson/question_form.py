"""A question's fields: choices of which one is ticked, or a box for a number with its unit; and one button."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QSizePolicy, QWidget

from dae_core.lessons.steps import Question
from dae_core.texts import number_text, plain
from dae_gui.lessons.lesson.answer_box import AnswerBox
from dae_gui.lessons.lesson.words import unbroken
from dae_gui.support.plain_text import PlainLabel
from dae_gui.support.why_not import allow
from dae_gui.widgets.controls.layouts import Item, hbox, vbox
from dae_gui.widgets.controls.named import named, push_button

_FARTHEST = 1e9  # where a question sets no bound
_NOTHING_YET = "nothing is chosen or typed yet"


class QuestionForm(QWidget):
    """Takes one answer; the button works as soon as there is one.

    Parameters
    ----------
    question
        What is asked.
    button, tip
        What stands on the button, and what it does.
    parent
        The widget that it is in.

    Signals
    -------
    answered(object)
        The text of a choice, or a number.
    """

    answered = Signal(object)

    def __init__(self, question: Question, button: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._question = question
        self._group = QButtonGroup(self)
        self._box: AnswerBox | None = None
        self.button = push_button(f"{question.key}-answerButton", button, tip, self, f"{button}: {question.title}")
        self.button.clicked.connect(self._on_clicked)
        fields = self._choices() if question.choices else self._number()
        self.setLayout(vbox(*fields, hbox(self.button, 1), spacing=4, margins=(0, 0, 0, 0)))
        self._refresh()

    def _choices(self) -> list[Item]:
        items: list[Item] = []
        for place, choice in enumerate(self._question.choices):
            radio = named(QRadioButton(self), f"{self._question.key}-choice{place}", choice, "Choose this answer")
            radio.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            label = _ChoiceLabel(choice, radio, self)
            self._group.addButton(radio, place)
            row = hbox(radio, (label, 1), spacing=2, margins=(0, 0, 0, 0))
            row.setAlignment(radio, Qt.AlignmentFlag.AlignTop)
            items.append(row)
        self._group.idToggled.connect(self._refresh)
        return items

    def _number(self) -> list[Item]:
        question = self._question
        low, high = max(question.low, -_FARTHEST), min(question.high, _FARTHEST)
        unit = plain(question.unit)
        is_known = math.isfinite(question.low) and math.isfinite(question.high)
        bounds = f"from {number_text(low, 'g')} to {number_text(high, 'g')}" if is_known else ""
        tip = f"Type a number {bounds}".rstrip()
        box = self._box = AnswerBox(low, high, min(max(0.0, low), high), step=_step(low, high), parent=self)
        named(box, f"{question.key}-numberBox", f"{question.title}: your number", f"{tip}, in {unit}" if unit else tip)
        box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        box.setMinimumWidth(12 * self.fontMetrics().averageCharWidth())
        box.lineEdit().setPlaceholderText("?")
        box.lineEdit().textChanged.connect(self._refresh)
        box.editingFinished.connect(self._refresh)  # what is refused is taken away without a word of the line
        label = PlainLabel(", ".join(filter(None, (unit, bounds))), self)
        label.setWordWrap(True)
        return [hbox(box, (label, 1), spacing=6, margins=(0, 0, 0, 0))]

    def sizeHint(self) -> QSize:
        """Return a width that asks for nothing: texts are broken."""
        return QSize(0, super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer with Enter, too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.button.isEnabled():
            self.button.click()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _refresh(self) -> None:
        box = self._box
        is_there = self._group.checkedId() >= 0 if box is None else bool(box.lineEdit().text().strip())
        allow(self.button, is_there, _NOTHING_YET)

    @Slot()
    def _on_clicked(self) -> None:
        if self._box is None:
            self.answered.emit(self._question.choices[self._group.checkedId()])
            return
        self._box.interpretText()  # which says what is possible where that is no number of the range
        self._refresh()
        if self.button.isEnabled():
            self.answered.emit(float(self._box.value()))
        else:
            self._box.setFocus()


class _ChoiceLabel(PlainLabel):
    """The text of a choice, in as many lines as it needs; a click on it chooses."""

    def __init__(self, text: str, radio: QRadioButton, parent: QWidget) -> None:
        super().__init__(unbroken(text), parent)
        self._radio = radio
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose it."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._radio.setFocus(Qt.FocusReason.MouseFocusReason)
            self._radio.setChecked(True)


def _step(low: float, high: float) -> float:
    """Return a step of 1, 0.1, 0.01 …, of which some twenty go from end to end."""
    return 10.0 ** max(-6, min(3, math.floor(math.log10(max(high - low, 1e-6) / 10))))
