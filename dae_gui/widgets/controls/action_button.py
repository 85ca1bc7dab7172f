"""A button for an action, quiet or filled in the accent colour: of the filled ones a window has one at a time."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import QToolButton, QWidget

from dae_gui.support.lent import lent
from dae_gui.support.scale import scaled
from dae_gui.widgets.controls.named import named

_ICON = 18
_RADIUS = 4.0
_AIR = 12  # on either side of what stands on a filled button
_GAP = 6


class ActionButton(QToolButton):
    """Shows an action's icon and text; what it is called and whether it can be pressed follow the action.

    Parameters
    ----------
    name
        Its object name.
    action
        What it does at first.
    texts
        All that may stand on it: it is wide enough for each, so that its neighbours stay where they are.
    """

    def __init__(self, name: str, action: QAction, parent: QWidget, texts: Iterable[str] = ()) -> None:
        super().__init__(parent)
        self._texts = tuple(texts)
        self._is_primary = False
        self.setAutoRaise(True)
        self._follow_scale()
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        named(self, name)  # for a screen reader it is called as its text says
        self.setDefaultAction(action)

    def set_action(self, action: QAction) -> None:
        """Do this from now on; whoever has the focus keeps it."""
        before = lent(self.defaultAction())
        if before is not None and action is not before:
            self.setDefaultAction(action)
            self.removeAction(before)

    def set_primary(self, primary: bool) -> None:
        """Fill it, or draw it like any other button of a toolbar."""
        if primary != self._is_primary:
            self._is_primary = primary
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return the room for the longest of its texts."""
        size, letters = super().sizeHint(), self.fontMetrics()
        widest = max(map(letters.horizontalAdvance, (self.text(), *self._texts)))
        return QSize(max(size.width(), widest + self.iconSize().width() + scaled(_GAP + 2 * _AIR)), size.height())

    def minimumSizeHint(self) -> QSize:
        """Return the same as `sizeHint`: the text is never cut."""
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        """Have an icon that fits the letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._follow_scale()

    def _follow_scale(self) -> None:
        self.setIconSize(QSize(scaled(_ICON), scaled(_ICON)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the filled button; the style paints the quiet one."""
        if not self._is_primary:
            super().paintEvent(event)
            return
        palette, role = self.palette(), QPalette.ColorRole
        fill = palette.color(role.Highlight)
        ink = palette.color(role.HighlightedText)
        if self.isDown():
            fill = fill.darker(115)
        elif self.underMouse() and self.isEnabled():
            fill = fill.lighter(110)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        area = QRectF(self.rect())
        painter.drawRoundedRect(area, _RADIUS, _RADIUS)
        side = self.iconSize()
        width = side.width() + scaled(_GAP) + self.fontMetrics().horizontalAdvance(self.text())
        left = (self.width() - width) // 2
        painter.drawPixmap(QPointF(left, (self.height() - side.height()) / 2), self._tinted_icon())
        painter.setPen(ink)
        room = QRect(left + side.width() + scaled(_GAP), 0, self.width(), self.height())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text())

    def _tinted_icon(self) -> QPixmap:
        """Return the action's icon in the colour of the text."""
        picture: QPixmap = self.icon().pixmap(self.iconSize(), self.devicePixelRatioF())
        painter = QPainter(picture)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(picture.rect(), self.palette().color(QPalette.ColorRole.HighlightedText))
        painter.end()
        return picture
