"""One half of a switch between two pages: the chosen one has frame and text in the accent colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from dae_gui.widgets.controls.named import named

_RADIUS = 4.0


class SegmentButton(QPushButton):
    """A checkable button that is joined to its neighbour.

    Parameters
    ----------
    name
        Its object name.
    text
        What stands on it.
    tip
        Its tooltip.
    is_first
        Whether it is the left one; that has its round corners on the left, the other on the right.
    """

    def __init__(self, name: str, text: str, tip: str, is_first: bool, parent: QWidget) -> None:
        super().__init__(text, parent)
        self._is_first = is_first
        named(self, name, text, tip)
        self.setCheckable(True)

    def sizeHint(self) -> QSize:
        """Return the text's size and some air."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 20, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the same as `sizeHint`: the text is never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the half of the switch."""
        role, palette = QPalette.ColorRole, self.palette()
        # Not filled in the accent colour, which marks the one button of the window that leads on.
        fill, ink = (role.Base, role.Link) if self.isChecked() else (role.AlternateBase, role.ButtonText)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # The rounded rectangle reaches beyond the joint, where it is cut off.
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(
            area.adjusted(0 if self._is_first else -10, 0, 10 if self._is_first else 0, 0), _RADIUS, _RADIUS
        )
        painter.setPen(QPen(palette.color(role.Highlight if self.isChecked() else role.Mid), 1.0))
        painter.setBrush(palette.color(fill).lighter(108) if self.underMouse() else palette.color(fill))
        painter.drawPath(outline)
        painter.setPen(palette.color(ink))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.text())
