"""A few small pictures enlarged, with figures, beside what the pointer is on: to be looked at only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from dae_gui.support.theme import faint_line_color
from dae_gui.widgets.pictures.picture_widget import scale_picture

_SIDE = 128  # of an enlarged picture, at most
_PADDING, _GAP = 8, 6
_DISTANCE = 10


@dataclass(frozen=True, eq=False)
class LensContent:
    """What a lens shows.

    Attributes
    ----------
    title
        What is looked at.
    pictures
        Each with what stands above it.
    figures
        Names and values.
    note
        What there is to know about the figures; empty for nothing.
    """

    title: str
    pictures: tuple[tuple[str, QImage], ...]
    figures: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @property
    def text(self) -> str:
        """All of it in words."""
        return ", ".join([self.title, *(f"{name} {value}" for name, value in self.figures), *filter(None, [self.note])])


def lens_place(size: QSize, bounds: QRect, free: Iterable[QRect]) -> QPoint:
    """Return where a lens stands.

    Parameters
    ----------
    size
        That of the lens.
    bounds
        Where it may be.
    free
        What it may not cover, the largest first. It stands beside the first one beside which there is room, at the
        height, or above or below, of the last; where there is no room at all, where it covers least of the last.
    """
    shapes = list(free)
    target = shapes[-1].center()
    low = QPoint(bounds.left(), bounds.top())
    high = QPoint(bounds.right() + 1 - size.width(), bounds.bottom() + 1 - size.height())

    def within(place: QPoint) -> QPoint:
        return QPoint(max(min(place.x(), high.x()), low.x()), max(min(place.y(), high.y()), low.y()))

    middle_x, middle_y = target.x() - size.width() // 2, target.y() - size.height() // 2
    places: list[tuple[QRect, QPoint]] = []
    for shape in shapes:
        places += [
            (shape, within(QPoint(shape.left() - _DISTANCE - size.width(), middle_y))),
            (shape, within(QPoint(shape.right() + _DISTANCE, middle_y))),
            (shape, within(QPoint(middle_x, shape.top() - _DISTANCE - size.height()))),
            (shape, within(QPoint(middle_x, shape.bottom() + _DISTANCE))),
        ]
    for shape, place in places:
        if not QRect(place, size).intersects(shape):
            return place

    def covered(place: QPoint) -> int:
        common = QRect(place, size).intersected(shapes[-1])
        return common.width() * common.height()

    return min((place for _, place in places), key=covered)


class TileLens(QWidget):
    """Shows a `LensContent` above all else of its window. The mouse passes through it, and it never has the focus.

    Parameters
    ----------
    window
        The window that it stands in.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("tileLens")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._window = window
        self._content: LensContent | None = None
        self.hide()

    def move_to(self, window: QWidget) -> None:
        """Stand in another window from now on."""
        if window is not self._window:
            self._window = window
            self.setParent(window)

    def content(self) -> LensContent | None:
        """Return what is shown."""
        return self._content

    def show_content(self, content: LensContent, free: Iterable[QRect]) -> None:
        """Show a content beside what it may not cover, in the coordinates of the window; see `lens_place`."""
        self._content = content
        self.setAccessibleName(content.text)
        size = self.sizeHint()
        self.setGeometry(QRect(lens_place(size, self._window.rect(), free), size))
        self.raise_()
        self.show()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room for the pictures beside each other, above the figures."""
        content, letters = self._content, self.fontMetrics()
        if content is None:
            return QSize()
        sizes = [_enlarged(image) for _, image in content.pictures]
        width = sum(size.width() for size in sizes) + _GAP * (len(sizes) - 1)
        texts = [content.title, content.note]
        width = max(width, *(letters.horizontalAdvance(text) + 2 for text in texts), _figures_width(content, letters))
        lines = 2 + len(content.figures) + bool(content.note)
        height = lines * letters.lineSpacing() + max((size.height() for size in sizes), default=0) + 2 * _GAP
        return QSize(width + 2 * _PADDING, height + 2 * _PADDING)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a card with title, pictures and figures."""
        content = self._content
        if content is None:
            return
        painter = QPainter(self)
        palette, letters = self.palette(), self.fontMetrics()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(faint_line_color(palette), 1.0))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        room = self.rect().adjusted(_PADDING, _PADDING, -_PADDING, -_PADDING)
        line = letters.lineSpacing()
        strong, faint = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.PlaceholderText)
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(strong)
        _text(painter, QRect(room.left(), room.top(), room.width(), line), content.title)
        painter.setFont(self.font())
        top = room.top() + line + _GAP // 2
        below = self._paint_pictures(painter, content, QPoint(room.left(), top)) + _GAP
        for row, (name, value) in enumerate(content.figures):
            place = QRect(room.left(), below + row * line, room.width(), line)
            painter.setPen(faint)
            _text(painter, place, name)
            painter.setPen(strong)
            _text(painter, place, value, Qt.AlignmentFlag.AlignRight)
        painter.setPen(faint)
        _text(painter, QRect(room.left(), below + len(content.figures) * line, room.width(), line), content.note)

    def _paint_pictures(self, painter: QPainter, content: LensContent, corner: QPoint) -> int:
        """Paint the pictures with their captions, and return where they end."""
        ratio, line, bottom = self.devicePixelRatioF(), self.fontMetrics().lineSpacing(), corner.y()
        left = corner.x()
        for caption, image in content.pictures:
            size = _enlarged(image)
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            _text(painter, QRect(left, corner.y(), size.width(), line), caption)
            scaled = scale_picture(image, size * ratio)
            scaled.setDevicePixelRatio(ratio)
            painter.drawImage(QPointF(left, corner.y() + line), scaled)
            left += size.width() + _GAP
            bottom = max(bottom, corner.y() + line + size.height())
        return bottom


def _enlarged(image: QImage) -> QSize:
    """Return the size of a picture of whole squares, or a smaller one where it is larger itself."""
    side = max(image.width(), image.height(), 1)
    factor = _SIDE // side
    return image.size() * factor if factor else image.size().scaled(_SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio)


def _figures_width(content: LensContent, letters: QFontMetrics) -> int:
    pairs = content.figures
    return max((letters.horizontalAdvance(f"{name}    {value}") for name, value in pairs), default=0)


def _text(painter: QPainter, place: QRect, text: str, side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:
    painter.drawText(place, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), text)
