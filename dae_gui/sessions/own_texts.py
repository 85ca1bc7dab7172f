"""What the user has written in the open session: words for the report, code, and answers in lessons."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from dae_core.sessions.code_texts import CodeTexts
from dae_core.sessions.lesson_codec import with_record
from dae_core.sessions.lesson_record import LessonRecord
from dae_core.sessions.user_texts import UserTexts
from dae_gui.sessions.own_words import OwnWords


class OwnCode(QObject):
    """Holds the functions that the user has written in the open session; nothing runs them because of that.

    Its editor has an undo of its own, so that a change here is no step of the window's.

    Signals
    -------
    changed(CodeTexts)
        They are others now.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._value = CodeTexts()

    @property
    def value(self) -> CodeTexts:
        """The texts as they are."""
        return self._value

    def write(self, function: str, text: str) -> None:
        """Set the text of a function; a blank one takes it away."""
        self.replace(self._value.with_text(function, text))

    def replace(self, code: CodeTexts) -> None:
        """Take other texts, those of another session perhaps."""
        if code != self._value:
            self._value = code
            self.changed.emit(code)


class OwnLessons(QObject):
    """Holds what was done in lessons in the open session: answers stay, so that nothing of it is undone.

    Signals
    -------
    changed(tuple of LessonRecord)
        The records are others now.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._value: tuple[LessonRecord, ...] = ()

    @property
    def value(self) -> tuple[LessonRecord, ...]:
        """The records, one for each lesson that was begun."""
        return self._value

    def record(self, key: str) -> LessonRecord | None:
        """Return the record of a lesson; None where it was not begun."""
        return next((record for record in self._value if record.key == key), None)

    def put(self, record: LessonRecord) -> None:
        """Take a record in the place of that of the same lesson, or as a new one.

        Raises
        ------
        LessonsFullError
            When that is more than a session's file takes; the records stay as they are.
        """
        self.replace(with_record(self._value, record))

    def replace(self, records: tuple[LessonRecord, ...]) -> None:
        """Take other records, those of another session perhaps."""
        if records != self._value:
            self._value = records
            self.changed.emit(records)


class OwnTexts(QObject):
    """Holds all three.

    Attributes
    ----------
    words : OwnWords
        What the user has written into the report.
    code : OwnCode
        The functions.
    lessons : OwnLessons
        The answers.

    Signals
    -------
    changed()
        Something of them is another.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words = OwnWords(self)
        self.code = OwnCode(self)
        self.lessons = OwnLessons(self)
        for part in (self.words, self.code, self.lessons):
            part.changed.connect(self.changed)

    @property
    def value(self) -> UserTexts:
        """All of them as they are."""
        return UserTexts(self.words.value, self.code.value, self.lessons.value)

    def replace(self, texts: UserTexts) -> None:
        """Take those of another session."""
        self.words.replace(texts.words)
        self.code.replace(texts.code)
        self.lessons.replace(texts.lessons)
