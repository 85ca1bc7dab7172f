"""White ink on black: a drawing kept at many times the resolution that is finally asked for."""

import zlib
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

_SMALLEST_FACTOR, _LARGEST_FACTOR, _WANTED_SIDE = 10, 40, 320
_SMOOTH_TURNS, _LOAD_TOLERANCE = 4, 0.4


class InkBuffer:
    """A supersampled drawing, and how strokes get into it.

    All positions and widths are in pixels of the final image: x along its columns, y along its rows, (0, 0) the outer
    corner of its first pixel.

    Parameters
    ----------
    shape
        Rows and columns (h, w) of the final image.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        height, width = int(shape[0]), int(shape[1])
        if height < 1 or width < 1:
            raise ValueError(f"A drawing needs at least one row and one column, not {height} x {width}.")
        self.shape = (height, width)
        self.factor = min(max(ceil(_WANTED_SIDE / max(height, width)), _SMALLEST_FACTOR), _LARGEST_FACTOR)
        self._settled = QImage(width * self.factor, height * self.factor, QImage.Format.Format_Grayscale8)
        self._settled.fill(0)
        self._shown = self._settled.copy()
        self._last: QPointF | None = None
        self._joint = QPointF()
        self._pen = QPen()

    def picture(self) -> QImage:
        """Return the ink as it is now, 8 bits grey, of shape (h * factor, w * factor); do not paint on it."""
        return self._shown

    def image(self) -> NDArray[np.uint8]:
        """Return the drawing as uint8 of shape (h, w), 0 to 255: the mean of the ink over each pixel's area."""
        height, width = self.shape
        side, area = self.factor, self.factor * self.factor
        # Rows first: sums of at most 40 bytes fit 16 bits, and the inner loop runs over contiguous memory.
        rows = _pixels(self._shown).reshape(height, side, width * side).sum(axis=1, dtype=np.uint16)
        sums = rows.reshape(height, width, side).sum(axis=2, dtype=np.uint32)
        means: NDArray[np.uint8] = ((sums + area // 2) // area).astype(np.uint8)
        return means

    def is_blank(self) -> bool:
        """Whether there is no ink at all."""
        return not bool(_pixels(self._shown).any())

    def is_stroking(self) -> bool:
        """Whether a stroke was begun and not ended."""
        return self._last is not None

    def begin_stroke(self, position: QPointF, width: float, erase: bool) -> None:
        """Put a round dot of this width down; `extend_stroke` draws on from it."""
        self.end_stroke()
        color = QColor(Qt.GlobalColor.black if erase else Qt.GlobalColor.white)
        self._pen = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        self._last, self._joint = QPointF(position), QPointF(position)
        painter = self._painter(self._settled)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(position, width / 2, width / 2)
        painter.end()
        self._shown = self._settled.copy()

    def extend_stroke(self, position: QPointF) -> bool:
        """Draw on to a further position of the pen, and return whether it is another one.

        The line is a quadratic curve from the middle of one pair of positions to the middle of the next, so it has no
        corners however far apart they are. The last half, whose curve is not known yet, is shown straight.
        """
        if self._last is None or position == self._last:
            return False
        middle = QLineF(self._last, position).center()
        path = QPainterPath(self._joint)
        path.quadTo(self._last, middle)
        painter = self._painter(self._settled)
        painter.strokePath(path, self._pen)
        painter.end()
        self._last, self._joint = QPointF(position), middle
        self._shown = self._settled.copy()
        painter = self._painter(self._shown)
        painter.setPen(self._pen)
        painter.drawLine(middle, position)
        painter.end()
        return True

    def end_stroke(self) -> None:
        """Keep what is shown; without a stroke nothing happens."""
        if self._last is not None:
            self._last = None
            self._settled = self._shown.copy()

    def clear(self) -> None:
        """Remove all ink."""
        self._last = None
        self._settled.fill(0)
        self._shown = self._settled.copy()

    def load(self, image: NDArray[np.uint8]) -> None:
        """Replace the ink by a smooth enlargement of an image whose area means give that image back.

        Parameters
        ----------
        image
            uint8, shape (h, w), 0 to 255. Afterwards `image` returns the same within one grey level.
        """
        if image.shape != self.shape or image.dtype != np.uint8:
            raise ValueError(f"The drawing takes uint8 images of shape {self.shape}, not {image.dtype} {image.shape}.")
        (height, width), side = self.shape, self.factor
        down, across = _smooth_weights(height, side), _smooth_weights(width, side).T
        wanted = image.astype(np.float32)
        ink = down @ wanted @ across
        for turn in range(40):  # a few smooth corrections first, the small rest pixel by pixel
            rest = wanted - ink.reshape(height, side, -1).mean(axis=1).reshape(height, width, side).mean(axis=2)
            if np.abs(rest).max() < _LOAD_TOLERANCE:
                break
            ink += down @ rest @ across if turn < _SMOOTH_TURNS else rest.repeat(side, axis=0).repeat(side, axis=1)
            np.clip(ink, 0.0, 255.0, out=ink)
        self.restore(zlib.compress(np.rint(ink).astype(np.uint8).tobytes(), 1))

    def snapshot(self) -> bytes:
        """Return all ink as compressed bytes, some kilobytes; equal drawings give equal bytes."""
        return zlib.compress(_pixels(self._shown).tobytes(), 1)

    def restore(self, snapshot: bytes) -> None:
        """Return to a `snapshot`, bit by bit."""
        self._last = None
        height, width = self.shape[0] * self.factor, self.shape[1] * self.factor
        image_format = QImage.Format.Format_Grayscale8
        self._settled = QImage(zlib.decompress(snapshot), width, height, width, image_format).copy()
        self._shown = self._settled.copy()

    def _painter(self, picture: QImage) -> QPainter:
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.factor, self.factor)
        return painter


def _pixels(picture: QImage) -> NDArray[np.uint8]:
    """View of an 8-bit picture's memory, uint8 of shape (height, width), without the padding at the row ends."""
    rows = np.frombuffer(picture.constBits(), dtype=np.uint8)
    return rows.reshape(picture.height(), picture.bytesPerLine())[:, : picture.width()]


def _smooth_weights(count: int, side: int) -> NDArray[np.float32]:
    """Linear interpolation as a matrix: float32 of shape (count * side, count), constant beyond the outer centres."""
    places = np.clip((np.arange(count * side) + 0.5) / side - 0.5, 0.0, count - 1.0)
    distance = np.abs(places[:, None] - np.arange(count)[None, :])
    return np.maximum(0.0, 1.0 - distance).astype(np.float32)
