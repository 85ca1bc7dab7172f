"""What is handed in, shown before it is written: who, how far, and what is missing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QListWidget, QWidget

from dae_core.sessions.lesson_record import LONGEST_STUDENT, student_name
from dae_core.texts import plain
from dae_gui.lessons.handing_in.missing import missing
from dae_gui.lessons.lesson.lesson_state import LessonState
from dae_gui.support.plain_text import PlainLabel
from dae_gui.support.why_not import allow
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import named, text_label

_WIDTH = 520
_LINES = 8
_ABOUT = (
    "One file is written: your runs, predictions, measurements, answers, their times, and the code that you wrote. "
    "What you do later is not in it; you can hand in again."
)
_NAME_TIP = "Who hands in, as your teacher knows you"
_LATE = "A name given only now does not go with the runs that are trained already: their seed follows from the name."
_LEFT = "You left this lesson while it locked something: that is in the file, too."


class HandInDialog(QDialog):
    """Asks for the student's name where that is not known, and follows what is done while it is open.

    Signals
    -------
    confirmed(str)
        What is done is to be handed in by the student of this name.
    """

    confirmed = Signal(str)

    def __init__(self, state: LessonState, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("handInDialog")
        self.setWindowTitle("Hand in")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._known = ""
        self._lesson = text_label("handInLessonLabel", "What is handed in", self)
        about = PlainLabel(_ABOUT, self)
        about.setWordWrap(True)
        self._name = named(QLineEdit(self), "handInStudentLineEdit", "Your name or ID", _NAME_TIP)
        self._name.setPlaceholderText("Your name or ID")
        self._name.setMaxLength(LONGEST_STUDENT)
        self._name.textChanged.connect(self._refresh)
        self._caption = PlainLabel("Your &name or ID", self)
        self._caption.setBuddy(self._name)
        self._late = text_label("handInLateLabel", "About the name", self)
        self._late.setText(_LATE)
        self._standing = text_label("handInStandingLabel", "How far it is", self)
        self._missing = named(QListWidget(self), "handInMissingList", "What is missing")
        self._missing.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._hand_in = buttons.addButton("&Hand in…", QDialogButtonBox.ButtonRole.AcceptRole)
        named(self._hand_in, "handInButton", "Hand in", "Choose where the file is written")
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        items = self._lesson, about, self._caption, self._name, self._late, self._standing, (self._missing, 1), buttons
        self.setLayout(vbox(*items, spacing=8))
        self.setMinimumWidth(min(_WIDTH, self.screen().availableSize().width() - 40))
        self.show_state(state)

    @Slot(object)
    def show_state(self, state: LessonState | None) -> None:
        """Show how far the lesson is; close where it is no longer open."""
        if state is None:
            self.reject()
            return
        self._known = state.record.student
        by = f" · {plain(self._known, 80)}" if self._known else ""
        self._lesson.setText(f"“{plain(state.lesson.title)}”{by}")
        for widget in (self._caption, self._name):
            widget.setVisible(not self._known)
        self._late.setVisible(not self._known and any(entry.run for entry in state.record.entries))
        lines = missing(state)
        said = f"{len(lines)} {'step is' if len(lines) == 1 else 'steps are'} missing; you can hand in all the same:"
        texts = said if lines else "Nothing is missing.", _LEFT if state.record.left else ""
        self._standing.setText(" ".join(filter(None, texts)))
        self._missing.clear()
        self._missing.addItems([plain(line, 200) for line in lines])
        self._missing.setVisible(bool(lines))
        heights = [self._missing.sizeHintForRow(row) for row in range(min(len(lines), _LINES))]
        self._missing.setMinimumHeight(sum(heights) + 2 * self._missing.frameWidth())
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        name = self._known or student_name(self._name.text())
        allow(self._hand_in, bool(name), "first write your name")

    @Slot()
    def _on_accepted(self) -> None:
        self.confirmed.emit(self._known or student_name(self._name.text()))
        self.accept()
