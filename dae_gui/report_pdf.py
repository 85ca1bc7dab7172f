"""A report as a PDF file, laid out by Qt; it may be made in any one thread."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QBuffer, QByteArray, QEventLoop, QIODevice, QMarginsF, QRectF, Qt, QUrl
from PySide6.QtGui import QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument
from PySide6.QtSvg import QSvgRenderer

from dae_core.report import Document
from dae_core.report.document import Block, Paragraph, Picture, Plot, Table

_MARGIN_MM = 18.0
_DPI = 96  # of the layout: CSS pixels
_SHARPNESS = 3  # device pixels of a plot for each of them
_STYLE = """
h1 { font-size: 18pt; margin-bottom: 0px; }
h2 { font-size: 13pt; margin-top: 18px; margin-bottom: 4px; }
p { margin-top: 4px; margin-bottom: 6px; }
.note { font-size: 8pt; color: #4b5563; }
td, th { font-size: 8.5pt; padding-right: 12px; }
"""


def pdf_bytes(document: Document) -> bytes:
    """Return the contents of the file, on A4, with numbered pages.

    Raises
    ------
    OSError
        When Qt cannot draw it.
    """
    _ = QEventLoop()  # gives a thread that is not Qt's own what the document's timers want
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(document.title)
    writer.setCreator("Denoising Autoencoder Studio")
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM), QPageLayout.Unit.Millimeter)
    writer.setResolution(300)
    room = writer.pageLayout().paintRect(QPageLayout.Unit.Point).width() * _DPI / 72
    page = _text_document(document, room)
    _print(page, document.title, writer)
    buffer.close()
    if not data.startsWith(b"%PDF"):
        raise OSError("the PDF could not be drawn")
    return bytes(data.data())


def _text_document(document: Document, width: float) -> QTextDocument:
    page = QTextDocument()
    page.setDefaultFont(QFont("DejaVu Sans", 10))
    page.setDocumentMargin(0.0)
    page.setDefaultStyleSheet(_STYLE)
    parts = [f"<h1>{escape(document.title)}</h1>", f'<p class="note">{escape(document.subtitle)}</p>']
    for section in document.sections:
        heading = f"<h2>{escape(section.title)}</h2>"
        for block in section.blocks:
            text = _block(page, block, width, len(parts))
            parts.append(_kept_together(heading + text) if heading else text)
            heading = ""  # stands with the first block, for Qt knows no heading that stays with what follows
    page.setHtml("".join(parts))
    return page


def _block(page: QTextDocument, block: Block, room: float, number: int) -> str:
    if isinstance(block, Paragraph):
        kind = ' class="note"' if block.is_note else ""
        return f"<p{kind}>{escape(block.text)}</p>"
    if isinstance(block, Table):
        return _table(block)
    url = f"figure{number}"
    page.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(url), _image(block))
    width = min(float(block.width), room)
    height = block.height * width / block.width
    return _kept_together(
        f'<img src="{url}" width="{width:.0f}" height="{height:.0f}"><p class="note">{escape(block.caption)}</p>'
    )


def _kept_together(text: str) -> str:
    """Return HTML in one cell of a table, which Qt does not break between two pages."""
    return f'<table width="100%" cellspacing="0" cellpadding="0"><tr><td>{text}</td></tr></table>'


def _image(block: Picture | Plot) -> QImage:
    if isinstance(block, Picture):
        return QImage.fromData(block.png)
    image = QImage(_SHARPNESS * block.width, _SHARPNESS * block.height, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(block.svg.encode("utf-8"))).render(painter, QRectF(image.rect()))
    painter.end()
    return image


def _table(table: Table) -> str:
    align = ' align="right"' if table.is_numeric else ""
    caption = f'<p class="note">{escape(table.caption)}</p>' if table.caption else ""
    rows = [table.head] if table.head else []
    cells = []
    for number, row in enumerate([*rows, *table.rows]):
        tag = "th" if table.head and number == 0 else "td"
        first, *others = (escape(text) for text in row)
        cells.append(
            f'<tr><{tag} align="left">{first}</{tag}>'
            + "".join(f"<{tag}{align}>{text}</{tag}>" for text in others)
            + "</tr>"
        )
    return f'{caption}<table cellspacing="0" cellpadding="2">{"".join(cells)}</table><p></p>'


def _print(page: QTextDocument, title: str, writer: QPdfWriter) -> None:
    """Draw page after page, each with its number; a page is laid out in CSS pixels and drawn enlarged."""
    area = writer.pageLayout().paintRectPixels(writer.resolution())
    scale = writer.resolution() / _DPI
    width, height = area.width() / scale, area.height() / scale
    foot = 22.0
    page.setPageSize(QRectF(0.0, 0.0, width, height - foot).size())
    painter = QPainter(writer)
    painter.scale(scale, scale)
    small = QFont("DejaVu Sans")
    small.setPixelSize(11)
    count = page.pageCount()
    for number in range(count):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(0.0, -number * (height - foot))
        page.drawContents(painter, QRectF(0.0, number * (height - foot), width, height - foot))
        painter.restore()
        painter.setFont(small)
        painter.setPen("#4b5563")
        painter.drawText(
            QRectF(0.0, height - 16.0, width, 16.0),
            int(Qt.AlignmentFlag.AlignRight),
            f"{title} · {number + 1} of {count}",
        )
    painter.end()
