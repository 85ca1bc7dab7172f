"""A row of the card over the empty curves: a wide button with an icon, what it does, and more about it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from dae_core.texts import plain
from dae_gui.support.icons import icon
from dae_gui.support.plain_text import plain_tip
from dae_gui.support.scale import scaled
from dae_gui.widgets.controls.named import named

_ICON, _AIR, _RADIUS = 18, 8, 5.0  # pixels; the icon at 100 %
_LONGEST = 200  # characters; names may be anyone's


@dataclass(frozen=True)
class Entry:
    """What one row offers.

    Parameters
    ----------
    name
        Tells it from the others.
    icon
        Which of the program's icons.
    title, detail
        What happens, and more about it in faint letters; names in them may be anyone's.
    tip
        The tooltip; the detail where it is empty.
    is_enabled
        Whether it can be chosen.
    is_small
        Whether it has one line, though there is room for two.
    answers
        Further things that can be done, each a name and the text of a small button beside the row.
    """

    name: str
    icon: str
    title: str
    detail: str
    tip: str = ""
    is_enabled: bool = True
    is_small: bool = False
    answers: tuple[tuple[str, str], ...] = ()


class CardRow(QAbstractButton):
    """A row in two lines, or in one where the card is low."""

    def __init__(self, entry: Entry, parent: QWidget) -> None:
        super().__init__(parent)
        self._entry = entry
        self._is_low = entry.is_small
        self._title, self._detail = plain(entry.title, _LONGEST), plain(entry.detail, _LONGEST)
        named(self, f"{entry.name}CardButton", self._title, entry.tip or entry.detail)
        self.setAccessibleDescription(self._detail)
        self.setStatusTip(plain_tip(self._detail))
        self.setEnabled(entry.is_enabled)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_low(self, low: bool) -> None:
        """Show it in one line, or in two unless it is a small one."""
        if (low or self._entry.is_small) != self._is_low:
            self._is_low = low or self._entry.is_small
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return room for a few words; the rest is cut where the card is narrow."""
        line = self.fontMetrics().height()
        return QSize(12 * line, line + 8 if self._is_low else 2 * line + 14)

    def minimumSizeHint(self) -> QSize:
        """Return the same height for any width."""
        return QSize(6 * self.fontMetrics().height(), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the row."""
        palette, role = self.palette(), QPalette.ColorRole
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(role.Mid if self.isDown() else role.AlternateBase))
            painter.drawRoundedRect(area, _RADIUS, _RADIUS)
        bold = QFont(self.font())
        bold.setBold(not self._entry.is_small)
        plain_size, bold_size = self.fontMetrics(), QFontMetrics(bold)
        ink = palette.color(role.Text)
        side = scaled(_ICON)
        picture = icon(self._entry.icon, ink).pixmap(QSize(side, side), self.devicePixelRatioF())
        painter.drawPixmap(_AIR, (self.height() - side) // 2, picture)
        left, room = side + 2 * _AIR + 2, self.width() - side - 3 * _AIR - 2
        line = plain_size.height()
        painter.setPen(ink)
        painter.setFont(bold)
        top = (self.height() - (line if self._is_low else 2 * line + 2)) // 2
        title = bold_size.elidedText(self._title, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRect(left, top, room, line), int(Qt.AlignmentFlag.AlignVCenter), title)
        painter.setFont(self.font())
        painter.setPen(palette.color(role.PlaceholderText))
        used = bold_size.horizontalAdvance(title) + 2 * _AIR if self._is_low else 0
        below = 0 if self._is_low else line + 2
        detail = plain_size.elidedText(self._detail, Qt.TextElideMode.ElideRight, max(room - used, 0))
        painter.drawText(QRect(left + used, top + below, room - used, line), int(Qt.AlignmentFlag.AlignVCenter), detail)
