"""A layout that sets widgets beside each other and goes on in a new line where there is no more room, as text does."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayoutItem, QWidget

from dae_gui.widgets.controls.item_layout import ItemLayout


class FlowLayout(ItemLayout):
    """Lines of widgets, each of its preferred size; hidden ones take no room.

    Qt has no such layout, and importing superqt for its like takes 50 ms of the start.

    Parameters
    ----------
    parent
        The widget that is laid out.
    is_one_line
        Whether what does not fit into the first line is left out, the last things first.
    """

    def __init__(self, parent: QWidget | None = None, *, is_one_line: bool = False) -> None:
        super().__init__(parent)
        self._is_one_line = is_one_line

    def expandingDirections(self) -> Qt.Orientation:
        """Return that more room is of no use."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Return that it is the higher the narrower it is, unless it has one line."""
        return not self._is_one_line

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines at a width."""
        return self._lay_out(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        """Return the smallest size; how high it gets depends on the width."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Return the size that holds the largest item."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def setGeometry(self, rect: QRect) -> None:
        """Put all items to their places."""
        super().setGeometry(rect)
        self._lay_out(rect, move=True)

    def _lay_out(self, rect: QRect, *, move: bool) -> int:
        """Go through all places, and return the height of all lines together."""
        area, gap = rect.marginsRemoved(self.contentsMargins()), self.spacing()
        x, y, height = area.x(), area.y(), 0
        line: list[tuple[QLayoutItem, QRect]] = []
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            is_full = bool(line) and x + size.width() > area.x() + area.width()
            if is_full and self._is_one_line:
                x = area.x() + area.width()  # nothing behind it comes in either
                if move:
                    item.setGeometry(QRect())
                continue
            if is_full:
                if move:
                    _place(line, height)
                x, y, height, line = area.x(), y + height + gap, 0, []
            line.append((item, QRect(QPoint(x, y), size)))
            x, height = x + size.width() + gap, max(height, size.height())
        if move:
            _place(line, height)
        return y + height + self.contentsMargins().bottom() - rect.y()


def _place(line: list[tuple[QLayoutItem, QRect]], height: int) -> None:
    """Put the items of a line to their places, the lower ones in the middle of its height."""
    for item, place in line:
        item.setGeometry(place.translated(0, (height - place.height()) // 2))
