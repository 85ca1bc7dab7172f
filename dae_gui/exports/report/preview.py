"""The pages of a report one below the other, as they will be printed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.named import named

_MARGIN = 14
_WIDEST = 900


class PagesView(QScrollArea):
    """Shows pictures of pages as wide as there is room, or a sentence while there are none.

    Signals
    -------
    resized()
        There is another room for pages: pictures of `page_width` pixels fit now.
    """

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "reportPages", "Pages of the report", "The report as it will be printed")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # or the pages' width would change it
        inside = QWidget(self)
        inside.setAutoFillBackground(True)  # pages are seen as paper on a ground
        inside.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._layout = QVBoxLayout(inside)
        self._layout.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        self._layout.setSpacing(_MARGIN)
        self._empty = named(PlainLabel(parent=inside), "reportEmptyLabel", "Why there are no pages yet")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._layout.addWidget(self._empty, 1)
        self._pages: list[PlainLabel] = []
        self.setWidget(inside)

    def page_width(self) -> int:
        """Return how many pixels of the screen a page is to be wide."""
        room = self.viewport().width() - 2 * _MARGIN
        return round(max(200, min(room, _WIDEST)) * self.devicePixelRatioF())

    def show_pages(self, pictures: Sequence[QImage]) -> None:
        """Show these pages; what was scrolled to stays."""
        self._empty.hide()
        while len(self._pages) > len(pictures):
            self._pages.pop().deleteLater()
        for number, picture in enumerate(pictures, 1):
            if number > len(self._pages):
                label = PlainLabel(parent=self.widget())
                self._layout.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
                self._pages.append(label)
            label = self._pages[number - 1]
            named(label, f"reportPage{number}", f"Page {number} of {len(pictures)}")
            pixmap = QPixmap.fromImage(picture)
            pixmap.setDevicePixelRatio(self.devicePixelRatioF())
            label.setPixmap(pixmap)

    def show_text(self, text: str) -> None:
        """Show a sentence where pages will be; pages that are there already stay."""
        self._empty.setText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell that other pictures fit now."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.resized.emit()
