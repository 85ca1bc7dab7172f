"""A step of a lesson as a card: its head, which folds it, its text, and what is to be done in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from dae_core.texts import plain
from dae_gui.lessons.lesson import words
from dae_gui.lessons.lesson.bodies import make_body
from dae_gui.lessons.lesson.body import Body
from dae_gui.lessons.lesson.fold_button import FoldButton
from dae_gui.lessons.lesson.lesson_state import LessonState, Standing, StepState
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.markdown_text import MarkdownText

_RADIUS = 6.0
_INSIDE = (4, 2, 4, 4)  # around what stands below the head
_MARKS = {Standing.DONE: "✓", Standing.NEXT: "→", Standing.TO_COME: "", Standing.CLOSED: ""}
_SAID = {
    Standing.DONE: "done",
    Standing.NEXT: "this comes next",
    Standing.TO_COME: "to come",
    Standing.CLOSED: "not open yet",
}


class StepCard(QWidget):
    """Unfolded where it is done or comes next; the others show their heads alone, until they are unfolded.

    Signals
    -------
    wanted(Request)
        The student asks for something.
    """

    wanted = Signal(object)

    def __init__(self, state: StepState, parent: QWidget) -> None:
        super().__init__(parent)
        step = state.step
        self.setObjectName(f"{step.key}-card")
        self._state = state
        self._standing: Standing | None = None
        self._head = FoldButton(f"{step.key}-head", self)
        self._head.toggled.connect(self._on_toggled)
        self.text = MarkdownText(words.unbroken(step.text), self)
        self.text.setObjectName(f"{step.key}-text")
        self.text.setAccessibleName(step.title)
        self.text.setVisible(bool(step.text.strip()))
        self.body: Body = make_body(step, self)
        self.body.wanted.connect(self.wanted)
        self._closed = PlainLabel(parent=self)
        self._closed.setObjectName(f"{step.key}-closedLabel")
        self._closed.setWordWrap(True)
        self._closed.setContentsMargins(*_INSIDE)
        self._closed.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._inside = QWidget(self)
        self._inside.setLayout(vbox(self.text, self.body, spacing=8, margins=_INSIDE))
        self.setLayout(vbox(self._head, self._closed, self._inside, spacing=2, margins=(8, 4, 8, 4)))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_state(self, state: StepState, lesson: LessonState) -> None:
        """Show where the step stands."""
        self._state = state
        step = state.step
        self.body.show_state(state, lesson)
        mark = _MARKS[state.standing]
        kind = words.STEP_NAMES[step.kind]
        points = "" if not step.points else "1 point" if step.points == 1 else f"{step.points:,} points"
        title = plain(step.title, 200)
        self._head.show_step(
            mark, f"{state.number}  {kind}: {words.unbroken(title)}", points, is_faint=not self._is_open_by_itself()
        )
        self._head.setAccessibleDescription(", ".join(filter(None, (_SAID[state.standing], points))))
        reason = lesson.closed_reason(state)
        self._closed.setText(reason)
        self._closed.setVisible(bool(reason))
        self._head.setEnabled(not state.is_closed)
        if state.standing is not self._standing:
            self._standing = state.standing
            self._head.setChecked(self._is_open_by_itself())
            self._on_toggled(self._head.isChecked())
        self.update()

    def unfold(self) -> None:
        """Show all of it, unless it is closed."""
        if not self._state.is_closed:
            self._head.setChecked(True)

    def uncover(self, _inner: QWidget) -> None:
        """Show all of it, for something in it is wanted."""
        self.unfold()

    def is_unfolded(self) -> bool:
        """Whether more than the head is shown."""
        return not self._inside.isHidden()

    def focus_first(self) -> None:
        """Give the head the focus: Tab goes on into the card."""
        self._head.setFocus(Qt.FocusReason.OtherFocusReason)

    def _is_open_by_itself(self) -> bool:
        return self._state.standing in (Standing.DONE, Standing.NEXT)

    @Slot(bool)
    def _on_toggled(self, is_unfolded: bool) -> None:
        self._inside.setVisible(is_unfolded and not self._state.is_closed)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card's edge, that of the step which comes next in the accent colour and wider."""
        role = QPalette.ColorRole
        is_next = self._state.standing is Standing.NEXT
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self.palette().color(role.Base))
        painter.setPen(QPen(self.palette().color(role.Accent if is_next else role.Mid), 2.0 if is_next else 1.0))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
