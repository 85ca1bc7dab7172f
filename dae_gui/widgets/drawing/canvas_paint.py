"""How the drawing canvas looks: paper, grid, inviting text, frame and brush."""

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPalette, QPen

from dae_gui.support.theme import faint_line_color

# The paper is black and the ink is white in every theme, because that is what the network sees.
_BLANK_TEXT = QColor(150, 150, 150)
_GRID = QColor(255, 255, 255, 34)
_SMALLEST_GRID_CELL = 4.0


def paint_paper(painter: QPainter, paper: QRectF, ink: QImage, palette: QPalette, *, enabled: bool) -> None:
    """Paint the ink (8 bits grey, any size) onto the paper; faded into the window when not `enabled`."""
    painter.save()
    if not enabled:
        painter.fillRect(paper, palette.window())
        painter.setOpacity(0.5)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(paper, ink)
    painter.restore()


def paint_grid(painter: QPainter, paper: QRectF, rows: int, columns: int) -> None:
    """Paint faint lines between the image's pixels, unless these are too small for it."""
    cell = paper.width() / columns
    if cell < _SMALLEST_GRID_CELL:
        return
    painter.setPen(QPen(_GRID, 0))
    across = [QLineF(paper.left(), y, paper.right(), y) for y in (paper.top() + row * cell for row in range(1, rows))]
    down = [QLineF(x, paper.top(), x, paper.bottom()) for x in (paper.left() + col * cell for col in range(1, columns))]
    painter.drawLines(across + down)


def paint_blank_text(painter: QPainter, paper: QRectF, text: str, font: QFont) -> None:
    """Paint the text that invites to draw, as large as is comfortable and wrapped where the paper is narrow."""
    painter.save()
    font = QFont(font)
    font.setPixelSize(int(min(max(paper.width() / 14.0, 11.0), 22.0)))
    painter.setFont(font)
    painter.setPen(_BLANK_TEXT)
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
