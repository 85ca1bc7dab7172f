"""Texts of a report as Qt lays them out: letter by letter, never as markup, and line by line, to be broken on pages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

from dae_core.report.colors import ACCENT, FAINT, INK

_FONT = ("DejaVu Sans",)
_EQUAL_WIDTHS = ("DejaVu Sans Mono", "Consolas", "Menlo", "monospace")


@dataclass(frozen=True)
class Style:
    """How a text looks: its size in CSS pixels, weight and colour, and the first of its fonts that there is."""

    size: int
    color: str = INK
    is_bold: bool = False
    fonts: tuple[str, ...] = _FONT

    def font(self) -> QFont:
        """Return the font; its letters have their true widths, for it is drawn at another resolution."""
        font = QFont(list(self.fonts))
        font.setPixelSize(self.size)
        font.setBold(self.is_bold)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

    def width(self, text: str) -> float:
        """Return the width of a text in one line."""
        return QFontMetricsF(self.font()).horizontalAdvance(text)


BODY, NOTE, CELL = Style(13), Style(11, FAINT), Style(12)
CODE, CODE_TITLE = Style(11, fonts=_EQUAL_WIDTHS), Style(11, FAINT, is_bold=True)
CELL_HEAD, LABEL = Style(11, FAINT, is_bold=True), Style(11, ACCENT, is_bold=True)
TITLE, HEADING, FIGURE = Style(24, is_bold=True), Style(16, is_bold=True), Style(20, is_bold=True)


class Text:
    """Some lines of a width; ``tops`` (n + 1) are where they begin, and where the last one ends."""

    def __init__(self, text: str, width: float, style: Style = BODY, *, is_right: bool = False) -> None:
        document = QTextDocument()
        document.setUndoRedoEnabled(False)
        document.setUseDesignMetrics(True)
        document.setDocumentMargin(0.0)
        document.setDefaultFont(style.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        document.setDefaultTextOption(option)
        document.setPlainText(text)
        cursor = QTextCursor(document)
        cursor.select(QTextCursor.SelectionType.Document)
        letters = QTextCharFormat()
        letters.setForeground(QColor(style.color))  # or it would be the theme's, which may be white
        cursor.mergeCharFormat(letters)
        if is_right:
            block = QTextBlockFormat()
            block.setAlignment(Qt.AlignmentFlag.AlignRight)
            cursor.mergeBlockFormat(block)
        document.setTextWidth(max(width, 1.0))
        self.width = width
        self.tops = _tops(document)
        self._document = document

    @property
    def height(self) -> float:
        """The height of all lines."""
        return self.tops[-1]

    @property
    def lines(self) -> tuple[float, ...]:
        """The heights of the lines."""
        return tuple(end - begin for begin, end in pairwise(self.tops))

    def draw(self, painter: QPainter, left: float, top: float, first: int = 0, last: int | None = None) -> None:
        """Draw the lines from ``first`` to before ``last``."""
        begin, end = self.tops[first], self.tops[len(self.tops) - 1 if last is None else last]
        painter.save()
        painter.translate(left, top - begin)
        self._document.drawContents(painter, QRectF(0.0, begin, self.width, end - begin))
        painter.restore()


def _tops(document: QTextDocument) -> tuple[float, ...]:
    layout = document.documentLayout()
    tops = []
    block = document.begin()
    while block.isValid():
        top, lines = layout.blockBoundingRect(block).y(), block.layout()
        tops += [top + lines.lineAt(place).y() for place in range(lines.lineCount())]
        block = block.next()
    return (*tops, float(document.size().height()))
