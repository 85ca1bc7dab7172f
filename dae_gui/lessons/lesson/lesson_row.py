"""A lesson in the list: its number, title and summary, how long it takes, and a mark where it was begun or done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from dae_core.texts import plain
from dae_gui.widgets.controls.named import named

if TYPE_CHECKING:
    from dae_gui.lessons.lesson.lesson_list import ListedLesson

_AIR, _RADIUS = 8, 5.0
_MARKS = {"": "", "begun": "◐ ", "done": "✓ "}
_BREAKS = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignTop)


class LessonRow(QAbstractButton):
    """Title in bold, the time at its right, and in faint letters how far it is, or what it is about."""

    def __init__(self, number: int, lesson: ListedLesson, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = lesson.key
        state = lesson.progress.value
        self._title = f"{number}. {plain(lesson.title)}"
        self._time = f"{lesson.minutes} min"
        words = ", ".join(filter(None, ("open now" if lesson.is_open else "", state, lesson.detail)))
        self._detail = f"{_MARKS[state]}{words}" if words else plain(lesson.summary)
        named(self, f"lesson-{lesson.key}", plain(lesson.title), plain(lesson.summary))
        said = f"{lesson.minutes} minutes", words, plain(lesson.summary)
        self.setAccessibleDescription(", ".join(filter(None, said)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)  # Fixed: no higher than before
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """Return that long texts take more lines where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of both texts at a width."""
        title, detail = self._places(width)
        return detail.bottom() + _AIR // 2 + 2 if detail.height() else title.bottom() + _AIR

    def sizeHint(self) -> QSize:
        """Return the height at its present width."""
        width = max(self.width(), 120)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return two lines."""
        return QSize(120, 2 * self.fontMetrics().height() + _AIR)

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font

    def _places(self, width: int) -> tuple[QRect, QRect]:
        """Return where title and detail stand at a width."""
        time = self.fontMetrics().horizontalAdvance(self._time) + _AIR
        room = QRect(_AIR, _AIR // 2, max(width - 2 * _AIR - time, 40), 10_000)
        title = QFontMetrics(self._bold()).boundingRect(room, _BREAKS, self._title)
        below = QRect(_AIR, title.bottom() + 1, max(width - 2 * _AIR, 40), 10_000)
        detail = self.fontMetrics().boundingRect(below, _BREAKS, self._detail)
        return title, detail

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the row."""
        palette, role = self.palette(), QPalette.ColorRole
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_pointed_at = self.underMouse() or self.isDown()
        painter.setPen(palette.color(role.Mid))
        painter.setBrush(palette.color(role.AlternateBase if is_pointed_at else role.Base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        title, detail = self._places(self.width())
        painter.setPen(palette.color(role.Text))
        painter.setFont(self._bold())
        painter.drawText(title, _BREAKS, self._title)
        painter.setFont(self.font())
        painter.setPen(palette.color(role.PlaceholderText))
        side = QRect(0, _AIR // 2, self.width() - _AIR, self.fontMetrics().height())
        painter.drawText(side, int(Qt.AlignmentFlag.AlignRight), self._time)
        painter.drawText(detail, _BREAKS, self._detail)
