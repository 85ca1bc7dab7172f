"""A question over a window, which is answered exactly once, whichever way it is closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from dae_gui.support.plain_text import plain_lines

Role = QMessageBox.ButtonRole
_LONGEST = 1000  # characters


@dataclass(frozen=True)
class Choice:
    """An answer with its button: what it means, what the button says, how the button is called, and its role."""

    answer: Any
    text: str
    name: str
    role: Role


class Question(QMessageBox):
    """Buttons to choose from; Esc, the X of its title bar and everything else that closes it give the last answer.

    A button's own signal leaves the other ways out unanswered, and then whoever asked waits for ever.

    Parameters
    ----------
    parent
        Over which window it stands.
    name, title
        Its object name, and what stands above it.
    text, details
        What is asked, and what to know for the answer; plain text, whatever names it holds.
    choices
        The first is the one that Enter gives, unless it destroys something; the last one changes nothing.

    Signals
    -------
    answered(object)
        The answer, once.
    """

    answered = Signal(object)

    def __init__(
        self, parent: QWidget, name: str, title: str, text: str, details: str, choices: Sequence[Choice]
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWindowTitle(title)
        self.setText(plain_lines(text, _LONGEST))
        self.setInformativeText(plain_lines(details, _LONGEST))
        self._answers: dict[QAbstractButton | None, Any] = {None: choices[-1].answer}
        buttons = []
        for choice in choices:
            button = self.addButton(choice.text, choice.role)
            button.setObjectName(choice.name)
            buttons.append(button)
            self._answers[button] = choice.answer
        destroys = choices[0].role is Role.DestructiveRole
        self.setIcon(QMessageBox.Icon.Warning if destroys else QMessageBox.Icon.Question)
        self.setDefaultButton(buttons[-1] if destroys else buttons[0])
        self.setEscapeButton(buttons[-1])
        self.finished.connect(self._on_finished)

    def ask(self, on_answer: Callable[[Any], None]) -> None:
        """Show it; the answer comes later. The rest of the window waits meanwhile."""
        self.answered.connect(on_answer)
        self.open()

    def wait(self) -> Any:
        """Show it, and return the answer; nothing else is done meanwhile, but timers and signals go on."""
        answers: list[Any] = []
        self.answered.connect(answers.append)
        self.exec()
        return answers[0]

    @Slot()
    def _on_finished(self) -> None:
        self.answered.emit(self._answers[self.clickedButton()])
