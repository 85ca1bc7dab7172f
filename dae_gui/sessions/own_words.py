"""What the user has written into the report on the open session: a fact that can be undone."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand

from dae_core.sessions.report_words import ReportWords
from dae_gui.support.undo import Step, UndoHistory


class OwnWords(QObject):
    """Holds the user's words on the open session.

    Signals
    -------
    changed(ReportWords)
        They are others now.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._value = ReportWords()
        self._undo: UndoHistory | None = None

    @property
    def value(self) -> ReportWords:
        """The words as they are."""
        return self._value

    def use_history(self, undo: UndoHistory) -> None:
        """Make each change a step that can be undone."""
        self._undo = undo

    def write(self, part: str, text: str, name: str) -> None:
        """Set the text of a part of the report, which the menu calls by a name; a step that can be undone."""
        old, new = self._value, self._value.with_text(part, text)
        if new == old:
            return
        self.replace(new)
        if self._undo is not None:
            self._undo.add(_Writing(self, part, (old.get(part), new.get(part)), name))

    def replace(self, words: ReportWords) -> None:
        """Take other words, those of another session perhaps."""
        if words != self._value:
            self._value = words
            self.changed.emit(words)


class _Writing(Step):
    """Another text for a part; what is written into the same part without a pause is one step."""

    def __init__(self, words: OwnWords, part: str, texts: tuple[str, str], name: str) -> None:
        super().__init__(f"writing on {name}", words)
        self._words, self._part, (self._old, self._new) = words, part, texts

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in what was written into the same part next; what came back to the start is no step."""
        if not isinstance(other, _Writing) or other._part != self._part:
            return False
        self._new = other._new
        self.setObsolete(self._new == self._old)
        return True

    def take_back(self) -> None:
        self._set(self._old)

    def do_again(self) -> None:
        self._set(self._new)

    def _set(self, text: str) -> None:
        self._words.replace(self._words.value.with_text(self._part, text))
