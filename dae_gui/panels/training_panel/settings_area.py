"""Where the settings stand: closer together where there is little room, and scrolling where there is too little."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

_GAPS = (6, 4, 2)  # between two rows, in pixels; the first is the usual one


class SettingsArea(QScrollArea):
    """Scrolls a form up and down; it asks for the form's whole width, in which labels go above their fields if need be.

    Parameters
    ----------
    form
        The settings.
    below
        What stands below them.
    """

    def __init__(self, form: QFormLayout, below: QWidget) -> None:
        super().__init__()
        self.setObjectName("settingsArea")
        self._form = form
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(8, 4, 8, 8)
        inside.addLayout(form)
        inside.addWidget(below)
        inside.addStretch(1)
        self._inside = inside
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(content)

    def sizeHint(self) -> QSize:
        """Return the size at which each label is beside its field."""
        return self._with_bar(self._inside.sizeHint())

    def minimumSizeHint(self) -> QSize:
        """Return the least width of the form, and the height of a few rows."""
        return QSize(self._with_bar(self._inside.minimumSize()).width(), 4 * self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the rows as far apart as the height allows."""
        super().resizeEvent(event)
        size = self.viewport().size()
        for gap in _GAPS:
            self._form.setVerticalSpacing(gap)
            if self._inside.totalHeightForWidth(size.width()) <= size.height():
                break

    def _with_bar(self, size: QSize) -> QSize:
        return size + QSize(self.verticalScrollBar().sizeHint().width(), 0)
