"""How the drawing canvas looks: paper, inviting text, frame and brush."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPalette, QPen

from dae_gui.support.theme import faint_line_color

# The paper is black and the ink is white in every theme, because that is what the network sees.
_BLANK_COLOR = QColor(150, 150, 150)


def paint_paper(painter: QPainter, paper: QRectF, ink: QImage, palette: QPalette, *, enabled: bool) -> None:
    """Paint the ink (8 bits grey, any size) onto the paper; faded into the window when not `enabled`."""
    painter.save()
    if not enabled:
        painter.fillRect(paper, palette.window())
        painter.setOpacity(0.5)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(paper, ink)
    painter.restore()


def paint_blank_text(painter: QPainter, paper: QRectF, font: QFont, text: str) -> None:
    """Paint the text that invites to draw, as large as is comfortable and wrapped where the paper is narrow."""
    painter.save()
    font = QFont(font)
    font.setPixelSize(int(min(max(paper.width() / 14.0, 11.0), 22.0)))
    painter.setFont(font)
    painter.setPen(_BLANK_COLOR)
    margin = QFontMetricsF(font).averageCharWidth()
    area = paper.adjusted(margin, margin, -margin, -margin)
    painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), text)
    painter.restore()


def paint_frame(painter: QPainter, paper: QRectF, palette: QPalette, *, focused: bool) -> None:
    """Paint the line around the paper, in the highlight colour when it has the focus."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    color = palette.color(QPalette.ColorRole.Highlight) if focused else faint_line_color(palette)
    painter.setPen(QPen(color, 2.0 if focused else 1.0))
    rim = 1.0 if focused else 0.5
    painter.drawRect(paper.adjusted(-rim, -rim, rim, rim))


def paint_brush(painter: QPainter, paper: QRectF, centre: QPointF, width: float, erasing: bool) -> None:
    """Paint a circle of the brush's width (in the painter's units), visible on ink and on paper; dashed to erase."""
    painter.save()
    painter.setClipRect(paper)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = max(width / 2, 1.5)
    painter.setPen(QPen(QColor(0, 0, 0, 170), 3.0))
    painter.drawEllipse(centre, radius, radius)
    pen = QPen(QColor(235, 235, 235), 1.2)
    if erasing:
        pen.setDashPattern([3.0, 2.5])
    painter.setPen(pen)
    painter.drawEllipse(centre, radius, radius)
    painter.restore()
