"""Where the settings stand: closer together where there is little room, and scrolling where there is too little."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

_GAPS = (6, 4, 2)  # between two rows, in pixels; the first is the usual one


class SettingsArea(QScrollArea):
    """Scrolls a form up and down, never sideways: where it is narrow, all labels go above their fields.

    Parameters
    ----------
    form
        The settings.
    below
        What stands below them.
    parent
        The panel.
    """

    def __init__(self, form: QFormLayout, below: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("settingsArea")
        self._form = form
        content = QWidget(self.viewport())
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
        """Return the width at which each label is above its field, and the height of a few rows."""
        margins = self._inside.contentsMargins()
        least = QSize(max(self._widths()) + margins.left() + margins.right(), 4 * self.fontMetrics().height())
        return self._with_bar(least)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set labels beside their fields if the width allows it, and the rows as far apart as the height allows."""
        super().resizeEvent(event)
        size, margins = self.viewport().size(), self._inside.contentsMargins()
        labels, fields = self._widths()
        beside = labels + self._form.horizontalSpacing() + fields
        is_narrow = beside > size.width() - margins.left() - margins.right()
        policy = QFormLayout.RowWrapPolicy
        self._form.setRowWrapPolicy(policy.WrapAllRows if is_narrow else policy.DontWrapRows)
        for gap in _GAPS:
            self._form.setVerticalSpacing(gap)
            if self._inside.totalHeightForWidth(size.width()) <= size.height():
                break

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Want another size when what is inside does: a scroll area tells nobody."""
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _widths(self) -> tuple[int, int]:
        """Return the least width of the labels, and that of the fields."""

        def widest(role: QFormLayout.ItemRole) -> int:
            items = (self._form.itemAt(row, role) for row in range(self._form.rowCount()))
            return max(item.minimumSize().width() for item in items if item is not None)

        return widest(QFormLayout.ItemRole.LabelRole), widest(QFormLayout.ItemRole.FieldRole)

    def _with_bar(self, size: QSize) -> QSize:
        return size + QSize(self.verticalScrollBar().sizeHint().width(), 0)
