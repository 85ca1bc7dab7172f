"""Markdown from a file, as high as it needs to be: no HTML, no pictures, no links that lead anywhere."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QSize, Qt, QUrl
from PySide6.QtGui import QResizeEvent, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from dae_core.texts import plain
from dae_gui.support.plain_text import plain_lines

LONGEST = 20_000
"""So many characters are shown at most."""
_FEATURES = QTextDocument.MarkdownFeature
_DIALECT = _FEATURES(int(_FEATURES.MarkdownNoHTML.value) | int(_FEATURES.MarkdownDialectGitHub.value))
_LONGEST_ADDRESS = 80
_INDENT = 18  # pixels, of lists


class _ClosedDocument(QTextDocument):
    """Loads nothing: whatever a text names, no file is read and no other machine is asked."""

    def loadResource(self, _kind: int, _name: QUrl | str) -> None:
        """Return nothing."""
        return


class MarkdownText(QTextBrowser):
    """Shows a text that is not the program's own; it can be selected and copied, and grows with its content.

    HTML stands there letter by letter. A picture is shown as its description, a link as its text with the address
    behind it.

    Parameters
    ----------
    text
        Markdown.
    parent
        The widget that it is in.
    """

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocument(_ClosedDocument(self))
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QTextBrowser { background: transparent; border: none; padding: 0px; }")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.document().setDocumentMargin(0)
        self.document().setIndentWidth(_INDENT)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.show_text(text)

    def loadResource(self, _kind: int, _name: QUrl | str) -> None:
        """Return nothing, as its document does."""
        return

    def show_text(self, text: str) -> None:
        """Show another text."""
        shown = plain_lines(text[:LONGEST], LONGEST)
        self.document().setMarkdown(shown, _DIALECT)
        _disarm(self.document())
        self.setAccessibleDescription(self.document().toPlainText())
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """Return that it is the higher the narrower it is."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the whole text at a width."""
        copy = self.document().clone()
        copy.setTextWidth(max(width, 1))
        return math.ceil(copy.size().height()) + 1

    def sizeHint(self) -> QSize:
        """Return the height at its present width."""
        width = max(self.width(), 12 * self.fontMetrics().averageCharWidth())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return a few letters' width: the text is broken, and never scrolled."""
        return QSize(12 * self.fontMetrics().averageCharWidth(), self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the height that the new width needs."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        """Have the height that the letters need."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()


def _disarm(document: QTextDocument) -> None:
    """Put the description in the place of each picture, and a link's address, as a text, behind the link."""
    found: list[tuple[int, int, QTextCharFormat]] = []
    block = document.begin()
    while block.isValid():
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            kind = fragment.charFormat()
            if kind.isImageFormat() or kind.isAnchor():
                found.append((fragment.position(), fragment.length(), kind))
            iterator += 1
        block = block.next()
    for position, length, kind in reversed(found):
        cursor = QTextCursor(document)
        cursor.setPosition(position)
        cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
        usual = QTextCharFormat()
        if kind.isImageFormat():
            description = str(kind.property(QTextCharFormat.Property.ImageAltText.value) or "")
            cursor.insertText(f"[picture: {plain(description)}]" if description else "[picture]", usual)
            continue
        address = plain(kind.anchorHref(), _LONGEST_ADDRESS)
        text = cursor.selectedText()
        cursor.insertText(text if not address or address == text else f"{text} ({address})", usual)
