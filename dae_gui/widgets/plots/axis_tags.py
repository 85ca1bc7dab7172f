"""Values that stand out, written on an axis in the place of its numbers: nothing of the curves is hidden by them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QPainter
from PySide6.QtWidgets import QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from dae_gui.support.scale import scaled
from dae_gui.support.theme import LIGHT, Theme
from dae_gui.widgets.plots.plot_axis import NumberAxis

_PAD = 3.0
_TICK = 4


@dataclass(frozen=True)
class Tag:
    """A value on the left axis: ``level`` in the view's coordinates, ``color`` is the name of one of the theme's."""

    level: float
    text: str
    color: str


class AxisTags(QGraphicsObject):
    """Tags at the left axis; those that would overlap make room for one another.

    Parameters
    ----------
    axis
        Which is in a plot already; its numbers are left out under the tags.
    """

    def __init__(self, axis: NumberAxis) -> None:
        super().__init__(axis)
        self._axis = axis
        self._theme = LIGHT
        self._tags: tuple[Tag, ...] = ()
        self._area = QRectF()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_theme(self, theme: Theme) -> None:
        """Take over another theme's colours."""
        self._theme = theme
        self.update()

    def set_tags(self, tags: Sequence[Tag]) -> None:
        """Show these values."""
        if tuple(tags) != self._tags:
            self._tags = tuple(tags)
            self._place()

    def tags(self) -> tuple[Tag, ...]:
        """Return what is to be shown, within the range of the axis or not."""
        return self._tags

    def geometry_changed(self) -> None:
        """Paint again after the plot's size or range has changed."""
        self.prepareGeometryChange()
        self._area = QRectF(self._axis.boundingRect())
        self._place()

    def boundingRect(self) -> QRectF:
        """Return all of the axis."""
        return self._area

    def boxes(self) -> list[tuple[QRectF, Tag]]:
        """Return where each tag is on the axis, from the highest to the lowest."""
        view, size = self._axis.linkedView(), self._axis.size()
        if view is None or size.height() <= 0:
            return []
        low, high = view.viewRange()[1]
        inside = sorted((tag for tag in self._tags if low <= tag.level <= high), key=lambda tag: -tag.level)
        metrics = QFontMetricsF(QGuiApplication.font())
        height = math.ceil(metrics.height())
        middles = [view.mapFromView(QPointF(0.0, tag.level)).y() for tag in inside]
        for place in range(1, len(middles)):
            missing = height + 1 - (middles[place] - middles[place - 1])
            if missing > 0:
                middles[place - 1] -= missing / 2
                middles[place] += missing / 2
        limit = size.height() - height / 2  # those at the bottom push the others up, not over the edge
        for place in reversed(range(len(middles))):
            middles[place] = min(middles[place], limit)
            limit = middles[place] - height - 1
        boxes = []
        for middle, tag in zip(middles, inside, strict=True):
            width = metrics.horizontalAdvance(tag.text) + 2 * _PAD
            top = round(min(max(middle - height / 2, 0.0), max(size.height() - height, 0.0)))
            boxes.append((QRectF(size.width() - scaled(_TICK) - width, top, width, height), tag))
        return boxes

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint the tags."""
        painter.setFont(QGuiApplication.font())
        for box, tag in self.boxes():
            painter.fillRect(box, QColor(getattr(self._theme, tag.color)))
            painter.setPen(QColor(self._theme.plot_background))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, tag.text)

    def _place(self) -> None:
        self._axis.set_covered([(box.top(), box.bottom()) for box, _ in self.boxes()])
        self.update()
