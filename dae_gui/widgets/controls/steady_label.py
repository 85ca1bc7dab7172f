"""A label of several lines that keeps its height whichever of its texts it shows, so that nothing below it moves."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget

from dae_gui.support.plain_text import PlainLabel


class SteadyLabel(PlainLabel):
    """As high as the highest of its texts is at its width.

    Parameters
    ----------
    texts
        All that it will show.
    parent
        The widget that it is in.
    """

    def __init__(self, texts: Iterable[str], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._texts = tuple(texts)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)

    def heightForWidth(self, width: int) -> int:
        """Return the height that its highest text needs."""
        margins = self.contentsMargins()
        inside = QRect(0, 0, width - margins.left() - margins.right(), 10_000)
        heights = [
            self.fontMetrics().boundingRect(inside, Qt.TextFlag.TextWordWrap, text).height() for text in self._texts
        ]
        return max(heights, default=0) + margins.top() + margins.bottom()
