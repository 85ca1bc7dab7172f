"""A picture that can be taken elsewhere: how large it is and how it is painted, free of the widget that showed it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPalette, QPicture
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from dae_gui.support import theme as themes

_BACKGROUND = re.compile(rb'<rect width="100%" height="100%"[^>]*?(?:/>|>\s*</rect>)')
_LONG_PATH = re.compile(rb'<path([^>]*?)\sd="M([^"MZz]*)"([^>]*)/>')
_PIECE = 16  # points
_COSMETIC = re.compile(rb"""\s*vector-effect\s*(?:=\s*["']non-scaling-stroke["']|:\s*non-scaling-stroke\s*;?)""")


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture as it was at one moment. It may be painted in any one thread at a time.

    Attributes
    ----------
    name
        The file name, without ending, that is proposed when saving.
    size
        In pixels of the screen.
    paint
        Paints it from (0, 0) to ``size``, without the background.
    scale
        How many pixels of a file a pixel of the screen becomes, where none is chosen.
    background
        What lies behind it, and can be left out; None where the picture covers everything.
    """

    name: str
    size: QSizeF
    paint: Callable[[QPainter], None]
    scale: int = 2
    background: QColor | None = None


def picture_of_image(name: str, image: QImage) -> Picture:
    """Return a picture of pixels, which stay squares at each resolution."""

    def paint(painter: QPainter) -> None:
        painter.drawImage(QPointF(0.0, 0.0), image)

    return Picture(name, QSizeF(image.size()), paint, scale=1)


def picture_of_painting(name: str, size: QSizeF, paint: Callable[[QPainter], None], background: QColor) -> Picture:
    """Return what ``paint`` paints now: lines and texts stay lines and texts."""
    recording = QPicture()
    painter = QPainter(recording)
    paint(painter)
    painter.end()

    def replay(painter: QPainter) -> None:
        painter.drawPicture(QPointF(0.0, 0.0), recording)

    return Picture(name, size, replay, scale=3, background=background)


def picture_of_drawing(name: str, svg: bytes, size: QSizeF, background: QColor) -> Picture:
    """Return an SVG drawing as a picture; a rectangle of 100 % in it was its background.

    Lines that an SVG reader would draw one pixel wide at each size become as thick as all else.
    """
    without_background = _BACKGROUND.sub(b"", svg, count=1)
    whole = _COSMETIC.sub(b"", without_background)
    pieces = _LONG_PATH.sub(_in_pieces, whole)

    def paint(painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_pixels = painter.paintEngine().type() == QPaintEngine.Type.Raster
        QSvgRenderer(QByteArray(pieces if is_pixels else whole)).render(painter, QRectF(QPointF(0.0, 0.0), size))

    return Picture(name, size, paint, background=background)


def _in_pieces(path: re.Match[bytes]) -> bytes:
    """Return a long line as many short ones: Qt needs time with the square of a line's length to draw it smoothly."""
    before, line, after = path.groups()
    points = line.split(b" L")
    pieces = (b" L".join(points[start : start + _PIECE + 1]) for start in range(0, max(len(points) - 1, 1), _PIECE))
    return b"".join(b'<path%b d="M%b"%b/>' % (before, piece, after) for piece in pieces)


@contextmanager
def in_theme(widget: QWidget, theme: themes.Theme | None) -> Iterator[None]:
    """Give a widget the colours of another theme for a moment in which nothing is painted; None: its own."""
    if theme is None or theme is themes.current_theme(widget.palette()):
        yield
        return
    own = QPalette(widget.palette()) if widget.testAttribute(Qt.WidgetAttribute.WA_SetPalette) else QPalette()
    widget.setUpdatesEnabled(False)
    widget.setPalette(themes.palette(theme))
    try:
        yield
    finally:
        widget.setPalette(own)
        widget.setUpdatesEnabled(True)
