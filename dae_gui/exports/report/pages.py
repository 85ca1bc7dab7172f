"""A report on pages of A4: laid out once, and drawn as a PDF file or as pictures; in any one thread."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QEventLoop, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from dae_core.report.document import Document
from dae_core.report.pages import Page, paginate
from dae_core.texts import shortened
from dae_gui.exports.report.blocks import element
from dae_gui.exports.report.elements import Element, Heading, TextElement, TilesElement, rule, without_gap
from dae_gui.exports.report.texts import BODY, NOTE, TITLE, Text

WIDTH, HEIGHT = 793.7, 1122.5
"""A4 in CSS pixels, of which 96 are an inch."""
_MARGIN = 62.0
_HEAD, _FOOT = 26.0, 30.0
_RESOLUTION = 300
_CSS = 96
_ROOM = QRectF(_MARGIN, _MARGIN + _HEAD - 14.0, WIDTH - 2 * _MARGIN, HEIGHT - 2 * _MARGIN - _HEAD - _FOOT + 28.0)
_LONGEST_LINE = 90


@dataclass(frozen=True, eq=False)
class ReportPages:
    """The pages of a report; the same object is drawn in one thread at a time."""

    document: Document
    elements: tuple[Element, ...]
    pages: tuple[Page, ...]

    def draw(self, painter: QPainter, number: int) -> None:
        """Draw a page, counted from 0, with its head and foot; a unit of the painter is a CSS pixel."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        for placed in self.pages[number]:
            area = QRectF(_ROOM.left(), _ROOM.top() + placed.top, _ROOM.width(), placed.height)
            self.elements[placed.index].draw_lines(painter, area, placed.first, placed.last)
        document, left, right = self.document, _ROOM.left(), _ROOM.right()
        if number:
            _line(painter, document.title, document.head, _MARGIN - 22.0)
            rule(painter, left, right, _MARGIN - 4.0)
        rule(painter, left, right, HEIGHT - _MARGIN + 4.0)
        _line(painter, document.foot, f"Page {number + 1} of {len(self.pages)}", HEIGHT - _MARGIN + 9.0)


def lay_out(document: Document) -> ReportPages:
    """Return a report on pages."""
    _ = QEventLoop()  # gives a thread that is not Qt's own what the texts' timers want
    width = _ROOM.width()
    elements: list[Element] = [
        TextElement(document.title, width, TITLE),
        without_gap(TextElement(document.subtitle, width, NOTE)),
        TilesElement([(value, name) for name, value in document.facts], width, BODY),
    ]
    for section in document.sections:
        elements.append(Heading(section.title, width))
        elements += [element(block, width) for block in section.blocks]
    return ReportPages(document, tuple(elements), paginate([one.box for one in elements], _ROOM.height()))


def pdf_bytes(report: ReportPages) -> bytes:
    """Return the pages as a PDF file, in which texts are texts and curves are lines.

    Raises
    ------
    OSError
        When Qt cannot draw it.
    """
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(report.document.title)
    writer.setCreator(report.document.foot)
    writer.setResolution(_RESOLUTION)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(), QPageLayout.Unit.Millimeter)
    painter = QPainter(writer)
    painter.scale(_RESOLUTION / _CSS, _RESOLUTION / _CSS)
    for number in range(len(report.pages)):
        if number:
            writer.newPage()
        report.draw(painter, number)
    painter.end()
    buffer.close()
    if not data.startsWith(b"%PDF"):
        raise OSError("the PDF could not be drawn")
    return bytes(data.data())


def page_picture(report: ReportPages, number: int, width: int) -> QImage:
    """Return a page as a picture of so many pixels across."""
    picture = QImage(width, round(width * HEIGHT / WIDTH), QImage.Format.Format_RGB32)
    picture.fill(QColor(Qt.GlobalColor.white))
    painter = QPainter(picture)
    painter.scale(width / WIDTH, width / WIDTH)
    report.draw(painter, number)
    painter.end()
    return picture


def _line(painter: QPainter, left: str, right: str, top: float) -> None:
    """Draw a text at the left edge and one at the right edge."""
    half = _ROOM.width() / 2
    Text(shortened(left, _LONGEST_LINE), half, NOTE).draw(painter, _ROOM.left(), top)
    Text(shortened(right, _LONGEST_LINE), half, NOTE, is_right=True).draw(painter, _ROOM.left() + half, top)
