"""Fields for the user's own words in a report: one for the name, and one for each of its parts."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QScrollArea, QWidget

from dae_core.report.topics import AUTHOR, TOPICS
from dae_core.sessions.report_words import LONGEST_TEXT, ReportWords
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.layouts import Item, vbox
from dae_gui.widgets.controls.named import named

_LINES = 4
_LONGEST_NAME = 100


class WordsForm(QScrollArea):
    """What is typed is handed out at once; what is undone elsewhere is shown here.

    Signals
    -------
    written(str, str, str)
        The key of a part of the report, the text that is in its field now, and what a menu calls the part.
    """

    written = Signal(str, str, str)

    def __init__(self, words: ReportWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "reportWords", "Your own words")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        inside = QWidget(self)
        self._name = named(QLineEdit(inside), "reportAuthorLineEdit", "Your name", "It stands at the top of each page")
        self._name.setMaxLength(_LONGEST_NAME)
        self._name.textChanged.connect(self._on_name_changed)
        items: list[Item] = [self._label("Your &name", self._name), self._name]
        self._fields: dict[str, _Field] = {}
        for topic in TOPICS.values():
            if topic.prompt:
                field = self._fields[topic.key] = _Field(topic.key, topic.title, topic.prompt, inside)
                field.written.connect(self.written)
                items += [self._label(topic.title, field), field, field.too_long]
        inside.setLayout(vbox(*items, 1, spacing=6, margins=(0, 0, 8, 0)))
        self.setWidget(inside)
        self.show_words(words)

    def _label(self, text: str, buddy: QWidget) -> PlainLabel:
        label = PlainLabel(text, self)
        label.setWordWrap(True)
        label.setBuddy(buddy)
        return label

    @Slot(object)
    def show_words(self, words: ReportWords) -> None:
        """Show words that were not typed here; fields that say the same stay as they are."""
        if ReportWords.of({AUTHOR: self._name.text()}).get(AUTHOR) != words.get(AUTHOR):
            self._name.setText(words.get(AUTHOR)[:_LONGEST_NAME])
        for key, field in self._fields.items():
            field.show_text(words.get(key))

    @Slot(str)
    def _on_name_changed(self, text: str) -> None:
        self.written.emit(AUTHOR, text, "your name")


class _Field(QPlainTextEdit):
    """The text of one part; Tab leaves it."""

    written = Signal(str, str, str)

    def __init__(self, key: str, title: str, prompt: str, parent: QWidget) -> None:
        super().__init__(parent)
        named(
            self, f"report-{key}", f"Your words on: {title}", f"Your own words on “{title}”: they stand in the report"
        )
        self._key, self._title = key, title
        self.setPlaceholderText(prompt)
        self.setTabChangesFocus(True)
        self.setFixedHeight(_LINES * self.fontMetrics().lineSpacing() + 12)
        self.too_long = PlainLabel(f"Only the first {LONGEST_TEXT:,} characters are kept.", parent)
        self.too_long.hide()
        self.textChanged.connect(self._on_text_changed)

    def show_text(self, text: str) -> None:
        """Show a text, unless it is what stands here."""
        if ReportWords.of({self._key: self.toPlainText()}).get(self._key) != text:
            self.setPlainText(text)

    @Slot()
    def _on_text_changed(self) -> None:
        text = self.toPlainText()
        self.too_long.setVisible(len(text) > LONGEST_TEXT)
        self.written.emit(self._key, text, f"“{self._title}”")
