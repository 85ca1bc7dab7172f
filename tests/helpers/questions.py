"""Questions that a test answers before they are shown, and takes note of."""

import pytest

from dae_gui.support.question import Question


class Answered:
    """What was asked by questions that wait for their answer, all of which get the same one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: object = False) -> None:
        self.answer = answer
        self.texts: list[str] = []
        monkeypatch.setattr(Question, "wait", lambda question: self._answer(question))

    def _answer(self, question: Question) -> object:
        self.texts.append(question.text())
        question.deleteLater()
        return self.answer
