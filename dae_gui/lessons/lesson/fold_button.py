"""The head of a card: a flat button as wide as the card that shows and hides what is below it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from dae_gui.widgets.controls.named import named

_GAP = 8


class FoldButton(QAbstractButton):
    """A mark, a title in as many lines as it needs, and a note at the right."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        named(self, name, "", "Show or hide this step")
        self._mark = self._note = ""
        self._is_faint = False
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)  # Fixed: no higher than before
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_step(self, mark: str, title: str, note: str, *, is_faint: bool) -> None:
        """Show these texts; a step that is still to come is faint."""
        self._mark, self._note, self._is_faint = mark, note, is_faint
        self.setText(title)
        self.setAccessibleName(title)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Return that a long title takes more lines where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the title at a width."""
        return self._title_in(QRect(0, 0, width, 10_000)).height() + 8

    def sizeHint(self) -> QSize:
        """Return the height at its present width."""
        width = max(self.width(), 60)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return the height of a line."""
        return QSize(60, self.fontMetrics().height() + 8)

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font

    def _sides(self) -> tuple[int, int]:
        """Return the room of the mark and of the note."""
        letters = self.fontMetrics()
        note = letters.horizontalAdvance(self._note) + _GAP if self._note else 0
        return letters.horizontalAdvance("→") + _GAP, note

    def _title_in(self, area: QRect) -> QRect:
        left, right = self._sides()
        room = area.adjusted(left, 0, -right, 0)
        return QFontMetrics(self._bold()).boundingRect(room, int(Qt.TextFlag.TextWordWrap), self.text())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the texts, on a ground where the pointer is."""
        palette, role = self.palette(), QPalette.ColorRole
        painter = QPainter(self)
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            painter.fillRect(self.rect(), palette.color(role.AlternateBase))
        ink = palette.color(role.PlaceholderText if self._is_faint else role.Text)
        left, right = self._sides()
        area = self.rect().adjusted(0, 4, 0, -4)
        top = int(Qt.AlignmentFlag.AlignTop)
        painter.setPen(ink)
        painter.setFont(self._bold())
        painter.drawText(area, top, self._mark)
        wraps = top | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(area.adjusted(left, 0, -right, 0), wraps, self.text())
        painter.setFont(self.font())
        painter.setPen(palette.color(role.PlaceholderText))
        painter.drawText(area, top | int(Qt.AlignmentFlag.AlignRight), self._note)
