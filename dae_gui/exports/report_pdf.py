"""A report as a PDF file, laid out by Qt; it may be made in any one thread."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QBuffer, QByteArray, QEventLoop, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument
from PySide6.QtSvg import QSvgRenderer

from dae_core.report import Document
from dae_core.report.document import Block, Paragraph, Picture, Plot, Table

_MARGIN_MM = 18.0
_RESOLUTION = 300
_DPI = 96  # of the layout: CSS pixels
_FOOT = 22.0
_GAP, _CAPTION_GAP = 8.0, 4.0
_HIGHEST = 430.0  # of a picture, so that two stand on a page
_FONT = "DejaVu Sans"
_STYLE = """
.title { font-size: 18pt; font-weight: bold; }
.heading { font-size: 13pt; font-weight: bold; }
.note { font-size: 8pt; color: #4b5563; }
td, th { font-size: 8.5pt; padding-right: 12px; }
"""


@dataclass(frozen=True)
class _Item:
    """Something that is not broken between two pages: text, or a figure above its caption."""

    text: QTextDocument
    figure: Picture | Plot | None = None
    width: float = 0.0
    figure_height: float = 0.0
    space_before: float = _GAP
    is_heading: bool = False

    @property
    def height(self) -> float:
        return self._text_top + float(self.text.size().height())

    @property
    def _text_top(self) -> float:
        return self.figure_height + _CAPTION_GAP if self.figure is not None else 0.0

    def draw(self, painter: QPainter, top: float) -> None:
        if self.figure is not None:
            area = QRectF(0.0, top, self.width, self.figure_height)
            if isinstance(self.figure, Plot):
                QSvgRenderer(QByteArray(self.figure.svg.encode("utf-8"))).render(painter, area)
            else:
                painter.drawImage(area, QImage.fromData(self.figure.png))
        painter.save()
        painter.translate(0.0, top + self._text_top)
        self.text.drawContents(painter)
        painter.restore()


def pdf_bytes(document: Document) -> bytes:
    """Return the contents of the file, on A4, with numbered pages; curves are drawn as lines.

    Raises
    ------
    OSError
        When Qt cannot draw it.
    """
    _ = QEventLoop()  # gives a thread that is not Qt's own what the texts' timers want
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(document.title)
    writer.setCreator("Denoising Autoencoder Studio")
    writer.setResolution(_RESOLUTION)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    scale = _RESOLUTION / _DPI
    area = writer.pageLayout().paintRectPixels(_RESOLUTION)
    width, height = area.width() / scale, area.height() / scale
    pages = _paginated(_items(document, width), height - _FOOT)
    painter = QPainter(writer)
    painter.scale(scale, scale)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number, page in enumerate(pages):
        if number:
            writer.newPage()
        for item, top in page:
            item.draw(painter, top)
        _draw_foot(painter, f"{document.title} · {number + 1} of {len(pages)}", QRectF(0.0, 0.0, width, height))
    painter.end()
    buffer.close()
    if not data.startsWith(b"%PDF"):
        raise OSError("the PDF could not be drawn")
    return bytes(data.data())


def _items(document: Document, width: float) -> list[_Item]:
    items = [
        _Item(_text(f'<span class="title">{escape(document.title)}</span>', width), space_before=0.0, is_heading=True),
        _Item(_text(f'<span class="note">{escape(document.subtitle)}</span>', width), space_before=2.0),
    ]
    for section in document.sections:
        heading = _text(f'<span class="heading">{escape(section.title)}</span>', width)
        items.append(_Item(heading, space_before=2.5 * _GAP, is_heading=True))
        items += [_item(block, width) for block in section.blocks]
    return items


def _item(block: Block, width: float) -> _Item:
    if isinstance(block, Paragraph):
        kind = ' class="note"' if block.is_note else ""
        return _Item(_text(f"<span{kind}>{escape(block.text)}</span>", width))
    if isinstance(block, Table):
        return _Item(_text(_table(block), width))
    shrunk = min(1.0, width / block.width, _HIGHEST / block.height)
    caption = _text(f'<span class="note">{escape(block.caption)}</span>', width)
    return _Item(caption, block, shrunk * block.width, shrunk * block.height)


def _text(html: str, width: float) -> QTextDocument:
    text = QTextDocument()
    font = QFont(_FONT)
    font.setPixelSize(13)
    text.setDefaultFont(font)
    text.setDocumentMargin(0.0)
    text.setDefaultStyleSheet(_STYLE)
    text.setHtml(html)
    text.setTextWidth(width)
    return text


def _table(table: Table) -> str:
    caption = f'<p class="note">{escape(table.caption)}</p>' if table.caption else ""
    align = "right" if table.is_numeric else "left"
    lines = []
    for number, row in enumerate([table.head, *table.rows] if table.head else table.rows):
        tag = "th" if table.head and number == 0 else "td"
        first, *others = (escape(text) for text in row)
        cells = "".join(f'<{tag} align="{align}">{text}</{tag}>' for text in others)
        lines.append(f'<tr><{tag} align="left">{first}</{tag}>{cells}</tr>')
    return f'{caption}<table cellspacing="0" cellpadding="2">{"".join(lines)}</table>'


def _paginated(items: list[_Item], room: float) -> list[list[tuple[_Item, float]]]:
    """Return the items of each page with their places; a heading stays with what follows it."""
    pages: list[list[tuple[_Item, float]]] = [[]]
    bottom = 0.0
    for index, item in enumerate(items):
        needed = item.height
        if item.is_heading and index + 1 < len(items):
            needed += items[index + 1].space_before + items[index + 1].height
        top = bottom + item.space_before if pages[-1] else 0.0
        if pages[-1] and top + needed > room:
            pages.append([])
            top = 0.0
        pages[-1].append((item, top))
        bottom = top + item.height
    return pages


def _draw_foot(painter: QPainter, text: str, page: QRectF) -> None:
    font = QFont(_FONT)
    font.setPixelSize(11)
    painter.setFont(font)
    painter.setPen(QColor("#4b5563"))
    painter.drawText(page, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), text)
