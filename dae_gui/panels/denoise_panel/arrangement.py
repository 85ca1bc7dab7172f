"""How the two halves of the denoise panel share its room: the canvas beside what becomes of the digits."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QWidget

from dae_gui.panels.denoise_panel.digit_source import DigitSource
from dae_gui.panels.denoise_panel.results import Results
from dae_gui.support.scale import scaled
from dae_gui.widgets.controls.item_layout import ItemLayout

_MARGIN = 6
_GAP = 12
_COMPACT_BELOW = 300  # pixels of height: then the drawing tools stand beside the canvas
_LARGEST_SHARE = 0.42  # of the width for the canvas


class Arrangement(ItemLayout):
    """The canvas as high as the panel, and the results in the remaining width; both from the top.

    It is a layout for what Qt does with layouts: when something deep inside comes to need more room, the panel says so
    to what it stands in. What its least height is depends on nothing but the width and the letters.

    Parameters
    ----------
    panel
        The widget that is laid out.
    source, results
        Its halves.
    """

    def __init__(self, panel: QWidget, source: DigitSource, results: Results) -> None:
        super().__init__(panel)
        self._source, self._results = source, results
        self._aspect = 1.0
        self.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        self.setSpacing(_GAP)
        self.addWidget(source)
        self.addWidget(results)

    def set_aspect(self, aspect: float) -> None:
        """Share the room for images whose height is so many times their width."""
        self._aspect = aspect
        self.invalidate()

    def expandingDirections(self) -> Qt.Orientation:
        """Return that more room is of use in both directions."""
        return Qt.Orientation.Horizontal | Qt.Orientation.Vertical

    def sizeHint(self) -> QSize:
        """Return the smallest size; the panel knows which one it prefers."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Return the smallest width, and the height below which something is cut whatever the width is."""
        source, results = self._source, self._results.minimumSizeHint()
        height = max(source.least_height(is_one_line=True), results.height())
        return QSize(source.smallest_width() + _GAP + results.width() + 2 * _MARGIN, height + 2 * _MARGIN)

    def hasHeightForWidth(self) -> bool:
        """Return that it is the higher where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the smallest height at which nothing is cut in a width."""
        inner = width - 2 * _MARGIN
        source = self._source.least_height(is_one_line=self._is_one_line(inner))
        return max(source, self._results.least_height(inner - _GAP - self._most(inner))) + 2 * _MARGIN

    def setGeometry(self, rect: QRect) -> None:
        """Share the room."""
        super().setGeometry(rect)
        area = rect.marginsRemoved(self.contentsMargins())
        width, height, source = area.width(), area.height(), self._source
        most, is_one_line = self._most(width), self._is_one_line(width)
        is_compact = rect.height() < scaled(_COMPACT_BELOW) or most < source.draw_page.width_of_tools()
        source.set_form(is_compact=is_compact, is_one_line=is_one_line)
        least = source.one_line_width() if is_one_line else source.smallest_width()
        left = max(min(source.width_for_height(height), most), least)
        source.setGeometry(area.x(), area.y(), left, min(source.height_for_width(left), height))
        right = width - left - _GAP
        self._results.setGeometry(
            area.x() + left + _GAP, area.y(), right, self._results.arrange(right, height, self._aspect)
        )

    def _most(self, width: int) -> int:
        """Return how wide the source may be, of a width within the margins."""
        return min(int(_LARGEST_SHARE * width), width - _GAP - self._results.minimumSizeHint().width())

    def _is_one_line(self, width: int) -> bool:
        """Return whether what stands above the canvas has room in one line."""
        return self._most(width) >= self._source.one_line_width()
