"""The blocks of a report as things that are drawn: how high they are, where they may be broken, and how they look."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QByteArray, QLineF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtSvg import QSvgRenderer

from dae_core.report.colors import ACCENT, ACCENT_GROUND, CODE_GROUND, RULE
from dae_core.report.document import (
    Listing,
    Picture,
    Plot,
    RuledSpace,
    UserWords,
)
from dae_core.report.pages import Box
from dae_core.report.topics import OWN_WORDS
from dae_gui.exports.report.texts import BODY, CODE, CODE_TITLE, FIGURE, HEADING, LABEL, NOTE, Style, Text

GAP = 9.0
_SECTION_GAP = 20.0
_LEAST_PICTURE = 0.72  # of its full size
_PLOT = (150, 250)  # the least and the greatest height of a plot
_RULE, _MORE_RULES = 27.0, 12
_COLUMN_GAP = 14.0  # between figures in a row
_BAR, _INDENT, _PADDING = 3.0, 14.0, 7.0


class Element(ABC):
    """Something on a page; ``box`` says how it may be placed."""

    box: Box

    @abstractmethod
    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw all of it into an area, which is as high as it is."""

    def draw_lines(self, painter: QPainter, area: QRectF, _first: int, _last: int) -> None:
        """Draw its lines from the first to before the last into an area; what is not broken has one."""
        self.draw(painter, area)


class TextElement(Element):
    """Sentences."""

    def __init__(self, text: str, width: float, style: Style = BODY, gap: float = GAP) -> None:
        self._text = Text(text, width, style)
        self.box = Box(self._text.lines, gap)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw all lines."""
        self.draw_lines(painter, area, 0, len(self.box.lines))

    def draw_lines(self, painter: QPainter, area: QRectF, first: int, last: int) -> None:
        """Draw some of the lines."""
        self._text.draw(painter, area.left(), area.top(), first, last)


class Heading(Element):
    """The title of a section, with a rule below it; it stays with what follows."""

    def __init__(self, text: str, width: float) -> None:
        self._text = Text(text, width, HEADING)
        self.box = Box((self._text.height + 4.0,), _SECTION_GAP, keeps_next=True)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw it."""
        self._text.draw(painter, area.left(), area.top())
        rule(painter, area.left(), area.right(), area.bottom())


class Framed(Element):
    """Lines below a label, on a ground of their own."""

    ground = ACCENT_GROUND

    def __init__(self, label: Text, text: Text) -> None:
        self._label, self._text = label, text
        lines = list(self._text.lines)
        lines[0] += self._label.height + _PADDING
        lines[-1] += _PADDING
        self.box = Box(tuple(lines), GAP + 3.0)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw all lines."""
        self.draw_lines(painter, area, 0, len(self.box.lines))

    def draw_lines(self, painter: QPainter, area: QRectF, first: int, last: int) -> None:
        """Draw some of the lines; the label stands above the first."""
        painter.fillRect(area, QColor(self.ground))
        left, top = area.left() + _INDENT, area.top()
        if not first:
            self._label.draw(painter, left, top + _PADDING - 2.0)
            top += self._label.height + _PADDING
        self._text.draw(painter, left, top, first, last)


class WordsElement(Framed):
    """What the user wrote, beside a bar, which tells it from what the program says."""

    def __init__(self, words: UserWords, width: float) -> None:
        super().__init__(Text(OWN_WORDS, width - _INDENT, LABEL), Text(words.text, width - 2 * _INDENT))

    def draw_lines(self, painter: QPainter, area: QRectF, first: int, last: int) -> None:
        """Draw some of the lines, beside the bar."""
        super().draw_lines(painter, area, first, last)
        painter.fillRect(QRectF(area.left(), area.top(), _BAR, area.height()), QColor(ACCENT))


class ListingElement(Framed):
    """A program's text."""

    ground = CODE_GROUND

    def __init__(self, listing: Listing, width: float) -> None:
        super().__init__(
            Text(listing.title, width - _INDENT, CODE_TITLE), Text(listing.text, width - 2 * _INDENT, CODE)
        )


class Ruled(Element):
    """Blank lines to write on; they fill what is free on the page."""

    def __init__(self, space: RuledSpace, width: float) -> None:
        self._label = Text(OWN_WORDS, width, LABEL)
        self.box = Box((self._label.height + _RULE * space.lines,), GAP, spare=_RULE * _MORE_RULES)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw as many as there is room for, evenly."""
        self._label.draw(painter, area.left(), area.top())
        top, room = area.top() + self._label.height, area.height() - self._label.height
        count = int(room / _RULE + 1e-6)
        for number in range(1, count + 1):
            rule(painter, area.left(), area.right(), top + room * number / count)


class TilesElement(Element):
    """Values with their names below, in columns as wide as they need, by proportion."""

    def __init__(self, items: Sequence[tuple[str, str]], width: float, style: Style = FIGURE, gap: float = GAP) -> None:
        wanted = [max(style.width(value), NOTE.width(name), 40.0) for value, name in items]
        room = width - _COLUMN_GAP * (len(items) - 1)
        self._columns = [room * one / sum(wanted) for one in wanted]
        self._pairs = [
            (Text(value, column, style), Text(name, column, NOTE))
            for (value, name), column in zip(items, self._columns, strict=True)
        ]
        self._high = max(value.height for value, _ in self._pairs)
        self.box = Box((self._high + max(name.height for _, name in self._pairs),), gap)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw all of them."""
        left = area.left()
        for (value, name), column in zip(self._pairs, self._columns, strict=True):
            value.draw(painter, left, area.top())
            name.draw(painter, left, area.top() + self._high)
            left += column + _COLUMN_GAP


class Figure(Element):
    """A picture or a plot above its caption, of any height within its bounds."""

    def __init__(self, figure: Picture | Plot, width: float) -> None:
        self._figure = figure
        self._width = width
        self._caption = Text(figure.caption, width, NOTE)
        if isinstance(figure, Plot):
            least, most = (float(height) for height in _PLOT)
        else:
            most = figure.height * min(1.0, width / figure.width)
            least = _LEAST_PICTURE * most
        self.box = Box((least + 4.0 + self._caption.height,), GAP + 2.0, slack=most - least, may_wait=True)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw it as large as the area allows."""
        figure = self._figure
        most = self.box.height + self.box.slack  # beside something higher it keeps its own size
        height = min(area.height(), most) - self._caption.height - 4.0
        if isinstance(figure, Plot):
            place = QRectF(area.left(), area.top(), self._width, height)
            svg = figure.draw(round(place.width()), round(height))
            QSvgRenderer(QByteArray(svg.encode("utf-8"))).render(painter, place)
        else:
            place = QRectF(area.left(), area.top(), height * figure.width / figure.height, height)
            painter.drawImage(place, QImage.fromData(figure.png))
        self._caption.draw(painter, area.left(), place.bottom() + 4.0)


def rule(painter: QPainter, left: float, right: float, y: float, color: str = RULE) -> None:
    """Draw a thin line across."""
    painter.setPen(QPen(QColor(color), 0.75))
    painter.drawLine(QLineF(left, y, right, y))


def without_gap(one: Element) -> Element:
    """Return the element, to stand right below what comes before it."""
    one.box = replace(one.box, gap=2.0)
    return one
