"""A sentence beside a field, over whatever is there, so that nothing moves; it goes when the user goes on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, SignalInstance
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPalette
from PySide6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QComboBox, QFrame, QWidget

from dae_gui.support.plain_text import PlainLabel

_PASSES_AFTER_MS = 8_000
_MOST_WIDTH = 300  # pixels
_GAP = 2  # pixels between the field and the note


class FieldNote(PlainLabel):
    """The note of one window; `show_field_note` makes it. A click closes it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(parent=window)
        self.setObjectName("fieldNote")
        self.setFrameShape(QFrame.Shape.Box)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        self.setForegroundRole(QPalette.ColorRole.ToolTipText)
        self.setMargin(6)
        self.setWordWrap(True)
        self._window = window
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PASSES_AFTER_MS)
        self._timer.timeout.connect(self.hide)
        self._edited: SignalInstance | None = None
        self.hide()

    def show_at(self, field: QWidget, text: str) -> None:
        """Show a sentence below a field, or above it where there is more room, inside the window."""
        if self._edited is not None:
            self._edited.disconnect(self.hide)
        self._edited = _edited(field)
        if self._edited is not None:
            self._edited.connect(self.hide)
        self.setText(text)
        self.setAccessibleName(text)
        window = self._window
        self.setFixedWidth(min(_MOST_WIDTH, window.width()))
        self.setFixedHeight(self.heightForWidth(self.width()))
        place = field.mapTo(window, QPoint(0, field.height() + _GAP))
        if place.y() + self.height() > window.height():
            place = field.mapTo(window, QPoint(0, -self.height() - _GAP))
        self.move(max(0, min(place.x(), window.width() - self.width())), max(0, place.y()))
        self.show()
        self.raise_()
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def mousePressEvent(self, _event: QEvent) -> None:
        """Close the note."""
        self.hide()


def _edited(field: QWidget) -> SignalInstance | None:
    """Return what a field emits when the user goes on in it."""
    if isinstance(field, QAbstractSpinBox):
        return field.lineEdit().textEdited
    if isinstance(field, QComboBox):
        return field.currentIndexChanged
    return field.valueChanged if isinstance(field, QAbstractSlider) else None


def show_field_note(field: QWidget, text: str) -> None:
    """Show a sentence beside a field until it is edited, the note is clicked, or some seconds have passed."""
    window = field.window()
    note = window.findChild(FieldNote, options=Qt.FindChildOption.FindDirectChildrenOnly) or FieldNote(window)
    note.show_at(field, text)
